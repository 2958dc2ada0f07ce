import type { ConsentId, SubjectId, TraceId } from '../brand.ts';
import type { Decider } from '../disclosure/operations.ts';
import { settle, stale } from '../disclosure/settle.ts';
import { momentOfANo } from './moment-of-a-no.ts';
import type { ConsentPorts } from './request-consent.ts';
import { consentEntry } from './request-consent.ts';

/**
 * The subject accepts or refuses what was asked, on their own page, or who represents the subject does;
 * which of the two counts is the policy's to say. `false`: there is no such
 * request of theirs that still waits.
 */
export function decideConsent(
  ports: ConsentPorts,
  subject: SubjectId,
  id: ConsentId,
  decision: 'given' | 'refused',
  trace: TraceId,
  by: Decider = 'subject',
): Promise<boolean> {
  return settle(ports, async () => {
    const registryVersion = ports.registry.current().version;
    const consent = await ports.consents.find(id);
    const now = ports.clock.now();
    if (consent === null || consent.subject !== subject) return false;
    if (consent.state !== 'requested' || consent.validUntil <= now) return false;
    const { snapshot } = await ports.snapshots.read({
      subject: { by: 'id', id: subject },
      source: consent.source,
      recipient: consent.recipient,
      idempotency: null,
    });
    const at = decision === 'refused' ? momentOfANo(snapshot.consents, now) : now;
    const committed = await ports.journal.commit({
      rests: { subject: snapshot.subject, registryVersion, policySet: ports.policies.current().digest },
      moves: true,
      entries: [consentEntry(ports, trace, consent, `consent-${decision}`, now, by)],
      changes: [
        { type: 'consent-moved', id, from: 'requested', to: decision, at, by },
        { type: 'requests-woken', subject, at: now },
      ],
    });
    return committed.outcome === 'durable' ? true : stale;
  });
}
