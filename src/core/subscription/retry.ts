/** How often and how long an event is tried before it is parked. */
const firstPauseMs = 5_000;
const longestPauseMs = 3_600_000;
const patienceMs = 24 * 3_600_000;
/** More than fit in a day: a clock that went back keeps nothing going for ever. */
const mostAttempts = 100;

export type NextAttempt = { readonly state: 'waiting'; readonly inMs: number } | { readonly state: 'parked' };

/**
 * What follows an attempt that failed: 5 s, 10 s, 20 s … up to an hour, for a day.
 * `chance` from 0 to 1 takes up to half off, so that what failed together does not return together.
 */
export function afterFailure(attempts: number, triedForMs: number, chance: number): NextAttempt {
  if (triedForMs >= patienceMs || attempts >= mostAttempts) return { state: 'parked' };
  const pauseMs = Math.min(firstPauseMs * 2 ** Math.min(attempts - 1, 20), longestPauseMs);
  return { state: 'waiting', inMs: Math.round(pauseMs * (1 - chance / 2)) };
}
