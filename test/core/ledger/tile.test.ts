import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { hashOfRange, inclusionRanges, type NodeId, nodesOf, treeOf } from '../../../src/core/ledger/merkle.ts';
import { rootFromInclusion } from '../../../src/core/ledger/merkle-check.ts';
import { edgeOf, growTiles, hashOfNode, nodesIn, type Tile, tileOf, widthIn } from '../../../src/core/ledger/tile.ts';
import { leafHash, nodeHash } from '../../../src/core/ledger/tree-hash.ts';

const leaves = Array.from({ length: 70_000 }, (_, index) => leafHash(`leaf ${index}`));
const keyOf = ({ level, index }: { readonly level: number; readonly index: number }) => `${level}/${index}`;

/** The tiles of a tree that grew in these steps. */
function grow(steps: readonly number[]): { readonly size: number; readonly tiles: ReadonlyMap<string, Tile> } {
  const tiles = new Map<string, Tile>();
  let size = 0;
  for (const step of steps) {
    const edge = edgeOf(size).flatMap((place) => tiles.get(keyOf(place)) ?? []);
    for (const tile of growTiles(size, edge, leaves.slice(size, size + step))) tiles.set(keyOf(tile), tile);
    size += step;
  }
  return { size, tiles };
}

function reader(tiles: ReadonlyMap<string, Tile>) {
  return (node: { readonly level: number; readonly index: number }): Buffer =>
    nodesIn(tiles.get(keyOf(tileOf(node)))?.hashes ?? Buffer.alloc(0))(node);
}

describe('tiles', () => {
  test('grown in steps hold the hashes of the tree, each level 256 times as wide as the one below', () => {
    const { size, tiles } = grow([1, 254, 1, 1, 511, 0, 65_000, 4232]);
    expect(size).toBe(70_000);
    expect([...tiles.keys()].filter((key) => !key.startsWith('0/')).toSorted()).toEqual(['1/0', '1/1', '2/0']);
    expect(tiles.get('0/273')?.hashes).toEqual(Buffer.concat(leaves.slice(273 * 256)));
    expect(tiles.get('1/1')?.hashes.length).toBe(17 * 32);
    expect(tiles.get('1/0')?.hashes.subarray(64, 96)).toEqual(treeOf(leaves.slice(512, 768)).root);
    expect(tiles.get('2/0')?.hashes).toEqual(treeOf(leaves.slice(0, 65_536)).root);
    const whole = grow([70_000]).tiles;
    expect(new Map(tiles)).toEqual(new Map(whole));
  });

  test('give every root and path of the tree, at any size, whatever the steps', () => {
    fc.assert(
      fc.property(
        fc.array(fc.integer({ min: 0, max: 700 }), { minLength: 1, maxLength: 6 }),
        fc.nat(),
        (steps, picked) => {
          const { size, tiles } = grow(steps);
          fc.pre(size > 0);
          const hashOf = reader(tiles);
          const tree = treeOf(leaves.slice(0, size));
          expect(hashOfRange({ start: 0, end: size }, hashOf)).toEqual(tree.root);
          const index = picked % size;
          const path = inclusionRanges(index, size).map((range) => hashOfRange(range, hashOf));
          expect(path).toEqual(tree.inclusion(index));
          expect(rootFromInclusion(leaves[index] ?? Buffer.alloc(0), index, size, path)).toEqual(tree.root);
          for (const [key, tile] of tiles) expect([key, tile.hashes.length]).toEqual([key, widthIn(size, tile) * 32]);
          for (const part of edgeOf(size)) expect(widthIn(size, part)).toBe(part.width);
        },
      ),
      { numRuns: 30 },
    );
  });

  test('that do not fit the tree are not grown on, and a narrow one gives no hash that it lacks', () => {
    const { tiles } = grow([300]);
    const edge = [...tiles.values()].filter(({ level, index }) => level === 1 || index === 1);
    expect(growTiles(300, edge, leaves.slice(300, 301))).toHaveLength(1);
    expect(() => growTiles(301, edge, leaves.slice(300, 301))).toThrow(RangeError);
    expect(() => growTiles(300, [], leaves.slice(300, 301))).toThrow(RangeError);
    expect(() => growTiles(0, edge, leaves.slice(300, 301))).toThrow(RangeError);
    const [node] = nodesOf({ start: 256, end: 288 });
    if (node === undefined) throw new Error('a range has nodes');
    const whole = tiles.get('0/1')?.hashes ?? Buffer.alloc(0);
    for (const hashOf of [nodesIn(whole), (asked: NodeId) => hashOfNode(asked, whole)]) {
      expect(hashOf(node)).toEqual(treeOf(leaves.slice(256, 288)).root);
    }
    const narrow = whole.subarray(0, 31 * 32);
    expect(() => nodesIn(narrow)(node)).toThrow(RangeError);
    expect(() => hashOfNode(node, narrow)).toThrow(RangeError);
  });

  test('have their places also in trees beyond 32 bits', () => {
    const size = 2 ** 40 + 3;
    expect(edgeOf(size)).toEqual([
      { level: 0, index: 2 ** 32, width: 3 },
      { level: 5, index: 0, width: 1 },
    ]);
    expect(tileOf({ level: 39, index: 1 })).toEqual({ level: 4, index: 0 });
    expect(tileOf({ level: 0, index: 2 ** 40 + 2 })).toEqual({ level: 0, index: 2 ** 32 });
    expect(widthIn(size, { level: 1, index: 2 ** 24 })).toBe(0);
    expect(widthIn(size, { level: 1, index: 2 ** 24 - 1 })).toBe(256);
  });

  test('are made of hashes of 32 bytes and no others', () => {
    expect(() => nodeHash(Buffer.alloc(31), Buffer.alloc(32))).toThrow(RangeError);
    expect(() => nodeHash(Buffer.alloc(32), Buffer.alloc(33))).toThrow(RangeError);
  });
});
