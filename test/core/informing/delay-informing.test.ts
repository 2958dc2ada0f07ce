import { beforeEach, describe, expect, it } from 'vitest';
import type { Instant, RequestId } from '../../../src/core/brand.ts';
import { ask } from '../../../src/core/disclosure/ask.ts';
import { delayInforming, type InformingBody } from '../../../src/core/informing/delay-informing.ts';
import { followInforming } from '../../../src/core/informing/follow-informing.ts';
import { shownFrom } from '../../../src/core/informing/informing-delay.ts';
import { type MemoryWorld, memoryWorld } from '../../world/memory-world.ts';
import { detain, planAnswer, planRequest, stranger, units } from '../../world/personas.ts';
import { shippedSet } from '../../world/shipped-set.ts';
import { someUser } from '../../world/some-user.ts';

const set = shippedSet();
const by = someUser('u5', 'director', 'S. de Boer');
const day = 86_400_000;
let world: MemoryWorld;
beforeEach(async () => {
  world = memoryWorld(set, units);
  await detain(world.ports, () => world.call('pi'));
  world.answer = async () => planAnswer;
});

/** Given, under a rule that tells the person so much later (null: at once). */
async function given(informAfter: string | null = 'P30D'): Promise<RequestId> {
  const outcome = await ask(world.ports, world.call('gemeente'), planRequest());
  if (outcome.kind !== 'delivered') throw new Error(outcome.kind);
  const { request } = outcome;
  world.requests.set(request.id, { ...request, decision: { ...request.decision, informAfter } });
  return request.id;
}

const inDays = (days: number) => new Date(world.nowMs + days * day).toISOString() as Instant;
const put = (id: RequestId, more: Partial<InformingBody> = {}, unit = 'pi', key?: string) =>
  delayInforming(world.ports, world.call(unit, key), id, {
    ...{ ground: 'public-security', reviewAt: inDays(20), tellWhy: true, by },
    ...more,
  });
const shown = (id: RequestId) => {
  const request = world.requests.get(id);
  if (request === undefined) throw new Error('no such request');
  return world.ports.informing.latest(id).then((latest) => shownFrom(request, latest));
};
const entries = () => world.entries.filter(({ kind }) => kind === 'informing-delayed');

describe('a source that puts off informing', () => {
  it('is on record with ground, moment and who decided, kept apart; the moment decides when it shows', async () => {
    const id = await given();
    const reviewAt = inDays(10);
    const outcome = await put(id, { reviewAt, tellWhy: false });
    expect(outcome).toMatchObject({ kind: 'delayed', delay: { ground: 'public-security', reviewAt } });
    expect(await shown(id)).toBe(reviewAt);
    const [entry] = entries();
    expect(entry?.body).toEqual({ request: id, ground: 'public-security', reviewAt, reason: 'withheld' });
    expect(JSON.parse(entry?.personal.author ?? '')).toEqual({ role: 'director', token: by.token });
    expect(JSON.stringify(entry)).not.toContain('de Boer');
    expect(world.events.filter(({ dataref }) => dataref.includes(id) && !/delivered/.test(dataref))).toHaveLength(1);
  });

  it('renews it before it is over, each time with an entry, and not any more once the person sees it', async () => {
    const id = await given();
    await put(id, { reviewAt: inDays(29) });
    world.nowMs += 28 * day;
    expect(await put(id, { reviewAt: inDays(29), ground: 'rights-of-others' })).toMatchObject({ kind: 'delayed' });
    expect(entries()).toHaveLength(2);
    world.nowMs += 30 * day;
    expect(await put(id)).toEqual({ kind: 'may-not-delay' });
    expect(entries()).toHaveLength(2);
  });

  it('may end it sooner than the rule would', async () => {
    const id = await given();
    const reviewAt = inDays(1);
    await put(id, { reviewAt });
    expect(await shown(id)).toBe(reviewAt);
  });

  it('decides again after a gateway whose clock is ahead, and the later decision counts', async () => {
    const id = await given();
    world.nowMs += day;
    expect(await put(id)).toMatchObject({ kind: 'delayed' });
    world.nowMs -= day;
    for (const days of [10, 1 / 24]) {
      const reviewAt = inDays(days);
      expect(await put(id, { reviewAt })).toMatchObject({ kind: 'delayed', delay: { reviewAt } });
      expect(await shown(id)).toBe(reviewAt);
    }
  });

  it('never does so where the rule informs at once, nor after the delay of the rule has passed', async () => {
    expect(await put(await given(null))).toEqual({ kind: 'may-not-delay' });
    const id = await given();
    world.nowMs += 31 * day;
    expect(await put(id)).toEqual({ kind: 'may-not-delay' });
    expect(world.informing).toEqual([]);
  });

  it('says a ground of the catalogue and a moment within thirty days', async () => {
    const id = await given();
    expect(await put(id, { ground: 'convenience' })).toMatchObject({ kind: 'invalid', member: 'ground' });
    for (const days of [-1, 0, 31]) {
      expect(await put(id, { reviewAt: inDays(days) })).toMatchObject({ kind: 'invalid', member: 'reviewAt' });
    }
    expect(entries()).toEqual([]);
  });

  it('is the source, of what was given: to anybody else there is nothing', async () => {
    const id = await given();
    for (const unit of ['gemeente', 'politie']) expect(await put(id, {}, unit)).toEqual({ kind: 'not-found' });
    const refused = await ask(world.ports, world.call('gemeente'), planRequest({ subject: stranger }));
    if (refused.kind !== 'refused') throw new Error(refused.kind);
    expect(await put(refused.request.id)).toMatchObject({ kind: 'wrong-state' });
  });

  it('says it once by one key, also where the answer was lost', async () => {
    const id = await given();
    world.breakNextCommit = 'after';
    await expect(put(id, {}, 'pi', 'k')).rejects.toThrow();
    expect(await put(id, {}, 'pi', 'k')).toMatchObject({ kind: 'replayed' });
    expect(entries()).toHaveLength(1);
    world.breakNextCommit = 'before';
    await expect(put(id, {}, 'pi', 'l')).rejects.toThrow();
    expect(entries()).toHaveLength(1);
  });
});

describe('the source of what is told later', () => {
  const told = () =>
    world.events
      .filter(({ type }) => type.startsWith('nl.sluis.informing-delay.'))
      .map(({ unit, type, dataref }) => [unit, type.split('.').at(-1), dataref.split('/').at(-1)]);
  const steps = () => world.entries.filter(({ kind }) => kind === 'informing-followed').map(({ body }) => body.step);
  const follow = () => followInforming(world.ports);

  it('is reminded while it may decide otherwise and told on the day, each once, also of what its rule alone delays', async () => {
    const id = await given('P30D');
    const from = world.nowMs;
    expect(await follow()).toBe(0);
    for (const days of [22, 23, 28, 30]) {
      world.nowMs = from + days * day;
      expect(await follow(), `${days}`).toBe(days === 22 ? 0 : 1);
      expect(await follow()).toBe(0);
    }
    world.nowMs = from + 400 * day;
    expect(await follow()).toBe(0);
    expect(told()).toEqual(['reminder', 'reminder', 'due'].map((what) => ['pi', what, id]));
    expect(steps()).toEqual(['reminder', 'reminder', 'due']);
  });

  it('is reminded of the moment that it decided on last, and of no other', async () => {
    const id = await given('P30D');
    await follow();
    world.nowMs += 24 * day;
    expect(await follow()).toBe(1);
    await put(id, { reviewAt: inDays(20) });
    expect(await follow()).toBe(0);
    world.nowMs += 12 * day;
    expect(await follow()).toBe(0);
    world.nowMs += day;
    expect(await follow()).toBe(1);
    expect(steps()).toEqual(['reminder', 'reminder']);
  });

  it('is told of nothing that its person sees at once, and of the day also where nobody looked before', async () => {
    await given(null);
    world.nowMs += 5 * day;
    expect(await follow()).toBe(0);
    await given('P30D');
    world.nowMs += 31 * day;
    expect(await follow()).toBe(1);
    expect(steps()).toEqual(['due']);
  });
});
