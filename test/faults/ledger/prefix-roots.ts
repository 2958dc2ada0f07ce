import { createHash } from 'node:crypto';

/**
 * Roots (RFC 6962 §2.1) of the first so many leaves, for each size that is asked; read aloud from the RFC and not
 * shared with what is under test.
 */
export function prefixRoots(leafHashes: readonly Buffer[], sizes: ReadonlySet<number>): ReadonlyMap<number, Buffer> {
  const roots = new Map<number, Buffer>();
  /** Complete subtrees side by side, largest first. */
  const complete: { readonly leaves: number; readonly hash: Buffer }[] = [];
  for (const [index, hash] of leafHashes.entries()) {
    let right = { leaves: 1, hash };
    for (let left = complete.at(-1); left?.leaves === right.leaves; left = complete.at(-1)) {
      complete.pop();
      right = { leaves: left.leaves * 2, hash: node(left.hash, right.hash) };
    }
    complete.push(right);
    if (sizes.has(index + 1)) roots.set(index + 1, complete.map(({ hash: each }) => each).reduceRight(joined));
  }
  return roots;
}

function joined(right: Buffer, left: Buffer): Buffer {
  return node(left, right);
}

function node(left: Buffer, right: Buffer): Buffer {
  return createHash('sha256').update(Buffer.of(1)).update(left).update(right).digest();
}
