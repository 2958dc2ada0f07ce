import { beforeEach, expect, it } from 'vitest';
import type { RequestId, UnitId } from '../../../src/core/brand.ts';
import { abandonedAfterMs, abandonInterrupted } from '../../../src/core/disclosure/abandon.ts';
import { approve } from '../../../src/core/disclosure/approve.ts';
import { ask } from '../../../src/core/disclosure/ask.ts';
import { collect } from '../../../src/core/disclosure/collect.ts';
import type { Journal } from '../../../src/core/disclosure/ports.ts';
import { inboxUnits } from '../../world/inbox-units.ts';
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
import { withObligations } from '../../world/with-obligations.ts';

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

/** Of a housing association, which somebody of the municipality approved, and killed while it was collected. */
async function killedWhileCollected(changed: () => void): Promise<RequestId> {
  await giveConsent(world.ports, await askConsent(world.ports, world.call('gemeente')));
  const waiting = await ask(world.ports, world.call('corporatie'), housingRequest());
  if (waiting.kind !== 'waiting') throw new Error(waiting.kind);
  const { id } = waiting.request;
  const approver = someUser('u9', 'woonconsulent', 'B. Bakker');
  await approve(world.ports, world.call('gemeente'), id, { decision: 'approved', approver, ground: null });
  changed();
  world.answer = async () => {
    throw new Error('killed');
  };
  await expect(collect(world.ports, world.call('corporatie'), id)).rejects.toThrow('killed');
  world.nowMs += abandonedAfterMs + 1000;
  await abandonInterrupted(world.ports);
  return id;
}

const sinceItWasApproved: readonly (readonly [string, () => void])[] = [
  ['and is approved still', () => undefined],
  [
    'also where nobody has to approve it by now',
    () => {
      world.bound.set('gemeente' as UnitId, withObligations(set, 'housing-placement', { approval: 'none' }));
    },
  ],
];
it.each(sinceItWasApproved)('leaves what a human approved to be collected again, %s', async (_, changed) => {
  const id = await killedWhileCollected(changed);
  expect(world.requests.get(id)?.state).toBe('permitted');
  world.answer = async () => housingAnswer;
  expect(await collect(world.ports, world.call('corporatie'), id)).toMatchObject({ kind: 'delivered' });
});

it('ends what nobody approved, also where people were to approve it', async () => {
  // No key is known to which their answer could be sealed: it is opened only to fail.
  const people = inboxUnits().map((unit) => (unit.id === 'gemeente' ? { ...unit, encryptionKeys: null } : unit));
  world = memoryWorld(withObligations(set, 'plan-basic-conditions', { approval: 'source-human' }), people);
  await detain(world.ports, () => world.call('pi'));
  const { journal } = world.ports;
  const commit: Journal['commit'] = (work) =>
    work.changes.some(({ type }) => type === 'request-moved')
      ? Promise.reject(new Error('killed'))
      : journal.commit(work);
  await expect(
    ask({ ...world.ports, journal: { ...journal, commit } }, world.call('gemeente'), planRequest()),
  ).rejects.toThrow('killed');
  const [left] = [...world.requests.values()];
  expect(left).toMatchObject({ state: 'fetching', decision: { obligations: { approval: 'source-human' } } });
  world.nowMs += abandonedAfterMs + 1000;
  expect(await abandonInterrupted(world.ports)).toBe(1);
  expect([...world.requests.values()].map(({ state }) => state)).toEqual(['failed']);
});
