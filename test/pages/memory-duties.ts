import type { UnitId } from '../../src/core/brand.ts';
import { type DutyLine, type DutyView, dutyStates, type OfficerDuties } from '../../src/pages/ports.ts';

/** Lines as a test puts them there; what each viewer may know of them is the store's to say, and tested with it. */
export class MemoryDuties implements OfficerDuties {
  readonly lines: DutyLine[] = [];

  async figures(view: DutyView) {
    const lines = this.#of(view.viewer);
    return [...new Set(lines.map(({ recipient }) => recipient))].map((recipient) => {
      const own = lines.filter((line) => line.recipient === recipient);
      const count = (state: DutyLine['state']) => own.filter((line) => line.state === state).length;
      const [overdue = 0, dated = 0, open = 0, undated = 0, destroyed = 0] = dutyStates.map(count);
      const late = own.filter(({ destroyedAt, deleteBy }) => destroyedAt && deleteBy && destroyedAt > deleteBy);
      return { recipient, counts: { overdue, dated, open, undated, destroyed }, late: late.length };
    });
  }

  async page(...[{ viewer, state, recipient }, after, limit]: Parameters<OfficerDuties['page']>) {
    return this.#of(viewer)
      .filter((line) => line.state === state && (recipient === null || line.recipient === recipient))
      .filter(({ order, id }) => after === null || `${order} ${id}` > `${after.time} ${after.id}`)
      .slice(0, limit);
  }

  async overdue(viewer: UnitId | null) {
    return this.#of(viewer).filter(({ state }) => state === 'overdue').length;
  }

  #of(viewer: UnitId | null): readonly DutyLine[] {
    return this.lines
      .filter(({ recipient, source }) => viewer === null || [recipient, source].includes(viewer))
      .sort((one, other) => (`${one.order} ${one.id}` < `${other.order} ${other.id}` ? -1 : 1));
  }
}
