import { get } from 'node:https';
import type { SecureContextOptions } from 'node:tls';

const longestMs = 3_000;
const mostBytes = 65_536;

/**
 * The bytes at an https address that somebody configured: public keys, never anything about a person. Rejects for
 * every other answer than 200, for a redirect, and for what takes longer than 3 s or is larger than 64 KiB; the
 * reason names neither address nor content.
 */
export function fetchDocument(url: string, tls: SecureContextOptions): Promise<Buffer> {
  return new Promise((resolve, reject) => {
    // a connection of its own, so that it is always judged by the newest lists
    const options = { ...tls, rejectUnauthorized: true, agent: false, headers: { accept: 'application/json' } };
    const giveUp = (why: string): void => {
      reject(new Error(why));
      call.destroy();
    };
    const call = get(url, options, (answer) => {
      const chunks: Buffer[] = [];
      let size = 0;
      answer.on('error', () => giveUp('the document broke off'));
      if (answer.statusCode !== 200) giveUp('the document was not given');
      answer.on('data', (chunk: Buffer) => {
        size += chunk.length;
        if (size > mostBytes) giveUp('the document is too large');
        else chunks.push(chunk);
      });
      answer.on('end', () => resolve(Buffer.concat(chunks)));
    });
    const timer = setTimeout(() => giveUp('the document took too long'), longestMs);
    call.on('close', () => clearTimeout(timer));
    call.on('error', () => giveUp('the document cannot be reached'));
  });
}
