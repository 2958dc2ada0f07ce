import { answerSealed } from 'sluis/client';
import { afterAll, describe, expect, it } from 'vitest';
import type { RequestId, SubjectId, UnitId } from '../../../src/core/brand.ts';
import { makeCorrection } from '../../../src/core/correction/make-correction.ts';
import { readCorrection } from '../../../src/core/correction/read-correction.ts';
import { ask } from '../../../src/core/disclosure/ask.ts';
import type { SealedQuestion } from '../../../src/core/disclosure/ports.ts';
import { readInbox } from '../../../src/core/disclosure/read-inbox.ts';
import { givenOf } from '../../../src/core/rights/make-rights-request.ts';
import { temporaryDirectory } from '../../crypto/peers.ts';
import { InboxWorld, inboxActs } from '../../world/inbox-world.ts';
import { type MemoryWorld, memoryWorld } from '../../world/memory-world.ts';
import { detain, planAnswer, planFields, planRequest, units } from '../../world/personas.ts';
import { sealedOptions, sealingWorld } from '../../world/sealing-world.ts';
import { shippedSet } from '../../world/shipped-set.ts';
import { body } from '../correction/correction-world.ts';

const directory = temporaryDirectory();
afterAll(() => directory.remove());

const two = ['identity.surname', 'housing.priorSituation'];
const held = Object.fromEntries(two.map((field) => [field, planAnswer[field]]));

async function overHttp(answer: object) {
  const world = memoryWorld(shippedSet(), units);
  await detain(world.ports, () => world.call('pi'));
  world.answer = async () => ({ ...answer });
  const outcome = await ask(world.ports, world.call('gemeente'), planRequest());
  if (outcome.kind !== 'delivered') throw new Error(outcome.kind);
  return { world, id: outcome.request.id };
}

async function byPeople(data: object, complete: boolean) {
  const world = await InboxWorld.open();
  const id = await world.answered({ data: { ...data }, complete });
  await world.acts.collect(id);
  return { world: world.memory, id };
}

const recordOf = (world: MemoryWorld, id: RequestId) => {
  const request = world.requests.get(id);
  if (request === undefined) throw new Error('there is no such request');
  return request;
};
const asked = (world: MemoryWorld, id: RequestId) =>
  givenOf(world.ports, recordOf(world, id).subject as SubjectId, id).then((found) => found?.fields ?? null);

/** Of which of these the recipient is told that they were corrected. */
async function told(world: MemoryWorld, fields: readonly string[]) {
  const made = await makeCorrection(world.ports, world.call('pi'), body({ fields: [...fields] }));
  if (made.kind !== 'made') throw new Error(made.kind);
  const seen = await readCorrection(world.ports, world.call('gemeente'), made.id);
  return seen?.for === 'recipient' ? seen.notice.fields : [];
}

describe('of what is permitted, what was given stands with the request', () => {
  it.each([
    ['a system that holds two of the fields', () => overHttp(held)],
    ['people who answer two and say that it is all', () => byPeople(held, true)],
    ['people who answer two, collected as they are', () => byPeople(held, false)],
  ])('by %s', async (_, give) => {
    const { world, id } = await give();
    const { decision } = recordOf(world, id);
    expect(decision.permitted).toEqual(planFields);
    expect(decision.given?.fields.toSorted()).toEqual(two.toSorted());
    expect(decision.given?.seen).toBe(true);
    const entry = world.entries.find(({ kind }) => kind === 'disclosure');
    expect(entry?.body.fields).toEqual(decision.given?.fields);
    expect((await asked(world, id))?.toSorted()).toEqual(two.toSorted());
    expect(await told(world, ['identity.givenNames'])).toEqual([]);
    expect(await told(world, ['identity.givenNames', 'identity.surname'])).toEqual(['identity.surname']);
    expect(await world.ports.corrections.everGave('pi' as UnitId, ['identity.surname', 'numbers.bsn'])).toEqual(
      new Set(['identity.surname']),
    );
  });

  it('also where that is nothing: there is nothing to ask about, nor to correct', async () => {
    for (const { world, id } of [await overHttp({}), await byPeople({}, true)]) {
      expect(recordOf(world, id)).toMatchObject({
        state: 'delivered',
        decision: { given: { fields: [], seen: true } },
      });
      expect(await asked(world, id)).toBeNull();
      expect(await told(world, ['identity.surname'])).toEqual([]);
    }
  });

  it('and of what its source sealed, what its permits name of the categories that came', async () => {
    const ends = await sealingWorld(directory.path, { source: { connector: { type: 'inbox' } } });
    const { world } = ends;
    const acts = inboxActs(world.ports, (unit, key) => world.call(unit, key), planRequest().subject);
    const outcome = await acts.ask();
    if (outcome.kind !== 'waiting') throw new Error(outcome.kind);
    const { id } = outcome.request;
    const view = await readInbox(world.ports, 'pi' as UnitId, id);
    const question = { ...view?.sealing, request: id } as SealedQuestion;
    const { sealed } = await answerSealed(sealedOptions(ends, question, { 'identity.surname': 'Ebbink' }));
    const content = { sealed: { identity: sealed.identity ?? '' }, permit: question.permit.jws };
    await acts.answer(id, { data: {}, sealed: content });
    await acts.collect(id);
    const identity = planFields.filter((field) => field.startsWith('identity.'));
    expect(recordOf(world, id).decision.given).toEqual({ fields: identity, seen: false });
    expect(await asked(world, id)).toEqual(identity);
  });

  it('is all that was permitted of what was given before it was kept', async () => {
    const { world, id } = await overHttp(held);
    const request = recordOf(world, id);
    world.requests.set(id, { ...request, decision: { ...request.decision, given: null } });
    expect(await asked(world, id)).toEqual(planFields);
  });

  it('and nothing, before it was given', async () => {
    const world = await InboxWorld.open();
    const id = await world.answered({ data: { ...held } });
    expect(recordOf(world.memory, id).decision.given).toBeNull();
  });
});

it('a correction names, of what its recipient gave on, only what it did give', async () => {
  const { world, id } = await overHttp(held);
  const first = recordOf(world, id);
  const next = { ...first, id: world.ports.entropy.id() as RequestId, source: first.recipient };
  const [surname] = first.decision.permitted;
  const obtained = { [surname as string]: [first.purpose] } as typeof first.decision.obtained;
  const made = async (fields: typeof first.fields) => {
    const decision = { ...first.decision, obtained, given: { fields, seen: true } };
    world.requests.set(next.id, { ...next, recipient: 'corporatie' as UnitId, decision });
    const outcome = await makeCorrection(world.ports, world.call('pi'), body());
    const seen = outcome.kind === 'made' && (await readCorrection(world.ports, world.call('gemeente'), outcome.id));
    return seen && seen.for === 'recipient' ? seen.notice.givenOn : null;
  };
  expect(await made(first.fields.filter((field) => field !== surname))).toEqual([]);
  expect(await made(first.fields)).toEqual([next.id]);
});
