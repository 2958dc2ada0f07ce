import type { Digest, SubjectId } from '../brand.ts';
import { frame } from '../disclosure/entries.ts';
import type { Clock, Entropy, Journal, Registry } from '../disclosure/ports.ts';
import { settle, stale } from '../disclosure/settle.ts';

export interface AdmitPorts {
  readonly journal: Journal;
  readonly clock: Clock;
  readonly entropy: Entropy;
  readonly registry: Registry;
  /** The set in force. */
  policySet(): Promise<Digest | null>;
}

/**
 * Puts on record who may decide for a subject, and on which ground somebody let them in.
 * @law AVG 5(2); UAVG 5; BW 1:378, 1:450
 */
export function admitRepresentative(
  ports: AdmitPorts,
  admitted: { readonly subject: SubjectId; readonly name: string; readonly ground: string },
): Promise<void> {
  return settle(ports, async () => {
    const registryVersion = ports.registry.current().version;
    const policySet = await ports.policySet();
    const about = { trace: ports.entropy.trace(), purpose: null, source: null, recipient: null };
    const { subject, name, ground } = admitted;
    const committed = await ports.journal.commit({
      rests: { subject: null, registryVersion, policySet },
      moves: false,
      entries: [
        {
          ...frame(ports.entropy, about, ports.clock.now(), policySet),
          kind: 'representative-admitted',
          body: {},
          subject,
          personal: { subject, representative: name, ground },
          fleeting: {},
        },
      ],
      changes: [],
    });
    return committed.outcome === 'durable' ? undefined : stale;
  });
}
