import { beforeEach, describe, expect, it } from 'vitest';
import { decideConsent } from '../../../src/core/consent/decide-consent.ts';
import { withdrawConsent, withdrawOwnConsent } from '../../../src/core/consent/withdraw-consent.ts';
import { ask } from '../../../src/core/disclosure/ask.ts';
import { type MemoryWorld, memoryWorld } from '../../world/memory-world.ts';
import { askConsent, detain, giveConsent, housingRequest, units } from '../../world/personas.ts';
import { shippedSet } from '../../world/shipped-set.ts';

const set = shippedSet();

let world: MemoryWorld;
beforeEach(async () => {
  world = memoryWorld(set, units);
  await detain(world.ports, () => world.call('pi'));
  await giveConsent(world.ports, await askConsent(world.ports, world.call('gemeente')));
});

const askNow = async () => (await ask(world.ports, world.call('corporatie'), housingRequest())).kind;

/** Asked a second time after the clock went back; answers with the second consent. */
async function askedAgainAnHourBack() {
  expect(await askNow()).toBe('waiting');
  world.nowMs -= 3_600_000;
  const id = await askConsent(world.ports, world.call('gemeente'));
  const subject = world.consents.get(id)?.subject;
  if (!subject) throw new Error('it reaches nobody');
  return { id, subject };
}

describe('a no that is said after the clock went back an hour', () => {
  it('takes back the yes from before, as refusal', async () => {
    const { id, subject } = await askedAgainAnHourBack();
    await decideConsent(world.ports, subject, id, 'refused', world.ports.entropy.trace());
    expect(await askNow()).toBe('refused');
    world.nowMs += 3_600_000;
    expect(await askNow()).toBe('refused');
  });

  it.each(['subject', 'corporatie'])('takes back the yes from before, as withdrawal by %s', async (by) => {
    const { id, subject } = await askedAgainAnHourBack();
    await giveConsent(world.ports, id);
    if (by === 'subject') await withdrawOwnConsent(world.ports, subject, id, world.ports.entropy.trace());
    else await withdrawConsent(world.ports, world.call(by), id);
    expect(await askNow()).toBe('refused');
    world.nowMs += 3_600_000;
    expect(await askNow()).toBe('refused');
  });

  it('does not outlast a yes that is said once the clock is right', async () => {
    const { id, subject } = await askedAgainAnHourBack();
    await decideConsent(world.ports, subject, id, 'refused', world.ports.entropy.trace());
    world.nowMs += 2 * 3_600_000;
    await giveConsent(world.ports, await askConsent(world.ports, world.call('gemeente')));
    expect(await askNow()).toBe('waiting');
  });
});
