import fc from 'fast-check';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { SubjectReference } from '../../../src/core/subject/reference.ts';
import { memoryWorld } from '../../world/memory-world.ts';
import { type Case, narrows, openCase, type Step, step } from '../../world/narrowing.ts';
import { housingAnswer, planAnswer, units } from '../../world/personas.ts';
import { type PostgresWorld, postgresWorld } from '../../world/postgres-ports.ts';
import { shippedSet } from '../../world/shipped-set.ts';

const set = shippedSet();
const from = '2026-01-01T00:00:00.000Z';
const answer = async () => ({ ...planAnswer, ...housingAnswer });

/** Taken away and given back in every run, also in the few on a database where chance could show neither. */
const roundTrip: Step[] = [
  { type: 'withdraw', by: 'subject' },
  { type: 'request' },
  { type: 'give' },
  { type: 'refuse' },
];

let database: PostgresWorld;
beforeAll(async () => {
  database = await postgresWorld(set, units);
  database.answer = answer;
});
afterAll(() => database.close());

function inMemory(): Promise<Case> {
  const world = memoryWorld(set, units);
  world.answer = answer;
  return openCase(world, { type: 'bsn', value: '900000041' }, from);
}

function onPostgres(): Promise<Case> {
  const { value }: SubjectReference = database.newPerson();
  return openCase(database, { type: 'bsn', value }, from);
}

/** What is permitted to each asker stays within what was permitted before. */
function expectWithin(after: ReadonlyMap<string, readonly string[]>, before: ReadonlyMap<string, readonly string[]>) {
  for (const [asker, fields] of after)
    expect(before.get(asker) ?? [], asker).toEqual(expect.arrayContaining([...fields]));
}

describe.each([
  { where: 'in memory', open: inMemory, numRuns: 150 },
  { where: 'on PostgreSQL', open: onPostgres, numRuns: 25 },
])('$where', ({ open, numRuns }) => {
  it('withdrawing, refusing, ending and restricting never permits more, whatever went before', async () => {
    const met = { narrowed: 0, widened: 0 };
    await fc.assert(
      fc.asyncProperty(fc.array(step, { minLength: 1, maxLength: 7 }), async (steps) => {
        const one = await open();
        let before = await one.permitted();
        for (const taken of steps) {
          await one.take(taken);
          const after = await one.permitted();
          if (narrows(taken)) expectWithin(after, before);
          const size = (permitted: typeof after) => [...permitted.values()].flat().length;
          if (size(after) < size(before)) met.narrowed += 1;
          if (size(after) > size(before)) met.widened += 1;
          before = after;
        }
      }),
      { numRuns, examples: [[roundTrip]] },
    );
    // Where nothing was ever taken away, or given back, nothing was shown.
    expect(met.narrowed).toBeGreaterThan(numRuns / 8);
    expect(met.widened).toBeGreaterThan(0);
  });

  it('each of them takes away everything that rested on it', async () => {
    const one = await open();
    const all = await one.permitted();
    expect([...all.values()].map((fields) => fields.length)).toEqual([8, 8, 2]);
    await one.take({ type: 'withdraw', by: 'recipient' });
    expect([...(await one.permitted()).values()].map((fields) => fields.length)).toEqual([8, 8, 0]);
    await one.take({ type: 'end', which: 4 });
    expect([...(await one.permitted()).values()].map((fields) => fields.length)).toEqual([8, 0, 0]);
    await one.take({ type: 'restrict' });
    expect([...(await one.permitted()).values()].map((fields) => fields.length)).toEqual([0, 0, 0]);
  });
});
