import fc from 'fast-check';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { anyLife } from './live.ts';
import { postgresPatienceMs, postgresRuns, sameLives } from './number-of-runs.ts';
import { onPostgres, type PostgresLives } from './on-postgres.ts';

/**
 * The same lives beside the same model, on PostgreSQL, where `life-of-a-request.test.ts` has maps. It shows what maps
 * cannot: that the statements, locks and triggers keep what the ports promise, that what was answered about a commit is
 * what the database has of it, and that a gateway whose connections end, with COMMIT on its way or anywhere else, finds
 * out what became of its work, as does the gateway in its place. It cannot show what is rare: lives on maps are a hundred
 * times as many, at every call of which anything may break. Nor does either show two calls in the same moment: here too
 * one is let go on after the other, so that a life can be repeated; `test/faults/ledger*` has those.
 */
const mustBeMet = [
  ...[/^permit$/, /^refusal$/, /^approval$/, /^disclosure$/, /^consent-withdrawn$/, /^request-stopped$/],
  ...[/ killed$/, /: ledger-unavailable$/, /^source-answered$/],
  // Of so few lives no more than one of these can be asked; lives on maps meet each.
  /^(break-glass-confirmed|break-glass-revoked|review)$/,
  // The connection was cut where it was meant to be, and the record says which side of COMMIT that was.
  ...[/^commit, death-before: lost$/, /^commit, death-after: on record$/],
  ...[/^commit, fault-before: lost$/, /^commit, fault-after: on record$/],
  // Who lives on does again what did not happen, and not again what did.
  ...[/^commit, cut-before: on record$/, /^commit, cut-after: on record$/],
];

describe('on PostgreSQL, the life of requests', () => {
  let world: PostgresLives;
  const met: string[] = [];
  beforeAll(async () => {
    world = await onPostgres();
  });
  afterAll(() => world.close());

  it.each([
    ['that connectors answer', { sources: 'connectors', clocksJump: false }],
    ['that people answer', { sources: 'people', clocksJump: false }],
    ['that people answer while clocks jump', { sources: 'people', clocksJump: true }],
    ['that somebody asks in an emergency', { sources: 'connectors', clocksJump: false, emergencies: true }],
  ] as const)(
    '%s gives nothing without a valid basis, nothing twice, and loses nothing',
    async (_, kind) => {
      // A life that went wrong is told as it was: to look for a shorter one takes longer here than anybody waits.
      await fc.assert(anyLife({ world, ...kind, met }), { numRuns: postgresRuns, ...sameLives, endOnFailure: true });
    },
    postgresPatienceMs,
  );

  it('has met what it is about', () => {
    // Of one life that is lived again by its path little may be asked.
    if (sameLives.path !== undefined) return;
    expect(mustBeMet.filter((what) => !met.some((seen) => what.test(seen)))).toEqual([]);
  });
});
