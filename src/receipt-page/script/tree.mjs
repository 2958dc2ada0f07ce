import { sha256 } from './bytes.mjs';

/** @typedef {import('./bytes.mjs').Bytes} Bytes */

/**
 * Root that an inclusion path leads to (RFC 9162, section 2.1.3.2); null when the path has the wrong length.
 * @param {Bytes} leaf @param {number} index @param {number} size @param {readonly Bytes[]} path
 * @returns {Promise<Bytes | null>}
 */
export async function rootOfPath(leaf, index, size, path) {
  if (!Number.isSafeInteger(index) || !Number.isSafeInteger(size) || index < 0 || index >= size) return null;
  let node = index;
  let last = size - 1;
  let hash = leaf;
  for (const sibling of path) {
    if (last === 0) return null;
    if (node % 2 === 1 || node === last) {
      hash = await nodeHash(sibling, hash);
      while (node % 2 === 0 && node !== 0) {
        node /= 2;
        last = Math.floor(last / 2);
      }
    } else {
      hash = await nodeHash(hash, sibling);
    }
    node = Math.floor(node / 2);
    last = Math.floor(last / 2);
  }
  return last === 0 ? hash : null;
}

/** @param {Bytes} left @param {Bytes} right */
function nodeHash(left, right) {
  return sha256(Uint8Array.of(1), left, right);
}
