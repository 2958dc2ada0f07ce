import type { Digest, EntryId, Instant } from '../brand.ts';
import { canonical } from '../ledger/canonical.ts';
import type { EntryDraft } from '../ledger/entry.ts';
import { effectOf, type PlannedChange, type PolicySetsOnRecord } from './activation.ts';
import type { ChangePorts } from './ports.ts';
import { stillApproved } from './still-approved.ts';

/**
 * - `done`: in force from this commit on
 * - `taken`: another instance was first
 * - `busy`: what it rests on is moving; try again
 * - `lapsed`: it does not fit what is on record (any more), or its set does not load
 * - `approval-revoked`: it lapsed because the key of somebody who approved it was revoked before its start
 */
export type CarryOutcome = 'done' | 'taken' | 'busy' | 'lapsed' | 'approval-revoked';

/**
 * Carries out a recorded change: entry, active set, withdrawn sets and registry version in one commit,
 * so that no decision under way is written under a set that is no longer the active one.
 * INVARIANT: a set that does not load, or whose approvers' keys are revoked by now, never comes into force; the last good one stays.
 */
export async function carryOut(
  ports: ChangePorts,
  change: PlannedChange,
  loads: (set: Digest) => Promise<boolean>,
): Promise<CarryOutcome> {
  const { id, statement } = change;
  const onRecord = await ports.records.read();
  const at = ports.clock.now();
  const effect = effectOf(statement, onRecord);
  const lapse = async (why: string): Promise<CarryOutcome> =>
    (await ports.records.lapse(id, why, at)) ? 'lapsed' : 'taken';
  if (effect === null) {
    // Read before another instance was first: then it is no longer planned, and nothing lapsed.
    return onRecord.planned.some((planned) => planned.id === id) ? lapse('does-not-fit') : 'taken';
  }
  // Read after the version on which the commit rests: a revocation moves it.
  if (!stillApproved(change.approvals, await ports.records.approvers())) {
    return (await lapse('approval-revoked')) === 'taken' ? 'taken' : 'approval-revoked';
  }
  if (!(await loads(statement.set))) return lapse('does-not-load');
  const entry = changeEntry(ports, change, onRecord, at);
  const written = { id, set: statement.set, previous: statement.previous, at, entry: entry.id };
  const committed = await ports.journal.commit({
    rests: { subject: null, registryVersion: onRecord.registryVersion, policySet: onRecord.active },
    moves: false,
    entries: [entry],
    changes: [
      effect === 'activates'
        ? { type: 'policy-activated', ...written }
        : { type: 'policy-rolled-back', ...written, cancels: effect === 'cancels' },
    ],
  });
  if (committed.outcome === 'durable') return 'done';
  return committed.outcome === 'stale' ? 'busy' : 'taken';
}

export interface CarriedOutcome {
  readonly change: PlannedChange;
  readonly outcome: CarryOutcome;
}

/** Everything whose start has come, in the order in which it was recorded. */
export async function carryOutDue(
  ports: ChangePorts,
  loads: (set: Digest) => Promise<boolean>,
): Promise<readonly CarriedOutcome[]> {
  const outcomes: CarriedOutcome[] = [];
  for (const change of await ports.records.due())
    outcomes.push({ change, outcome: await carryOut(ports, change, loads) });
  return outcomes;
}

function changeEntry(
  ports: ChangePorts,
  { id, statement, approvals }: PlannedChange,
  onRecord: PolicySetsOnRecord,
  at: Instant,
): EntryDraft {
  const { action, set, from, previous } = statement;
  return {
    id: ports.entropy.id() as EntryId,
    kind: action === 'activate' ? 'policy-activated' : 'policy-rolled-back',
    time: at,
    trace: ports.entropy.trace(),
    policySet: onRecord.active,
    purpose: null,
    source: null,
    recipient: null,
    body: {
      v: 2,
      change: id,
      set,
      ...(from === null ? {} : { from }),
      ...(previous === null ? {} : { previous }),
      approvals: approvals.length,
    },
    subject: null,
    // Approvers are people: their names and signatures can be shown, and erased.
    personal: {
      approvals: canonical(
        approvals.map(({ approver, thumbprint, signature }) => ({ approver, thumbprint, signature })),
      ),
    },
    fleeting: {},
  };
}
