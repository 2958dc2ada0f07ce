import type { Digest, EntryId } from '../brand.ts';
import type { Clock, Entropy, Journal } from '../disclosure/ports.ts';

export interface ApproverPorts {
  readonly clock: Pick<Clock, 'now' | 'pause'>;
  readonly entropy: Entropy;
  readonly journal: Pick<Journal, 'commit'>;
  /** What every commit rests on. */
  basis(): Promise<{ readonly registryVersion: number; readonly policySet: Digest | null }>;
}

/**
 * Puts on record that somebody may approve, or no longer may: by thumbprint, the name as an opening.
 * Throws `Fault('ledger-unavailable')`.
 */
export async function recordApprover(
  ports: ApproverPorts,
  kind: 'approver-added' | 'approver-revoked',
  { name, thumbprint }: { readonly name: string; readonly thumbprint: string },
): Promise<EntryId> {
  for (;;) {
    const { registryVersion, policySet } = await ports.basis();
    const id = ports.entropy.id() as EntryId;
    const committed = await ports.journal.commit({
      rests: { subject: null, registryVersion, policySet },
      moves: false,
      entries: [
        {
          id,
          kind,
          time: ports.clock.now(),
          trace: ports.entropy.trace(),
          policySet,
          purpose: null,
          source: null,
          recipient: null,
          body: { thumbprint },
          subject: null,
          personal: { approver: name },
          fleeting: {},
        },
      ],
      changes: [],
    });
    if (committed.outcome === 'durable') return id;
    // Something else moved the registry meanwhile.
    await ports.clock.pause(50);
  }
}
