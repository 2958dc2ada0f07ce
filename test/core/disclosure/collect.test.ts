import { beforeEach, describe, expect, it } from 'vitest';
import type { Digest } from '../../../src/core/brand.ts';
import { withdrawOwnConsent } from '../../../src/core/consent/withdraw-consent.ts';
import { approve } from '../../../src/core/disclosure/approve.ts';
import { ask } from '../../../src/core/disclosure/ask.ts';
import { collect } from '../../../src/core/disclosure/collect.ts';
import { wakeRequests } from '../../../src/core/disclosure/wake.ts';
import { Fault } from '../../../src/core/fault.ts';
import { at, type MemoryWorld, memoryWorld } from '../../world/memory-world.ts';
import {
  askConsent,
  detain,
  giveConsent,
  housingAnswer,
  housingRequest,
  planAnswer,
  units,
} from '../../world/personas.ts';
import { shippedSet } from '../../world/shipped-set.ts';
import { someUser } from '../../world/some-user.ts';
import { visible, withoutReceipt } from '../../world/visible.ts';

const set = shippedSet();
const approver = someUser('u9', 'woonconsulent', 'B. Bakker');

let world: MemoryWorld;
beforeEach(async () => {
  world = memoryWorld(set, units);
  await detain(world.ports, () => world.call('pi'));
  world.answer = async () => planAnswer;
});

describe('a housing request', () => {
  beforeEach(async () => {
    world.answer = async () => housingAnswer;
    await giveConsent(world.ports, await askConsent(world.ports, world.call('gemeente')));
  });

  async function approved(): Promise<Parameters<typeof collect>[2]> {
    const outcome = await ask(world.ports, world.call('corporatie'), housingRequest());
    if (outcome.kind !== 'waiting') throw new Error(`expected to wait, got ${outcome.kind}`);
    const { id } = outcome.request;
    const body = { decision: 'approved', approver, ground: null } as const;
    expect(await approve(world.ports, world.call('gemeente'), id, body)).toMatchObject({ kind: 'recorded' });
    return id;
  }

  /** The subject stops the first consent on their own page. */
  async function withdraw(): Promise<void> {
    const [consent] = [...world.consents.values()];
    if (!consent?.subject) throw new Error('no consent');
    const { ports } = world;
    expect(await withdrawOwnConsent(ports, consent.subject, consent.id, ports.entropy.trace())).toBe(true);
  }

  it('waits for a human of the source, then is collected once', async () => {
    const id = await approved();
    expect(await collect(world.ports, world.call('corporatie'), id)).toMatchObject({
      kind: 'delivered',
      answer: { data: housingAnswer },
    });
    expect(await collect(world.ports, world.call('corporatie'), id)).toMatchObject({ kind: 'wrong-state' });
  });

  it('is decided every time as what it is: asked for, or offered', async () => {
    const id = await approved();
    const request = world.requests.get(id);
    if (request === undefined) throw new Error('no request');
    world.requests.set(id, { ...request, direction: 'push' });
    expect(await collect(world.ports, world.call('corporatie'), id)).toMatchObject({ kind: 'refused' });

    const policy = set.policies.get(request.purpose);
    if (policy === undefined) throw new Error('no policy');
    const policies = new Map([...set.policies, [policy.purpose, { ...policy, trigger: 'push' }] as const]);
    world.bound.set(request.source, { ...set, digest: `${set.digest.slice(0, -4)}push` as Digest, policies });
    world.requests.set(id, { ...request, direction: 'push', state: 'awaiting-approval', approvals: [] });
    const body = { decision: 'approved', approver, ground: null } as const;
    expect(await approve(world.ports, world.call('gemeente'), id, body)).toMatchObject({
      request: { state: 'answered' },
    });
  });

  it('cannot be collected before it is approved, nor approved or collected by anybody else', async () => {
    const outcome = await ask(world.ports, world.call('corporatie'), housingRequest());
    if (outcome.kind !== 'waiting') throw new Error(outcome.kind);
    const { id } = outcome.request;
    const body = { decision: 'approved', approver, ground: null } as const;
    expect(await collect(world.ports, world.call('corporatie'), id)).toMatchObject({ kind: 'wrong-state' });
    expect(await approve(world.ports, world.call('corporatie'), id, body)).toEqual({ kind: 'not-found' });
    expect(await approve(world.ports, world.call('buurgemeente'), id, body)).toEqual({ kind: 'not-found' });
    expect(await collect(world.ports, world.call('buurgemeente'), id)).toEqual({ kind: 'not-found' });
  });

  it('ends when a human of the source declines', async () => {
    const outcome = await ask(world.ports, world.call('corporatie'), housingRequest());
    if (outcome.kind !== 'waiting') throw new Error(outcome.kind);
    const { id } = outcome.request;
    const body = { decision: 'declined', approver, ground: 'geen passende aanvraag' } as const;
    expect(await approve(world.ports, world.call('gemeente'), id, body)).toMatchObject({
      request: { state: 'declined' },
    });
    expect(await collect(world.ports, world.call('corporatie'), id)).toMatchObject({ kind: 'wrong-state' });
  });

  it('drops the answer when the subject withdraws while the source answers', async () => {
    const id = await approved();
    world.answer = async () => {
      await withdraw();
      return housingAnswer;
    };
    const outcome = await collect(world.ports, world.call('corporatie'), id);
    expect(outcome).toMatchObject({ kind: 'refused', request: { decision: { class: 'not-available' } } });
    expect(JSON.stringify(outcome)).not.toContain('eenpersoonswoning');
    expect(world.entries.map((entry) => entry.kind)).not.toContain('disclosure');
  });

  it('drops the answer when the consent comes to its end while the source answers', async () => {
    const id = await approved();
    world.answer = async () => {
      world.nowMs = Date.parse('2027-06-01T00:00:00.000Z');
      return housingAnswer;
    };
    const outcome = await collect(world.ports, world.call('corporatie'), id);
    expect(outcome).toMatchObject({ kind: 'refused', request: { decision: { class: 'not-available' } } });
    expect(world.entries.map((entry) => entry.kind)).not.toContain('disclosure');
  });

  it('does not serve a later consent with the approval of an earlier one', async () => {
    const id = await approved();
    world.answer = async () => {
      await withdraw();
      throw new Fault('source-timeout', 'planted');
    };
    await expect(collect(world.ports, world.call('corporatie'), id)).rejects.toMatchObject({ code: 'source-timeout' });
    world.answer = async () => housingAnswer;
    await giveConsent(world.ports, await askConsent(world.ports, world.call('gemeente')));
    expect(await collect(world.ports, world.call('corporatie'), id)).toMatchObject({
      kind: 'refused',
      request: { decision: { class: 'not-available' } },
    });
    expect(await ask(world.ports, world.call('corporatie'), housingRequest())).toMatchObject({ kind: 'waiting' });
  });

  it('does not deliver under a consent that was asked for and given while the source answered', async () => {
    const id = await approved();
    world.answer = async () => {
      await withdraw();
      await giveConsent(world.ports, await askConsent(world.ports, world.call('gemeente')));
      return housingAnswer;
    };
    const outcome = await collect(world.ports, world.call('corporatie'), id);
    expect(outcome).toMatchObject({ kind: 'refused', request: { decision: { class: 'not-available' } } });
    expect(world.entries.map((entry) => entry.kind)).not.toContain('disclosure');
  });

  it('cannot be approved once what it rested on has ended', async () => {
    const outcome = await ask(world.ports, world.call('corporatie'), housingRequest());
    if (outcome.kind !== 'waiting') throw new Error(outcome.kind);
    // Its involvement ends by itself in February; the deadline of a request is nearer than that, so it is put off.
    world.requests.set(outcome.request.id, { ...outcome.request, dueAt: at('2028-01-01T00:00:00.000Z') });
    world.nowMs = Date.parse('2027-06-01T00:00:00.000Z');
    const body = { decision: 'approved', approver, ground: null } as const;
    const { id } = outcome.request;
    expect(await approve(world.ports, world.call('gemeente'), id, body)).toMatchObject({ kind: 'wrong-state' });
    expect(world.requests.get(id)?.state).toBe('withdrawn');
    expect(world.events.map(({ type }) => type)).not.toContain('nl.sluis.request.approved');
  });

  it('is asked twice, and the second answer names the first as long as that waits', async () => {
    const twice = () => ask(world.ports, world.call('corporatie'), housingRequest());
    const first = await twice();
    const second = await twice();
    if (first.kind !== 'waiting' || second.kind !== 'waiting') throw new Error('people are asked');
    expect(first).not.toHaveProperty('likelyDuplicateOf');
    expect(second.likelyDuplicateOf).toBe(first.request.id);
    await withdraw();
    await wakeRequests(world.ports);
    await giveConsent(world.ports, await askConsent(world.ports, world.call('gemeente')));
    expect(await twice()).not.toHaveProperty('likelyDuplicateOf');
  });

  it('collects again what a source failed to answer, under the same consent and approval', async () => {
    const id = await approved();
    world.answer = async () => {
      throw new Fault('source-timeout', 'planted');
    };
    await expect(collect(world.ports, world.call('corporatie'), id)).rejects.toMatchObject({ code: 'source-timeout' });
    world.answer = async () => housingAnswer;
    expect(await collect(world.ports, world.call('corporatie'), id)).toMatchObject({ kind: 'delivered' });
  });

  it('stops what waits for approval when the consent is withdrawn', async () => {
    const outcome = await ask(world.ports, world.call('corporatie'), housingRequest());
    if (outcome.kind !== 'waiting') throw new Error(outcome.kind);
    await withdraw();
    await wakeRequests(world.ports);
    expect(world.requests.get(outcome.request.id)?.state).toBe('withdrawn');
    const collected = await collect(world.ports, world.call('corporatie'), outcome.request.id);
    const asked = await ask(world.ports, world.call('corporatie'), housingRequest());
    expect(collected).toMatchObject({ kind: 'refused', request: { decision: { class: 'not-available' } } });
    expect(withoutReceipt(visible(collected))).toEqual(withoutReceipt(visible(asked)));
    expect(world.entries.slice(-2).map((entry) => entry.kind)).toEqual(['refusal', 'refusal']);
  });
});
