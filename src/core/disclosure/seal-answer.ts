import { createHash } from 'node:crypto';
import canonicalize from 'canonicalize';
import type { Instant } from '../brand.ts';
import { Fault } from '../fault.ts';
import type { JsonValue } from '../ledger/entry.ts';
import type { EncryptionKey } from '../partner/encryption-key.ts';
import type { Unit } from '../partner/partner.ts';
import { keyInForce } from '../partner/registered-key.ts';
import type { Permit } from '../policy/decision.ts';
import type { Minimised } from './minimise.ts';
import type { Answer } from './operations.ts';
import type { Sealer } from './ports.ts';

/**
 * The key to which the answer is sealed; null: to none, where the policy leaves it to the transport and the recipient
 * never registered one. Throws `Fault('seal-impossible')`: asked before anything is fetched that could not be given.
 */
export function keyToSealTo({ encryptionKeys }: Unit, { obligations }: Permit, now: Instant): EncryptionKey | null {
  if (obligations.seal === 'end-to-end') {
    throw new Fault('seal-impossible', 'an answer sealed by its source cannot come through a connector in clear');
  }
  if (encryptionKeys === null && obligations.seal === 'transport') return null;
  const key = keyInForce(encryptionKeys ?? [], now);
  if (key === null) throw new Fault('seal-impossible', 'no encryption key of the recipient is in force');
  return key;
}

/** Step 9: sealed to the recipient's key, or clear where `keyToSealTo` finds that none is asked. Never falls back to clear. */
export async function sealAnswer(
  sealer: Sealer,
  content: Minimised,
  to: { readonly recipient: Unit; readonly permit: Permit; readonly now: Instant },
): Promise<Answer> {
  const key = keyToSealTo(to.recipient, to.permit, to.now);
  if (key === null) return { form: 'clear', data: content.data };
  return { form: 'sealed', jwe: await sealer.seal(content.data as JsonValue, key) };
}

/** SHA-256, base64url, over the canonical answer or the compact JWE: over what the recipient holds. */
export function payloadDigest(answer: Answer): string {
  const text = answer.form === 'clear' ? canonicalize(answer.data) : answer.jwe;
  if (text === undefined) throw new TypeError('an answer is always an object');
  return createHash('sha256').update(text, 'utf8').digest('base64url');
}
