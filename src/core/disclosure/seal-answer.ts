import { createHash } from 'node:crypto';
import type { Instant } from '../brand.ts';
import { Fault } from '../fault.ts';
import { canonical } from '../ledger/canonical.ts';
import type { JsonValue } from '../ledger/entry.ts';
import type { EncryptionKey } from '../partner/encryption-key.ts';
import type { Unit } from '../partner/partner.ts';
import { keyInForce, type ProvenKey, provenKeyInForce } from '../partner/registered-key.ts';
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

/** The key to which an answer is sealed that has to wait, by whom it may be; null: there is none, and nothing may be kept. */
export function keyForWaiting({ encryptionKeys }: Unit, permit: Permit, now: Instant): EncryptionKey | null {
  const keys = encryptionKeys ?? [];
  return isSealedBySource(permit) ? (provenKeyInForce(keys, now)?.jwk ?? null) : keyInForce(keys, now);
}

/** Whether the gateway may not see the answer, so that its source must seal it. */
export function isSealedBySource({ obligations }: Pick<Permit, 'obligations'>): boolean {
  return obligations.seal === 'end-to-end';
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

/**
 * The key to which a source seals what the gateway may not see: one that the recipient signed, since the source takes
 * nobody's word for whose it is. Throws `Fault('seal-impossible')`.
 */
export function keySourceSealsTo({ encryptionKeys }: Unit, now: Instant): ProvenKey {
  const key = provenKeyInForce(encryptionKeys ?? [], now);
  if (key === null) throw new Fault('seal-impossible', 'no encryption key that the recipient signed is in force');
  return key;
}

/**
 * SHA-256, base64url, over what the recipient holds: the canonical answer, the compact JWE, or what its source sealed, by
 * category.
 */
export function payloadDigest(answer: Answer): string {
  if (answer.form === 'sealed') return digestOf(answer.jwe);
  if (answer.form === 'clear') return digestOf(canonical(answer.data as JsonValue));
  return sealedDigest(answer.sealed.parts);
}

/** The same over the canonical object that gives each category the digest of its compact JWE. */
export function sealedDigest(parts: readonly { readonly category: string; readonly digest: string }[]): string {
  return digestOf(canonical(Object.fromEntries(parts.map(({ category, digest }) => [category, digest]))));
}

/** The same over the compact JWEs of an answer that came in parts, in their order, with a line feed between two. */
export function partsDigest(jwes: readonly string[]): string {
  return digestOf(jwes.join('\n'));
}

function digestOf(text: string): string {
  return createHash('sha256').update(text, 'utf8').digest('base64url');
}
