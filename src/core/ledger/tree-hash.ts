import { sha256 } from './encoding.ts';

// RFC 6962 §2.1: leaves and nodes are hashed under different prefixes, so neither can pass for the other.
const leafPrefix = Buffer.of(0);
const nodePrefix = Buffer.of(1);

export const emptyRoot: Buffer = sha256('');

export function leafHash(leaf: Buffer | string): Buffer {
  return sha256(leafPrefix, leaf);
}

export function nodeHash(left: Buffer, right: Buffer): Buffer {
  return sha256(nodePrefix, left, right);
}

/** Root of complete subtrees that stand side by side, largest first: RFC 6962 pairs them from the right. */
export function foldRight(hashes: readonly Buffer[]): Buffer {
  const last = hashes.at(-1);
  if (last === undefined) return emptyRoot;
  return hashes.slice(0, -1).reduceRight((right, left) => nodeHash(left, right), last);
}
