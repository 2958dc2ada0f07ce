import { fullWidth } from './tile.ts';

/** Which tile of a level is meant, and how many of its hashes or entries, from 1 to 256. */
export interface TileName {
  readonly index: number;
  readonly width: number;
}

/**
 * How C2SP tlog-tiles spells a tile below its level: the number in groups of three digits, all but the last
 * behind an `x`, and `.p/` with the width of one that is not full.
 */
export function tilePath({ index, width }: TileName): string {
  const groups: string[] = [];
  for (let rest = index; rest > 0 || groups.length === 0; rest = Math.floor(rest / 1000)) {
    groups.unshift(`${groups.length === 0 ? '' : 'x'}${String(rest % 1000).padStart(3, '0')}`);
  }
  return `${groups.join('/')}${width === fullWidth ? '' : `.p/${width}`}`;
}

/** null for every other spelling: each tile has one. */
export function readTilePath(text: string): TileName | null {
  const match = /^((?:x[0-9]{3}\/){0,4}[0-9]{3})(?:\.p\/([1-9][0-9]{0,2}))?$/.exec(text);
  const [, groups = '', part] = match ?? [];
  const name = { index: Number(groups.replaceAll(/[x/]/g, '')), width: part === undefined ? fullWidth : Number(part) };
  return match !== null && name.width <= fullWidth && tilePath(name) === text ? name : null;
}
