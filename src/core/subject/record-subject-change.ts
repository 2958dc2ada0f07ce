import type { EntryId, SubjectChangeId, SubjectId, UnitId } from '../brand.ts';
import type { Change } from '../disclosure/change.ts';
import { frame } from '../disclosure/entries.ts';
import { stale } from '../disclosure/settle.ts';
import { isWaiting } from '../disclosure/state.ts';
import type { Fact } from '../fact/fact.ts';
import type { EntryKind } from '../ledger/entry.ts';
import { ok, type Result, refuse } from '../result.ts';
import { dutiesWoken, timersReckoned } from '../timer/timer-changes.ts';
import type {
  Asked,
  Holdings,
  SubjectChangeOutcome,
  SubjectChangePorts,
  SubjectChangeRefusal,
} from './change-ports.ts';
import type { Movable, NumberScheme, SubjectChangeRecord } from './subject-change.ts';

/** A unit that must know, with its pseudonyms until now and whom it knows after it. */
export interface Told {
  readonly unit: UnitId;
  readonly before: readonly string[];
  readonly persons: readonly SubjectId[];
}

/** Somebody with the facts that are about them. */
interface Having {
  readonly id: SubjectId;
  readonly facts: readonly Fact[];
}

/** One change of who is who, ready to be written or only counted. */
export interface SubjectChangePlan {
  readonly kind: EntryKind & ('subject-identifier-corrected' | 'subject-merged' | 'subject-split');
  readonly record: Pick<SubjectChangeRecord, 'subject' | 'other' | 'movedNumbers' | 'withdrawnNumbers' | 'takesBack'>;
  /** Whom it rests on and moves: the first is the one whose key the entry is under. */
  readonly people: readonly [Holdings, ...Holdings[]];
  /** Personal values for the entry, beside who asked and who it is about. */
  readonly personal: Readonly<Record<string, string>>;
  /** Set to somebody by this change: it may have become another's meanwhile. */
  readonly mayBeTaken?: NumberScheme;
  /** Written before what moves, such as who comes into being. */
  readonly first?: readonly Change[];
  readonly moves: Readonly<Record<Movable, number>>;
  /** All of it about the people that it rests on. */
  readonly changes: (change: SubjectChangeId) => readonly Change[];
  /** Who has other facts after it than before, with those. */
  readonly after: readonly Having[];
  readonly told: readonly Told[];
}

const kinds = {
  'subject-identifier-corrected': 'identifier-corrected',
  'subject-merged': 'merged',
  'subject-split': 'split',
} as const;

/**
 * Writes a change of who is who in one commit with its entry: moves the epoch of everybody it is about,
 * stops what is not delivered yet, ends the sessions of these people, and tells the units that know them.
 * @law AVG 5(1)(d), 16, 19
 */
export async function recordSubjectChange(
  ports: SubjectChangePorts,
  plan: SubjectChangePlan,
  asked: Asked,
  dryRun: boolean,
): Promise<Result<SubjectChangeOutcome, SubjectChangeRefusal> | typeof stale> {
  const id = ports.entropy.id() as SubjectChangeId;
  const outcome = outcomeOf(plan);
  if (dryRun) return ok(outcome);
  const registryVersion = ports.registry.current().version;
  const policySet = ports.policies.current().digest;
  const at = ports.clock.now();
  const about = { trace: ports.entropy.trace(), purpose: null, source: null, recipient: null };
  const [{ subject }, ...others] = plan.people;
  const common = frame(ports.entropy, about, at, policySet);
  const { other, takesBack } = plan.record;
  const committed = await ports.journal.commit({
    rests: { subject, others: others.map((each) => each.subject), registryVersion, policySet },
    moves: true,
    entries: [
      {
        ...common,
        kind: plan.kind,
        body: {
          change: id,
          ...(takesBack === null ? {} : { takesBack }),
        },
        subject: subject.id,
        personal: {
          subject: subject.id,
          ...(other === null ? {} : { other }),
          requestedBy: asked.by,
          ground: asked.ground,
          ...plan.personal,
        },
        fleeting: {},
      },
    ],
    changes: [...changesOf(ports, plan, { ...plan.record, id, kind: kinds[plan.kind], at, entry: common.id })],
  });
  if (committed.outcome === 'durable') return ok({ ...outcome, id });
  // The one row here that somebody else may hold is a number.
  if (committed.outcome === 'conflict' && committed.what === 'unique' && plan.mayBeTaken !== undefined) {
    return refuse({ kind: 'number-taken', scheme: plan.mayBeTaken });
  }
  return stale;
}

function* changesOf(
  ports: SubjectChangePorts,
  plan: SubjectChangePlan,
  record: SubjectChangeRecord & { readonly entry: EntryId },
): Iterable<Change> {
  const { id, at, entry, subject, other } = record;
  // Not only who it rests on: whoever comes to be by it has things held about them too.
  const subjects = other === null ? [subject] : [subject, other];
  yield* plan.first ?? [];
  yield { type: 'subject-change-recorded', change: record };
  // Before anything moves: what is stopped is what rested on these people as they were.
  yield { type: 'subject-requests-stopped', subjects, at, entry };
  yield* plan.changes(id);
  // After it: what waits, and what somebody holds, is reckoned by the facts of whoever it is about now.
  for (const { id: person, facts } of plan.after) {
    yield timersReckoned({ set: ports.policies.current(), entropy: ports.entropy, now: at }, person, facts);
  }
  yield dutiesWoken(subjects, null, at);
  yield { type: 'subject-sessions-ended', subjects };
  for (const { unit, before, persons } of plan.told) {
    yield { type: 'subject-change-told', change: id, unit, before, persons };
    const dataref = `/v1/subject-changes/${id}`;
    const type = 'nl.sluis.subject.changed';
    yield {
      type: 'event-emitted',
      event: { id: ports.entropy.id(), unit, type, time: at, dataref, about: record.subject },
    };
  }
}

function outcomeOf({ people, moves, record, told }: SubjectChangePlan): SubjectChangeOutcome {
  const stopped = people.flatMap(({ requests }) => requests.filter(({ state }) => isWaiting(state)));
  return {
    id: null,
    moves,
    numbers: { moved: record.movedNumbers, withdrawn: record.withdrawnNumbers },
    stops: stopped.length,
    tells: told.length,
  };
}

/** Both after some facts of the one went to the other, who had none. */
export function havingParted(
  { subject, facts }: Pick<Holdings, 'subject' | 'facts'>,
  other: SubjectId,
  gone: readonly string[],
): readonly [Having, Having] {
  const went = new Set(gone);
  return [
    { id: subject.id, facts: facts.filter(({ id }) => !went.has(id)) },
    { id: other, facts: facts.filter(({ id }) => went.has(id)) },
  ];
}

/** The pseudonym that each unit was shown for this person. */
export function shownTo({ pseudonyms }: Pick<Holdings, 'pseudonyms'>): ReadonlyMap<UnitId, string> {
  return new Map(pseudonyms.toReversed().map(({ unit, pseudonym }) => [unit, pseudonym]));
}
