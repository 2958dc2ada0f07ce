import type { TilePart } from '../core/ledger/tile.ts';
import { readTilePath as readTileName, tilePath as tileName } from '../core/ledger/tile-path.ts';

/** Names of what stands in an export: docs/ledger.md § Export. */
export const manifestFile = 'sluis-ledger.json';
export const checkpointFile = 'checkpoint';
export const checkpointsFile = 'checkpoints.ndjson';
export const keysFile = 'keys.json';
export const pendingFile = 'pending.ndjson';
export const entriesFolder = 'entries';
export const flushesFolder = 'flushes';
export const tilesFolder = 'tile';
export const marksFolder = 'marks';
export const policiesFolder = 'policies';
export const timestampsFolder = 'timestamps';

/** Entries or flushes in one file. */
export const chunkLength = 4_096;

/** What one file of entries or flushes holds: positions from 0, or numbers from 1. */
export interface Chunk {
  readonly first: number;
  readonly last: number;
}

const chunkForm = /^([0-9]{12})-([0-9]{12})\.ndjson$/;

export function chunkName({ first, last }: Chunk): string {
  const digits = (position: number): string => String(position).padStart(12, '0');
  return `${digits(first)}-${digits(last)}.ndjson`;
}

/** null: not the name of a chunk. */
export function readChunkName(name: string): Chunk | null {
  const [, first, last] = chunkForm.exec(name) ?? [];
  return first === undefined || last === undefined ? null : { first: Number(first), last: Number(last) };
}

/** `<L>/<N>` or `<L>/<N>.p/<W>`: C2SP tlog-tiles. */
export function tilePath({ level, index, width }: TilePart): string {
  return `${level}/${tileName({ index, width })}`;
}

/** null: not the path of a tile. */
export function readTilePath(path: string): TilePart | null {
  const [, level, rest = ''] = /^(0|[1-9][0-9]?)\/(.+)$/.exec(path) ?? [];
  const name = readTileName(rest);
  return level === undefined || name === null ? null : { level: Number(level), ...name };
}

/** Paths below a folder that lead nowhere else, whatever a database says that files are called. */
export function isPlainPath(path: string): boolean {
  return path.length <= 500 && path.split('/').every((name) => /^[A-Za-z0-9_][A-Za-z0-9._-]{0,200}$/.test(name));
}
