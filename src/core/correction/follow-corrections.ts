import type { Change } from '../disclosure/change.ts';
import { eachDue } from '../disclosure/each-in-turn.ts';
import type { Requests } from '../disclosure/ports.ts';
import { settle, stale } from '../disclosure/settle.ts';
import { nextLook } from '../policy/next-look.ts';
import { personOf } from './confirm-correction.ts';
import { followedEntry } from './correction-entries.ts';
import type { CorrectionPorts } from './make-correction.ts';
import type { DueCorrection } from './ports.ts';

export type FollowPorts = Pick<
  CorrectionPorts,
  'clock' | 'entropy' | 'registry' | 'policies' | 'journal' | 'corrections'
> & { readonly requests: Requests };

/**
 * Reminds recipients of corrections that they did not confirm, and says that one is overdue. Each is told once, however
 * many gateways look. Returns how much was put on record here.
 */
export async function followCorrections(ports: FollowPorts): Promise<number> {
  return eachDue(
    (passed) => ports.corrections.due(ports.clock.now(), passed),
    (one) => settle(ports, () => follow(ports, one)),
  );
}

async function follow(ports: FollowPorts, due: DueCorrection): Promise<boolean | typeof stale> {
  const { correction, notice, seen } = due;
  const { id } = correction;
  const { recipient, dueAt } = notice;
  const set = ports.policies.current();
  const at = ports.clock.now();
  const step = dueAt <= at ? 'due' : 'reminder';
  const subject = await personOf(ports, notice);
  const told = (unit: typeof recipient, what: string): Change => {
    const event = { id: ports.entropy.id(), unit, type: `nl.sluis.correction.${what}`, time: at };
    return { type: 'event-emitted', event: { ...event, dataref: `/v1/corrections/${id}`, about: subject } };
  };
  const committed = await ports.journal.commit({
    rests: { subject: null, registryVersion: ports.registry.current().version, policySet: set.digest },
    moves: false,
    entries: [followedEntry(ports, correction, recipient, { step, subject, at })],
    changes: [
      { type: 'correction-followed', id, recipient, seen, lookAt: nextLook(set.deadlines.corrections, dueAt, at) },
      told(recipient, step),
      // Whose correction it is answers for it that it arrives.
      ...(step === 'due' ? [told(correction.source, 'overdue')] : []),
    ],
  });
  if (committed.outcome === 'durable') return true;
  // Another gateway was first, or it was confirmed meanwhile.
  return committed.outcome === 'conflict' ? false : stale;
}
