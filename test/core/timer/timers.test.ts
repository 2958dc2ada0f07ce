import { beforeEach, describe, expect, it } from 'vitest';
import { ask } from '../../../src/core/disclosure/ask.ts';
import type { FactBody } from '../../../src/core/disclosure/operations.ts';
import { confirmDestruction } from '../../../src/core/duty/report-destruction.ts';
import { attestFact } from '../../../src/core/fact/attest-fact.ts';
import { correctFact } from '../../../src/core/fact/correct-fact.ts';
import { disputeFact } from '../../../src/core/fact/dispute-fact.ts';
import { endFact } from '../../../src/core/fact/end-fact.ts';
import type { Fact } from '../../../src/core/fact/fact.ts';
import { fireTimers } from '../../../src/core/timer/fire-timers.ts';
import { readTimer } from '../../../src/core/timer/read-timer.ts';
import type { Timer } from '../../../src/core/timer/timer.ts';
import { at, type MemoryWorld, memoryWorld } from '../../world/memory-world.ts';
import { detain, planAnswer, planRequest, units } from '../../world/personas.ts';
import { shippedSet } from '../../world/shipped-set.ts';

const set = shippedSet();
const nobodys = '01890000-0000-7000-8000-000000000000' as Timer['id'];

let world: MemoryWorld;
beforeEach(() => {
  world = memoryWorld(set, units);
  world.nowMs = Date.parse('2026-11-02T09:00:00.000Z');
  world.answer = async () => planAnswer;
});

const detained = () => detain(world.ports, () => world.call('pi'));
const deadlines = () =>
  world.timers
    .filter(({ kind }) => kind !== 'retention')
    .map(({ word, kind, at: moment, state }) => `${word} ${kind} ${moment.slice(0, 10)} ${state}`)
    .sort();
const told = (type: string) =>
  world.events
    .filter((event) => event.type === type)
    .map(({ unit }) => unit)
    .sort();
const on = (instant: string) => {
  world.nowMs = Date.parse(instant);
};

async function attest(fact: Partial<FactBody> & { readonly type: string }): Promise<Fact> {
  const outcome = await attestFact(world.ports, world.call('pi'), {
    subject: planRequest().subject,
    from: at('2026-11-05T08:00:00.000Z'),
    until: null,
    unit: null,
    reference: null,
    attributes: {},
    caseReference: null,
    ...fact,
  });
  if (outcome.kind !== 'attested') throw new Error(`not attested: ${JSON.stringify(outcome)}`);
  return outcome.fact;
}

function detention(): Fact {
  const found = [...world.facts.values()].find(({ type }) => type === 'detention');
  if (found === undefined) throw new Error('nobody is detained');
  return found;
}

describe('S1: detention begins', () => {
  it('sets a conference within ten days with a reminder on day seven, and a plan within 28 days', async () => {
    await detained();
    expect(deadlines()).toEqual([
      'reintegration-plan due 2026-11-30 waiting',
      'trajectory-conference due 2026-11-12 waiting',
      'trajectory-conference reminder 2026-11-09 waiting',
    ]);
  });

  it('reminds and tells the units in the roles that the catalogue names, once', async () => {
    await detained();
    on('2026-11-09T07:59:00.000Z');
    expect(await fireTimers(world.ports)).toBe(0);
    on('2026-11-09T08:00:00.000Z');
    expect(await fireTimers(world.ports)).toBe(1);
    expect(await fireTimers(world.ports)).toBe(0);
    expect(told('nl.sluis.timer.reminder')).toEqual(['gemeente', 'pi']);
    on('2026-12-01T00:00:00.000Z');
    expect(await fireTimers(world.ports)).toBe(2);
    expect(told('nl.sluis.timer.due')).toEqual(['gemeente', 'pi', 'pi']);
    expect(world.entries.filter(({ kind }) => kind === 'timer-fired')).toHaveLength(3);
  });

  it('tells with a link that opens for who was told, and for nobody else', async () => {
    await detained();
    on('2026-11-09T08:00:01.000Z');
    await fireTimers(world.ports);
    const link = world.events.find(({ type }) => type === 'nl.sluis.timer.reminder')?.dataref ?? '';
    const id = link.replace('/v1/timers/', '') as Timer['id'];
    expect(await readTimer(world.ports, world.call('gemeente'), id)).toMatchObject({
      timer: { word: 'trajectory-conference', kind: 'reminder' },
    });
    expect(await readTimer(world.ports, world.call('buurgemeente'), id)).toBeNull();
    expect(await readTimer(world.ports, world.call('gemeente'), nobodys)).toBeNull();
    const waiting = world.timers.find(({ state }) => state === 'waiting');
    expect(await readTimer(world.ports, world.call('pi'), waiting?.id ?? nobodys)).toBeNull();
  });

  it('is done with when the conference is on record', async () => {
    await detained();
    await attest({ type: 'conference' });
    expect(deadlines()).toEqual([
      'reintegration-plan due 2026-11-30 waiting',
      'trajectory-conference due 2026-11-12 cancelled',
      'trajectory-conference reminder 2026-11-09 cancelled',
    ]);
  });

  it('is not done with by a conference of an earlier detention', async () => {
    await detained();
    await attest({ type: 'conference', from: at('2026-03-05T08:00:00.000Z') });
    expect(deadlines().filter((line) => line.endsWith('cancelled'))).toEqual([]);
  });

  it('leaves nothing to do after somebody went home', async () => {
    await detained();
    await endFact(world.ports, world.call('pi'), detention().id, at('2026-11-10T08:00:00.000Z'));
    expect(deadlines().filter((line) => line.endsWith('waiting'))).toEqual([
      'trajectory-conference reminder 2026-11-09 waiting',
    ]);
  });

  it('moves with a correction of the detention', async () => {
    await detained();
    const { until } = detention();
    const from = at('2026-11-04T08:00:00.000Z');
    const rest = { unit: null, reference: null, attributes: {}, caseReference: null };
    await correctFact(world.ports, world.call('pi'), detention().id, { from, until, ...rest });
    expect(deadlines().filter((line) => line.endsWith('waiting'))).toEqual([
      'reintegration-plan due 2026-12-02 waiting',
      'trajectory-conference due 2026-11-14 waiting',
      'trajectory-conference reminder 2026-11-11 waiting',
    ]);
  });

  it('rests while the detention is disputed', async () => {
    await detained();
    await disputeFact(world.ports, world.call('gemeente'), detention().id, 'zit niet meer vast');
    expect(deadlines().filter((line) => line.endsWith('waiting'))).toEqual([]);
  });

  it('sets no deadline that had passed before anybody put it on record', async () => {
    on('2026-11-20T09:00:00.000Z');
    await detained();
    expect(deadlines()).toEqual(['reintegration-plan due 2026-11-30 waiting']);
  });

  it('keeps no later one waiting when its commit breaks', async () => {
    await detained();
    on('2026-12-01T00:00:00.000Z');
    world.breakNextCommit = 'before';
    await expect(fireTimers(world.ports)).rejects.toMatchObject({ code: 'ledger-unavailable' });
    expect(deadlines().map((line) => line.split(' ').at(-1))).toEqual(['fired', 'fired', 'waiting']);
  });

  it('tells nobody when the commit breaks, and fires at the next look', async () => {
    await detained();
    on('2026-11-09T08:00:01.000Z');
    world.breakNextCommit = 'before';
    await expect(fireTimers(world.ports)).rejects.toThrow();
    expect(told('nl.sluis.timer.reminder')).toEqual([]);
    expect(await fireTimers(world.ports)).toBe(1);
  });
});

describe('a start of retention', () => {
  async function disclosed() {
    await detained();
    on('2026-11-10T09:00:00.000Z');
    const outcome = await ask(world.ports, world.call('gemeente'), planRequest({ fields: ['identity.surname'] }));
    if (outcome.kind !== 'delivered') throw new Error(`not delivered: ${outcome.kind}`);
    return outcome.request;
  }

  it('is told to who holds something, with a link to its request', async () => {
    const request = await disclosed();
    expect(request.decision.obligations?.retain).toMatchObject({ until: 'plan-closed', plus: 'P6M' });
    on('2026-12-02T09:00:00.000Z');
    await attest({ type: 'plan-closed', from: at('2026-12-01T08:00:00.000Z') });
    await fireTimers(world.ports);
    const events = world.events.filter(({ type }) => type === 'nl.sluis.retention.started');
    expect(events).toMatchObject([{ unit: 'gemeente', dataref: `/v1/requests/${request.id}` }]);
    expect(world.entries.some(({ kind }) => kind === 'retention-started')).toBe(true);
  });

  it('is not told to who has destroyed it', async () => {
    const request = await disclosed();
    await confirmDestruction(world.ports, world.call('gemeente'), request.id);
    on('2026-12-02T09:00:00.000Z');
    await attest({ type: 'plan-closed', from: at('2026-12-01T08:00:00.000Z') });
    await fireTimers(world.ports);
    expect(told('nl.sluis.retention.started')).toEqual([]);
  });

  it('of an earlier time inside does not count, nor one that lies ahead', async () => {
    await disclosed();
    await attest({ type: 'plan-closed', from: at('2026-03-01T08:00:00.000Z') });
    await attest({ type: 'plan-closed', from: at('2027-03-01T08:00:00.000Z') });
    on('2026-12-02T09:00:00.000Z');
    await fireTimers(world.ports);
    expect(told('nl.sluis.retention.started')).toEqual([]);
    on('2027-03-01T08:00:01.000Z');
    await fireTimers(world.ports);
    expect(told('nl.sluis.retention.started')).toEqual(['gemeente']);
  });

  it('that was disputed has not begun', async () => {
    await disclosed();
    const fact = await attest({ type: 'plan-closed', from: at('2026-11-10T10:00:00.000Z') });
    on('2026-12-02T09:00:00.000Z');
    await disputeFact(world.ports, world.call('gemeente'), fact.id, 'het plan loopt nog');
    await fireTimers(world.ports);
    expect(told('nl.sluis.retention.started')).toEqual([]);
  });

  it('leaves everybody alone after whom nothing was disclosed', async () => {
    await detained();
    await attest({ type: 'plan-closed' });
    on('2026-12-02T09:00:00.000Z');
    await fireTimers(world.ports);
    expect(told('nl.sluis.retention.started')).toEqual([]);
  });
});
