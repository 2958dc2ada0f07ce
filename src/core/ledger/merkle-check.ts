import { nodeHash } from './tree-hash.ts';

/** Root that an inclusion path leads to (RFC 9162 §2.1.3.2), or null when the path or a hash has the wrong length. */
export function rootFromInclusion(leaf: Buffer, index: number, size: number, path: readonly Buffer[]): Buffer | null {
  if (!Number.isSafeInteger(index) || !Number.isSafeInteger(size) || index < 0 || index >= size) return null;
  if (![leaf, ...path].every(isHash)) return null;
  let node = index;
  let last = size - 1;
  let hash = leaf;
  for (const sibling of path) {
    if (last === 0) return null;
    if (isOdd(node) || node === last) {
      hash = nodeHash(sibling, hash);
      while (!isOdd(node) && node !== 0) {
        node = half(node);
        last = half(last);
      }
    } else {
      hash = nodeHash(hash, sibling);
    }
    node = half(node);
    last = half(last);
  }
  return last === 0 ? hash : null;
}

export interface SizedRoot {
  readonly size: number;
  readonly root: Buffer;
}

/** Whether the older tree is the beginning of the newer one (RFC 9162 §2.1.4.2). An empty tree begins every tree. */
export function isConsistent(older: SizedRoot, newer: SizedRoot, path: readonly Buffer[]): boolean {
  if (!Number.isSafeInteger(older.size) || !Number.isSafeInteger(newer.size)) return false;
  if (older.size < 0 || older.size > newer.size) return false;
  if (![older.root, newer.root, ...path].every(isHash)) return false;
  if (older.size === 0) return path.length === 0;
  if (older.size === newer.size) return path.length === 0 && older.root.equals(newer.root);
  const roots = rootsFromConsistency(older, newer.size, path);
  return roots?.older.equals(older.root) === true && roots.newer.equals(newer.root);
}

function rootsFromConsistency(
  older: SizedRoot,
  newerSize: number,
  path: readonly Buffer[],
): { readonly older: Buffer; readonly newer: Buffer } | null {
  const steps = isPowerOfTwo(older.size) ? [older.root, ...path] : [...path];
  const first = steps.shift();
  if (first === undefined) return null;
  let node = older.size - 1;
  let last = newerSize - 1;
  while (isOdd(node)) {
    node = half(node);
    last = half(last);
  }
  let olderHash = first;
  let newerHash = first;
  for (const step of steps) {
    if (last === 0) return null;
    if (isOdd(node) || node === last) {
      olderHash = nodeHash(step, olderHash);
      newerHash = nodeHash(step, newerHash);
      while (!isOdd(node) && node !== 0) {
        node = half(node);
        last = half(last);
      }
    } else {
      newerHash = nodeHash(newerHash, step);
    }
    node = half(node);
    last = half(last);
  }
  return last === 0 ? { older: olderHash, newer: newerHash } : null;
}

function isHash(bytes: Buffer): boolean {
  return bytes.length === 32;
}

function isOdd(value: number): boolean {
  return value % 2 === 1;
}

function half(value: number): number {
  return Math.floor(value / 2);
}

function isPowerOfTwo(value: number): boolean {
  let rest = value;
  while (rest > 1 && rest % 2 === 0) rest /= 2;
  return rest === 1;
}
