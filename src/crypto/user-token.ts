import { createHash } from 'node:crypto';
import { z } from 'zod';
import type { UnitId } from '../core/brand.ts';
import { readCompactJws } from '../core/compact-jws.ts';
import type { User } from '../core/partner/partner.ts';
import type { SigningKey } from '../core/partner/signing-key.ts';
import type { TokenRefusal } from '../core/partner/token-refusal.ts';
import { ok, type Result, refuse } from '../core/result.ts';
import { checkByAnyKey, isOwnAlgorithm } from './check-jws.ts';
import { tokenHeader } from './token-header.ts';

/** Keys of a unit that a token may mean; `kid: null` is a token that names none. */
export type FindKeys = (kid: string | null) => Promise<readonly SigningKey[] | 'unavailable'>;

export interface UserTokenRules {
  /** The unit that calls. */
  readonly unit: UnitId;
  /** This gateway, as `urn:nld:oin:…`. */
  readonly audience: string;
  /** `sha256:<hex>` of the call, as `idempotencyOf` makes it of the body without the token. */
  readonly request: string;
  readonly keys: FindKeys;
  readonly now: Date;
}

export interface CheckedUserToken {
  readonly user: User;
  /** Chosen by the unit; whoever keeps it sees to it that it is used once. */
  readonly jti: string;
}

/** Text without control or format characters (that turn or hide others), half characters or empty edges: people read it. */
const shown = (max: number) =>
  z
    .string()
    .min(1)
    .max(max)
    .refine(
      (text) =>
        text.isWellFormed() && !/[\p{Cc}\p{Cf}\p{Zl}\p{Zp}\p{Bidi_Control}]/u.test(text) && text.trim() === text,
    );

const claims = z.strictObject({
  iss: z.string().max(64),
  aud: z.string().max(64),
  sub: shown(64),
  role: shown(64),
  name: shown(120),
  iat: z.int().min(0).optional(),
  nbf: z.int().min(0),
  exp: z.int().min(0),
  jti: z.string().regex(/^[A-Za-z0-9._~-]{16,64}$/),
  digest: z.string().regex(/^sha256:[0-9a-f]{64}$/),
});

export const clockSkewS = 30;
const longestLifeS = 300;

/**
 * For whom a partner's system calls, as the unit itself signed it for exactly this call. What a token says
 * is looked at only after its signature.
 */
export async function checkUserToken(
  token: string,
  rules: UserTokenRules,
): Promise<Result<CheckedUserToken, TokenRefusal>> {
  const jws = readCompactJws(token);
  const header = tokenHeader.safeParse(jws?.header);
  if (jws === null || !header.success) return refuse('malformed');
  const { alg, kid = null } = header.data;
  // Nobody is asked for a key because of a token that no key makes right.
  const keys = isOwnAlgorithm(alg) ? await rules.keys(kid) : [];
  if (keys === 'unavailable') return refuse('keys-unavailable');
  const signed = checkByAnyKey(jws, alg, keys);
  if (signed !== 'good') return refuse(signed);
  const said = claims.safeParse(jws.claims);
  if (!said.success) return refuse('malformed');
  const problem = problemOf(said.data, rules);
  if (problem !== null) return refuse(problem);
  const { sub: id, role, name, jti } = said.data;
  return ok({ user: { id, role, name, token: tokenHash(token) }, jti });
}

/** By which an entry of the ledger names a token: base64url SHA-256 of it as it was sent. */
function tokenHash(token: string): string {
  return createHash('sha256').update(token, 'utf8').digest('base64url');
}

function problemOf(
  said: z.infer<typeof claims>,
  { unit, audience, request, now }: UserTokenRules,
): TokenRefusal | null {
  if (said.iss !== unit) return 'wrong-issuer';
  if (said.aud !== audience) return 'wrong-audience';
  const seconds = now.getTime() / 1000;
  if (said.exp - said.nbf > longestLifeS || said.exp <= said.nbf) return 'lives-too-long';
  if (said.exp + clockSkewS <= seconds) return 'expired';
  if (Math.max(said.nbf, said.iat ?? 0) - clockSkewS > seconds) return 'not-yet-valid';
  return said.digest === request ? null : 'other-request';
}

/** Whether a token can say it. */
export function isNameable({ id: sub, role, name }: Omit<User, 'token'>): boolean {
  return claims.pick({ sub: true, role: true, name: true }).safeParse({ sub, role, name }).success;
}

/** Whom a token names that was checked when it came in. Throws `TypeError` for a text that cannot have been. */
export function namedUser(token: string): Omit<User, 'token'> {
  const said = claims.safeParse(readCompactJws(token)?.claims);
  if (!said.success) throw new TypeError('a kept token is not one that was checked');
  return { id: said.data.sub, role: said.data.role, name: said.data.name };
}
