import { median } from '../../bench/statistics.ts';

/** What says whether a sample comes from the distribution of others that were taken side by side with it. */
export interface Comparison {
  readonly test: 'mann-whitney' | 'core' | 'kolmogorov-smirnov' | 'signed-rank';
  readonly p: number;
}

/**
 * Four tests that find different things: a shift (rank sums), a shift among those that nothing disturbed (rank sums
 * about where values are densest: on a busy machine most of the rest is noise), another shape (largest distance of the
 * two distribution functions), and a shift within the rounds, which a machine that is slow for a while does not hide
 * (signed ranks of the distances to the middle of the others). The i-th of each belong to the same round.
 */
export function compare(one: readonly number[], others: readonly (readonly number[])[]): readonly Comparison[] {
  const all = others.flat();
  const distances = one.map((value, round) => value - median(others.map((other) => other[round] ?? Number.NaN)));
  const within = core([...one, ...all]);
  return [
    { test: 'mann-whitney', p: mannWhitney(one, all) },
    { test: 'core', p: mannWhitney(one.filter(within), all.filter(within)) },
    { test: 'kolmogorov-smirnov', p: kolmogorovSmirnov(one, all) },
    { test: 'signed-rank', p: signedRank(distances) },
  ];
}

/**
 * Whether a value lies in the shortest span that holds half of all, widened by half on both sides. Of all, whichever
 * class they belong to: which values are looked at does not depend on what is asked about them.
 */
function core(values: readonly number[]): (value: number) => boolean {
  const ascending = values.toSorted((one, other) => one - other);
  const half = Math.floor(ascending.length / 2);
  let [from, to] = [Number.NEGATIVE_INFINITY, Number.POSITIVE_INFINITY];
  for (let at = 0; at + half < ascending.length; at++) {
    const [low, high] = [ascending[at] ?? 0, ascending[at + half] ?? 0];
    if (high - low < to - from) [from, to] = [low, high];
  }
  const margin = (to - from) / 2;
  return (value) => value >= from - margin && value <= to + margin;
}

/** Two-sided, by the normal approximation with correction for ties: samples are hundreds. */
function mannWhitney(one: readonly number[], other: readonly number[]): number {
  const { ranks, ties } = ranked([...one, ...other]);
  const [n, m] = [one.length, other.length];
  const sum = ranks.slice(0, n).reduce((total, rank) => total + rank, 0);
  const u = sum - (n * (n + 1)) / 2;
  const variance = ((n * m) / 12) * (n + m + 1 - ties / ((n + m) * (n + m - 1)));
  return twoSided((u - (n * m) / 2) / Math.sqrt(variance));
}

function signedRank(differences: readonly number[]): number {
  const moved = differences.filter((difference) => difference !== 0);
  const { ranks, ties } = ranked(moved.map(Math.abs));
  const n = moved.length;
  const positive = ranks.reduce((total, rank, index) => total + ((moved[index] ?? 0) > 0 ? rank : 0), 0);
  const variance = (n * (n + 1) * (2 * n + 1)) / 24 - ties / 48;
  return twoSided((positive - (n * (n + 1)) / 4) / Math.sqrt(variance));
}

function kolmogorovSmirnov(one: readonly number[], other: readonly number[]): number {
  const [a, b] = [one.toSorted((x, y) => x - y), other.toSorted((x, y) => x - y)];
  let distance = 0;
  for (let i = 0, j = 0; i < a.length && j < b.length; ) {
    const value = Math.min(a[i] ?? 0, b[j] ?? 0);
    while (i < a.length && (a[i] ?? 0) <= value) i++;
    while (j < b.length && (b[j] ?? 0) <= value) j++;
    distance = Math.max(distance, Math.abs(i / a.length - j / b.length));
  }
  const root = Math.sqrt((a.length * b.length) / (a.length + b.length));
  const lambda = (root + 0.12 + 0.11 / root) * distance;
  // For small lambda the series does not converge, and the probability is 1 to every digit.
  if (lambda < 0.3) return 1;
  let p = 0;
  for (let k = 1; k <= 100; k++) p += 2 * (k % 2 === 1 ? 1 : -1) * Math.exp(-2 * k * k * lambda * lambda);
  return Math.min(1, Math.max(0, p));
}

/** Mean ranks in the order given, and the sum of t³ − t over the ties. */
function ranked(values: readonly number[]): { readonly ranks: readonly number[]; readonly ties: number } {
  const order = values.map((value, index) => ({ value, index })).sort((one, other) => one.value - other.value);
  const ranks = new Array<number>(values.length).fill(0);
  let ties = 0;
  for (let from = 0; from < order.length; ) {
    let to = from;
    while (to < order.length && order[to]?.value === order[from]?.value) to++;
    for (const { index } of order.slice(from, to)) ranks[index] = (from + to + 1) / 2;
    ties += (to - from) ** 3 - (to - from);
    from = to;
  }
  return { ranks, ties };
}

function twoSided(z: number): number {
  return Number.isFinite(z) ? complementaryError(Math.abs(z) / Math.SQRT2) : 1;
}

/** 1 − erf(x) for x ≥ 0: by its power series where that converges fast, by its continued fraction in the tail. */
function complementaryError(x: number): number {
  if (x > 3) {
    let fraction = x;
    for (let term = 60; term >= 1; term--) fraction = x + term / 2 / fraction;
    return Math.exp(-x * x) / (Math.sqrt(Math.PI) * fraction);
  }
  let term = x;
  let sum = x;
  for (let n = 1; n < 80; n++) {
    term *= (-x * x) / n;
    sum += term / (2 * n + 1);
  }
  return 1 - (2 / Math.sqrt(Math.PI)) * sum;
}
