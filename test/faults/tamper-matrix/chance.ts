/** Numbers that look like chance and come again with the same seed. */
export interface Chance {
  /** From 0 up to 1. */
  part(): number;
  /** A whole number from 0 up to, not including, a bound. */
  below(bound: number): number;
}

/** Mulberry32. */
export function chanceFrom(seed: number): Chance {
  let state = seed >>> 0;
  const part = (): number => {
    state = (state + 0x6d2b79f5) >>> 0;
    let mixed = Math.imul(state ^ (state >>> 15), state | 1);
    mixed ^= mixed + Math.imul(mixed ^ (mixed >>> 7), mixed | 61);
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 4_294_967_296;
  };
  return { part, below: (bound) => Math.floor(part() * bound) };
}
