import type { Digest, EntryId } from '../brand.ts';
import type { Clock, Entropy, Journal } from '../disclosure/ports.ts';
import type { KeyChange } from './key-change.ts';

export interface KeyChangePorts {
  readonly clock: Pick<Clock, 'now'>;
  readonly entropy: Entropy;
  readonly journal: Pick<Journal, 'commit'>;
  /** What every commit rests on. */
  basis(): Promise<{ readonly registryVersion: number; readonly policySet: Digest | null }>;
}

/**
 * Puts on record that a key came into use or was retired, once however many gateways see it: `taken`
 * tells that another was first. `busy`: what every commit rests on is moving; ask again.
 * Throws `Fault('ledger-unavailable')`.
 */
export async function recordKeyChange(
  ports: KeyChangePorts,
  change: Pick<KeyChange, 'type' | 'use' | 'id'> & { readonly previous: string | null },
): Promise<'done' | 'taken' | 'busy'> {
  const { type, use, id, previous } = change;
  const { registryVersion, policySet } = await ports.basis();
  const at = ports.clock.now();
  const entry = ports.entropy.id() as EntryId;
  const committed = await ports.journal.commit({
    rests: { subject: null, registryVersion, policySet },
    moves: false,
    entries: [
      {
        id: entry,
        kind: 'key-rotated',
        time: at,
        trace: ports.entropy.trace(),
        policySet,
        purpose: null,
        source: null,
        recipient: null,
        body: {
          v: 2,
          ...{ use, key: id, step: type === 'key-activated' ? 'activated' : 'retired' },
          ...(previous === null ? {} : { previous }),
        },
        subject: null,
        personal: {},
        fleeting: {},
      },
    ],
    changes: [{ type, use, id, at, entry }],
  });
  if (committed.outcome === 'durable') return 'done';
  return committed.outcome === 'stale' ? 'busy' : 'taken';
}
