import { z } from 'zod';
import type { SubjectChangeId, UnitId } from '../brand.ts';
import type { Change } from '../disclosure/change.ts';
import { settle, type stale } from '../disclosure/settle.ts';
import { type Result, refuse } from '../result.ts';
import type {
  Asked,
  Holdings,
  RecordedJoining,
  SubjectChangeOutcome,
  SubjectChangePorts,
  SubjectChangeRefusal,
} from './change-ports.ts';
import { findPerson, nobody } from './find-person.ts';
import { havingParted, recordSubjectChange, shownTo, type Told } from './record-subject-change.ts';
import { type Movable, movables, type NumberScheme, numberSchemes } from './subject-change.ts';

const withdrawnNumbers = z.partialRecord(z.enum(numberSchemes), z.string());

/**
 * Takes a joining back: exactly what it moved and is still where it put it goes back. What came since
 * stays with the record that stayed; requests that were stopped stay stopped.
 * @law AVG 5(1)(d), 16, 19
 */
export function takeBackJoining(
  ports: SubjectChangePorts,
  id: SubjectChangeId,
  asked: Asked,
  dryRun: boolean,
): Promise<Result<SubjectChangeOutcome, SubjectChangeRefusal>> {
  return settle(ports, () => takeBack(ports, id, asked, dryRun));
}

async function takeBack(
  ports: SubjectChangePorts,
  id: SubjectChangeId,
  asked: Asked,
  dryRun: boolean,
): Promise<Result<SubjectChangeOutcome, SubjectChangeRefusal> | typeof stale> {
  const joining = await ports.records.joining(id);
  if (joining === null) return refuse({ kind: 'no-such-joining' });
  const { record } = joining;
  if (joining.isTakenBack) return refuse({ kind: 'taken-back-already' });
  if (!joining.stands) return refuse({ kind: 'joined-since' });
  const stays = await ports.records.holdings(record.subject);
  const goes = await ports.records.holdings(record.other);
  if (stays === null || goes === null) return refuse({ kind: 'no-such-joining' });
  const withdrawn = await readWithdrawn(ports, joining);
  if (withdrawn === null) return refuse({ kind: 'opening-gone' });
  for (const [scheme, value] of withdrawn) {
    const taken = await findPerson(ports, { by: 'reference', reference: { type: scheme, value }, unit: nobody });
    if (taken !== null) return refuse({ kind: 'number-taken', scheme });
  }
  const [first] = withdrawn;
  // A number that was put right meanwhile goes back as it is now.
  const moved = record.movedNumbers.filter((scheme) => stays.numbers[scheme] !== undefined);
  return recordSubjectChange(
    ports,
    {
      kind: 'subject-split',
      record: {
        subject: record.subject,
        other: record.other,
        movedNumbers: moved,
        withdrawnNumbers: [],
        takesBack: id,
      },
      people: [stays, goes],
      personal: {},
      ...(first === undefined ? {} : { mayBeTaken: first[0] }),
      moves: countsOf(joining),
      changes: (change) => changesOf(ports, joining, { stays, moved, withdrawn }, change),
      after: havingParted(stays, record.other, joining.left.fact),
      told: toldOfParting(stays, joining),
    },
    asked,
    dryRun,
  );
}

type Numbers = readonly (readonly [NumberScheme, string])[];

/** Numbers that the joining withdrew, from its own entry; null: they cannot be read any more. */
async function readWithdrawn(ports: SubjectChangePorts, { record }: RecordedJoining): Promise<Numbers | null> {
  if (record.withdrawnNumbers.length === 0) return [];
  const receipt = await ports.journal.receipt(record.entry);
  const opening = receipt?.openings.find(({ name }) => name === 'withdrawn');
  if (opening === undefined) return null;
  const numbers = withdrawnNumbers.parse(JSON.parse(opening.value));
  const all = record.withdrawnNumbers.map((scheme) => [scheme, numbers[scheme] ?? ''] as const);
  return all.some(([, value]) => value === '') ? null : all;
}

function changesOf(
  ports: SubjectChangePorts,
  { record }: RecordedJoining,
  {
    stays,
    moved,
    withdrawn,
  }: { readonly stays: Holdings; readonly moved: readonly NumberScheme[]; readonly withdrawn: Numbers },
  change: SubjectChangeId,
): readonly Change[] {
  const [from, to] = [record.subject, record.other];
  const numbers = [...moved.map((scheme) => [scheme, stays.numbers[scheme] ?? ''] as const), ...withdrawn];
  return [
    { type: 'subject-joined', subject: to, into: null },
    ...moved.map((scheme) => ({ type: 'subject-number-removed', subject: from, scheme }) as const),
    ...numbers.map(([scheme, value]): Change => {
      return { type: 'subject-number-set', subject: to, number: ports.seal(scheme, value, to) };
    }),
    ...movables.map(
      (what) => ({ type: 'subject-rows-moved-back', change, takesBack: record.id, what, from, to }) as const,
    ),
  ];
}

function countsOf({ left }: RecordedJoining): Readonly<Record<Movable, number>> {
  const counts = Object.fromEntries(movables.map((what) => [what, left[what].length]));
  return counts as Record<Movable, number>;
}

function toldOfParting(stays: Holdings, { record, left }: RecordedJoining): readonly Told[] {
  const back = new Set(left.pseudonym);
  const has = (unit: UnitId, isBack: boolean): boolean =>
    stays.pseudonyms.some((each) => each.unit === unit && back.has(each.pseudonym) === isBack);
  return [...shownTo(stays)].map(([unit, pseudonym]) => ({
    unit,
    before: [pseudonym],
    persons: [...(has(unit, false) ? [record.subject] : []), ...(has(unit, true) ? [record.other] : [])],
  }));
}
