import type { Digest } from '../brand.ts';
import type { CheckpointRow, EntryRow, FlushRow, KeyRow } from './ledger-rows.ts';
import type { Tile, TileId, TilePart } from './tile.ts';

/**
 * A ledger as it stood at one moment, wherever it is read from: the database or an export of it. Rows come
 * in pages, so that a ledger of any size passes through a bounded memory. What is read is believed nowhere.
 */
export interface LedgerSource {
  /** Leaves in the tree. */
  readonly size: number;
  /** First position of which there are entries; 0, unless it is an export that begins later. */
  readonly since: number;
  /** Ascending by size; last, the one that was kept outside the database. */
  checkpoints(): Promise<readonly CheckpointRow[]>;
  /** The copy of the newest that an export gives apart; null: it has none. Left out by a source without such a copy. */
  newestNote?(): Promise<string | null>;
  /** Entries in order of the tree, from a position on. */
  entries(from: number): AsyncIterable<readonly EntryRow[]>;
  /** Entries that wait for the tree, by instance and sequence. */
  pending(): AsyncIterable<readonly EntryRow[]>;
  /** Instances that have flushes. */
  instances(): Promise<readonly string[]>;
  /** Flushes of an instance in order of number, from a number on. */
  flushes(instance: string, from: number): AsyncIterable<readonly FlushRow[]>;
  /** The hashes of a tile as far as it is stored to this width; null: there is no such tile. */
  tile(id: TileId, width: number): Promise<Buffer | null>;
  /** Every stored tile that reaches beyond a size, and how wide it is. */
  tileParts(beyond: number): AsyncIterable<readonly TilePart[]>;
  /** As `tileParts`, with their hashes. */
  tiles(beyond: number): AsyncIterable<readonly Tile[]>;
  keys(): Promise<readonly KeyRow[]>;
  /** Policy sets on record. */
  policySets(): Promise<readonly Digest[]>;
  /** Their files, by path. */
  policyFiles(digest: Digest): Promise<readonly PolicyFile[]>;
  /** High-water marks that were kept outside the database. */
  marks(): Promise<readonly MarkFile[]>;
  /** RFC 3161 tokens over checkpoints. */
  timestamps(): Promise<readonly { readonly size: number; readonly token: Buffer }[]>;
}

export interface PolicyFile {
  readonly file: string;
  readonly bytes: Buffer;
}

export interface MarkFile {
  readonly instance: string;
  readonly text: string;
}
