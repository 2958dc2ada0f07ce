import type { FactId } from '../brand.ts';
import { firstReceipt, subjectMark } from '../disclosure/entries.ts';
import type { Call, FactOutcome } from '../disclosure/operations.ts';
import { keyProblem } from '../disclosure/replay.ts';
import { settle, stale } from '../disclosure/settle.ts';
import { claimOf, type FactPorts, readFor } from './attest-fact.ts';
import { consequencesOf } from './consequences.ts';
import type { Fact } from './fact.ts';
import { factEntry } from './fact-entry.ts';
import { isInvolved } from './notices.ts';
import { factEvent } from './put-on-record.ts';

/**
 * A unit that a fact is about, or that is involved with its subject, says that it is not so. Until the
 * attesting unit settles it, the fact permits nothing. To anybody else there is no such fact.
 * @law AVG 5(1)(d), 18(1)(a)
 */
export function disputeFact(ports: FactPorts, call: Call, id: FactId, ground: string): Promise<FactOutcome> {
  return settle(ports, () => recordDispute(ports, call, id, ground));
}

async function recordDispute(
  ports: FactPorts,
  call: Call,
  id: FactId,
  ground: string,
): Promise<FactOutcome | typeof stale> {
  const unit = call.partner.unit.id;
  const { version } = ports.registry.current();
  const found = await ports.facts.find(id);
  // The same reading for a fact that is not there, so that it costs the same.
  const { snapshot, claim } = await readFor(ports, call, subjectMark(ports.entropy, found?.subject ?? null));
  if (claim !== null) return keyProblem(call, claim, 'fact-dispute') ?? { kind: 'replayed', id: claim.resource.id };
  const now = ports.clock.now();
  if (found === null || snapshot.subject === null) return { kind: 'not-found' };
  if (found.unit !== unit && !isInvolved(snapshot.facts, unit, now)) return { kind: 'not-found' };
  const before = await ports.facts.of(found.subject);
  const fact = before.find((each) => each.id === id);
  if (fact === undefined || (fact.state !== 'attested' && fact.state !== 'ended')) return { kind: 'wrong-fact-state' };
  const disputed: Fact = { ...fact, state: 'disputed' };
  const after = before.map((each) => (each.id === id ? disputed : each));
  const follows = consequencesOf(ports, call, snapshot.subject, { before, after }, now);
  const committed = await ports.journal.commit({
    rests: { subject: snapshot.subject, registryVersion: version, policySet: ports.policies.current().digest },
    moves: true,
    entries: [
      factEntry(ports, call, disputed, 'fact-disputed', now, { body: { by: unit }, personal: { ground } }),
      ...follows.entries,
    ],
    changes: [
      claimOf(call, { type: 'fact-dispute', id }, now),
      { type: 'fact-disputed', id, by: unit, at: now, ground },
      factEvent(ports, disputed, 'disputed', now),
      ...follows.changes,
    ],
  });
  if (committed.outcome !== 'durable') return stale;
  return { kind: 'disputed', id, receipt: firstReceipt(committed.receipts, 'source') };
}
