import { createHash } from 'node:crypto';
import type { TLSSocket } from 'node:tls';
import type { Context } from 'hono';
import { readForwardedPath } from '../api/fronts/proxy-headers.ts';
import { isSpeltOtherwise, type TakenHeaders, takenHeaders } from '../api/fronts/take-headers.ts';
import type { ApiEnv, Identification, SeenCaller } from '../api/ports.ts';
import type { UnitId } from '../core/brand.ts';
import type { Registry } from '../core/disclosure/ports.ts';
import type { PartnerRegistry } from '../core/partner/partner.ts';
import { type PeerIdentity, recognise, unitOfPeer } from '../core/partner/recognise.ts';
import { ok, type Result, refuse } from '../core/result.ts';
import type { VerifyActingAs } from '../crypto/acting-as.ts';
import { type VerifiedCertificate, verifyPeer } from '../crypto/certificate.ts';
import { type FscRules, verifyFscToken } from '../crypto/fsc-token.ts';
import type { WatchedTrust } from '../crypto/watch-trust.ts';

/** FSC Inways by their certificates, and what their tokens must be. */
export interface KnownInways {
  readonly certificates: readonly string[];
  readonly rules: FscRules;
}

export interface Identifying {
  readonly registry: Pick<Registry, 'current'>;
  readonly inways: KnownInways | null;
  readonly actingAs: VerifyActingAs;
  /** Whose certificate stands behind this request, wherever it came in; absent, unknown and revoked are refusals. */
  readonly peerOf: (context: Context<ApiEnv>, taken: TakenHeaders) => Promise<Result<VerifiedCertificate, string>>;
  readonly front: 'direct' | 'proxy';
  /** A unit came in. Told of every call, so that it must cost nothing. */
  readonly onRecognised: (seen: SeenCaller) => void;
  /** Headers that `peerOf` has reason to read at this entrance. */
  readonly believed: readonly string[];
  /** Somebody sent headers that only a front of ours may send. */
  readonly onUnbelieved: () => void;
}

type Through = Pick<SeenCaller, 'certificate' | 'front'>;

const uuidV7 = /^[0-9a-f]{8}-[0-9a-f]{4}-7[0-9a-f]{3}-[89ab][0-9a-f]{3}-[0-9a-f]{12}$/i;
const ofInways = ['fsc-authorization', 'fsc-transaction-id', 'client-cert'];

/**
 * Who calls: the certificate behind the request, and for an Inway the peer that its token speaks for, recognised as
 * one unit. INVARIANT: what an Inway may say counts for nobody else.
 */
export function identifier(world: Identifying): (context: Context<ApiEnv>) => Promise<Identification> {
  return async (context) => {
    const taken = takenHeaders(context.env.incoming);
    const peer = await world.peerOf(context, taken);
    const { inways } = world;
    const isInway = peer.ok && inways?.certificates.includes(peer.value.thumbprint) === true;
    reportUnbelieved(world, taken, isInway);
    if (!peer.ok) return peer;
    if (!isInway || inways === null)
      return asUnit(context, world, peer.value, { certificate: peer.value, front: world.front });
    const caller = await throughInway(context, taken, inways, peer.value);
    return caller.ok ? asUnit(context, world, caller.value, { certificate: peer.value, front: 'inway' }) : caller;
  };
}

/** The one unit that the peer speaks for, or says itself, by a signature, that it acts for. */
async function asUnit(
  context: Context<ApiEnv>,
  world: Identifying,
  peer: PeerIdentity,
  through: Through,
): Promise<Identification> {
  const registry = world.registry.current();
  const token = context.req.header('acting-as');
  if (token === undefined) return admitted(context, world, { registry, peer, actingAs: null, through });
  const connection = context.env.incoming.socket;
  const named = await world.actingAs({ token, connection, peer, registry, now: new Date() });
  return named.ok ? admitted(context, world, { registry, peer, actingAs: named.value, through }) : named;
}

/** Whoever is recognised and not let in now may still be told why, by the one route that asks for it. */
function admitted(
  context: Context<ApiEnv>,
  { onRecognised }: Identifying,
  caller: {
    readonly registry: PartnerRegistry;
    readonly peer: PeerIdentity;
    readonly actingAs: UnitId | null;
    readonly through: Through;
  },
): Identification {
  const { registry, peer, actingAs, through } = caller;
  const partner = recognise(registry, peer, actingAs);
  const unit = partner.ok ? ok(partner.value.unit) : unitOfPeer(registry, peer, actingAs);
  if (!unit.ok) return partner;
  const seen: SeenCaller = { unit: unit.value, oin: peer.oin, actedAs: actingAs !== null, ...through };
  context.set('seen', seen);
  if (partner.ok) onRecognised(seen);
  return partner;
}

function reportUnbelieved({ believed, onUnbelieved }: Identifying, taken: TakenHeaders, isInway: boolean): void {
  if (taken.size === 0) return;
  const heard = isInway ? [...believed, ...ofInways] : believed;
  // an Inway may tell more of its transaction than is read here
  const unheard = [...taken.keys()].some((name) => !heard.includes(name) && !(isInway && name.startsWith('fsc-')));
  if (unheard) onUnbelieved();
}

async function throughInway(
  context: Context<ApiEnv>,
  taken: TakenHeaders,
  { rules }: KnownInways,
  inway: PeerIdentity,
): Promise<Result<PeerIdentity, string>> {
  const [transaction, ...others] = taken.get('fsc-transaction-id') ?? [];
  const isAmbiguous = others.length > 0 || isSpeltOtherwise(taken, ['fsc-transaction-id']);
  if (transaction === undefined || isAmbiguous || !uuidV7.test(transaction)) return refuse('transaction-id-invalid');
  context.set('marks', { ...context.get('marks'), transaction: transaction.toLowerCase() });
  const passedOn = passedOnBy(taken);
  if (!passedOn.ok) return passedOn;
  if (isSpeltOtherwise(taken, ['fsc-authorization'])) return refuse('token-invalid');
  const bearers = [inway.thumbprint, ...passedOn.value];
  return verifyFscToken(taken.get('fsc-authorization') ?? [], rules, { bearers, now: new Date() });
}

/** Thumbprint of the certificate that the Inway says the Outway came with, where it says so. */
function passedOnBy(taken: TakenHeaders): Result<readonly string[], string> {
  const path = readForwardedPath(taken);
  if (path.ok) return ok([createHash('sha256').update(path.value.certificate).digest('hex')]);
  return path.refusal === 'no-certificate' ? ok([]) : path;
}

/** At the listener for partners: the certificate of the connection itself. */
export function directPeer(trust: WatchedTrust, acceptTestOins: boolean): Identifying['peerOf'] {
  return async (context) => {
    const { incoming, outgoing } = context.env;
    const rules = { acceptTestOins, trust: trust.current(), now: new Date() };
    const peer = verifyPeer(incoming.socket as TLSSocket, rules);
    // a stranger may ask again, at the price of a new connection
    if (!peer.ok) outgoing.setHeader('Connection', 'close');
    return peer;
  };
}
