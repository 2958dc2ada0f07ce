import type { IncomingMessage } from 'node:http';
import { get } from 'node:https';
import type { SecureContextOptions } from 'node:tls';
import { headOf } from './head-of.ts';

const longestMs = 3_000;
const mostBytes = 65_536;

/**
 * The bytes at an https address that somebody configured: public keys, never anything about a person. Rejects for
 * every other answer than 200, for a redirect, and for what takes longer than 3 s or is larger than 64 KiB; the
 * reason names neither address nor content.
 */
export async function fetchDocument(url: string, tls: SecureContextOptions): Promise<Buffer> {
  const deadline = AbortSignal.timeout(longestMs);
  const because = (why: string) => () => {
    throw new Error(deadline.aborted ? 'the document took too long' : why);
  };
  // a connection of its own, so that it is always judged by the newest lists
  const options = { ...tls, rejectUnauthorized: true, agent: false, headers: { accept: 'application/json' } };
  const call = get(url, options);
  try {
    const answer = await headOf(call, deadline).catch(because('the document cannot be reached'));
    if (answer.statusCode !== 200) throw new Error('the document was not given');
    const document = await bytesOf(answer).catch(because('the document broke off'));
    if (document === null) throw new Error('the document is too large');
    return document;
  } finally {
    call.destroy();
  }
}

/** null: more than may be. */
async function bytesOf(answer: IncomingMessage): Promise<Buffer | null> {
  const chunks: Buffer[] = [];
  let size = 0;
  for await (const chunk of answer) {
    size += chunk.length;
    if (size > mostBytes) return null;
    chunks.push(chunk);
  }
  return Buffer.concat(chunks);
}
