import type { TimerId } from '../brand.ts';
import type { Call, TimerView } from '../disclosure/operations.ts';
import type { Subjects } from '../disclosure/ports.ts';
import { type TimerPorts, unitsInRoles } from './fire-timers.ts';

/** A deadline that has fired, for the units that stood in one of its roles then; to all others it does not exist. */
export async function readTimer(
  ports: Pick<TimerPorts, 'timers' | 'policies' | 'snapshots'> & { readonly subjects: Subjects },
  call: Pick<Call, 'partner'>,
  id: TimerId,
): Promise<TimerView | null> {
  const unit = call.partner.unit.id;
  const timer = await ports.timers.find(id);
  const rule = timer && ports.policies.current().timers.get(timer.word);
  if (!timer || !rule || timer.state !== 'fired' || timer.kind === 'retention') return null;
  const { snapshot } = await ports.snapshots.read({
    subject: { by: 'id', id: timer.subject },
    source: unit,
    recipient: unit,
    idempotency: null,
  });
  if (!unitsInRoles(snapshot.facts, rule.to, timer.movedAt).has(unit)) return null;
  return { timer, rule, pseudonym: await ports.subjects.pseudonym(unit, timer.subject) };
}
