import { setTimeout as sleep } from 'node:timers/promises';
import type { Digest, EntryId, TraceId, UnitId } from '../core/brand.ts';
import type { Clock, Entropy, Journal } from '../core/disclosure/ports.ts';
import { Fault } from '../core/fault.ts';
import { entryBundle } from '../core/ledger/entry-bundle.ts';
import type { TileName } from '../core/ledger/tile-path.ts';
import type { Unit } from '../core/partner/partner.ts';
import type { PublishedTree } from '../store/journal/published-tree.ts';

export interface AuditPorts {
  readonly tree: Pick<PublishedTree, 'bundle'>;
  /** Whether units of this kind may read everything, by the catalogue in force. */
  readonly audits: (kind: string) => boolean;
  /** What every commit rests on. */
  readonly basis: () => Promise<{ readonly registryVersion: number; readonly policySet: Digest | null }>;
  readonly journal: Pick<Journal, 'commit'>;
  readonly clock: Pick<Clock, 'now'>;
  readonly entropy: Pick<Entropy, 'id'>;
}

const everySeconds = 3600;
const mostTries = 5;

/**
 * Whole entries, for units of a kind that audits; null for everybody else, as for what is not there. What an
 * auditor reads is on record before it is given: the first bundle of each hour, at each gateway.
 */
export function auditBundles(ports: AuditPorts) {
  const readSince = new Map<UnitId, number>();
  return {
    async read(unit: Pick<Unit, 'id' | 'kind'>, name: TileName, trace: TraceId): Promise<Buffer | null> {
      if (!ports.audits(unit.kind)) return null;
      const leaves = await ports.tree.bundle(name);
      if (leaves === null) return null;
      const now = Date.parse(ports.clock.now());
      if (now - (readSince.get(unit.id) ?? Number.NEGATIVE_INFINITY) >= everySeconds * 1000) {
        await record(ports, unit.id, { name, trace });
        readSince.set(unit.id, now);
      }
      return entryBundle(leaves);
    },
  };
}

/** Throws `Fault('ledger-unavailable')`, so that nothing is given. */
async function record(
  { basis, journal, clock, entropy }: AuditPorts,
  recipient: UnitId,
  { name, trace }: { readonly name: TileName; readonly trace: TraceId },
): Promise<void> {
  for (let left = mostTries; left > 0; left--) {
    const { registryVersion, policySet } = await basis();
    const { outcome } = await journal.commit({
      rests: { subject: null, registryVersion, policySet },
      moves: false,
      entries: [
        {
          id: entropy.id() as EntryId,
          kind: 'bundles-read',
          time: clock.now(),
          trace,
          policySet,
          purpose: null,
          source: null,
          recipient,
          body: { bundle: name.index, size: name.width, everySeconds },
          subject: null,
          personal: {},
          fleeting: {},
        },
      ],
      changes: [],
    });
    if (outcome === 'durable') return;
    await sleep(50);
  }
  throw new Fault('ledger-unavailable', 'reading could not be put on record: what it rests on keeps moving');
}
