import fc from 'fast-check';
import { afterAll, beforeAll, describe, expect, it, vi } from 'vitest';
import { anyLife } from './live.ts';
import { plantedRuns, postgresPatienceMs } from './number-of-runs.ts';
import { onPostgres, type PostgresLives } from './on-postgres.ts';

/** Always the same lives: whether a mistake is found is no matter of luck. */
const seed = 2_026;

const planted = vi.hoisted(() => ({ mistake: '' }));
vi.mock(import('../../src/store/journal/lock-basis.ts'), async (original) => {
  const real = await original();
  const lockBasis: typeof real.lockBasis = async (connection, batch) => {
    // Asked all the same: without its locks the statement behind it writes nothing.
    const found = await real.lockBasis(connection, batch);
    return planted.mistake === 'what a decision rests on is not read again at its commit'
      ? { holding: batch, fates: new Map() }
      : found;
  };
  return { ...real, lockBasis };
});
vi.mock(import('../../src/store/journal/resolve-doubt.ts'), async (original) => {
  const real = await original();
  const isDurableAfterAll: typeof real.isDurableAfterAll = async (connection, flush) =>
    planted.mistake === 'a COMMIT in doubt is taken as done' || real.isDurableAfterAll(connection, flush);
  return { ...real, isDurableAfterAll };
});
/** Mistakes of the store, which lives on maps cannot have. */
const mistakes: Readonly<Record<string, RegExp>> = {
  'what a decision rests on is not read again at its commit': /(permitted|approved|answered|disclosed), although/,
  'a COMMIT in doubt is taken as done': /said to be durable and is not on record/,
};

describe('is found on PostgreSQL', () => {
  let world: PostgresLives;
  beforeAll(async () => {
    world = await onPostgres();
  });
  afterAll(() => world.close());

  it.each(Object.entries(mistakes))(
    '%s',
    async (mistake, found) => {
      planted.mistake = mistake;
      const lives = anyLife({ world, sources: 'people', clocksJump: false, met: [] });
      const details = await fc.check(lives, { numRuns: plantedRuns, seed, endOnFailure: true });
      planted.mistake = '';
      expect(details.failed).toBe(true);
      expect(String(details.errorInstance)).toMatch(found);
    },
    postgresPatienceMs,
  );
});
