import { beforeEach, describe, expect, it } from 'vitest';
import { abandonedAfterMs, abandonInterrupted } from '../../../src/core/disclosure/abandon.ts';
import { ask } from '../../../src/core/disclosure/ask.ts';
import { Fault } from '../../../src/core/fault.ts';
import { housingAnswer, planRequest } from '../../world/personas.ts';
import { WaitingWorld } from '../../world/waiting-world.ts';

let world: WaitingWorld;
beforeEach(async () => {
  world = await WaitingWorld.open();
});

describe('a gateway that stood still while it fetched', () => {
  it.each([
    ['has its answer', (answered: PromiseWithResolvers<typeof housingAnswer>) => answered.resolve(housingAnswer)],
    [
      'hears that its source is away',
      (answered: PromiseWithResolvers<typeof housingAnswer>) =>
        answered.reject(new Fault('source-timeout', 'the source did not answer')),
    ],
  ] as const)('changes nothing of what another fetches by now, when it %s', async (_, ends) => {
    const id = await world.approved();
    const [slow, other] = [
      Promise.withResolvers<typeof housingAnswer>(),
      Promise.withResolvers<typeof housingAnswer>(),
    ];
    const [slowAsked, otherAsked] = [Promise.withResolvers<void>(), Promise.withResolvers<void>()];
    world.memory.answer = () => {
      slowAsked.resolve();
      return slow.promise;
    };
    const first = world.collected(id).catch((error: unknown) => error);
    await slowAsked.promise;
    world.memory.nowMs += abandonedAfterMs + 1000;
    expect(await abandonInterrupted(world.memory.ports)).toBe(1);
    expect(world.stateOf(id)).toBe('permitted');
    world.memory.answer = () => {
      otherAsked.resolve();
      return other.promise;
    };
    const second = world.collected(id);
    await otherAsked.promise;
    ends(slow);
    expect(await first).toBeInstanceOf(Fault);
    expect(world.stateOf(id)).toBe('fetching');
    other.resolve(housingAnswer);
    expect(await second).toMatchObject({ kind: 'delivered' });
    expect(world.kindsOf(id).filter((kind) => kind === 'disclosure')).toHaveLength(1);
  });
});

describe('requests that gateways left in the middle', () => {
  it('keep none waiting for one that cannot be put on record', async () => {
    const { memory } = world;
    memory.answer = () => Promise.reject(new Error('killed'));
    for (let asked = 0; asked < 2; asked++)
      await expect(ask(memory.ports, memory.call('gemeente'), planRequest())).rejects.toThrow('killed');
    const fetching = () => [...memory.requests.values()].filter(({ state }) => state === 'fetching').length;
    expect(fetching()).toBe(2);
    memory.nowMs += abandonedAfterMs + 1000;
    memory.breakNextCommit = 'before';
    await expect(abandonInterrupted(memory.ports)).rejects.toMatchObject({ code: 'ledger-unavailable' });
    expect(fetching()).toBe(1);
    expect(await abandonInterrupted(memory.ports)).toBe(1);
    expect(fetching()).toBe(0);
  });
});
