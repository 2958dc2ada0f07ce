import { beforeEach, describe, expect, it } from 'vitest';
import type { RequestId, SubjectId } from '../../../src/core/brand.ts';
import { ask } from '../../../src/core/disclosure/ask.ts';
import { followDuties } from '../../../src/core/duty/follow-duties.ts';
import { attestFact } from '../../../src/core/fact/attest-fact.ts';
import { Fault } from '../../../src/core/fault.ts';
import type { PolicySet } from '../../../src/core/policy/policy-set.ts';
import { fireTimers } from '../../../src/core/timer/fire-timers.ts';
import { peopleAtOnce, reckoningAnew, termsOf } from '../../../src/core/timer/reckon-anew.ts';
import { at, type MemoryWorld, memoryWorld } from '../../world/memory-world.ts';
import { detain, planAnswer, planRequest, units } from '../../world/personas.ts';
import { named, withConferenceAfter, withPlanClosed } from '../../world/sets-with-other-terms.ts';
import { shippedSet } from '../../world/shipped-set.ts';

const set = shippedSet();

let world: MemoryWorld;
beforeEach(() => {
  world = memoryWorld(set, units);
  world.answer = async () => planAnswer;
  on('2026-11-02T09:00:00.000Z');
});

const on = (instant: string) => {
  world.nowMs = Date.parse(instant);
};

/** The same record by a gateway under another set. */
const under = (other: PolicySet) => ({
  ...world.ports,
  policies: { current: () => other, boundTo: () => other },
});

const waiting = () =>
  world.timers
    .filter(({ kind, state }) => kind !== 'retention' && state === 'waiting')
    .map(({ word, kind, at: moment }) => `${word} ${kind} ${moment.slice(0, 10)}`)
    .sort();

async function given(by: PolicySet): Promise<RequestId> {
  const outcome = await ask(under(by), world.call('gemeente'), planRequest({ fields: ['identity.surname'] }));
  if (outcome.kind !== 'delivered') throw new Error(outcome.kind);
  return outcome.request.id;
}

const date = (id: RequestId) => world.requests.get(id)?.held?.retention?.deleteBy ?? null;

describe('what is held', () => {
  beforeEach(() => detain(world.ports, () => world.call('pi')));

  it('until a start that a later set has an event for is dated under that set, and its recipient reminded', async () => {
    const [dateless, dated] = [withPlanClosed(set, { event: null }), withPlanClosed(set, { event: 'disclosure' })];
    on('2026-11-10T09:00:00.000Z');
    const id = await given(dateless);
    const before = reckoningAnew(under(dateless));
    await before();
    await followDuties(under(dateless));
    expect(world.requests.get(id)?.held).toMatchObject({ retention: null, lookAt: null });
    await followDuties(under(dated));
    expect(date(id)).toBeNull();
    await reckoningAnew(under(dated))();
    expect(await followDuties(under(dated))).toBe(1);
    expect(date(id)?.slice(0, 10)).toBe('2027-05-10');
    on('2027-05-11T09:00:00.000Z');
    await followDuties(under(dated));
    expect(world.events.map(({ type }) => type)).toContain('nl.sluis.destruction.due');
  });

  it('is left alone by a set that says the same of it, and by one that everybody was reckoned by', async () => {
    const id = await given(set);
    await reckoningAnew(under(set))();
    await followDuties(world.ports);
    const before = world.requests.get(id);
    await reckoningAnew(under(set))();
    await reckoningAnew(under(named(set, 'the same')))();
    expect(world.requests.get(id)).toEqual(before);
  });
});

describe('a deadline that a later set puts off', () => {
  const later = withConferenceAfter(set, 'P14D');
  const put = [
    'reintegration-plan due 2026-11-30',
    'trajectory-conference due 2026-11-16',
    'trajectory-conference reminder 2026-11-09',
  ];
  beforeEach(() => detain(world.ports, () => world.call('pi')));

  it('is put off although nothing changes about the person, and fires on its day alone', async () => {
    await reckoningAnew(under(later))();
    expect(waiting()).toEqual(put);
    on('2026-11-15T09:00:00.000Z');
    expect(await fireTimers(under(later))).toBe(1);
    on('2026-11-17T09:00:00.000Z');
    expect(await fireTimers(under(later))).toBe(1);
    // What has fired is not set again.
    await reckoningAnew(under(set))();
    await reckoningAnew(under(later))();
    expect(waiting()).toEqual(['reintegration-plan due 2026-11-30']);
  });

  it('is put off by a change of the facts as well, whichever set it was reckoned by', async () => {
    const said = { unit: null, reference: null, attributes: {}, caseReference: null };
    const { subject } = planRequest();
    const closed = { ...said, subject, type: 'plan-closed', from: at('2026-11-02T08:30:00.000Z'), until: null };
    expect((await attestFact(under(later), world.call('pi'), closed)).kind).toBe('attested');
    expect(waiting()).toEqual(put);
    const conference = { ...said, subject, type: 'conference', from: at('2026-11-05T08:00:00.000Z'), until: null };
    expect((await attestFact(under(set), world.call('pi'), conference)).kind).toBe('attested');
    expect(waiting()).toEqual(['reintegration-plan due 2026-11-30']);
  });

  it('and had passed already by the later set is not set: there is nobody to remind', async () => {
    on('2026-11-10T09:00:00.000Z');
    await reckoningAnew(under(withConferenceAfter(set, 'P7D')))();
    expect(waiting()).toEqual(['reintegration-plan due 2026-11-30', 'trajectory-conference reminder 2026-11-09']);
  });
});

describe('a pass over everybody', () => {
  const later = withConferenceAfter(set, 'P14D');

  it('goes some people at a time, and passes over who cannot be reckoned until all others were', async () => {
    const people = Array.from({ length: peopleAtOnce + 50 }, (_, each) => world.know('bsn', `p${each}`));
    const broken = people[3];
    let isBroken = true;
    const seen: SubjectId[] = [];
    const ports = under(later);
    const write: typeof ports.reckonings.write = async (rests, changes) => {
      if (isBroken && rests.subject.id === broken) throw new Fault('database-unavailable', 'somebody holds the row');
      seen.push(rests.subject.id);
      return ports.reckonings.write(rests, changes);
    };
    const turn = reckoningAnew({ ...ports, reckonings: { ...ports.reckonings, write } });
    await expect(turn()).rejects.toThrow(Fault);
    await turn();
    expect(new Set(seen).size).toBe(people.length - 1);
    const { isDone } = world.ports.reckonings;
    expect(await isDone(termsOf(later), later.digest)).toBe(false);
    isBroken = false;
    for (let each = 0; each < 2; each++) await turn();
    expect(seen).toContain(broken);
    expect(await isDone(termsOf(later), later.digest)).toBe(true);
    const before = seen.length;
    await turn();
    expect(seen).toHaveLength(before);
  });

  it('reads again whoever changes meanwhile, and begins anew under a set that comes in force meanwhile', async () => {
    await detain(world.ports, () => world.call('pi'));
    const [id] = world.epochs.keys();
    if (id === undefined) throw new Error('nobody is known');
    let current: PolicySet = later;
    let version = 1;
    const registry = { ...world.ports.registry, current: () => ({ ...world.ports.registry.current(), version }) };
    const ports = { ...under(later), registry, policies: { current: () => current, boundTo: () => current } };
    let written = 0;
    const write: typeof ports.reckonings.write = async (rests, changes) => {
      written += 1;
      if (written === 1) world.epochs.set(id, rests.subject.epoch + 1);
      return ports.reckonings.write(rests, changes);
    };
    const turn = reckoningAnew({ ...ports, reckonings: { ...ports.reckonings, write } });
    await turn();
    expect(written).toBe(2);
    expect(waiting()).toContain('trajectory-conference due 2026-11-16');
    current = withConferenceAfter(set, 'P20D');
    version += 1;
    await turn();
    expect(waiting()).toContain('trajectory-conference due 2026-11-22');
  });
});
