import { z } from 'zod';
import type { UnitId } from '../core/brand.ts';
import { readCompactJws } from '../core/compact-jws.ts';
import type { PartnerRegistry } from '../core/partner/partner.ts';
import type { PeerIdentity } from '../core/partner/recognise.ts';
import { ok, type Result, refuse } from '../core/result.ts';
import { checkByAnyKey } from './check-jws.ts';
import { namedKeys } from './named-keys.ts';
import { tokenHeader } from './token-header.ts';
import { clockSkewS } from './user-token.ts';

/** Why an `Acting-As` header names nobody. A unit that is not there and a key that is not its own are one answer. */
export type ActingAsRefusal =
  | 'acting-as-malformed'
  | 'acting-as-unknown-key'
  | 'acting-as-wrong-algorithm'
  | 'acting-as-does-not-match'
  | 'acting-as-wrong-audience'
  | 'acting-as-other-certificate'
  | 'acting-as-expired'
  | 'acting-as-not-yet-valid';

export interface ActingAsQuestion {
  /** The header as it was sent. */
  readonly token: string;
  /** What lives as long as the connection does: its socket. */
  readonly connection: object;
  readonly peer: PeerIdentity;
  readonly registry: PartnerRegistry;
  readonly now: Date;
}

export type VerifyActingAs = (question: ActingAsQuestion) => Promise<Result<UnitId, ActingAsRefusal>>;

const claims = z.strictObject({
  iss: z.string().max(64),
  aud: z.string().max(64),
  iat: z.int().min(0),
  nbf: z.int().min(0).optional(),
  exp: z.int().min(0),
  cnf: z.strictObject({ 'x5t#S256': z.string().length(43) }),
});
type Claims = z.infer<typeof claims>;

const longestLifeS = 86_400;
/** Of one connection, which is one partner's or one proxy's. */
const maxKept = 256;

interface Kept {
  readonly claims: Claims;
  readonly registryVersion: number;
}

/**
 * Which unit a certificate of several acts for, as that unit itself signed it. Its signature is checked
 * once for a connection, and again when a partner changed; its time at every call.
 */
export function actingAsVerifier(audience: string): VerifyActingAs {
  const connections = new WeakMap<object, Map<string, Kept>>();
  return async ({ token, connection, peer, registry, now }) => {
    const kept = connections.get(connection) ?? new Map<string, Kept>();
    connections.set(connection, kept);
    const before = kept.get(token);
    let said: Claims;
    if (before?.registryVersion === registry.version) said = before.claims;
    else {
      const signed = await readSigned(token, registry);
      if (!signed.ok) return signed;
      said = signed.value;
      if (kept.size >= maxKept) kept.clear();
      kept.set(token, { claims: said, registryVersion: registry.version });
    }
    const problem = problemOf(said, { audience, peer, now });
    return problem === null ? ok(said.iss as UnitId) : refuse(problem);
  };
}

/** By registered keys alone: who calls must be known without asking anybody. */
async function readSigned(token: string, registry: PartnerRegistry): Promise<Result<Claims, ActingAsRefusal>> {
  const jws = readCompactJws(token);
  const header = tokenHeader.safeParse(jws?.header);
  const said = claims.safeParse(jws?.claims);
  if (jws === null || !header.success || !said.success) return refuse('acting-as-malformed');
  const { alg, kid = null } = header.data;
  const { signingKeys = [] } = registry.units.get(said.data.iss as UnitId) ?? {};
  const checked = checkByAnyKey(jws, alg, await namedKeys(signingKeys, kid));
  return checked === 'good' ? ok(said.data) : refuse(`acting-as-${checked}` as const);
}

function problemOf(
  said: Claims,
  { audience, peer, now }: { readonly audience: string; readonly peer: PeerIdentity; readonly now: Date },
): ActingAsRefusal | null {
  if (said.aud !== audience) return 'acting-as-wrong-audience';
  // Whoever copies the header has no use for it without the certificate's key.
  const certificate = Buffer.from(peer.thumbprint, 'hex').toString('base64url');
  if (said.cnf['x5t#S256'] !== certificate) return 'acting-as-other-certificate';
  const seconds = now.getTime() / 1000;
  if (said.exp - said.iat > longestLifeS || said.exp + clockSkewS <= seconds) return 'acting-as-expired';
  if (Math.max(said.iat, said.nbf ?? 0) - clockSkewS > seconds) return 'acting-as-not-yet-valid';
  return null;
}
