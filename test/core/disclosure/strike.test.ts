import { v7 } from 'uuid';
import { beforeEach, describe, expect, it } from 'vitest';
import type { Digest, FactId, FieldId, PurposeId, UnitId } from '../../../src/core/brand.ts';
import { approve } from '../../../src/core/disclosure/approve.ts';
import { struckIn } from '../../../src/core/disclosure/strike.ts';
import type { Fact } from '../../../src/core/fact/fact.ts';
import { fieldRestricted } from '../../../src/core/fact/restriction.ts';
import type { PolicySet } from '../../../src/core/policy/policy-set.ts';
import { type Desk, desk, fields, oneHuman, people, twoPersons } from '../../world/approval-desk.ts';
import { planRequest } from '../../world/personas.ts';
import { shippedSet } from '../../world/shipped-set.ts';
import { someUser } from '../../world/some-user.ts';
import { withObligations } from '../../world/with-obligations.ts';

const set = shippedSet();
const struck = ['numbers.bsn', 'housing.priorSituation'] as FieldId[];

describe('a field that is struck out', () => {
  let one: Desk;
  beforeEach(async () => {
    one = await desk(oneHuman);
  });

  it('is not asked of the source and does not leave, and its recipient reads that it was declined and no more', async () => {
    expect(await one.say({ strike: struck })).toMatchObject({ kind: 'recorded', request: { state: 'permitted' } });
    const outcome = await one.collected();
    if (outcome.kind !== 'delivered' || outcome.answer.form !== 'clear') throw new Error(outcome.kind);
    const left = fields.filter((field) => !struck.includes(field));
    expect(Object.keys(outcome.answer.data).sort()).toEqual([...left].sort());
    expect(one.fetched).toEqual([left]);
    const { decision } = outcome.request;
    expect(decision.refused.map(({ field, reasons }) => [field, reasons.map((reason) => reason.class)])).toEqual(
      struck.map((field) => [field, ['declined']]),
    );
    expect(Object.keys(decision.obtained).sort()).toEqual([...left].sort());
    expect(JSON.stringify(decision)).not.toContain('Persoon');
  });

  it('stands on record with the approval, which opens nothing new', async () => {
    await one.say({ strike: struck });
    const entry = one.world.entries.find(({ kind }) => kind === 'approval');
    expect(entry?.body).toEqual({ v: 2, request: one.id, struck });
    expect(Object.keys(entry?.personal ?? {}).sort()).toEqual(['approver', 'subject']);
  });

  it('is no other than what was shown: what may not be given at that moment is not agreed to', async () => {
    const restriction: Fact = {
      ...{ id: v7() as FactId, subject: one.world.know('bsn', '900000041'), type: 'restriction', state: 'attested' },
      ...{ from: one.world.ports.clock.now(), until: null, attestedBy: 'pi' as UnitId, unit: 'pi' as UnitId },
      ...{ reference: null, attributes: fieldRestricted('housing.priorSituation' as FieldId) },
    };
    one.world.facts.set(restriction.id, restriction);
    expect(await one.say({})).toMatchObject({ kind: 'recorded' });
    one.world.facts.delete(restriction.id);
    expect(one.request().decision.permitted).toEqual(fields.filter((field) => field !== 'housing.priorSituation'));
    await one.collected();
    expect(one.fetched.flat()).not.toContain('housing.priorSituation');
  });

  it('is gone for the second of two, who sees what the first left and can strike more', async () => {
    const two = await desk(twoPersons);
    const [first, second] = struck as [FieldId, FieldId];
    expect(await two.say({ strike: [first] })).toMatchObject({ request: { state: 'awaiting-approval' } });
    expect(two.request().decision.permitted).not.toContain(first);
    expect(await two.say({ strike: [first] }, 1)).toMatchObject({ kind: 'invalid', member: 'strike.0' });
    expect(await two.say({ strike: [second] }, 1)).toMatchObject({ request: { state: 'permitted' } });
    expect(await two.collected()).toMatchObject({ kind: 'delivered' });
    expect(two.fetched.flat()).not.toEqual(expect.arrayContaining([first]));
    expect(two.fetched.flat()).not.toEqual(expect.arrayContaining([second]));
  });

  it.each([
    ['a field that was not asked', ['detention.regime'], 'strike.0'],
    ['a word that is no field', ['a.b'], 'strike.0'],
    ['one of two', ['numbers.bsn', 'a.b'], 'strike.1'],
    ['everything', fields, 'strike'],
  ])('must be permitted, and leave something: %s', async (_, strike, member) => {
    const before = { entries: one.world.entries.length, request: one.request() };
    expect(await one.say({ strike: strike as FieldId[] })).toMatchObject({ kind: 'invalid', member });
    expect({ entries: one.world.entries.length, request: one.request() }).toEqual(before);
  });

  it('counts for nobody who may not approve: they hear nothing of what may be struck', async () => {
    const asker = { ...(people[0] as (typeof people)[number]), id: planRequest().onBehalfOf.id };
    expect(await one.say({ approver: asker, strike: ['a.b' as FieldId] })).toEqual({ kind: 'may-not-approve' });
  });

  it('is not named as declined any more once the request was stopped', async () => {
    await one.say({ strike: struck });
    one.world.bound.set('pi' as UnitId, null);
    const outcome = await one.collected();
    if (outcome.kind !== 'refused') throw new Error(outcome.kind);
    expect(struckIn(outcome.request.decision)).toEqual([]);
    expect(outcome.request.decision.permitted).toEqual([]);
  });
});

describe('where only some fields ask for more', () => {
  const heavy = 'housing.priorSituation' as FieldId;
  const purpose = 'plan-basic-conditions' as PurposeId;

  /** One human for everything; for this field two people, in roles of their own. */
  function uneven(): PolicySet {
    const light = withObligations(set, purpose, oneHuman);
    const policy = light.policies.get(purpose);
    if (policy === undefined) throw new Error('no policy');
    const grants = policy.grants.flatMap((grant) => {
      if (!grant.fields.has(heavy)) return [grant];
      const fields = new Set([...grant.fields].filter((field) => field !== heavy));
      const obligations = { ...grant.obligations, ...twoPersons, approvers: ['director', 'physician'] };
      return [
        { ...grant, fields },
        { ...grant, rule: `${grant.rule}-heavy`, fields: new Set([heavy]), obligations },
      ];
    });
    return { ...light, policies: new Map([...light.policies, [purpose, { ...policy, grants }] as const]) };
  }

  it('striking them leaves what the rest asks for, and nobody waits for the others any more', async () => {
    const one = await desk(oneHuman);
    one.world.bound.set('pi' as UnitId, uneven());
    expect(await one.say({})).toMatchObject({ request: { state: 'awaiting-approval' } });
    expect(await one.say({ strike: [heavy] }, 1)).toMatchObject({ request: { state: 'permitted' } });
    expect(one.request().decision.obligations).toMatchObject(oneHuman);
    expect(await one.collected()).toMatchObject({ kind: 'delivered', request: { decision: { refused: [{}] } } });
  });

  it('without that the others are waited for, and whoever is not among them strikes nothing', async () => {
    const one = await desk(oneHuman);
    one.world.bound.set('pi' as UnitId, uneven());
    const clerk = someUser('p9', 'clerk', 'G.');
    expect(await one.say({ approver: clerk, strike: [heavy] })).toEqual({ kind: 'may-not-approve' });
    await one.say({});
    expect(await one.say({ strike: ['numbers.bsn' as FieldId] }, 1)).toMatchObject({
      request: { state: 'awaiting-approval' },
    });
    expect(await one.say({ approver: someUser('p8', 'physician', 'V.') })).toMatchObject({
      request: { state: 'permitted' },
    });
  });
});

describe('an approval of what somebody read', () => {
  it('counts where nothing came after it, and not where another struck a field meanwhile', async () => {
    const two = await desk(twoPersons);
    const { step: seen } = await two.read();
    expect(await two.say({ strike: ['numbers.bsn' as FieldId], seen })).toMatchObject({ kind: 'recorded' });
    expect(await two.say({ seen }, 1)).toMatchObject({ kind: 'wrong-state' });
    expect(two.request().approvals).toHaveLength(1);
    expect(await two.say({ seen: (await two.read()).step }, 1)).toMatchObject({ kind: 'recorded' });
    expect(await two.say({ seen: 'unknown' as Digest }, 2)).toMatchObject({ kind: 'wrong-state' });
  });

  it('of two at once with strikes of their own loses neither strike', async () => {
    const two = await desk(twoPersons);
    const outcomes = await Promise.all(struck.map((field, person) => two.say({ strike: [field] }, person)));
    expect(outcomes.map(({ kind }) => kind)).toEqual(['recorded', 'recorded']);
    expect([...struckIn(two.request().decision)].sort()).toEqual([...struck].sort());
    expect(two.request()).toMatchObject({ state: 'permitted' });
  });
});

describe('an approval without a reason that can be seen', () => {
  it.each([
    ['was erased', async (): Promise<null> => null],
    ['cannot be read', async () => ({ v: 1, leaf: 'x', openings: [] }) as never],
  ])('counts for nothing, where it %s; a no does', async (_, receipt) => {
    const one = await desk(oneHuman);
    const ports = { ...one.ports, journal: { ...one.ports.journal, receipt } };
    const approver = people[0] as (typeof people)[number];
    const say = (decision: 'approved' | 'declined') =>
      approve(ports, one.world.call('pi'), one.id, { decision, approver, ground: 'geen reden te zien' });
    expect(await say('approved')).toEqual({ kind: 'reason-gone' });
    expect(one.request().state).toBe('awaiting-approval');
    expect(await say('declined')).toMatchObject({ kind: 'recorded', request: { state: 'declined' } });
  });

  it('counts for nothing where nobody knows what opened the request, or that was another request', async () => {
    const [one, other] = [await desk(oneHuman), await desk(oneHuman)];
    const request = one.request();
    one.world.entries.push(...other.world.entries);
    for (const openedBy of [null, other.request().openedBy]) {
      one.world.requests.set(one.id, { ...request, openedBy });
      expect(await one.say({})).toEqual({ kind: 'reason-gone' });
    }
    one.world.requests.set(one.id, request);
    expect(await one.say({})).toMatchObject({ kind: 'recorded' });
  });
});
