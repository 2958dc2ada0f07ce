import type { IncomingMessage } from 'node:http';
import { type Agent, type RequestOptions, request } from 'node:https';
import { setTimeout as sleep } from 'node:timers/promises';
import { Fault } from '../core/fault.ts';

export interface Exchange {
  readonly url: string;
  readonly agent: Agent;
  readonly headers: Readonly<Record<string, string>>;
  readonly body: string;
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
  for (;;) {
    try {
      return await attempt(wanted);
    } catch (error) {
      if (error instanceof StaleConnection) continue;
      if (!(error instanceof Unanswered)) throw error;
      const pause = wanted.safe ? pausesMs[again] : undefined;
      if (pause === undefined) throw error;
      again += 1;
      await sleep(pause, undefined, { signal: wanted.deadline }).catch(() => {
        throw timedOut();
      });
    }
  }
}

/**
 * The source closed a kept connection just as it was taken up again, as after its restart. Asking
 * changes nothing there, so the question is asked again; each time one such connection fewer is left,
 * and a new connection that breaks is not stale.
 */
class StaleConnection extends Error {}

/** The connection did not come about, or broke before an answer began. */
class Unanswered extends Fault {}

function attempt(wanted: Exchange): Promise<Buffer> {
  const { deadline } = wanted;
  return new Promise((resolve, reject) => {
    const options: RequestOptions = {
      method: 'POST',
      agent: wanted.agent,
      headers: { ...wanted.headers, 'content-length': String(Buffer.byteLength(wanted.body)) },
      signal: deadline,
    };
    const outgoing = request(wanted.url, options);
    let answering = false;
    outgoing.on('error', (error) => {
      if (deadline.aborted) reject(timedOut());
      else if (!answering && outgoing.reusedSocket && isBrokenOff(error)) reject(new StaleConnection());
      else if (!answering && notThere.has(codeOf(error)))
        reject(new Unanswered('source-unavailable', messageOf(error)));
      else reject(unreachable(error));
    });
    outgoing.once('response', (incoming) => {
      answering = true;
      receive(incoming, wanted.maxBytes, deadline).then(resolve, (fault) => {
        outgoing.destroy();
        reject(fault);
      });
    });
    outgoing.end(wanted.body);
  });
}

async function receive(incoming: IncomingMessage, maxBytes: number, deadline: AbortSignal): Promise<Buffer> {
  checkHead(incoming, maxBytes);
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
function checkHead({ statusCode = 0, headers }: IncomingMessage, maxBytes: number): void {
  if (statusCode >= 500) throw new Fault('source-unavailable', `the source answered ${statusCode}`);
  if (statusCode !== 200) throw new Fault('source-invalid', `the source answered ${statusCode}`);
  if (!/^application\/json\s*(?:;|$)/i.test(headers['content-type'] ?? ''))
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
