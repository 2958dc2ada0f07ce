import { createHash } from 'node:crypto';
import canonicalize from 'canonicalize';
import { Fault } from '../fault.ts';
import type { JsonValue } from '../ledger/entry.ts';
import type { Unit } from '../partner/partner.ts';
import type { Permit } from '../policy/decision.ts';
import type { Minimised } from './minimise.ts';
import type { Answer } from './operations.ts';
import type { Sealer } from './ports.ts';

/**
 * Step 9: clear only where the policy leaves it to the transport and the recipient has registered no
 * key; sealed to that key otherwise. Throws `Fault('seal-impossible')`, never falls back to clear.
 */
export async function sealAnswer(sealer: Sealer, recipient: Unit, permit: Permit, content: Minimised): Promise<Answer> {
  if (permit.obligations.seal === 'end-to-end') {
    throw new Fault('seal-impossible', 'an answer sealed by its source cannot come through a connector in clear');
  }
  if (permit.obligations.seal === 'transport' && recipient.encryptionKey === null) {
    return { form: 'clear', data: content.data };
  }
  return { form: 'sealed', jwe: await sealer.seal(content.data as JsonValue, recipient) };
}

/** SHA-256, base64url, over the canonical answer or the compact JWE: over what the recipient holds. */
export function payloadDigest(answer: Answer): string {
  const text = answer.form === 'clear' ? canonicalize(answer.data) : answer.jwe;
  if (text === undefined) throw new TypeError('an answer is always an object');
  return createHash('sha256').update(text, 'utf8').digest('base64url');
}
