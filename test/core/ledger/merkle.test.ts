import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import {
  append,
  consistencyRanges,
  emptyFrontier,
  hashOfRange,
  inclusionRanges,
  type NodeId,
  rootOf,
  treeOf,
} from '../../../src/core/ledger/merkle.ts';
import { isConsistent, rootFromInclusion } from '../../../src/core/ledger/merkle-check.ts';
import { emptyRoot, leafHash, nodeHash } from '../../../src/core/ledger/tree-hash.ts';

/** RFC 6962 §2.1 read aloud, as slow as it is plain. */
function naiveRoot(leaves: readonly Buffer[]): Buffer {
  const [only] = leaves;
  if (only === undefined) return emptyRoot;
  if (leaves.length === 1) return only;
  const k = splitOf(leaves.length);
  return nodeHash(naiveRoot(leaves.slice(0, k)), naiveRoot(leaves.slice(k)));
}

function splitOf(size: number): number {
  let k = 1;
  while (k * 2 < size) k *= 2;
  return k;
}

/** RFC 6962 §2.1.1, PATH. */
function naivePath(m: number, leaves: readonly Buffer[]): readonly Buffer[] {
  if (leaves.length === 1) return [];
  const k = splitOf(leaves.length);
  const [left, right] = [leaves.slice(0, k), leaves.slice(k)];
  return m < k ? [...naivePath(m, left), naiveRoot(right)] : [...naivePath(m - k, right), naiveRoot(left)];
}

/** RFC 6962 §2.1.2, SUBPROOF. */
function naiveProof(m: number, leaves: readonly Buffer[], isWhole = true): readonly Buffer[] {
  if (m === leaves.length) return isWhole ? [] : [naiveRoot(leaves)];
  const k = splitOf(leaves.length);
  const [left, right] = [leaves.slice(0, k), leaves.slice(k)];
  return m <= k
    ? [...naiveProof(m, left, isWhole), naiveRoot(right)]
    : [...naiveProof(m - k, right, false), naiveRoot(left)];
}

const leavesOf = (size: number) => Array.from({ length: size }, (_, index) => leafHash(`leaf ${index}`));

describe('the tree of RFC 6962', () => {
  test('has the known hash without leaves', () => {
    expect(emptyRoot.toString('hex')).toBe('e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855');
    expect(treeOf([]).root).toEqual(emptyRoot);
  });

  test('has the known roots of the eight leaves of certificate transparency', () => {
    const data = ['', '00', '10', '2021', '3031', '40414243', '5051525354555657', '606162636465666768696a6b6c6d6e6f'];
    const leaves = data.map((hex) => leafHash(Buffer.from(hex, 'hex')));
    const roots = leaves.map((_, index) => treeOf(leaves.slice(0, index + 1)).root.toString('hex'));
    expect(roots).toEqual([
      '6e340b9cffb37a989ca544e6bb780a2c78901d3fb33738768511a30617afa01d',
      'fac54203e7cc696cf0dfcb42c92a1d9dbaf70ad9e621f4bd8d98662f00e3c125',
      'aeb6bcfe274b70a14fb067a5e5578264db0fa9b51af5e0ba159158f329e06e77',
      'd37ee418976dd95753c1c73862b9398fa2a2cf9b4ff0fdfe8b30cd95209614b7',
      '4e3bbb1f7b478dcfe71fb631631519a3bca12c9aefca1612bfce4c13a86264d4',
      '76e67dadbcdf1e10e1b74ddc608abd2f98dfb16fbce75277b5232a127f2087ef',
      'ddb89be403809e325750d3d263cd78929c2942b7942a34b77e122c9594a74c8c',
      '5dc9da79a70659a9ad559cb701ded9a2ab9d823aad2f4960cfe370eff4604328',
    ]);
  });

  const known = {
    leaf1: '6e340b9cffb37a989ca544e6bb780a2c78901d3fb33738768511a30617afa01d',
    leaf2: '96a296d224f285c67bee93c30f8a309157f0daa35dc5b87e410b78630a09cfc7',
    leaf5: 'bc1a0643b12e4d2d7c77918f44e0f4f79a838b6cf9ec5b5c283e1f4d88599e6b',
    leaves12: 'fac54203e7cc696cf0dfcb42c92a1d9dbaf70ad9e621f4bd8d98662f00e3c125',
    leaves34: '5f083f0a1a33ca076a95279832580db3e0ef4584bdff1f54c8a360f50de3031e',
    leaves56: '0ebc5d3437fbe2db158b9f126a1d118e308181031d0a949f8dededebc558ef6a',
    leaves78: 'ca854ea128ed050b41b35ffc1b87b8eb2bde461e9e3b5596ece6b9d5975a0ae0',
    leaves14: 'd37ee418976dd95753c1c73862b9398fa2a2cf9b4ff0fdfe8b30cd95209614b7',
    leaves58: '6b47aaf29ee3c2af9af889bc1fb9254dabd31177f16232dd6aab035ca39bf6e4',
  };
  const eight = [
    '',
    '00',
    '10',
    '2021',
    '3031',
    '40414243',
    '5051525354555657',
    '606162636465666768696a6b6c6d6e6f',
  ].map((hex) => leafHash(Buffer.from(hex, 'hex')));
  const hexOf = (path: readonly Buffer[]) => path.map((hash) => hash.toString('hex'));

  // Numbered from 1 as they are published there; the sizes are those of the trees.
  test.each<[number, number, readonly string[]]>([
    [1, 1, []],
    [1, 8, [known.leaf2, known.leaves34, known.leaves58]],
    [6, 8, [known.leaf5, known.leaves78, known.leaves14]],
    [3, 3, [known.leaves12]],
    [2, 5, [known.leaf1, known.leaves34, known.leaf5]],
  ])('has the known path of leaf %i of the first %i of them', (leaf, size, path) => {
    const tree = treeOf(eight.slice(0, size));
    expect(hexOf(tree.inclusion(leaf - 1))).toEqual(path);
    const hashes = path.map((hex) => Buffer.from(hex, 'hex'));
    expect(rootFromInclusion(eight[leaf - 1] ?? Buffer.alloc(0), leaf - 1, size, hashes)).toEqual(tree.root);
  });

  test.each<[number, number, readonly string[]]>([
    [1, 1, []],
    [1, 8, [known.leaf2, known.leaves34, known.leaves58]],
    [6, 8, [known.leaves56, known.leaves78, known.leaves14]],
    [2, 5, [known.leaves34, known.leaf5]],
  ])('has the known proof that the first %i of them begin the first %i', (older, newer, path) => {
    const [before, after] = [treeOf(eight.slice(0, older)), treeOf(eight.slice(0, newer))];
    expect(hexOf(after.consistency(older))).toEqual(path);
    const hashes = path.map((hex) => Buffer.from(hex, 'hex'));
    expect(isConsistent({ size: older, root: before.root }, { size: newer, root: after.root }, hashes)).toBe(true);
  });

  test('proves inclusion and consistency at every size up to 40, and only with the right path', () => {
    for (let size = 1; size <= 40; size++) {
      const leaves = leavesOf(size);
      const tree = treeOf(leaves);
      expect(tree.root).toEqual(naiveRoot(leaves));
      for (const [index, leaf] of leaves.entries()) {
        const path = tree.inclusion(index);
        expect(path).toEqual(naivePath(index, leaves));
        expect(rootFromInclusion(leaf, index, size, path)).toEqual(tree.root);
        expect(rootFromInclusion(leaf, index, size, [...path, leaf])).toBeNull();
        if (path.length > 0) expect(rootFromInclusion(leaf, index, size, path.slice(1))).toBeNull();
        if (size > 1) expect(rootFromInclusion(leaf, (index + 1) % size, size, path)).not.toEqual(tree.root);
      }
      for (let older = 1; older <= size; older++) {
        const before = { size: older, root: naiveRoot(leaves.slice(0, older)) };
        const path = tree.consistency(older);
        expect(path).toEqual(naiveProof(older, leaves));
        expect(isConsistent(before, { size, root: tree.root }, path)).toBe(true);
        expect(isConsistent({ ...before, root: leafHash('other') }, { size, root: tree.root }, path)).toBe(false);
        expect(isConsistent(before, { size, root: leafHash('other') }, path)).toBe(false);
      }
    }
  });

  test('a forked history is not consistent, whatever path is tried', () => {
    fc.assert(
      fc.property(fc.integer({ min: 2, max: 60 }), fc.nat(), fc.nat(), (size, a, b) => {
        const older = 1 + (a % (size - 1));
        const honest = leavesOf(size);
        const forked = honest.with(b % older, leafHash('rewritten'));
        const before = { size: older, root: naiveRoot(honest.slice(0, older)) };
        const after = treeOf(forked);
        expect(isConsistent(before, { size, root: after.root }, after.consistency(older))).toBe(false);
        expect(isConsistent(before, { size, root: after.root }, treeOf(honest).consistency(older))).toBe(false);
      }),
    );
  });

  test('grown in pieces over stored nodes, it gives the roots and proofs of the whole', () => {
    fc.assert(
      fc.property(fc.array(fc.integer({ min: 0, max: 20 }), { minLength: 1, maxLength: 8 }), (pieces) => {
        const leaves = leavesOf(pieces.reduce((sum, piece) => sum + piece, 0));
        const stored = new Map<string, Buffer>();
        let frontier = emptyFrontier;
        for (const piece of pieces) {
          const added = leaves.slice(frontier.size, frontier.size + piece);
          for (const [index, hash] of added.entries()) stored.set(`0/${frontier.size + index}`, hash);
          const grown = append(frontier, added);
          for (const { level, index, hash } of grown.nodes) {
            expect(stored.has(`${level}/${index}`)).toBe(false);
            stored.set(`${level}/${index}`, hash);
          }
          frontier = grown.frontier;
        }
        expect(rootOf(frontier)).toEqual(naiveRoot(leaves));
        const hashOf = ({ level, index }: NodeId): Buffer => {
          const hash = stored.get(`${level}/${index}`);
          if (hash === undefined) throw new Error(`node ${level}/${index} was not stored`);
          return hash;
        };
        for (const index of leaves.keys()) {
          const path = inclusionRanges(index, leaves.length).map((range) => hashOfRange(range, hashOf));
          expect(path).toEqual(treeOf(leaves).inclusion(index));
          const older = consistencyRanges(index + 1, leaves.length).map((range) => hashOfRange(range, hashOf));
          expect(older).toEqual(treeOf(leaves).consistency(index + 1));
        }
      }),
      { numRuns: 40 },
    );
  });

  test('sizes beyond 32 bits are reckoned right', () => {
    const size = 2 ** 40 + 3;
    expect(inclusionRanges(2 ** 40 + 2, size)).toEqual([
      { start: 2 ** 40, end: 2 ** 40 + 2 },
      { start: 0, end: 2 ** 40 },
    ]);
    expect(consistencyRanges(2 ** 40, size)).toEqual([{ start: 2 ** 40, end: size }]);
    const path = [leafHash('a'), leafHash('b')];
    const root = nodeHash(leafHash('b'), nodeHash(leafHash('a'), leafHash('x')));
    expect(rootFromInclusion(leafHash('x'), 2 ** 40 + 2, size, path)).toEqual(root);
  });

  test('asking for what cannot be proved is a mistake, and checking nonsense is no', () => {
    expect(() => inclusionRanges(3, 3)).toThrow(RangeError);
    expect(() => consistencyRanges(0, 3)).toThrow(RangeError);
    expect(() => consistencyRanges(4, 3)).toThrow(RangeError);
    expect(() => append({ size: 1, hashes: [] }, leavesOf(1))).toThrow(RangeError);
    expect(rootFromInclusion(leafHash('x'), 0.5, 2, [])).toBeNull();
    expect(rootFromInclusion(leafHash('x'), -1, 2, [])).toBeNull();
    expect(rootFromInclusion(Buffer.alloc(31), 0, 1, [])).toBeNull();
    expect(rootFromInclusion(emptyRoot, 0, 2, [Buffer.alloc(33)])).toBeNull();
    expect(isConsistent({ size: 1, root: Buffer.alloc(0) }, { size: 1, root: Buffer.alloc(0) }, [])).toBe(false);
    expect(isConsistent({ size: 1, root: emptyRoot }, { size: 2, root: emptyRoot }, [Buffer.alloc(31)])).toBe(false);
    expect(isConsistent({ size: 3, root: emptyRoot }, { size: 2, root: emptyRoot }, [])).toBe(false);
    expect(isConsistent({ size: 2, root: emptyRoot }, { size: 3, root: emptyRoot }, [])).toBe(false);
  });
});
