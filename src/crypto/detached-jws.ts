import { createHash } from 'node:crypto';
import { CompactSign, calculateJwkThumbprint, importJWK, type JWK } from 'jose';
import { z } from 'zod';
import { isOwnSpelling, readJsonPart } from '../core/compact-jws.ts';
import { type SigningKey, signingKey } from '../core/partner/signing-key.ts';
import type { CheckedSignature } from '../core/policy-set/signature-check.ts';
import { algorithms, checkJws, materialOf } from './check-jws.ts';

/** RFC 7515 appendix F: header, nothing, signature. */
const spelling = /^[A-Za-z0-9_-]+\.\.[A-Za-z0-9_-]+$/;

/** `iat` tells two signatures of one statement apart, so that each can be used once. No `crit`: nothing is understood that is not here. */
const header = z.strictObject({
  alg: z.string(),
  iat: z.int().min(0),
  kid: z.string().min(1).max(128).optional(),
});

/**
 * Checks a detached JWS over a text. Throws `JOSEError` or `TypeError` only where the registered key
 * itself cannot be used.
 */
export async function checkDetachedJws(text: string, signature: string, key: SigningKey): Promise<CheckedSignature> {
  const thumbprint = await calculateJwkThumbprint(materialOf(key), 'sha256');
  const parts = spelling.test(signature) ? signature.split('..') : [];
  const [protectedPart, signaturePart] = parts;
  // Another spelling of the same bytes is not accepted: one signature has one text.
  if (protectedPart === undefined || signaturePart === undefined || !parts.every(isOwnSpelling))
    return refused('malformed');
  const read = header.safeParse(readJsonPart(protectedPart)).data;
  if (read === undefined || (read.kid !== undefined && read.kid !== thumbprint)) return refused('malformed');
  const payloadPart = Buffer.from(text, 'utf8').toString('base64url');
  const checked = checkJws({ protectedPart, payloadPart, signaturePart }, read.alg, key);
  if (checked !== 'good') return refused(checked);
  // Over what was signed and by whom: a signature that can be spelt otherwise is still the same one.
  const mark = createHash('sha256').update(`${thumbprint}.${protectedPart}.${payloadPart}`).digest('base64url');
  return { ok: true, thumbprint, mark };
}

/** Signs a text: header..signature. Throws `TypeError` for a key that is not one of those listed. */
export async function signDetachedJws(text: string, privateJwk: JWK, at: Date): Promise<string> {
  const kty = signingKey.parse({ ...publicHalf(privateJwk), use: 'sig' }).kty;
  const alg = algorithms[kty];
  const kid = await calculateJwkThumbprint(publicHalf(privateJwk), 'sha256');
  const jws = await new CompactSign(Buffer.from(text, 'utf8'))
    .setProtectedHeader({ alg, kid, iat: Math.floor(at.getTime() / 1000) })
    .sign(await importJWK(privateJwk, alg));
  const [protectedPart, , signaturePart] = jws.split('.');
  return `${protectedPart}..${signaturePart}`;
}

/** The members of a JWK that everybody may have, without its use. */
export function publicHalf(jwk: JWK): JWK {
  const { kty, crv, x, y, n, e } = jwk;
  const members = { kty, crv, x, y, n, e };
  return Object.fromEntries(Object.entries(members).filter(([, value]) => value !== undefined)) as JWK;
}

function refused(problem: Exclude<CheckedSignature, { ok: true }>['problem']): CheckedSignature {
  return { ok: false, problem };
}
