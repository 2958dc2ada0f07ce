import type { SubjectChangeId, UnitId } from '../brand.ts';
import type { Change } from '../disclosure/change.ts';
import { settle, type stale } from '../disclosure/settle.ts';
import { canonical } from '../ledger/canonical.ts';
import { type Result, refuse } from '../result.ts';
import type {
  Asked,
  Holdings,
  PersonNamed,
  SubjectChangeOutcome,
  SubjectChangePorts,
  SubjectChangeRefusal,
} from './change-ports.ts';
import { findPerson } from './find-person.ts';
import { joiningConflicts } from './joining-conflicts.ts';
import { recordSubjectChange, shownTo, type Told } from './record-subject-change.ts';
import { type Movable, movables, type NumberScheme, numberSchemes } from './subject-change.ts';

export interface Joining {
  readonly goes: PersonNamed;
  readonly stays: PersonNamed;
  /** Numbers of the record that goes up in the other that are wrong: they find nobody any more. */
  readonly withdraw: readonly NumberScheme[];
}

/**
 * Two records turn out to be of one person: the one goes up in the other. Openings in the ledger stay
 * under the key of the record that they were written about.
 * INVARIANT: what contradicts itself is told and refused, never settled here.
 * @law AVG 5(1)(d), 16, 19
 */
export function joinPeople(
  ports: SubjectChangePorts,
  joining: Joining,
  asked: Asked,
  dryRun: boolean,
): Promise<Result<SubjectChangeOutcome, SubjectChangeRefusal>> {
  return settle(ports, () => join(ports, joining, asked, dryRun));
}

async function join(
  ports: SubjectChangePorts,
  { goes: named, stays: into, withdraw }: Joining,
  asked: Asked,
  dryRun: boolean,
): Promise<Result<SubjectChangeOutcome, SubjectChangeRefusal> | typeof stale> {
  const goes = await findPerson(ports, named);
  if (goes === null) return refuse({ kind: 'unknown-person', which: 'first' });
  const stays = await findPerson(ports, into);
  if (stays === null) return refuse({ kind: 'unknown-person', which: 'second' });
  if (goes.subject.id === stays.subject.id) return refuse({ kind: 'same-person' });
  const absent = withdraw.find((scheme) => goes.numbers[scheme] === undefined);
  if (absent !== undefined) return refuse({ kind: 'no-number-to-withdraw', scheme: absent });
  const conflicts = joiningConflicts(ports.policies.current().catalogue, stays, goes, withdraw);
  if (conflicts.length > 0) return refuse({ kind: 'conflicts', conflicts });
  const moved = numberSchemes.filter((scheme) => goes.numbers[scheme] !== undefined && !withdraw.includes(scheme));
  const withdrawn = Object.fromEntries(withdraw.map((scheme) => [scheme, goes.numbers[scheme] ?? '']));
  return recordSubjectChange(
    ports,
    {
      kind: 'subject-merged',
      record: {
        subject: stays.subject.id,
        other: goes.subject.id,
        movedNumbers: moved,
        withdrawnNumbers: withdraw,
        takesBack: null,
      },
      people: [stays, goes],
      // Here alone, so that taking it back can give it back, and erasing the person erases it.
      personal: withdraw.length === 0 ? {} : { withdrawn: canonical(withdrawn) },
      moves: countsOf(goes),
      changes: (change) => changesOf(ports, { stays, goes }, moved, change),
      after: [{ id: stays.subject.id, facts: [...stays.facts, ...goes.facts] }],
      told: toldOfJoining(stays, goes),
    },
    asked,
    dryRun,
  );
}

function changesOf(
  ports: SubjectChangePorts,
  { stays, goes }: { readonly stays: Holdings; readonly goes: Holdings },
  moved: readonly NumberScheme[],
  change: SubjectChangeId,
): readonly Change[] {
  const [from, to] = [goes.subject.id, stays.subject.id];
  return [
    ...numberSchemes
      .filter((scheme) => goes.numbers[scheme] !== undefined)
      .map((scheme) => ({ type: 'subject-number-removed', subject: from, scheme }) as const),
    ...moved.map((scheme): Change => {
      const number = ports.seal(scheme, goes.numbers[scheme] ?? '', to);
      return { type: 'subject-number-set', subject: to, number };
    }),
    ...movables.map((what) => ({ type: 'subject-rows-moved', change, what, from, to, rows: 'all' }) as const),
    { type: 'subject-joined', subject: from, into: to },
  ];
}

function countsOf(goes: Holdings): Readonly<Record<Movable, number>> {
  return {
    fact: goes.facts.length,
    consent: goes.consents.length,
    request: goes.requests.length,
    notice: goes.notices.length,
    timer: goes.timers.length,
    claim: goes.claims.length,
    pseudonym: goes.pseudonyms.length,
    'case-reference': goes.caseReferences.length,
    person: goes.persons.length,
  };
}

/** Every unit that knows either: to it the person has become more than it was. */
function toldOfJoining(stays: Holdings, goes: Holdings): readonly Told[] {
  const [stayed, went] = [shownTo(stays), shownTo(goes)];
  const units = new Set<UnitId>([...stayed.keys(), ...went.keys()]);
  return [...units].map((unit) => ({
    unit,
    before: [stayed.get(unit), went.get(unit)].filter((pseudonym) => pseudonym !== undefined),
    persons: [stays.subject.id],
  }));
}
