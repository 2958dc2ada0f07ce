import { fromBase64Url, toBase64Url } from './encoding.ts';
import { type FlushHead, flushHeadText, readFlushHead } from './flush-head.ts';

/** The last signed head of an instance, as it is kept outside the database. */
export interface Mark {
  readonly head: FlushHead;
  /** Key id in the gateway's JWKS. */
  readonly key: string;
  /** Ed25519 over the flush head text, 64 bytes. */
  readonly signature: Buffer;
}

const signatureLine = /^— ([A-Za-z0-9_-]{43}) ([A-Za-z0-9_-]{86})\n+$/;

/** A mark that is kept is padded to this many bytes: one sector, which a disk writes whole or not at all. */
export const markBytes = 512;

/** The flush head text, an empty line, and one line with who signed it. UTF-8. */
export function markText({ head, key, signature }: Mark): string {
  return `${flushHeadText(head).toString('ascii')}\n— ${key} ${toBase64Url(signature)}\n`;
}

/** What `markText` writes, newlines after it up to `markBytes`; null for anything else. The signature is the reader's to check. */
export function readMark(text: string): Mark | null {
  if (Buffer.byteLength(text) > markBytes) return null;
  const gap = text.indexOf('\n\n');
  if (gap === -1) return null;
  const head = readFlushHead(text.slice(0, gap + 1));
  const [, key, signed] = signatureLine.exec(text.slice(gap + 2)) ?? [];
  if (head === null || key === undefined || signed === undefined) return null;
  const signature = fromBase64Url(signed, 64);
  return signature === null ? null : { head, key, signature };
}
