import { sha256, toBase64Url } from './encoding.ts';

/** What one commit of one gateway instance put on record. Its text is signed, its hash stands in the next. */
export interface FlushHead {
  readonly instance: string;
  /** From 1, without gaps within the instance. */
  readonly number: number;
  /** Sequence of the first leaf; the first flush begins at 1. */
  readonly first: number;
  readonly count: number;
  /** RFC 6962 root over the leaves of this flush, in order of sequence. */
  readonly root: Buffer;
  /** Hash of the previous head of the instance; 32 zero bytes for the first. */
  readonly previous: Buffer;
}

export const noPreviousHead: Buffer = Buffer.alloc(32);

/** The text under the Ed25519 signature: seven lines, each ended by a newline, in ASCII. */
export function flushHeadText(head: FlushHead): Buffer {
  const lines = [
    'sluis-flush-v1',
    head.instance,
    String(head.number),
    String(head.first),
    String(head.count),
    toBase64Url(head.root),
    toBase64Url(head.previous),
  ];
  return Buffer.from(lines.map((line) => `${line}\n`).join(''), 'ascii');
}

export function flushHeadHash(head: FlushHead): Buffer {
  return sha256(flushHeadText(head));
}
