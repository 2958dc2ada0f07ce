import { beforeEach, expect, it } from 'vitest';
import { abandonedAfterMs, abandonInterrupted } from '../../../src/core/disclosure/abandon.ts';
import { ask } from '../../../src/core/disclosure/ask.ts';
import { type MemoryWorld, memoryWorld } from '../../world/memory-world.ts';
import { detain, planAnswer, planRequest, units } from '../../world/personas.ts';
import { shippedSet } from '../../world/shipped-set.ts';

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
