import type { IncomingMessage } from 'node:http';
import { request } from 'node:https';
import { setTimeout as sleep } from 'node:timers/promises';
import { Fault } from '../core/fault.ts';
import { headOf } from './head-of.ts';
import type { SourceAgent } from './source-agent.ts';

export interface Exchange {
  readonly url: string;
  /** Asked for at each attempt; `kept`: over a connection that stands open, where there is one. */
  readonly agent: (kept: boolean) => SourceAgent;
  readonly headers: Readonly<Record<string, string>>;
  readonly body: string;
  /** What the answer must say that it is. */
  readonly mediaType: string;
  /** Over everything: connection, question, answer and its last byte. */
  readonly deadline: AbortSignal;
  readonly maxBytes: number;
  /** Being asked twice changes nothing at the source. */
  readonly safe: boolean;
}

/** Pauses before a question is asked again that was answered with nothing at all: as many as it is asked again. */
const pausesMs = [100, 300];

/**
 * One POST and the bytes of its answer. Throws a `source-*` Fault whose message and cause hold
 * nothing of what was asked or answered.
 */
export async function exchange(wanted: Exchange): Promise<Buffer> {
  let again = 0;
  let kept = true;
  for (;;) {
    try {
      return await attempt(wanted, kept);
    } catch (error) {
      if (!(error instanceof Unanswered)) throw error;
      if (kept && error instanceof StaleConnection) {
        kept = false;
        continue;
      }
      const pause = wanted.safe ? pausesMs[again] : undefined;
      if (pause === undefined) throw error;
      again += 1;
      await sleep(pause, undefined, { signal: wanted.deadline }).catch(() => {
        throw timedOut();
      });
    }
  }
}

/** The connection did not come about, or broke before an answer began. */
class Unanswered extends Fault {}

/**
 * A kept connection that the source closed just as it was taken up again, as after its restart, or that nothing may be sent
 * over any more. The question is asked again, once and over a new connection: a source that closes after it took a
 * question in looks the same from here.
 */
class StaleConnection extends Unanswered {}

async function attempt(wanted: Exchange, kept: boolean): Promise<Buffer> {
  const { body, deadline } = wanted;
  const agent = wanted.agent(kept);
  const headers = { ...wanted.headers, 'content-length': String(Buffer.byteLength(body)) };
  const outgoing = request(wanted.url, { method: 'POST', agent, headers });
  let isOver = false;
  let answering = false;
  outgoing.once('socket', (socket) => {
    socket.once('data', () => {
      answering = true;
    });
    // INVARIANT: before the first byte is sent; the question may have waited for this connection.
    isOver = agent.isOver(socket);
    if (isOver) outgoing.destroy();
  });
  outgoing.end(body);
  try {
    const incoming = await headOf(outgoing, deadline).catch((error: unknown) => {
      if (deadline.aborted) throw timedOut();
      const isStale = isOver || (outgoing.reusedSocket && isBrokenOff(error));
      if (!answering && isStale) throw new StaleConnection('source-unavailable', messageOf(error));
      if (!answering && notThere.has(codeOf(error))) throw new Unanswered('source-unavailable', messageOf(error));
      throw unreachable(error);
    });
    return await receive(incoming, wanted);
  } catch (fault) {
    outgoing.destroy();
    throw fault;
  }
}

async function receive(incoming: IncomingMessage, wanted: Exchange): Promise<Buffer> {
  const { maxBytes, deadline } = wanted;
  checkHead(incoming, wanted);
  const chunks: Buffer[] = [];
  let bytes = 0;
  try {
    for await (const chunk of incoming) {
      if (!Buffer.isBuffer(chunk)) throw new Fault('source-invalid', 'the answer of the source is not bytes');
      bytes += chunk.length;
      if (bytes > maxBytes) throw tooLarge();
      chunks.push(chunk);
    }
  } catch (error) {
    if (error instanceof Fault) throw error;
    if (deadline.aborted) throw new Fault('source-timeout', 'the source did not finish its answer in time');
    throw unreachable(error);
  }
  return Buffer.concat(chunks, bytes);
}

/** A redirect is not followed: it would send a person's number to an address that nobody configured. */
function checkHead({ statusCode = 0, headers }: IncomingMessage, { maxBytes, mediaType }: Exchange): void {
  if (statusCode >= 500) throw new Fault('source-unavailable', `the source answered ${statusCode}`);
  if (statusCode !== 200) throw new Fault('source-invalid', `the source answered ${statusCode}`);
  const [type = ''] = (headers['content-type'] ?? '').split(';');
  if (type.trim().toLowerCase() !== mediaType)
    throw new Fault('source-invalid', 'the source answered something else than JSON');
  if ((headers['content-encoding'] ?? 'identity') !== 'identity')
    throw new Fault('source-invalid', 'the source answered in an encoding that was not asked');
  if (Number(headers['content-length'] ?? 0) > maxBytes) throw tooLarge();
}

function tooLarge(): Fault {
  return new Fault('source-too-large', 'the answer of the source is too large');
}

function timedOut(): Fault {
  return new Fault('source-timeout', 'the source did not answer in time');
}

function unreachable(error: unknown): Fault {
  return new Fault('source-unavailable', messageOf(error));
}

/** Only the code goes on: messages of connections and of TLS quote addresses and names. */
function messageOf(error: unknown): string {
  return `the source could not be reached (${codeOf(error)})`;
}

/** What may be otherwise a moment later; a certificate that is not good is not among it. */
const notThere: ReadonlySet<string> = new Set([
  ...['ECONNREFUSED', 'ECONNRESET', 'EPIPE', 'ETIMEDOUT'],
  ...['EHOSTUNREACH', 'ENETUNREACH', 'EAI_AGAIN'],
]);

function isBrokenOff(error: unknown): boolean {
  return ['ECONNRESET', 'EPIPE'].includes(codeOf(error));
}

function codeOf(error: unknown): string {
  return error instanceof Error && 'code' in error ? String(error.code) : 'unknown';
}
