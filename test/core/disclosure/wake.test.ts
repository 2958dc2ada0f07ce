import { beforeEach, describe, expect, it } from 'vitest';
import type { RequestId, UnitId } from '../../../src/core/brand.ts';
import type { FactBody } from '../../../src/core/disclosure/operations.ts';
import { attestFact } from '../../../src/core/fact/attest-fact.ts';
import { at } from '../../world/memory-world.ts';
import { shippedSet } from '../../world/shipped-set.ts';
import { WaitingWorld } from '../../world/waiting-world.ts';
import { withObligations } from '../../world/with-obligations.ts';

const set = shippedSet();
const day = 86_400_000;

let world: WaitingWorld;
beforeEach(async () => {
  world = await WaitingWorld.open();
});

async function restrict(): Promise<void> {
  const body: FactBody = {
    subject: { type: 'bsn', value: '900000041' },
    type: 'restriction',
    from: at('2026-11-10T00:00:00.000Z'),
    until: null,
    unit: null,
    reference: null,
    attributes: {},
    caseReference: null,
  };
  expect(await attestFact(world.memory.ports, world.memory.call('pi'), body)).toMatchObject({ kind: 'attested' });
}

describe('what comes to its end by the clock alone', () => {
  it('is stopped when a fact that it rests on ends, and not before', async () => {
    const id = await world.waiting();
    const { until } = world.factOf('residence-municipality');
    const record = world.memory.requests.get(id);
    if (until === null || record === undefined) throw new Error('it never ends');
    world.memory.requests.set(id, { ...record, dueAt: at('2028-01-01T00:00:00.000Z') });
    world.memory.nowMs = Date.parse(until) - 10_000;
    await world.look();
    expect(world.memory.requests.get(id)?.state).toBe('awaiting-approval');
    expect(world.memory.wakes.get(id)).toBe(until);
    world.memory.nowMs = Date.parse(until);
    await world.look();
    expect(world.memory.requests.get(id)).toMatchObject({ state: 'withdrawn', stoppedFor: 'facts' });
  });

  it('expires at its deadline, by which both are told; nobody can approve it after that', async () => {
    const id = await world.waiting();
    const { dueAt } = world.memory.requests.get(id) ?? {};
    if (!dueAt) throw new Error('it has no deadline');
    expect(Date.parse(dueAt) - world.memory.nowMs).toBeCloseTo(14 * day, -5);
    world.memory.nowMs = Date.parse(dueAt) - 1_000;
    await world.look();
    expect(world.memory.requests.get(id)?.state).toBe('awaiting-approval');
    world.memory.nowMs = Date.parse(dueAt);
    await world.look();
    expect(world.memory.requests.get(id)?.state).toBe('expired');
    expect(world.kindsOf(id).at(-1)).toBe('request-expired');
    expect([world.told('gemeente').at(-1), world.told('corporatie').at(-1)]).toEqual(['expired', 'ended']);
    expect(await world.agree(id)).toMatchObject({ kind: 'wrong-state', request: { state: 'expired' } });
  });

  it.each([
    ['approve', () => world.waiting(), (id: RequestId) => world.agree(id)],
    ['collect', () => world.approved(), (id: RequestId) => world.collected(id)],
  ] as const)('lets nobody %s what is overdue, before anybody looked', async (_what, make, act) => {
    const id = await make();
    world.memory.nowMs = Date.parse(world.memory.requests.get(id)?.dueAt ?? '');
    expect(await act(id)).toMatchObject({ kind: 'wrong-state', request: { id } });
    expect(world.fetched).toBe(0);
    await world.look();
    expect(world.stateOf(id)).toBe('expired');
  });

  it.each([
    ['approve', () => world.waiting(), (id: RequestId) => world.agree(id)],
    ['collect', () => world.approved(), (id: RequestId) => world.collected(id)],
  ] as const)('is not ended by whoever comes to %s it where their clock is ahead', async (_what, make, act) => {
    const id = await make();
    const before = world.memory.requests.get(id);
    const { nowMs } = world.memory;
    world.memory.nowMs = world.dueMs(id);
    expect(await act(id)).toEqual({ kind: 'wrong-state', request: before });
    expect(world.memory.requests.get(id)).toEqual(before);
    world.memory.nowMs = nowMs;
    expect((await act(id)).kind).not.toBe('wrong-state');
  });

  it('keeps its deadline when its source fails: what is approved does not live longer by asking again', async () => {
    const id = await world.approved();
    const due = world.memory.requests.get(id)?.dueAt;
    world.memory.answer = () => Promise.reject(new Error('planted'));
    await world.collected(id).catch(() => undefined);
    expect(world.memory.requests.get(id)?.dueAt).toBe(due);
  });
});

describe('reminders', () => {
  it('come before the deadline, each once, and then roles of the source are named', async () => {
    const deadlines = {
      within: 'P10D',
      remindBefore: ['P5D', 'P2D'],
      escalate: { before: 'P1D', to: ['designatedOfficer'] },
    };
    const due = new Map([...set.deadlines.purposes, ['housing-placement', { respond: deadlines }] as never]);
    world.memory.bound.set('gemeente' as UnitId, { ...set, deadlines: { ...set.deadlines, purposes: due } });
    const id = await world.waiting();
    const asked = world.memory.nowMs;
    for (const days of [4, 5.1, 5.2, 8.1, 9.1, 9.2]) {
      world.memory.nowMs = asked + days * day;
      await world.look();
      await world.look();
    }
    expect(world.told('gemeente').slice(1)).toEqual(['reminded', 'reminded', 'escalated']);
    expect(world.kindsOf(id)).toEqual(['permit', 'request-reminded', 'request-reminded', 'request-reminded']);
    const last = world.memory.entries.findLast(({ kind }) => kind === 'request-reminded');
    expect(last?.body).toEqual({ request: id, step: 'escalation', roles: ['designatedOfficer'] });
    world.memory.nowMs = asked + 10.1 * day;
    await world.look();
    expect(world.memory.requests.get(id)?.state).toBe('expired');
  });

  it('go to the recipient once it is to collect, counted anew', async () => {
    const id = await world.approved();
    world.memory.nowMs = Date.parse(world.memory.requests.get(id)?.dueAt ?? '') - 2.9 * day;
    await world.look();
    expect(world.told('corporatie')).toEqual(['approved', 'reminded']);
    expect(world.memory.requests.get(id)?.state).toBe('permitted');
  });
});

describe('a reminder', () => {
  it('that races a step tells nobody, and uses up none of what the next is told', async () => {
    const id = await world.waiting();
    world.memory.nowMs = world.dueMs(id) - 2.9 * day;
    const { journal } = world.memory.ports;
    const { commit } = journal;
    Object.assign(journal, {
      commit: async (work: Parameters<typeof commit>[0]) => {
        const isReminder = work.changes.some(({ type }) => type === 'request-reminded');
        if (isReminder && world.stateOf(id) === 'awaiting-approval') await world.agree(id);
        return commit(work);
      },
    });
    await world.look();
    expect(world.told('gemeente')).toEqual(['awaiting-approval']);
    world.memory.nowMs += 31_000;
    await world.look();
    expect(world.stateOf(id)).toBe('permitted');
    world.memory.nowMs = world.dueMs(id) - 2.9 * day;
    await world.look();
    expect(world.told('corporatie')).toEqual(['approved', 'reminded']);
  });
});

describe('a look that breaks', () => {
  it.each(['before', 'after'] as const)('%s its commit is made again, and nothing is told twice', async (when) => {
    const id = await world.waiting();
    await restrict();
    world.memory.breakNextCommit = when;
    await expect(world.look()).rejects.toThrow();
    // Not before its lease ends.
    await world.look();
    world.memory.nowMs += 31_000;
    await world.look();
    expect(world.memory.requests.get(id)).toMatchObject({ state: 'withdrawn', stoppedFor: 'restriction' });
    expect(world.kindsOf(id)).toEqual(['permit', 'request-stopped']);
    expect([world.told('gemeente'), world.told('corporatie')]).toEqual([['awaiting-approval', 'stopped'], ['ended']]);
  });

  it('does not keep others waiting', async () => {
    const [one, other] = [await world.waiting(), await world.waiting()];
    await restrict();
    const find = world.memory.ports.requests.find;
    Object.assign(world.memory.ports.requests, {
      find: (id: RequestId) => (id === one ? Promise.reject(new RangeError('planted')) : find(id)),
    });
    await expect(world.look()).rejects.toThrow('planted');
    expect(world.memory.requests.get(other)?.state).toBe('withdrawn');
    expect(world.memory.requests.get(one)?.state).toBe('awaiting-approval');
  });
});

describe('what a purpose asks of people', () => {
  it('is decided by the policies of its source: with a shorter deadline, a shorter wait', async () => {
    world.memory.bound.set('gemeente' as UnitId, {
      ...withObligations(set, 'housing-placement', { approval: 'source-human' }),
      deadlines: { ...set.deadlines, default: { respond: term('P1D'), collect: term('P1D') }, purposes: new Map() },
    });
    const id = await world.waiting();
    expect(Date.parse(world.memory.requests.get(id)?.dueAt ?? '') - world.memory.nowMs).toBeLessThanOrEqual(day);
  });
});

function term(within: string) {
  return { within, remindBefore: [], escalate: null };
}
