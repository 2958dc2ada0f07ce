/** Where chance comes from. */
export interface Draw {
  /** A whole number from 0 up to and including `max`. */
  upTo(max: number): number;
}

/** @throws on an empty list: there is nothing to draw from. */
export function pick<T>(draw: Draw, from: readonly T[]): T {
  const index = draw.upTo(from.length - 1);
  for (const [at, item] of from.entries()) if (at === index) return item;
  throw new Error('nothing to pick from');
}

export function chance(draw: Draw, percent: number): boolean {
  return draw.upTo(99) >= 100 - percent;
}

/** From `least` to `most` different items, in their order. */
export function some<T>(draw: Draw, from: readonly T[], least: number, most: number): T[] {
  const left = [...from];
  const wanted = Math.min(left.length, least + draw.upTo(most - least));
  while (left.length > wanted) left.splice(draw.upTo(left.length - 1), 1);
  return left;
}

/** The same numbers for the same seed (mulberry32). */
export function seededDraw(seed: number): Draw {
  let state = seed >>> 0;
  return {
    upTo(max) {
      state = (state + 0x6d2b79f5) >>> 0;
      let mixed = Math.imul(state ^ (state >>> 15), state | 1);
      mixed ^= mixed + Math.imul(mixed ^ (mixed >>> 7), mixed | 61);
      return ((mixed ^ (mixed >>> 14)) >>> 0) % (max + 1);
    },
  };
}
