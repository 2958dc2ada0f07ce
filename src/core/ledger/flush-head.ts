import { fromBase64Url, sha256, toBase64Url } from './encoding.ts';

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

const format = 'sluis-flush-v1';

/** The text under the Ed25519 signature: seven lines, each ended by a newline, in ASCII. */
export function flushHeadText(head: FlushHead): Buffer {
  const lines = [
    format,
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

const uuid = /^[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}$/;

/** Exactly what `flushHeadText` writes, of a head that an instance can have; null for anything else. */
export function readFlushHead(text: string): FlushHead | null {
  const lines = text.split('\n');
  const [kind, instance = '', number = '', first = '', count = '', root = '', previous = '', end] = lines;
  if (lines.length !== 8 || kind !== format || end !== '' || !uuid.test(instance)) return null;
  const counts = { number: readCount(number), first: readCount(first), count: readCount(count) };
  const hashes = { root: fromBase64Url(root, 32), previous: fromBase64Url(previous, 32) };
  if (counts.number === null || counts.first === null || counts.count === null) return null;
  if (hashes.root === null || hashes.previous === null) return null;
  const isFirst = counts.number === 1;
  if (isFirst !== (counts.first === 1) || isFirst !== hashes.previous.equals(noPreviousHead)) return null;
  return {
    instance,
    number: counts.number,
    first: counts.first,
    count: counts.count,
    root: hashes.root,
    previous: hashes.previous,
  };
}

/** A whole number from 1 in its one spelling. */
function readCount(text: string): number | null {
  const number = Number(text);
  return /^[1-9][0-9]{0,15}$/.test(text) && Number.isSafeInteger(number) ? number : null;
}
