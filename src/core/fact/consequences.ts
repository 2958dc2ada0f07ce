import type { Instant } from '../brand.ts';
import type { Call } from '../disclosure/operations.ts';
import type { Subject } from '../subject/reference.ts';
import { timerChanges } from '../timer/timer-changes.ts';
import type { FactPorts } from './attest-fact.ts';
import type { Fact } from './fact.ts';
import { noticesFor, type Pushed } from './notices.ts';

/** Everything that a change of a person's facts sets in motion, for the commit of that change. */
export function consequencesOf(
  ports: FactPorts,
  call: Call,
  subject: Subject,
  facts: { readonly before: readonly Fact[]; readonly after: readonly Fact[] },
  now: Instant,
): Pushed {
  const { policies } = ports;
  const set = policies.current();
  const world = { set, policies, registry: ports.registry.current(), entropy: ports.entropy, trace: call.trace, now };
  const pushed = noticesFor(world, subject, facts.before, facts.after);
  const woken = { type: 'requests-woken', subject: subject.id, at: now } as const;
  return { entries: pushed.entries, changes: [...pushed.changes, ...timerChanges(world, subject, facts), woken] };
}
