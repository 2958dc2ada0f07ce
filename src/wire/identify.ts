import { createHash } from 'node:crypto';
import type { TLSSocket } from 'node:tls';
import type { Context } from 'hono';
import { readForwardedPath } from '../api/fronts/proxy-headers.ts';
import { type TakenHeaders, takenHeaders } from '../api/fronts/take-headers.ts';
import type { ApiEnv, Identification } from '../api/ports.ts';
import type { Registry } from '../core/disclosure/ports.ts';
import { type PeerIdentity, recognise } from '../core/partner/recognise.ts';
import { ok, type Result, refuse } from '../core/result.ts';
import { verifyPeer } from '../crypto/certificate.ts';
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
  /** Whose certificate stands behind this request, wherever it came in; absent, unknown and revoked are refusals. */
  readonly peerOf: (context: Context<ApiEnv>, taken: TakenHeaders) => Promise<Result<PeerIdentity, string>>;
  /** Headers that `peerOf` has reason to read at this entrance. */
  readonly believed: readonly string[];
  /** Somebody sent headers that only a front of ours may send. */
  readonly onUnbelieved: () => void;
}

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
    if (!isInway || inways === null) return recognise(world.registry.current(), peer.value, null);
    const caller = await throughInway(context, taken, inways, peer.value);
    return caller.ok ? recognise(world.registry.current(), caller.value, null) : caller;
  };
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
  if (transaction === undefined || others.length > 0 || !uuidV7.test(transaction))
    return refuse('transaction-id-invalid');
  context.set('marks', { ...context.get('marks'), transaction: transaction.toLowerCase() });
  const passedOn = passedOnBy(taken);
  if (!passedOn.ok) return passedOn;
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
    const socket = context.env.incoming.socket as TLSSocket;
    return verifyPeer(socket, { acceptTestOins, trust: trust.current(), now: new Date() });
  };
}
