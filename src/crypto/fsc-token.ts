import { compactVerify, errors, importJWK, type JWK } from 'jose';
import { z } from 'zod';
import { isOwnSpelling, readCompactJws } from '../core/compact-jws.ts';
import { isTestOin, parseOin } from '../core/partner/oin.ts';
import type { Oin } from '../core/partner/partner.ts';
import { ok, type Result, refuse } from '../core/result.ts';
import type { ManagerKey, ManagerKeys } from './manager-keys.ts';

/** What FSC Core tells apart; `keys-unavailable` is ours alone, and no less a no. */
export type FscTokenRefusal =
  | 'token-missing'
  | 'token-invalid'
  | 'token-expired'
  | 'wrong-group'
  | 'service-not-found'
  | 'keys-unavailable';

export interface FscRules {
  /** Id of the FSC group that the Inway belongs to. */
  readonly group: string;
  /** Names under which this gateway is offered. */
  readonly services: readonly string[];
  /** Peer that owns the Inway: only its tokens count. */
  readonly issuer: string;
  /** Origins of the Inway's address, as tokens name it. */
  readonly audiences: readonly string[];
  readonly keys: ManagerKeys;
  readonly acceptTestOins: boolean;
}

export interface FscCaller {
  /** Peer for whom is asked: who delegated, where somebody else's Outway asks in its name. */
  readonly oin: Oin;
  /** Of the certificate that the token is bound to, SHA-256, lower-case hexadecimal. */
  readonly thumbprint: string;
}

const skewSeconds = 30;
const algorithms = {
  RS256: 'RSA',
  RS384: 'RSA',
  RS512: 'RSA',
  ES256: 'P-256',
  ES384: 'P-384',
  ES512: 'P-521',
} as const;
type Algorithm = keyof typeof algorithms;

/** Nothing is understood that is not here: no `crit`, no compression, no keys that a token brings itself. */
const header = z.object({
  alg: z.enum(Object.keys(algorithms) as [Algorithm, ...Algorithm[]]),
  typ: z.enum(['JWT', 'jwt', 'at+jwt']).optional(),
  kid: z.string().min(1).max(256).optional(),
  'x5t#S256': z.string().min(1).max(256).optional(),
  crit: z.never().optional(),
  zip: z.never().optional(),
  b64: z.never().optional(),
});

const seconds = z.int().min(0);
const peer = z.string().min(1).max(255);
/** A token may say more (its grant, properties of a contract): that is between the Inway and its Manager. */
const claims = z.object({
  sub: peer,
  act: z.object({ sub: peer }).optional(),
  gid: z.string().min(1).max(255),
  svc: z.string().min(1).max(255),
  exp: seconds,
  nbf: seconds.optional(),
  iat: seconds.optional(),
  iss: peer.optional(),
  aud: z.union([z.string(), z.array(z.string()).min(1).max(8)]).optional(),
  cnf: z.object({ 'x5t#S256': z.string().regex(/^[A-Za-z0-9_-]{43}$/) }),
});
type Claims = z.infer<typeof claims>;

/**
 * The peer that an Inway speaks for, from every `Fsc-Authorization` header of the request. `bearers` are the
 * thumbprints that a token may be bound to: the Inway's own, and the one that it passed on. INVARIANT: nothing of a
 * token counts before its signature does.
 */
export async function verifyFscToken(
  sent: readonly string[],
  rules: FscRules,
  { bearers, now }: { readonly bearers: readonly string[]; readonly now: Date },
): Promise<Result<FscCaller, FscTokenRefusal>> {
  const [value, ...others] = sent;
  if (value === undefined || value === '' || value === 'Bearer') return refuse('token-missing');
  const token = value.startsWith('Bearer ') ? value.slice('Bearer '.length) : value;
  const jws = others.length > 0 ? null : readCompactJws(token);
  const stated = header.safeParse(jws?.header);
  if (jws === null || !stated.success) return refuse('token-invalid');
  const { alg, kid, 'x5t#S256': thumbprint } = stated.data;
  const found = await rules.keys.find({ kid, thumbprint });
  if (!found.ok) return refuse('keys-unavailable');
  if (found.value === null || !(await isSigned(token, found.value, alg))) return refuse('token-invalid');
  const said = claims.safeParse(jws.claims);
  return said.success ? judged(said.data, rules, { bearers, now }) : refuse('token-invalid');
}

async function isSigned(token: string, key: ManagerKey, alg: Algorithm): Promise<boolean> {
  const kind = key.kty === 'RSA' ? 'RSA' : key.crv;
  if (kind !== algorithms[alg] || (key.alg !== undefined && key.alg !== alg)) return false;
  try {
    const { kty, n, e, crv, x, y } = key;
    const bare: JWK = kty === 'RSA' ? { kty, n: n ?? '', e: e ?? '' } : { kty, crv: crv ?? '', x: x ?? '', y: y ?? '' };
    await compactVerify(token, await importJWK(bare, alg), { algorithms: [alg] });
    return true;
  } catch (error) {
    // A key that cannot be used (too short, a point that is not on its curve) signs nothing.
    if (error instanceof errors.JOSEError || error instanceof TypeError || error instanceof DOMException) return false;
    throw error;
  }
}

function judged(
  said: Claims,
  rules: FscRules,
  { bearers, now }: { readonly bearers: readonly string[]; readonly now: Date },
): Result<FscCaller, FscTokenRefusal> {
  const at = Math.floor(now.getTime() / 1_000);
  if (said.exp <= at) return refuse('token-expired');
  const latest = at + skewSeconds;
  if ((said.nbf ?? 0) > latest || (said.iat ?? 0) > latest) return refuse('token-invalid');
  if (Math.max(said.nbf ?? 0, said.iat ?? 0) >= said.exp) return refuse('token-invalid');
  const thumbprint = Buffer.from(said.cnf['x5t#S256'], 'base64url').toString('hex');
  if (!isOwnSpelling(said.cnf['x5t#S256']) || !bearers.includes(thumbprint)) return refuse('token-invalid');
  if (said.iss !== undefined && said.iss !== rules.issuer) return refuse('token-invalid');
  if (said.aud !== undefined && ![said.aud].flat().some((one) => rules.audiences.includes(originOf(one))))
    return refuse('token-invalid');
  if (said.gid !== rules.group) return refuse('wrong-group');
  if (!rules.services.includes(said.svc)) return refuse('service-not-found');
  const oin = acceptable(said.sub, rules);
  // Who acts for another must be somebody too; the transaction log of the Inway tells who it was.
  if (oin === null || (said.act !== undefined && acceptable(said.act.sub, rules) === null))
    return refuse('token-invalid');
  return ok({ oin, thumbprint });
}

function acceptable(text: string, { acceptTestOins }: FscRules): Oin | null {
  const oin = parseOin(text);
  return oin !== null && (acceptTestOins || !isTestOin(oin)) ? oin : null;
}

/** `https://host:port`, as addresses are compared; empty for what is none. */
function originOf(address: string): string {
  const url = URL.parse(address);
  return url?.protocol === 'https:' ? url.origin : '';
}
