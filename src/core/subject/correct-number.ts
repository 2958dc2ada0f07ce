import { settle, type stale } from '../disclosure/settle.ts';
import { type Result, refuse } from '../result.ts';
import type {
  Asked,
  Holdings,
  PersonNamed,
  SubjectChangeOutcome,
  SubjectChangePorts,
  SubjectChangeRefusal,
} from './change-ports.ts';
import { findPerson, nobody } from './find-person.ts';
import { recordSubjectChange, shownTo, type Told } from './record-subject-change.ts';
import { type NumberScheme, nothingMoves } from './subject-change.ts';

/**
 * Gives a person the right number. The wrong one finds nobody any more; one that is somebody else's
 * refuses, since they may then be one person.
 * @law AVG 5(1)(d), 16, 19
 */
export function correctNumber(
  ports: SubjectChangePorts,
  person: PersonNamed,
  right: { readonly scheme: NumberScheme; readonly value: string },
  asked: Asked,
  dryRun: boolean,
): Promise<Result<SubjectChangeOutcome, SubjectChangeRefusal>> {
  return settle(ports, () => correct(ports, person, right, asked, dryRun));
}

async function correct(
  ports: SubjectChangePorts,
  person: PersonNamed,
  { scheme, value }: { readonly scheme: NumberScheme; readonly value: string },
  asked: Asked,
  dryRun: boolean,
): Promise<Result<SubjectChangeOutcome, SubjectChangeRefusal> | typeof stale> {
  const holdings = await findPerson(ports, person);
  if (holdings === null) return refuse({ kind: 'unknown-person', which: 'first' });
  const wrong = holdings.numbers[scheme];
  if (wrong === value) return refuse({ kind: 'same-number' });
  const reference = { type: scheme, value };
  if ((await findPerson(ports, { by: 'reference', reference, unit: nobody })) !== null) {
    return refuse({ kind: 'number-taken', scheme });
  }
  const { id } = holdings.subject;
  const number = ports.seal(scheme, value, id);
  return recordSubjectChange(
    ports,
    {
      kind: 'subject-identifier-corrected',
      record: { subject: id, other: null, movedNumbers: [], withdrawnNumbers: [], takesBack: null },
      people: [holdings],
      personal: { scheme, numberAfter: value, ...(wrong === undefined ? {} : { numberBefore: wrong }) },
      mayBeTaken: scheme,
      moves: nothingMoves,
      changes: () => [{ type: 'subject-number-set', subject: id, number }],
      after: [],
      told: toldOfNumber(ports, holdings, scheme),
    },
    asked,
    dryRun,
  );
}

/** Units that know the person and may hold this number; to the others nothing has changed. @law UAVG 46 */
function toldOfNumber(ports: SubjectChangePorts, holdings: Holdings, scheme: NumberScheme): readonly Told[] {
  const { partnerKinds } = ports.policies.current().catalogue;
  const { units } = ports.registry.current();
  return [...shownTo(holdings)].flatMap(([unit, pseudonym]) => {
    const kind = partnerKinds.get(units.get(unit)?.kind ?? '');
    const may = scheme === 'bsn' ? kind?.mayProcessBsn : kind?.mayProcessSkn;
    return may === true ? [{ unit, before: [pseudonym], persons: [holdings.subject.id] }] : [];
  });
}
