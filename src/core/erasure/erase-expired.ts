import { frame } from '../disclosure/entries.ts';
import { leavesThatMayGo } from './may-go.ts';
import type { ErasurePorts } from './ports.ts';

/** Leaves of one order: few, since whoever discloses meanwhile waits for its commit. */
const leavesAtOnce = 1_000;

/**
 * Orders the oldest leaves erased whose period ended, and puts on record which. Resolves with how many; 0: there are
 * none, another gateway orders some now, or something that was ordered erased is not done yet. Throws `Fault('ledger-unavailable')`.
 * @law AVG 5(1)(e)
 */
export async function eraseExpired(ports: Omit<ErasurePorts, 'snapshots' | 'beforeKnown'>): Promise<number> {
  const registryVersion = ports.registry.current().version;
  const { digest: policySet, entryRetention } = ports.policies.current();
  const at = ports.clock.now();
  const { ranges, leaves, erased } = await ports.records.expired(leavesThatMayGo(entryRetention, at), leavesAtOnce);
  if (leaves === 0) return 0;
  const about = { trace: ports.entropy.trace(), purpose: null, source: null, recipient: null };
  const common = frame(ports.entropy, about, at, policySet);
  const committed = await ports.journal.commit({
    rests: { subject: null, registryVersion, policySet },
    moves: false,
    entries: [
      {
        ...common,
        kind: 'erasure',
        body: { scope: 'leaves', ranges: ranges.map((range) => ({ ...range })), erased },
        subject: null,
        personal: {},
        fleeting: {},
      },
    ],
    changes: [{ type: 'leaves-erasure-ordered', id: ports.entropy.id(), entry: common.id, at, ranges, leaves, erased }],
  });
  return committed.outcome === 'durable' ? leaves : 0;
}
