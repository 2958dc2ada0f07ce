import fc from 'fast-check';
import { expect, test } from 'vitest';
import { afterFailure } from '../../../src/core/subscription/retry.ts';

const dayMs = 86_400_000;

test('an event is tried after 5, 10, 20 seconds and so on up to an hour', () => {
  const pauses = [1, 2, 3, 4, 10, 11, 40].map((attempts) => afterFailure(attempts, 0, 0));
  expect(pauses).toEqual(
    [5_000, 10_000, 20_000, 40_000, 2_560_000, 3_600_000, 3_600_000].map((inMs) => ({ state: 'waiting', inMs })),
  );
});

test('chance takes up to half off', () => {
  expect(afterFailure(3, 0, 1)).toEqual({ state: 'waiting', inMs: 10_000 });
  expect(afterFailure(3, 0, 0.5)).toEqual({ state: 'waiting', inMs: 15_000 });
});

test('it is parked after a day and not before, by a clock that runs', () => {
  expect(afterFailure(20, dayMs - 1, 0)).toMatchObject({ state: 'waiting' });
  expect(afterFailure(20, dayMs, 0)).toEqual({ state: 'parked' });
  fc.assert(
    fc.property(fc.infiniteStream(fc.double({ min: 0, max: 1, noNaN: true })), (chances) => {
      let triedMs = 0;
      let attempts = 1;
      for (const chance of chances) {
        const next = afterFailure(attempts, triedMs, chance);
        if (next.state === 'parked') break;
        triedMs += next.inMs;
        attempts += 1;
      }
      // At most one pause longer than a day, and never so often that a receiver would feel it.
      expect(triedMs).toBeGreaterThanOrEqual(dayMs);
      expect(triedMs).toBeLessThan(dayMs + 3_600_001);
      expect(attempts).toBeLessThan(100);
    }),
  );
});

test('a clock that goes back or stands still keeps nothing going for ever', () => {
  expect(afterFailure(99, -dayMs * 365, 0)).toMatchObject({ state: 'waiting' });
  expect(afterFailure(100, -dayMs * 365, 0)).toEqual({ state: 'parked' });
});
