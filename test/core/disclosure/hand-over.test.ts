import { beforeEach, describe, expect, it } from 'vitest';
import type { RequestId, UnitId } from '../../../src/core/brand.ts';
import { makeCorrection } from '../../../src/core/correction/make-correction.ts';
import { tellSinceGiven } from '../../../src/core/correction/tell-since-given.ts';
import { abandonInterrupted } from '../../../src/core/disclosure/abandon.ts';
import { partsDigest } from '../../../src/core/disclosure/seal-answer.ts';
import { endFact } from '../../../src/core/fact/end-fact.ts';
import { coordinator, InboxWorld, planner } from '../../world/inbox-world.ts';
import { planFields, planRequest } from '../../world/personas.ts';
import { someUser } from '../../world/some-user.ts';

const quarter = 15 * 60_000;

let world: InboxWorld;
beforeEach(async () => {
  world = await InboxWorld.open();
});

async function endInvolvement(): Promise<void> {
  const fact = [...world.memory.facts.values()].find(({ attributes }) => attributes.role === 'residence-municipality');
  if (fact === undefined) throw new Error('nobody is involved');
  await endFact(world.ports, world.memory.call('pi'), fact.id, world.ports.clock.now());
}

const count = (id: RequestId, kind: string) => world.kindsOf(id).filter((each) => each === kind).length;

describe('an answer that waits', () => {
  it('is handed over as it was sealed, once it is on record as disclosed', async () => {
    const id = await world.answered();
    const outcome = await world.acts.collect(id);
    if (outcome.kind !== 'handed-over') throw new Error(outcome.kind);
    expect(outcome).toMatchObject({
      again: false,
      request: { state: 'delivered' },
      parts: [{ category: null, fields: planFields, sealed: 'a.b.c.d.e' }],
    });
    expect(world.kindsOf(id)).toEqual(['permit', 'source-asked', 'source-answered', 'permit', 'disclosure']);
    expect(world.memory.entries.at(-1)).toMatchObject({ body: { fields: planFields, form: 'sealed' } });
    expect(outcome.receipt?.openings).toMatchObject([{ name: 'payload', value: partsDigest(['a.b.c.d.e']) }]);
    expect(world.memory.requests.get(id)?.held).not.toBe(null);
    expect(world.told('pi')).toEqual(['awaiting-answer', 'delivered']);
  });

  it('in part may be collected as it is, and is then all that there is', async () => {
    const id = await world.answered({ data: { 'identity.surname': 'Ebbink' }, complete: false });
    expect(await world.acts.collect(id)).toMatchObject({ kind: 'handed-over', request: { state: 'delivered' } });
    expect(await world.acts.answer(id, { data: { 'identity.givenNames': 'Jorn' } })).toMatchObject({
      kind: 'wrong-state',
    });
  });

  it('is nobody else’s to collect, nor to confirm', async () => {
    const id = await world.answered();
    for (const unit of ['pi', 'buurgemeente', 'politie']) {
      expect(await world.acts.collect(id, world.memory.call(unit))).toEqual({ kind: 'not-found' });
      expect(await world.acts.confirm(id, world.memory.call(unit))).toEqual({ kind: 'not-found' });
    }
    expect(world.stateOf(id)).toBe('answered');
  });

  it('is there for nobody before it was given', async () => {
    const id = await world.waiting();
    expect(await world.acts.collect(id)).toMatchObject({ kind: 'wrong-state' });
  });

  it('is not handed over once what it rests on is gone: it looks as about nobody, and goes', async () => {
    const id = await world.answered();
    await endInvolvement();
    const outcome = await world.acts.collect(id);
    expect(outcome).toMatchObject({ kind: 'refused', request: { decision: { class: 'not-available' } } });
    expect([world.stateOf(id), world.memory.answers]).toEqual(['withdrawn', []]);
    expect(count(id, 'disclosure')).toBe(0);
  });

  it('stops by itself as soon as somebody looks', async () => {
    const id = await world.answered();
    await endInvolvement();
    await world.look();
    expect([world.stateOf(id), world.memory.answers]).toEqual(['withdrawn', []]);
    expect([world.told('pi').at(-1), world.told('gemeente').at(-1)]).toEqual(['stopped', 'ended']);
  });

  it('of a source that has accepted no policies any more is not handed over, nor given', async () => {
    const [waits, answered] = [await world.waiting(), await world.answered()];
    world.memory.bound.set('pi' as UnitId, null);
    expect(await world.acts.answer(waits)).toMatchObject({ kind: 'wrong-state', request: { stoppedFor: 'policy' } });
    expect(await world.acts.collect(answered)).toMatchObject({ kind: 'refused' });
    expect([world.stateOf(waits), world.stateOf(answered)]).toEqual(['withdrawn', 'withdrawn']);
    expect(world.memory.answers).toEqual([]);
  });

  it('that more people must agree to by now is not handed over', async () => {
    const id = await world.answered();
    world.asks({ approval: 'source-human' });
    expect(await world.acts.collect(id)).toMatchObject({ kind: 'refused' });
    expect([world.stateOf(id), world.memory.answers]).toEqual(['withdrawn', []]);
  });

  it.each(['answered', 'partly-answered'])(
    'is reached by a correction of its source once it is collected: %s',
    async (state) => {
      const id = await world.answered({ data: { 'identity.surname': 'Ebbink' }, complete: state === 'answered' });
      const { subject } = planRequest();
      const said = {
        kind: 'rectified',
        ground: 'verkeerd gespeld',
        corrects: null,
        rightsRequest: null,
        by: planner,
      } as const;
      const correction = { subject, fields: ['identity.surname'], ...said };
      await makeCorrection(world.ports, world.memory.call('pi'), correction);
      const notices = () => [...world.memory.corrections.values()].flatMap((made) => made.notices);
      expect([await tellSinceGiven(world.ports), notices()]).toEqual([0, []]);
      expect(await world.acts.collect(id)).toMatchObject({ kind: 'handed-over' });
      expect(await tellSinceGiven(world.ports)).toBe(1);
      expect(notices()).toMatchObject([{ recipient: 'gemeente', requests: [id] }]);
    },
  );

  it('is given to nobody after its deadline, and goes once somebody looks', async () => {
    const id = await world.answered();
    world.memory.nowMs += 15 * 86_400_000;
    expect(await world.acts.collect(id)).toMatchObject({ kind: 'wrong-state', request: { id } });
    await world.look();
    expect([world.stateOf(id), world.memory.answers]).toEqual(['expired', []]);
  });

  it('outlives a recipient who comes by a clock that is ahead', async () => {
    const id = await world.answered();
    world.memory.nowMs += 15 * 86_400_000;
    expect(await world.acts.collect(id)).toMatchObject({ kind: 'wrong-state' });
    world.memory.nowMs -= 15 * 86_400_000;
    expect(await world.acts.collect(id)).toMatchObject({ kind: 'handed-over' });
  });
});

describe('what was handed over', () => {
  it('is given again for a quarter of an hour, with the same key or another, and is disclosed once', async () => {
    const id = await world.answered();
    const call = world.memory.call('gemeente');
    const first = await world.acts.collect(id, call);
    if (first.kind !== 'handed-over') throw new Error(first.kind);
    for (const again of [call, world.memory.call('gemeente')]) {
      expect(await world.acts.collect(id, again)).toMatchObject({ again: true, parts: first.parts });
    }
    world.memory.nowMs += quarter;
    expect(await world.acts.collect(id, call)).toMatchObject({ kind: 'replayed', request: { state: 'delivered' } });
    expect(await world.acts.collect(id)).toMatchObject({ kind: 'wrong-state' });
    expect(count(id, 'disclosure')).toBe(1);
  });

  it('by a gateway whose clock is far ahead is given again by none, and by all whose clocks differ as clocks do', async () => {
    const [far, near] = [await world.answered(), await world.answered()];
    const by = async (aheadMs: number, id: RequestId) => {
      world.memory.nowMs += aheadMs;
      expect(await world.acts.collect(id)).toMatchObject({ again: false });
      world.memory.nowMs -= aheadMs;
      return world.acts.collect(id);
    };
    expect(await by(5_000, near)).toMatchObject({ kind: 'handed-over', again: true });
    expect(await by(3_600_000, far)).toMatchObject({ kind: 'wrong-state', request: { state: 'delivered' } });
  });

  it('names each of those who get it once, beside the one for whom it was asked, and gives nothing before that is on record', async () => {
    const id = await world.answered();
    const [second, third] = [someUser('u2', 'casemanager', 'K. Jansen'), someUser('u3', 'casemanager', 'P. de Wit')];
    const asCollected = (user: typeof second | null) => world.acts.collect(id, world.memory.call('gemeente'), user);
    for (const user of [coordinator, null, coordinator, second, second])
      expect(await asCollected(user)).toMatchObject({ kind: 'handed-over' });
    world.memory.breakNextCommit = 'before';
    await expect(asCollected(third)).rejects.toThrow();
    expect(count(id, 'answer-taken')).toBe(1);
    const both = await Promise.all([asCollected(third), asCollected(third)]);
    expect(both).toMatchObject([{ again: true }, { again: true }]);
    const taken = world.memory.entries.filter(({ kind }) => kind === 'answer-taken');
    expect(taken.map(({ personal }) => JSON.parse(personal.taker ?? '').token)).toEqual([second.token, third.token]);
    expect(count(id, 'disclosure')).toBe(1);
    world.memory.nowMs += quarter;
    await asCollected(someUser('u4', 'casemanager', 'F. Smit'));
    expect(count(id, 'answer-taken')).toBe(2);
  });

  it('names at once who collects it for the first time and did not ask', async () => {
    const id = await world.answered();
    await world.acts.collect(id, world.memory.call('gemeente'), someUser('u2', 'casemanager', 'K. Jansen'));
    expect(world.kindsOf(id).slice(-3)).toEqual(['permit', 'answer-taken', 'disclosure']);
  });

  it('is not given again for another question with its key', async () => {
    const id = await world.answered();
    await world.acts.collect(id, world.memory.call('gemeente', 'sleutel'));
    const other = world.memory.call('gemeente', 'sleutel', 'iets anders');
    expect(await world.acts.collect(id, other)).toEqual({ kind: 'key-reused' });
  });

  it('is not given again once it is not permitted any more', async () => {
    const id = await world.answered();
    const call = world.memory.call('gemeente');
    await world.acts.collect(id, call);
    await endInvolvement();
    expect(await world.acts.collect(id, call)).toMatchObject({ kind: 'replayed' });
    expect(await world.acts.collect(id)).toMatchObject({ kind: 'wrong-state', request: { state: 'delivered' } });
  });

  it('goes when its recipient says that it has it, and is never given again', async () => {
    const id = await world.answered();
    expect(await world.acts.confirm(id)).toMatchObject({ kind: 'wrong-state' });
    const [collecting, confirming] = [world.memory.call('gemeente'), world.memory.call('gemeente')];
    await world.acts.collect(id, collecting);
    expect(await world.acts.confirm(id, confirming)).toMatchObject({
      kind: 'recorded',
      request: { state: 'collected' },
    });
    expect(world.memory.answers).toEqual([]);
    expect(await world.acts.confirm(id, confirming)).toMatchObject({ kind: 'replayed' });
    expect(await world.acts.confirm(id)).toMatchObject({ kind: 'replayed' });
    expect(await world.acts.collect(id, collecting)).toMatchObject({
      kind: 'replayed',
      request: { state: 'collected' },
    });
    expect(await world.acts.collect(id)).toMatchObject({ kind: 'wrong-state' });
    expect([count(id, 'disclosure'), count(id, 'collection-confirmed')]).toEqual([1, 1]);
    expect(world.told('pi').at(-1)).toBe('collected');
  });

  it('by two who collect at once is disclosed once', async () => {
    const id = await world.answered();
    const both = await Promise.all([world.acts.collect(id), world.acts.collect(id)]);
    expect(both.map((each) => each.kind === 'handed-over' && each.again).sort()).toEqual([false, true]);
    expect(count(id, 'disclosure')).toBe(1);
  });
});

describe('a gateway that breaks off', () => {
  it.each(['before', 'after'] as const)('%s its commit leaves a request that goes on', async (breakage) => {
    const id = await world.waiting();
    const [answering, collecting, confirming] = [
      world.memory.call('pi'),
      world.memory.call('gemeente'),
      world.memory.call('gemeente'),
    ];
    const broken = async (act: () => Promise<unknown>) => {
      world.memory.breakNextCommit = breakage;
      await expect(act()).rejects.toMatchObject({ code: 'ledger-unavailable' });
      await abandonInterrupted(world.ports);
      await world.look();
    };
    const done = breakage === 'before' ? 'recorded' : 'replayed';
    await broken(() => world.acts.answer(id, {}, answering));
    expect(await world.acts.answer(id, {}, answering)).toMatchObject({ kind: done, request: { state: 'answered' } });
    await broken(() => world.acts.collect(id, collecting));
    expect(await world.acts.collect(id, collecting)).toMatchObject({
      kind: 'handed-over',
      again: breakage === 'after',
      parts: [{ sealed: 'a.b.c.d.e' }],
    });
    await broken(() => world.acts.confirm(id, confirming));
    expect(await world.acts.confirm(id, confirming)).toMatchObject({ kind: done, request: { state: 'collected' } });
    expect(world.kindsOf(id)).toEqual([
      ...['permit', 'source-asked', 'source-answered', 'permit', 'disclosure', 'collection-confirmed'],
    ]);
  });
});
