import type { FactId } from '../brand.ts';
import { firstReceipt, subjectMark } from '../disclosure/entries.ts';
import type { Call, FactOutcome } from '../disclosure/operations.ts';
import { keyProblem } from '../disclosure/replay.ts';
import { settle, stale } from '../disclosure/settle.ts';
import { claimOf, type FactPorts, readFor } from './attest-fact.ts';
import { consequencesOf } from './consequences.ts';
import type { Fact } from './fact.ts';
import { factEntry } from './fact-entry.ts';

/** The unit that attested a disputed fact looked into it and stands by it: it counts again. */
export function confirmFact(ports: FactPorts, call: Call, id: FactId): Promise<FactOutcome> {
  return settle(ports, () => recordConfirmation(ports, call, id));
}

async function recordConfirmation(ports: FactPorts, call: Call, id: FactId): Promise<FactOutcome | typeof stale> {
  const { version } = ports.registry.current();
  const found = await ports.facts.find(id);
  const { snapshot, claim } = await readFor(ports, call, subjectMark(ports.entropy, found?.subject ?? null));
  if (claim !== null) {
    return keyProblem(call, claim, 'fact-confirmation') ?? { kind: 'replayed', id: claim.resource.id };
  }
  if (found === null || found.attestedBy !== call.partner.unit.id || snapshot.subject === null) {
    return { kind: 'not-found' };
  }
  const before = await ports.facts.of(found.subject);
  const fact = before.find((each) => each.id === id);
  if (fact?.state !== 'disputed') return { kind: 'wrong-fact-state' };
  const now = ports.clock.now();
  // What it was before is not kept; whether it has come to its end says its period.
  const state = fact.until !== null && fact.until <= now ? 'ended' : 'attested';
  const confirmed: Fact = { ...fact, state };
  const after = before.map((each) => (each.id === id ? confirmed : each));
  const follows = consequencesOf(ports, call, snapshot.subject, { before, after }, now);
  const committed = await ports.journal.commit({
    rests: { subject: snapshot.subject, registryVersion: version, policySet: ports.policies.current().digest },
    moves: true,
    entries: [factEntry(ports, call, confirmed, 'fact-confirmed', now), ...follows.entries],
    changes: [
      claimOf(call, { type: 'fact-confirmation', id }, now),
      { type: 'fact-confirmed', id, to: state },
      ...follows.changes,
    ],
  });
  if (committed.outcome !== 'durable') return stale;
  return { kind: 'confirmed', id, state, receipt: firstReceipt(committed.receipts, 'source') };
}
