import type { FactId } from '../brand.ts';
import { firstReceipt, subjectMark } from '../disclosure/entries.ts';
import type { Call, FactCorrection, FactOutcome } from '../disclosure/operations.ts';
import { keyProblem } from '../disclosure/replay.ts';
import { stale } from '../disclosure/settle.ts';
import { settleReference, taken } from '../disclosure/settle-reference.ts';
import { involvementNeeded } from './attest.ts';
import { claimOf, type FactPorts, newFact, objectionTo, readFor, referenceGiven } from './attest-fact.ts';
import { isInvolved } from './notices.ts';
import { putOnRecord } from './put-on-record.ts';

/**
 * The unit that attested a fact says what it should have been. The old one never counts again, a new
 * one of the same type stands in its place, and a dispute is settled by it: one commit.
 * @law AVG 16; Wjsg 18
 */
export function correctFact(
  ports: FactPorts,
  call: Call,
  id: FactId,
  correction: FactCorrection,
): Promise<FactOutcome> {
  return settleReference(ports, correction, (given) => recordCorrection(ports, call, id, given));
}

async function recordCorrection(
  ports: FactPorts,
  call: Call,
  id: FactId,
  correction: FactCorrection,
): Promise<FactOutcome | typeof stale | typeof taken> {
  const unit = call.partner.unit;
  const { version } = ports.registry.current();
  const set = ports.policies.current();
  const found = await ports.facts.find(id);
  const { snapshot, claim } = await readFor(ports, call, subjectMark(ports.entropy, found?.subject ?? null));
  if (claim !== null) return keyProblem(call, claim, 'fact-correction') ?? { kind: 'replayed', id: claim.resource.id };
  if (found === null || found.attestedBy !== unit.id || snapshot.subject === null) return { kind: 'not-found' };
  // From the reading that the commit rests on: the fact may have moved since it was found.
  const before = await ports.facts.of(found.subject);
  const old = before.find((fact) => fact.id === id);
  if (old === undefined || old.state === 'corrected') return { kind: 'wrong-fact-state' };
  const statement = { ...correction, type: old.type };
  const objection = objectionTo(ports, call, statement);
  if (objection !== null) return objection;
  const now = ports.clock.now();
  const needed = involvementNeeded(set.catalogue, unit.kind, statement);
  if (needed !== null && !isInvolved(snapshot.facts, unit.id, now, needed)) {
    return { kind: 'may-not-attest' };
  }
  const fact = newFact(ports, call, statement, old.subject);
  const recorded = putOnRecord(ports, call, fact, { subject: snapshot.subject, before, corrects: old }, now);
  const committed = await ports.journal.commit({
    rests: { subject: snapshot.subject, registryVersion: version, policySet: set.digest },
    moves: true,
    entries: recorded.entries,
    changes: [
      claimOf(call, { type: 'fact-correction', id: fact.id }, now),
      ...recorded.changes,
      ...referenceGiven(fact, correction.caseReference),
    ],
  });
  if (committed.outcome === 'conflict' && committed.what === 'unique') return taken;
  if (committed.outcome !== 'durable') return stale;
  return { kind: 'corrected', old: id, fact, receipt: firstReceipt(committed.receipts, 'source') };
}
