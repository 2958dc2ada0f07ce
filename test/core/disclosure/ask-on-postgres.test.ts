import fc from 'fast-check';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { ask } from '../../../src/core/disclosure/ask.ts';
import { collect } from '../../../src/core/disclosure/collect.ts';
import type { AskOutcome } from '../../../src/core/disclosure/operations.ts';
import { Fault } from '../../../src/core/fault.ts';
import type { SubjectReference } from '../../../src/core/subject/reference.ts';
import type { Breakage } from '../../world/memory-world.ts';
import { detain, planAnswer, planFields, planRequest, units } from '../../world/personas.ts';
import { type PostgresWorld, postgresWorld } from '../../world/postgres-ports.ts';
import { shippedSet } from '../../world/shipped-set.ts';

let world: PostgresWorld;
let person: SubjectReference;
beforeAll(async () => {
  world = await postgresWorld(shippedSet(), units);
  person = world.newPerson();
  await detain(world.ports, () => world.call('pi'), person);
});
afterAll(() => world.close());

const breakage = fc.constantFrom<Breakage>('none', 'none', 'none', 'before', 'after');
const extra = { 'medical.diagnosis': 'x', 'debts.wgsData': ['deurwaarder'], unknown: 1 };

interface Play {
  readonly asked: readonly string[];
  readonly atDecision: Breakage;
  readonly atDisclosure: Breakage;
  readonly source: 'answers' | 'says too much' | 'fails';
}
const play: fc.Arbitrary<Play> = fc.record({
  asked: fc.subarray(planFields, { minLength: 1 }),
  atDecision: breakage,
  atDisclosure: breakage,
  source: fc.constantFrom('answers', 'says too much', 'answers', 'fails'),
});

async function played({ asked, atDecision, atDisclosure, source }: Play, key: string): Promise<AskOutcome | Fault> {
  world.answer = async () => {
    world.breakNextCommit = atDisclosure;
    if (source === 'fails') throw new Fault('source-timeout', 'planted');
    return source === 'answers' ? planAnswer : { ...planAnswer, ...extra };
  };
  world.breakNextCommit = atDecision;
  const question = planRequest({ subject: person, fields: [...asked] });
  try {
    return await ask(world.ports, world.call('gemeente', key), question);
  } catch (error) {
    if (error instanceof Fault) return error;
    throw error;
  } finally {
    world.breakNextCommit = 'none';
  }
}

it('gives no answer without its disclosure on record, and never more than permitted, nor permits more than asked', async () => {
  const met = { delivered: 0, faults: 0 };
  await fc.assert(
    fc.asyncProperty(play, fc.uuid(), async (one, key) => {
      const outcome = await played(one, key);
      if (outcome instanceof Fault) {
        met.faults += 1;
        return;
      }
      if (outcome.kind !== 'delivered' || outcome.answer.form !== 'clear') throw new Error(`got ${outcome.kind}`);
      met.delivered += 1;
      expect([one.atDecision, one.atDisclosure, one.source === 'fails']).toEqual(['none', 'none', false]);
      expect(await world.entriesOf(outcome.request.id)).toEqual(['permit', 'disclosure']);
      const permitted = outcome.request.decision.permitted;
      expect(permitted).toEqual(expect.arrayContaining(Object.keys(outcome.answer.data)));
      expect(one.asked).toEqual(expect.arrayContaining([...permitted]));
    }),
    {
      numRuns: 80,
      examples: [
        [{ asked: planFields, atDecision: 'none', atDisclosure: 'none', source: 'says too much' }, 'example-1'],
      ],
    },
  );
  expect(met.delivered).toBeGreaterThan(8);
  expect(met.faults).toBeGreaterThan(15);
});

it('answers a caller who lost the answer by the state on record, never by giving the data twice', async () => {
  const before = await world.count('disclosure');
  const key = 'sleutel-kwijt';
  const lost = await played({ asked: planFields, atDecision: 'none', atDisclosure: 'after', source: 'answers' }, key);
  expect(lost).toMatchObject({ code: 'ledger-unavailable' });
  expect(await world.count('disclosure')).toBe(before + 1);
  const again = await played({ asked: planFields, atDecision: 'none', atDisclosure: 'none', source: 'answers' }, key);
  expect(again).toMatchObject({ kind: 'replayed', request: { state: 'delivered' } });
  expect(again).not.toHaveProperty('answer');
  expect(await world.count('disclosure')).toBe(before + 1);
  if (again instanceof Fault || again.kind !== 'replayed') throw new Error('not replayed');
  expect(await collect(world.ports, world.call('gemeente'), again.request.id)).toMatchObject({ kind: 'wrong-state' });
});
