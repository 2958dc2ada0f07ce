import { hash } from 'node:crypto';
import { sha256 } from './encoding.ts';

// RFC 6962 §2.1: leaves and nodes are hashed under different prefixes, so neither can pass for the other.
const leafPrefix = Buffer.of(0);
const nodeInput = Buffer.alloc(65);
nodeInput[0] = 1;

export const emptyRoot: Buffer = sha256('');

export function leafHash(leaf: Buffer | string): Buffer {
  return typeof leaf === 'string' ? fromBinary(hash('sha256', `\0${leaf}`, 'binary')) : sha256(leafPrefix, leaf);
}

/** Of two hashes of 32 bytes. Throws RangeError for any other length: it could pass for another pair. */
export function nodeHash(left: Buffer, right: Buffer): Buffer {
  if (left.length !== 32 || right.length !== 32) throw new RangeError('a node is made of two hashes of 32 bytes');
  // One input that is written over and hashed in one call: a tree is nothing but these.
  nodeInput.set(left, 1);
  nodeInput.set(right, 33);
  return fromBinary(hash('sha256', nodeInput, 'binary'));
}

/** As `nodeHash`, of the two hashes that begin at `from` of `row`; written at `to` of `above`. */
export function writeNodeHash(row: Buffer, from: number, above: Buffer, to: number): void {
  if (row.copy(nodeInput, 1, from, from + 64) !== 64) throw new RangeError('a node is made of two hashes of 32 bytes');
  above.write(hash('sha256', nodeInput, 'binary'), to, 'binary');
}

/** Measured: a digest as a string of bytes costs a third of one in a buffer of its own. */
function fromBinary(digest: string): Buffer {
  return Buffer.from(digest, 'binary');
}

/** Root of complete subtrees that stand side by side, largest first: RFC 6962 pairs them from the right. */
export function foldRight(hashes: readonly Buffer[]): Buffer {
  const last = hashes.at(-1);
  if (last === undefined) return emptyRoot;
  return hashes.slice(0, -1).reduceRight((right, left) => nodeHash(left, right), last);
}
