import type { ClaimId } from '../brand.ts';
import { firstReceipt, subjectMark } from '../disclosure/entries.ts';
import type { Call, ClaimConfirmation, ClaimDecision } from '../disclosure/operations.ts';
import type { Reading } from '../disclosure/ports.ts';
import { keyProblem } from '../disclosure/replay.ts';
import { settle, stale } from '../disclosure/settle.ts';
import { settleReference, taken } from '../disclosure/settle-reference.ts';
import { claimOf, newFact, objectionTo, readFor, referenceGiven } from '../fact/attest-fact.ts';
import { isInvolved } from '../fact/notices.ts';
import { putOnRecord } from '../fact/put-on-record.ts';
import { involvementRole, involvementType } from '../policy/condition.ts';
import type { Subject } from '../subject/reference.ts';
import { type ClaimPorts, claimEntry, claimEvent } from './claim-involvement.ts';
import type { InvolvementClaim } from './involvement-claim.ts';

interface Decidable {
  readonly claim: InvolvementClaim;
  readonly subject: Subject;
}

/** The attesting unit confirms: the involvement of the claimant is on record in the same commit. */
export function confirmClaim(
  ports: ClaimPorts,
  call: Call,
  id: ClaimId,
  confirmation: ClaimConfirmation,
): Promise<ClaimDecision> {
  return settleReference(ports, confirmation, (given) => recordConfirmation(ports, call, id, given));
}

/** The attesting unit says no. The claimant is not told: a no and a person nobody knows look the same. */
export function rejectClaim(ports: ClaimPorts, call: Call, id: ClaimId, ground: string): Promise<ClaimDecision> {
  return settle(ports, async () => {
    const { version: registryVersion } = ports.registry.current();
    const read = await readClaim(ports, call, id);
    if (read.used !== null) {
      return (
        keyProblem(call, read.used, 'involvement-rejection') ??
        ({ kind: 'replayed', id: read.used.resource.id } as const)
      );
    }
    if (read.decidable === null) return { kind: 'not-found' } as const;
    const { claim } = read.decidable;
    if (claim.state !== 'received') return { kind: 'already-decided' } as const;
    const now = ports.clock.now();
    const committed = await ports.journal.commit({
      rests: { subject: null, registryVersion, policySet: ports.policies.current().digest },
      moves: false,
      entries: [claimEntry(ports, call, claim, 'involvement-rejected', now, { ground })],
      changes: [
        claimOf(call, { type: 'involvement-rejection', id }, now),
        { type: 'involvement-claim-moved', id, to: 'rejected', at: now },
      ],
    });
    if (committed.outcome !== 'durable') return stale;
    return { kind: 'rejected', id, receipt: firstReceipt(committed.receipts, 'source') } as const;
  });
}

/**
 * The claim with its subject, where this unit is the one that attests and is involved with the
 * subject itself, now. To every other, and about everybody else, there is no such claim.
 */
async function readClaim(
  ports: ClaimPorts,
  call: Call,
  id: ClaimId,
): Promise<{ readonly used: Reading['claim']; readonly decidable: Decidable | null }> {
  const unit = call.partner.unit.id;
  const claim = await ports.claims.find(id);
  // The same reading for a claim that is not there or about nobody, so that it costs the same.
  const { snapshot, claim: used } = await readFor(ports, call, subjectMark(ports.entropy, claim?.subject ?? null));
  const isTheirs =
    claim?.attester === unit && snapshot.subject !== null && isInvolved(snapshot.facts, unit, ports.clock.now());
  return { used, decidable: isTheirs && snapshot.subject !== null ? { claim, subject: snapshot.subject } : null };
}

async function recordConfirmation(
  ports: ClaimPorts,
  call: Call,
  id: ClaimId,
  confirmation: ClaimConfirmation,
): Promise<ClaimDecision | typeof stale | typeof taken> {
  const { version: registryVersion } = ports.registry.current();
  const read = await readClaim(ports, call, id);
  if (read.used !== null) {
    return keyProblem(call, read.used, 'involvement-confirmation') ?? { kind: 'replayed', id: read.used.resource.id };
  }
  if (read.decidable === null) return { kind: 'not-found' };
  const { claim, subject } = read.decidable;
  if (claim.state !== 'received') return { kind: 'already-decided' };
  const attributes = { [involvementRole]: claim.role };
  const statement = { ...confirmation, type: involvementType, unit: claim.claimant, attributes };
  const objection = objectionTo(ports, call, statement);
  if (objection !== null) return objection;
  const now = ports.clock.now();
  const fact = newFact(ports, call, statement, subject.id);
  const before = await ports.facts.of(subject.id);
  const recorded = putOnRecord(ports, call, fact, { subject, before, corrects: null }, now);
  const committed = await ports.journal.commit({
    rests: { subject, registryVersion, policySet: ports.policies.current().digest },
    moves: true,
    entries: [claimEntry(ports, call, claim, 'involvement-confirmed', now, {}), ...recorded.entries],
    changes: [
      claimOf(call, { type: 'involvement-confirmation', id }, now),
      { type: 'involvement-claim-moved', id, to: 'confirmed', at: now },
      ...recorded.changes,
      ...referenceGiven(fact, confirmation.caseReference),
      claimEvent(ports, claim, claim.claimant, 'confirmed', now),
    ],
  });
  if (committed.outcome === 'conflict' && committed.what === 'unique') return taken;
  if (committed.outcome !== 'durable') return stale;
  return { kind: 'confirmed', id, fact: fact.id, receipt: firstReceipt(committed.receipts, 'source') };
}
