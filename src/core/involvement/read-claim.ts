import type { ClaimId } from '../brand.ts';
import { subjectMark } from '../disclosure/entries.ts';
import type { Call, ClaimView } from '../disclosure/operations.ts';
import { isInvolved } from '../fact/notices.ts';
import type { ClaimPorts } from './claim-involvement.ts';

/**
 * A claim as one of its two units may see it; null to every other. The claimant sees that it was
 * received or confirmed, never a no. The attesting unit sees it only while it is involved with the person itself.
 */
export async function readClaim(
  ports: Pick<ClaimPorts, 'claims' | 'snapshots' | 'entropy' | 'clock' | 'subjects'>,
  call: Pick<Call, 'partner'>,
  id: ClaimId,
): Promise<ClaimView | null> {
  const unit = call.partner.unit.id;
  const claim = await ports.claims.find(id);
  if (claim?.claimant === unit) {
    return { for: 'claimant', claim: { ...claim, state: claim.state === 'confirmed' ? 'confirmed' : 'received' } };
  }
  const { snapshot } = await ports.snapshots.read({
    subject: { by: 'id', id: subjectMark(ports.entropy, claim?.subject ?? null) },
    source: unit,
    recipient: unit,
    idempotency: null,
  });
  if (claim?.attester !== unit || snapshot.subject === null) return null;
  if (!isInvolved(snapshot.facts, unit, ports.clock.now())) return null;
  return { for: 'attester', claim, pseudonym: await ports.subjects.pseudonym(unit, snapshot.subject.id) };
}
