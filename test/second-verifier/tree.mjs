// The tree of RFC 6962 section 2.1 and its tiles (docs/ledger.md, Hashes of the tree, Tiles).
import { sha256 } from './values.mjs';

export const leafHash = (text) => sha256(Buffer.of(0), text);
const nodeHash = (left, right) => sha256(Buffer.of(1), left, right);

/** A tree that grows at the right: the roots of its complete subtrees, the largest first, and the tiles that it fills. */
class Growing {
  size = 0;
  subtrees = []; // [leaves, hash]
  filled = new Map(); // path -> bytes
  rows = []; // by level: number of the tile that fills up, and its hashes

  add(hash) {
    let leaves = 1;
    this.#put(0, hash);
    while (this.subtrees.length > 0 && this.subtrees.at(-1)[0] === leaves) {
      hash = nodeHash(this.subtrees.pop()[1], hash);
      leaves *= 2;
      const level = Math.log2(leaves) / 8;
      if (Number.isInteger(level)) this.#put(level, hash);
    }
    this.subtrees.push([leaves, hash]);
    this.size += 1;
  }

  #put(level, hash) {
    const row = (this.rows[level] ??= { number: 0, hashes: [] });
    row.hashes.push(hash);
    if (row.hashes.length < 256) return;
    this.filled.set(tilePath(level, row.number, 256), Buffer.concat(row.hashes));
    this.rows[level] = { number: row.number + 1, hashes: [] };
  }

  root() {
    if (this.size === 0) return sha256();
    return this.subtrees.map(([, hash]) => hash).reduceRight((right, left) => nodeHash(left, right));
  }

  /** path -> bytes of every tile that was filled, and of each level the last that is not full. */
  tiles() {
    const edge = this.rows.flatMap(({ number, hashes }, level) =>
      hashes.length === 0 ? [] : [[tilePath(level, number, hashes.length), Buffer.concat(hashes)]],
    );
    return new Map([...this.filled, ...edge]);
  }
}

/** A tree of so many leaves, out of the tiles at its right edge: `tileOf` gives the bytes of one. */
export function growingTree(size, tileOf) {
  const tree = new Growing();
  const subtrees = [];
  for (let level = 0, count = size; count > 0; level += 1, count = Math.floor(count / 256)) {
    const number = Math.floor(count / 256);
    const bytes = count % 256 === 0 ? Buffer.alloc(0) : tileOf(level, number);
    const hashes = Array.from({ length: count % 256 }, (_, at) => bytes.subarray(at * 32, at * 32 + 32));
    tree.rows[level] = { number, hashes };
    // The hashes that are not under one of the level above make subtrees of powers of two, the largest first.
    const own = [];
    for (let at = 0, left = hashes.length; left > 0; ) {
      const width = 2 ** Math.floor(Math.log2(left));
      own.push([width * 256 ** level, rootOf(hashes.slice(at, at + width))]);
      at += width;
      left -= width;
    }
    subtrees.unshift(...own);
  }
  tree.subtrees = subtrees;
  tree.size = size;
  return tree;
}

export function rootOf(hashes) {
  const tree = new Growing();
  for (const hash of hashes) tree.add(hash);
  return tree.root();
}

/** How many hashes a tile has in a tree of this size. */
export const widthOf = (size, level, number) =>
  Math.min(256, Math.max(0, Math.floor(size / 256 ** level) - number * 256));

/** `<L>/<N>` or `<L>/<N>.p/<W>` of a tile. */
export function tilePath(level, number, width) {
  const groups = [String(number % 1000).padStart(3, '0')];
  for (let rest = Math.floor(number / 1000); rest > 0; rest = Math.floor(rest / 1000)) {
    groups.unshift(`x${String(rest % 1000).padStart(3, '0')}`);
  }
  return `${level}/${groups.join('/')}${width < 256 ? `.p/${width}` : ''}`;
}

/** null for any other spelling. */
export function readTilePath(path) {
  const found = /^(0|[1-9][0-9]?)\/((?:x[0-9]{3}\/){0,4}[0-9]{3})(?:\.p\/([0-9]{1,3}))?$/.exec(path);
  if (!found) return null;
  const tile = {
    level: Number(found[1]),
    number: Number(found[2].replaceAll(/[x/]/g, '')),
    width: Number(found[3] ?? 256),
  };
  return tile.width > 0 && tilePath(tile.level, tile.number, tile.width) === path ? tile : null;
}
