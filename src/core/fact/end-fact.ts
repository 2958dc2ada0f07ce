import type { FactId, Instant } from '../brand.ts';
import { firstReceipt } from '../disclosure/entries.ts';
import type { Call, FactOutcome } from '../disclosure/operations.ts';
import { keyProblem } from '../disclosure/replay.ts';
import { settle, stale } from '../disclosure/settle.ts';
import { claimOf, type FactPorts, readFor } from './attest-fact.ts';
import { consequencesOf } from './consequences.ts';
import type { Fact } from './fact.ts';
import { factEntry } from './fact-entry.ts';

const tooEarly = { nl: 'moet na het begin van het feit liggen', en: 'must be after the start of the fact' };
const tooLate = {
  nl: 'moet voor het einde liggen dat al vaststaat; een langere periode is een correctie',
  en: 'must be before the end that is on record; a longer period is a correction',
};

/** The unit that attested a fact states when it ends. Whoever was told of its start is told of its end. */
export function endFact(ports: FactPorts, call: Call, id: FactId, until: Instant): Promise<FactOutcome> {
  return settle(ports, () => recordEnd(ports, call, id, until));
}

/** INVARIANT: an end is only ever brought forward: what has expired does not come back as something that was ended. */
function endsEarlier(fact: Fact, until: Instant): boolean {
  return fact.until === null || until < fact.until;
}

async function recordEnd(
  ports: FactPorts,
  call: Call,
  id: FactId,
  until: Instant,
): Promise<FactOutcome | typeof stale> {
  const { version } = ports.registry.current();
  const fact = await ports.facts.find(id);
  if (fact === null || fact.attestedBy !== call.partner.unit.id) return { kind: 'not-found' };
  const { snapshot, claim } = await readFor(ports, call, fact.subject);
  if (claim !== null) return keyProblem(call, claim, 'fact-end') ?? { kind: 'replayed', id: claim.resource.id };
  if (fact.state !== 'attested' && !(fact.state === 'ended' && endsEarlier(fact, until)))
    return { kind: 'already-ended' };
  if (!endsEarlier(fact, until)) return { kind: 'invalid', member: 'until', problem: tooLate };
  if (until <= fact.from) return { kind: 'invalid', member: 'until', problem: tooEarly };
  if (snapshot.subject === null) throw new RangeError('a fact is always about a known person');
  const now = ports.clock.now();
  const set = ports.policies.current();
  const ended: Fact = { ...fact, until, state: 'ended' };
  const before = await ports.facts.of(fact.subject);
  const after = before.map((each) => (each.id === id ? ended : each));
  const follows = consequencesOf(ports, call, snapshot.subject, { before, after }, now);
  const committed = await ports.journal.commit({
    rests: { subject: snapshot.subject, registryVersion: version, policySet: set.digest },
    moves: true,
    entries: [factEntry(ports, call, ended, 'fact-ended', now), ...follows.entries],
    changes: [claimOf(call, { type: 'fact-end', id }, now), { type: 'fact-ended', id, until }, ...follows.changes],
  });
  if (committed.outcome !== 'durable') return stale;
  return { kind: 'ended', id, until, receipt: firstReceipt(committed.receipts, 'source') };
}
