import { createHash } from 'node:crypto';
import { z } from 'zod';
import { type Brand, type FieldId, type Instant, mint } from '../brand.ts';
import { secondsOf } from '../calendar.ts';
import { isOwnSpelling, readJsonPart } from '../compact-jws.ts';
import type { EncryptionKey } from '../partner/encryption-key.ts';
import { jwkThumbprint } from '../partner/jwk-thumbprint.ts';
import { ok, type Result, refuse } from '../result.ts';
import { clockSkewS, isPermitInTime, type PermitToken, permitHash } from './permit-token.ts';

/** `typ` of a category that its source sealed. */
const sealedType = 'sluis-sealed+jwe';
/** Of one category, in characters of its compact JWE: about 190 KiB of data. */
export const maxSealedChars = 262_144;

export interface SealedPart {
  readonly category: string;
  /** Those that the permit names; which of them are in it the gateway cannot see. */
  readonly fields: readonly FieldId[];
  /** Compact JWE. */
  readonly jwe: string;
  /** SHA-256 of the compact JWE, base64url. */
  readonly digest: string;
}

/**
 * An answer that its source sealed to the recipient, category by category, under one permit. The gateway has seen its
 * outside alone. Minted by `sealedBySource`.
 */
export type SealedBySource = Brand<
  { readonly permit: PermitToken; readonly parts: readonly SealedPart[] },
  'SealedBySource'
>;

/**
 * What was found wrong.
 * - `form`: the whole is no object of texts by category
 * - `category`: it is not in the permit
 * - `size`: larger than a category may be
 * - `jwe`: not a compact JWE with exactly the header that docs/sealed.md gives
 * - `algorithm`: another than the recipient's key takes
 * - `key`: sealed to another key than that of the permit
 * - `permit`, `request`, `binding`: its header names another permit, request or category
 * - `age`: sealed before its permit was given out, or after now
 * - `over`: the permit is not in its time
 */
export type SealedCheck =
  | 'form'
  | 'category'
  | 'size'
  | 'jwe'
  | 'algorithm'
  | 'key'
  | 'permit'
  | 'request'
  | 'binding'
  | 'age'
  | 'over';

export interface SealedRefusal {
  /** A category of the permit; null: it is about the whole, or about one that the permit does not name. */
  readonly category: string | null;
  readonly check: SealedCheck;
}

const coordinate = z.string().max(88).refine(isOwnSpelling);
const epk = z.strictObject({
  kty: z.enum(['EC', 'OKP']),
  crv: z.enum(['P-256', 'P-384', 'P-521', 'X25519']),
  x: coordinate,
  y: coordinate.optional(),
});

const header = z.strictObject({
  typ: z.literal(sealedType),
  alg: z.string().max(32),
  enc: z.string().max(32),
  kid: z.string().max(64),
  cty: z.literal('application/json'),
  /** Whoever opens it must understand what binds it to its permit (RFC 7516 §4.1.13). */
  crit: z.tuple([z.literal('permit'), z.literal('category'), z.literal('request')]),
  permit: z.string().max(64),
  category: z.string().max(64),
  request: z.string().max(64),
  iat: z.int().min(0),
  epk: epk.optional(),
});

/**
 * What the gateway checks of an answer that it cannot read: each category of the permit at most once and no other, sealed
 * to the recipient's key by an algorithm of the list, bound to this permit, category and request, in time and in size. One
 * mistake refuses the whole.
 *
 * INVARIANT: what is not named by the permit has no place in what this mints.
 */
export function sealedBySource(
  permit: PermitToken,
  key: EncryptionKey,
  answer: unknown,
  now: Instant,
): Result<SealedBySource, SealedRefusal> {
  if (!isPermitInTime(permit.claims, now)) return refuse({ category: null, check: 'over' });
  if (jwkThumbprint(key) !== permit.claims.key) return refuse({ category: null, check: 'key' });
  if (typeof answer !== 'object' || answer === null || Array.isArray(answer))
    return refuse({ category: null, check: 'form' });
  const given = new Map<string, unknown>(Object.entries(answer));
  const parts: SealedPart[] = [];
  for (const [category, fields] of Object.entries(permit.claims.fields)) {
    const jwe = given.get(category);
    if (!given.delete(category)) continue;
    if (typeof jwe !== 'string') return refuse({ category, check: 'form' });
    const check = checkOf(jwe, { permit, key, category, now });
    if (check !== null) return refuse({ category, check });
    parts.push({ category, fields: fields as FieldId[], jwe, digest: digestOf(jwe) });
  }
  if (given.size > 0) return refuse({ category: null, check: 'category' });
  return ok(mint<SealedBySource>({ permit, parts }));
}

interface Binding {
  readonly permit: PermitToken;
  readonly key: EncryptionKey;
  readonly category: string;
  readonly now: Instant;
}

function checkOf(jwe: string, { permit, key, category, now }: Binding): SealedCheck | null {
  if (jwe.length > maxSealedChars) return 'size';
  const said = headerOf(jwe);
  if (said === null) return 'jwe';
  if (said.enc !== 'A256GCM' || said.alg !== algorithmOf(key)) return 'algorithm';
  if (!hasPartsOf(jwe, key, said.epk)) return 'jwe';
  if (said.kid !== permit.claims.key) return 'key';
  if (said.permit !== permitHash(permit.jws)) return 'permit';
  if (said.request !== permit.claims.request) return 'request';
  if (said.category !== category) return 'binding';
  if (said.iat < permit.claims.iat - clockSkewS || said.iat > secondsOf(now) + clockSkewS) return 'age';
  return null;
}

function headerOf(jwe: string): z.infer<typeof header> | null {
  const parts = jwe.split('.');
  if (parts.length !== 5) return null;
  const read = readJsonPart(parts[0] ?? '');
  return read === null || !isOwnSpelling(parts[0] ?? '') ? null : (header.safeParse(read).data ?? null);
}

function algorithmOf({ kty }: EncryptionKey): string {
  return kty === 'RSA' ? 'RSA-OAEP-256' : 'ECDH-ES';
}

/** Key, nonce, ciphertext and tag as long as these algorithms make them, each in its one spelling. */
function hasPartsOf(jwe: string, key: EncryptionKey, epk: z.infer<typeof header>['epk']): boolean {
  const [, wrapped = '', iv = '', ciphertext = '', tag = ''] = jwe.split('.');
  const lengthOf = (part: string): number => (isOwnSpelling(part) ? Buffer.from(part, 'base64url').length : -1);
  if (lengthOf(iv) !== 12 || lengthOf(tag) !== 16 || lengthOf(ciphertext) < 2) return false;
  if (key.kty === 'RSA') return epk === undefined && lengthOf(wrapped) === Buffer.from(key.n, 'base64url').length;
  return wrapped === '' && epk?.kty === key.kty && epk.crv === key.crv && (epk.y === undefined) === (key.kty === 'OKP');
}

/** SHA-256 of a compact JWE, base64url: what the ledger commits to. */
function digestOf(jwe: string): string {
  return createHash('sha256').update(jwe, 'ascii').digest('base64url');
}
