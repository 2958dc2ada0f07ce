import { beforeEach, expect, it } from 'vitest';
import { abandonedAfterMs, abandonInterrupted } from '../../../src/core/disclosure/abandon.ts';
import { approve } from '../../../src/core/disclosure/approve.ts';
import { ask } from '../../../src/core/disclosure/ask.ts';
import { collect } from '../../../src/core/disclosure/collect.ts';
import { type MemoryWorld, memoryWorld } from '../../world/memory-world.ts';
import {
  askConsent,
  detain,
  giveConsent,
  housingAnswer,
  housingRequest,
  planAnswer,
  planRequest,
  units,
} from '../../world/personas.ts';
import { shippedSet } from '../../world/shipped-set.ts';
import { someUser } from '../../world/some-user.ts';

const set = shippedSet();
let world: MemoryWorld;

beforeEach(async () => {
  world = memoryWorld(set, units);
  await detain(world.ports, () => world.call('pi'));
  // Killed in the middle: the source is asked, and nobody is there any more for its answer.
  world.answer = async () => {
    throw new Error('killed');
  };
  const call = world.call('gemeente', 'sleutel');
  await expect(ask(world.ports, call, planRequest())).rejects.toThrow('killed');
  world.answer = async () => planAnswer;
});

it('puts on record as failed what a gateway left in the middle, once', async () => {
  world.nowMs += abandonedAfterMs + 1000;
  expect(await abandonInterrupted(world.ports)).toBe(1);
  expect(world.entries.at(-1)).toMatchObject({ kind: 'failed-attempt', body: { code: 'interrupted' } });
  expect(await abandonInterrupted(world.ports)).toBe(0);
  const replay = await ask(world.ports, world.call('gemeente', 'sleutel'), planRequest());
  expect(replay).toMatchObject({ kind: 'replayed', request: { state: 'failed' } });
});

it('leaves alone what may still be under way', async () => {
  expect(await abandonInterrupted(world.ports)).toBe(0);
  const replay = await ask(world.ports, world.call('gemeente', 'sleutel'), planRequest());
  expect(replay).toEqual({ kind: 'in-progress' });
});

it('leaves what a human approved to be collected again', async () => {
  await giveConsent(world.ports, await askConsent(world.ports, world.call('gemeente')));
  const waiting = await ask(world.ports, world.call('corporatie'), housingRequest());
  if (waiting.kind !== 'waiting') throw new Error(waiting.kind);
  const { id } = waiting.request;
  const approver = someUser('u9', 'woonconsulent', 'B. Bakker');
  await approve(world.ports, world.call('gemeente'), id, { decision: 'approved', approver, ground: null });
  world.answer = async () => {
    throw new Error('killed');
  };
  await expect(collect(world.ports, world.call('corporatie'), id)).rejects.toThrow('killed');
  world.nowMs += abandonedAfterMs + 1000;
  await abandonInterrupted(world.ports);
  expect(world.requests.get(id)?.state).toBe('permitted');
  world.answer = async () => housingAnswer;
  expect(await collect(world.ports, world.call('corporatie'), id)).toMatchObject({ kind: 'delivered' });
});
