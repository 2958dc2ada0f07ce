import { sha256 } from '../../core/ledger/encoding.ts';
import type { NodeId } from '../../core/ledger/merkle.ts';
import { nodesIn, type Tile, type TileId } from '../../core/ledger/tile.ts';

/** A tile that was read before, with what was calculated out of it. */
export interface RememberedTile {
  /** SHA-256 of its bytes: the one in the database is the same only if it has the same. */
  readonly digest: Buffer;
  readonly nodes: (node: NodeId) => Buffer;
}

/**
 * Some 16 KB each. Leaves apart, of which there are many: the levels above them, of a tree of many millions,
 * are in nearly every proof.
 */
const most = 256;
const memories = { leaves: new Map<string, RememberedTile>(), above: new Map<string, RememberedTile>() };

export function recall(place: TileId): RememberedTile | null {
  return memoryOf(place).get(keyOf(place)) ?? null;
}

export function remember(tile: Tile): RememberedTile {
  const { hashes } = tile;
  const memory = memoryOf(tile);
  const known = { digest: sha256(hashes), nodes: nodesIn(hashes) };
  // The newest last: the first is the one that goes.
  memory.delete(keyOf(tile));
  memory.set(keyOf(tile), known);
  if (memory.size > most) for (const oldest of memory.keys().take(1)) memory.delete(oldest);
  return known;
}

function memoryOf({ level }: TileId): Map<string, RememberedTile> {
  return level === 0 ? memories.leaves : memories.above;
}

function keyOf({ level, index }: TileId): string {
  return `${level}/${index}`;
}
