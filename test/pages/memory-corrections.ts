import { v7 } from 'uuid';
import type { CorrectionId, EntryId, FieldId, Instant, UnitId } from '../../src/core/brand.ts';
import { type CorrectionLine, correctionStates, type OfficerCorrections } from '../../src/pages/officer/corrections.ts';

/** Lines as a test puts them there; what each viewer may know of them is the store's to say, and tested with it. */
export class MemoryCorrections implements OfficerCorrections {
  readonly lines: CorrectionLine[] = [];

  async figures(viewer: UnitId | null) {
    const lines = this.#of(viewer);
    return [...new Set(lines.map(({ recipient }) => recipient))].map((recipient) => {
      const own = lines.filter((line) => line.recipient === recipient);
      const count = (state: CorrectionLine['state']) => own.filter((line) => line.state === state).length;
      const [overdue = 0, open = 0, confirmed = 0] = correctionStates.map(count);
      const late = own.filter(({ confirmedAt, dueAt }) => confirmedAt !== null && confirmedAt > dueAt);
      return { recipient, counts: { overdue, open, confirmed }, late: late.length };
    });
  }

  async page(...[{ viewer, state, recipient }, after, limit]: Parameters<OfficerCorrections['page']>) {
    return this.#of(viewer)
      .filter((line) => line.state === state && (recipient === null || line.recipient === recipient))
      .filter(({ order, id }) => after === null || `${order} ${id}` > `${after.time} ${after.id}`)
      .slice(0, limit);
  }

  async overdue(viewer: UnitId | null) {
    return this.#of(viewer).filter(({ state }) => state === 'overdue').length;
  }

  #of(viewer: UnitId | null): readonly CorrectionLine[] {
    return this.lines
      .filter(({ recipient, source }) => viewer === null || [recipient, source].includes(viewer))
      .sort((one, other) => (`${one.order} ${one.id}` < `${other.order} ${other.id}` ? -1 : 1));
  }
}

const day = (date: string) => `${date}T10:00:00.000Z` as Instant;

export function correction(changes: Partial<CorrectionLine>): CorrectionLine {
  return {
    id: v7(),
    correction: v7() as CorrectionId,
    state: 'open',
    entry: v7() as EntryId,
    source: 'pi-zwolle' as UnitId,
    recipient: 'gemeente-zwolle' as UnitId,
    kind: 'rectified',
    fields: ['identity.surname', 'identity.birthDate'] as FieldId[],
    madeAt: day('2026-10-01'),
    dueAt: day('2026-10-15'),
    confirmedAt: null,
    how: null,
    onward: { asked: false, made: 0 },
    passesOn: false,
    order: day('2026-10-15'),
    ...changes,
  };
}

/** One of each state, some of them twice. */
export function someCorrections(): readonly CorrectionLine[] {
  const housing = { source: 'gemeente-zwolle' as UnitId, recipient: 'woningcorporatie' as UnitId };
  return [
    correction({ state: 'overdue', onward: { asked: true, made: 0 } }),
    correction({ ...housing, state: 'overdue', kind: 'restricted', entry: null, passesOn: true }),
    correction({ kind: 'erased', onward: { asked: true, made: 1 } }),
    correction({ state: 'confirmed', confirmedAt: day('2026-10-04'), how: 'corrected', order: day('2026-10-04') }),
    correction({
      ...housing,
      state: 'confirmed',
      kind: 'restriction-lifted',
      confirmedAt: day('2026-10-20'),
      how: 'not-held',
      onward: null,
    }),
  ];
}
