import { createHash } from 'node:crypto';
import type { EntryId, Instant } from '../brand.ts';
import { canonical } from '../ledger/canonical.ts';
import type { EntryDraft, JsonValue } from '../ledger/entry.ts';
import { unitFile } from '../partner/unit-file.ts';
import type { CarryOutcome } from '../policy-set/carry-out.ts';
import { stillApproved } from '../policy-set/still-approved.ts';
import { applyChange, type ChangedUnit, type PartnerEffect } from './apply-change.ts';
import { previousDigest } from './change-statement.ts';
import { refusalOfComingKeys } from './check-keys.ts';
import type { PartnerChangePorts, PartnersOnRecord, PlannedPartnerChange } from './ports.ts';

/**
 * Carries out a recorded change: an entry for each unit, the units and the registry's version in one
 * commit, so that no decision under way is written for a partner as it was.
 * INVARIANT: what stands on record now is what the approvers saw, their keys still count, and nothing stands against the
 * encryption keys that come, or nothing changes. Only closing a unit asks for no more than that it is open.
 */
export async function carryOutPartnerChange(
  ports: PartnerChangePorts,
  planned: PlannedPartnerChange,
): Promise<CarryOutcome> {
  const { id, change, statement } = planned;
  const onRecord = await ports.records.read();
  const at = ports.clock.now();
  const effect = applyChange(onRecord.units, change);
  const asApproved =
    effect.ok && (change.action === 'suspend' || previousDigest(effect.value.touched) === statement.previous);
  if (!effect.ok || !asApproved) {
    const why = effect.ok ? 'previous-moved' : effect.refusal.problem;
    return (await ports.records.lapse(id, why, at)) ? 'lapsed' : 'taken';
  }
  const keyRefused = await refusalOfComingKeys(ports.keyChecks, onRecord.units, effect.value, at);
  if (keyRefused !== null) return (await ports.records.lapse(id, `key-${keyRefused.problem}`, at)) ? 'lapsed' : 'taken';
  // Read after the version on which the commit rests: a revocation moves it.
  if (!stillApproved(planned.approvals, await ports.records.approvers())) {
    return (await ports.records.lapse(id, 'approval-revoked', at)) ? 'approval-revoked' : 'taken';
  }
  const entries = changeEntries(ports, planned, effect.value, { onRecord, at });
  const [first] = entries;
  if (first === undefined) throw new TypeError('a change of the partners has an entry');
  const units = effect.value.units.map(({ after }) => after);
  const committed = await ports.journal.commit({
    rests: { subject: null, registryVersion: onRecord.registryVersion, policySet: onRecord.activePolicySet },
    moves: false,
    entries,
    changes: [{ type: 'partners-changed', id, organisations: effect.value.organisations, units, at, entry: first.id }],
  });
  if (committed.outcome === 'durable') return 'done';
  return committed.outcome === 'stale' ? 'busy' : 'taken';
}

/** Everything whose start has come, in the order in which it was recorded. */
export async function carryOutDuePartnerChanges(
  ports: PartnerChangePorts,
): Promise<readonly { readonly change: PlannedPartnerChange; readonly outcome: CarryOutcome }[]> {
  const outcomes: { readonly change: PlannedPartnerChange; readonly outcome: CarryOutcome }[] = [];
  for (const change of await ports.records.due()) {
    outcomes.push({ change, outcome: await carryOutPartnerChange(ports, change) });
  }
  return outcomes;
}

/** One for each unit, so that each unit's own officers see what concerns it. A renamed organisation alone has one too. */
function changeEntries(
  ports: PartnerChangePorts,
  planned: PlannedPartnerChange,
  { units, organisations }: PartnerEffect,
  { onRecord, at }: { readonly onRecord: PartnersOnRecord; readonly at: Instant },
): readonly EntryDraft[] {
  const trace = ports.entropy.trace();
  const { id, change, statement, approvals } = planned;
  const common = { change: id, action: change.action, digest: statement.change, previous: statement.previous };
  const draft = (source: EntryDraft['source'], said: EntryDraft['body']): EntryDraft => ({
    id: ports.entropy.id() as EntryId,
    kind: 'partner-changed',
    time: at,
    trace,
    policySet: onRecord.activePolicySet,
    purpose: null,
    source,
    recipient: null,
    body: { v: 2, ...common, approvals: approvals.length, ...said },
    subject: null,
    // People: their names and signatures can be shown, and erased.
    personal: {
      ...(approvals.length === 0 ? {} : { approvals: approvalsText(planned) }),
      ...(change.action === 'suspend' ? { by: change.by, ground: change.ground } : {}),
    },
    fleeting: {},
  });
  const renamed = organisations.map(({ oin }) => String(oin));
  const perUnit = units.map((unit) => draft(unit.after.id, { ...unitBody(unit), organisations: renamed }));
  return perUnit.length > 0 ? perUnit : [draft(null, { members: [], organisations: renamed })];
}

function unitBody({ before, after, members }: ChangedUnit): Readonly<Record<string, JsonValue>> {
  return {
    unit: after.id,
    standing: before === null ? 'new' : 'known',
    state: after.state,
    members,
    // By digest: whoever holds the change can show that it was this one.
    after: createHash('sha256')
      .update(canonical(unitFile(after)))
      .digest('hex'),
  };
}

function approvalsText({ approvals }: PlannedPartnerChange): string {
  return canonical(approvals.map(({ approver, thumbprint, signature }) => ({ approver, thumbprint, signature })));
}
