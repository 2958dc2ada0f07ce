import type { Instant } from '../../brand.ts';
import { instantAfter } from '../../calendar.ts';
import type { Reading } from './reading.ts';

/** When a fact is in force: `[from, until)`. */
export interface Period {
  readonly from: Instant;
  readonly until: Instant | null;
}

/** The middle of a month, at noon: there months have no short ends, and other hours are free for what lies between. */
const noon = 'T12:00:00.000Z';
const usualNow = `2026-06-15${noon}` as Instant;

/**
 * Moments at which questions are asked. Where months and days are counted of the same facts, which of
 * two comes first depends on the month: then every month of a common and of a leap year is tried.
 */
export function nows(readings: readonly Reading[]): readonly Instant[] {
  const types = new Set(readings.map(({ type }) => type));
  const mixed = [...types].some((type) => {
    const offsets = readings.filter((reading) => reading.type === type).flatMap(({ starts, ends }) => [starts, ends]);
    // Nothing is as long in days as in months.
    const counted = offsets.flat().filter((offset) => !/^-?P0+[YMWD]$/.test(offset));
    const families = new Set(counted.map((offset) => (/[YM]$/.test(offset) ? 'months' : 'days')));
    return families.size > 1;
  });
  if (!mixed) return [usualNow];
  const months = Array.from({ length: 12 }, (_, index) => String(index + 1).padStart(2, '0'));
  const others = ['2027', '2028'].flatMap((year) => months.map((month) => `${year}-${month}-15${noon}` as Instant));
  return [usualNow, ...others];
}

/**
 * Periods of which each can be told from the others by these readings: every edge on each moment at
 * which an answer may turn, and twice between any two of them.
 */
export function periodsAt(readings: readonly Reading[], now: Instant): readonly Period[] {
  const starts = readings.flatMap((reading) => reading.starts);
  const ends = readings.flatMap((reading) => reading.ends);
  // Where nothing is counted, past and future facts are to every condition as if they were not there.
  if (starts.length === 0 && ends.length === 0) return [{ from: instantAfter(now, '-P1D'), until: null }];
  const turns = (offsets: readonly string[]): Instant[] => [now, ...offsets.map((offset) => before(now, offset))];
  const edges = samples([...turns(starts), ...turns(ends)]);
  return edges.flatMap((from) => [
    { from, until: null },
    ...edges.filter((until) => from < until).map((until) => ({ from, until })),
  ]);
}

/** The edge that lies at `now` when it is moved by the offset. */
function before(now: Instant, offset: string): Instant {
  return instantAfter(now, offset.startsWith('-') ? offset.slice(1) : `-${offset}`);
}

/** Each turn, two moments after it, and two before the first. */
function samples(turns: readonly Instant[]): readonly Instant[] {
  const at = (turn: Instant, hour: string): Instant => `${turn.slice(0, 10)}T${hour}:00:00.000Z` as Instant;
  const sorted = [...new Set(turns)].sort();
  const first = sorted.slice(0, 1).flatMap((turn) => [at(turn, '06'), at(turn, '07')]);
  return [...first, ...sorted.flatMap((turn) => [turn, at(turn, '18'), at(turn, '19')])];
}
