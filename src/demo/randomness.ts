/** Chance that comes out the same every time. For invented data only: anybody can foretell it. */
export interface Randomness {
  /** An integer from 0 up to `bound`, exclusive. */
  below(bound: number): number;
  chance(probability: number): boolean;
  pick<T>(from: readonly T[]): T;
  /** `count` different ones, or all there are, in the order of `from`. */
  some<T>(from: readonly T[], count: number): readonly T[];
}

/** A 32-bit xorshift with a multiplied output; `seed` is any safe integer. */
export function randomness(seed: number): Randomness {
  let state = (seed ^ 0x9e3779b9) >>> 0 || 1;
  function next(): number {
    state ^= state << 13;
    state ^= state >>> 17;
    state ^= state << 5;
    state >>>= 0;
    return Math.imul(state, 0x2545f491) >>> 0;
  }
  function below(bound: number): number {
    return Math.floor((next() / 2 ** 32) * bound);
  }
  function pick<T>(from: readonly T[]): T {
    const found = from[below(from.length)];
    if (found === undefined) throw new RangeError('nothing to pick from');
    return found;
  }
  return {
    below,
    chance: (probability) => next() / 2 ** 32 < probability,
    pick,
    some(from, count) {
      const drawn = from.map((value) => ({ value, rank: next() })).toSorted((a, b) => a.rank - b.rank);
      const chosen = new Set(drawn.slice(0, count).map(({ value }) => value));
      return from.filter((value) => chosen.has(value));
    },
  };
}
