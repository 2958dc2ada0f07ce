import { lookup } from 'node:dns/promises';
import { once } from 'node:events';
import { Agent, request } from 'node:https';
import { isIP } from 'node:net';
import { createSecureContext, type SecureContextOptions } from 'node:tls';
import type { DeliveryProblem } from '../core/subscription/subscription.ts';
import { headOf } from './head-of.ts';
import { mayBeCalled, type Networks } from './public-address.ts';

export interface EventPost {
  readonly url: string;
  readonly headers: Readonly<Record<string, string>>;
  readonly body: string;
}

export interface EventPostOptions {
  readonly agent: Agent;
  readonly networks: Networks;
  /** Addresses of a host name. Left out: as this host resolves them. */
  readonly resolve?: (host: string) => Promise<readonly string[]>;
  /** Over everything, from the name to the status. */
  readonly timeoutMs?: number;
}

/**
 * By the gateway's own client certificate, and the CAs and lists that a receiver's certificate must stand under. Each
 * connection is made anew and judged; the lists, which can be megabytes, are read once.
 */
export function eventAgent(tls: SecureContextOptions): Agent {
  const secureContext = createSecureContext(tls);
  const fresh = { keepAlive: false, maxCachedSessions: 0 };
  // Node's own quarter of a second is too short for a receiver that is busy or far away.
  const patient = { autoSelectFamily: true, autoSelectFamilyAttemptTimeout: 3_000 };
  return new Agent({ secureContext, rejectUnauthorized: true, ...fresh, ...patient });
}

/** No answer is read further than its head; a head is no larger than this. */
const maxHeaderSize = 4_096;

/**
 * One POST over mutual TLS to an address that a partner named; null: it was answered 2xx. The name of the host is resolved
 * once, every address that it leads to must be one that may be called, and the connection goes to one of those, whatever
 * the name leads to later. A redirect is not followed. Rejects only where `stop` aborts it.
 */
export async function postEvent(
  post: EventPost,
  options: EventPostOptions,
  stop: AbortSignal,
): Promise<DeliveryProblem | null> {
  const deadline = AbortSignal.timeout(options.timeoutMs ?? 10_000);
  const signal = AbortSignal.any([deadline, stop]);
  try {
    const addresses = await inTime(addressesOf(new URL(post.url).hostname, options), signal);
    if (addresses.length === 0) return 'name-unknown';
    if (!addresses.every((each) => mayBeCalled(each, options.networks))) return 'address-not-allowed';
    return problemOf(await statusOf(post, addresses, options.agent, signal));
  } catch {
    // The reason quotes names and addresses; what kind it is of must do.
    stop.throwIfAborted();
    return deadline.aborted ? 'timeout' : 'unreachable';
  }
}

async function addressesOf(host: string, { resolve }: EventPostOptions): Promise<readonly string[]> {
  try {
    if (resolve !== undefined) return await resolve(host);
    return (await lookup(host, { all: true })).map(({ address }) => address);
  } catch {
    return [];
  }
}

/** A resolver knows no signal: its answer is not waited for any longer. */
async function inTime<T>(work: Promise<T>, signal: AbortSignal): Promise<T> {
  signal.throwIfAborted();
  const aborted = once(signal, 'abort').then((): never => signal.throwIfAborted() as never);
  return Promise.race([work, aborted]);
}

async function statusOf(
  { url, headers, body }: EventPost,
  addresses: readonly string[],
  agent: Agent,
  signal: AbortSignal,
): Promise<number> {
  const found = addresses.map((address) => ({ address, family: isIP(address) }));
  const outgoing = request(url, {
    agent,
    // INVARIANT: the addresses that were judged, and nothing is resolved again.
    lookup: (_host, { all }, answer) =>
      all === true ? answer(null, found) : answer(null, found[0]?.address ?? '', found[0]?.family),
    method: 'POST',
    headers: { ...headers, 'content-length': String(Buffer.byteLength(body)) },
    maxHeaderSize,
  });
  outgoing.end(body);
  const incoming = await headOf(outgoing, signal);
  incoming.once('error', () => undefined);
  outgoing.destroy();
  return incoming.statusCode ?? 0;
}

function problemOf(status: number): DeliveryProblem | null {
  if (status >= 200 && status < 300) return null;
  return status >= 300 && status < 400 ? 'redirect' : 'refused';
}
