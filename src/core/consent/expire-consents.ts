import type { ConsentId } from '../brand.ts';
import { eachDue } from '../disclosure/each-in-turn.ts';
import { settle, stale } from '../disclosure/settle.ts';
import { type ConsentPorts, consentEntry } from './request-consent.ts';

export type ExpiryPorts = Pick<
  ConsentPorts,
  'clock' | 'entropy' | 'registry' | 'policies' | 'snapshots' | 'consents' | 'journal'
>;

/**
 * Puts on record of every consent, and of every request for one, that its validity ended. It counted for nothing
 * from that moment on, whether this ran or not. Each ends once, however many gateways look: the commit of one is
 * what the others find. Returns how many ended here. @law AVG 5(2), 7(1)
 */
export async function expireConsents(ports: ExpiryPorts): Promise<number> {
  return eachDue(
    (passed) => ports.consents.ended(ports.clock.now(), passed),
    (id) => settle(ports, () => expire(ports, id)),
  );
}

async function expire(ports: ExpiryPorts, id: ConsentId): Promise<boolean | typeof stale> {
  const registryVersion = ports.registry.current().version;
  const consent = await ports.consents.find(id);
  const now = ports.clock.now();
  // It may have been decided, withdrawn or ended since the list was read.
  if (consent === null || (consent.state !== 'given' && consent.state !== 'requested')) return false;
  if (consent.validUntil > now) return false;
  const { subject, source, recipient, state, validUntil } = consent;
  // One about somebody whom nobody knows ends in the same way, or the log would tell the two apart.
  const reading =
    subject === null
      ? null
      : await ports.snapshots.read({ subject: { by: 'id', id: subject }, source, recipient, idempotency: null });
  const entry = consentEntry(ports, ports.entropy.trace(), consent, 'consent-expired', now);
  const committed = await ports.journal.commit({
    rests: {
      subject: reading?.snapshot.subject ?? null,
      registryVersion,
      policySet: ports.policies.current().digest,
    },
    moves: subject !== null,
    entries: [{ ...entry, body: { ...entry.body, was: state, until: validUntil } }],
    changes: [
      { type: 'consent-moved', id, from: state, to: 'expired', at: now },
      ...(subject === null ? [] : [{ type: 'requests-woken', subject, at: now } as const]),
    ],
  });
  if (committed.outcome === 'durable') return true;
  // Another gateway was first, or somebody decided it.
  return committed.outcome === 'conflict' ? false : stale;
}
