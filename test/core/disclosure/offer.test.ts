import { beforeEach, describe, expect, it } from 'vitest';
import type { FieldId, PurposeId, RequestId, UnitId } from '../../../src/core/brand.ts';
import { confirmCollection } from '../../../src/core/disclosure/confirm-collection.ts';
import { readMessages } from '../../../src/core/disclosure/say-on-request.ts';
import { wakeRequests } from '../../../src/core/disclosure/wake.ts';
import { confirmDestruction } from '../../../src/core/duty/report-destruction.ts';
import type { Obligations } from '../../../src/core/policy/decision.ts';
import type { PolicySet } from '../../../src/core/policy/policy-set.ts';
import { agent, mayor, OfferWorld, officer, probationOfficer } from '../../world/offer-world.ts';
import { shippedSet } from '../../world/shipped-set.ts';
import { someUser } from '../../world/some-user.ts';
import { withObligations } from '../../world/with-obligations.ts';

let world: OfferWorld;
beforeEach(() => {
  world = new OfferWorld();
});

const nobody = { type: 'bsn', value: '900000053' } as const;
const stateOf = (id: RequestId) => world.memory.requests.get(id)?.state;

describe('what a source offers', () => {
  it('waits sealed, permitted and on record, until its recipient accepts it', async () => {
    const outcome = await world.toMayor();
    if (outcome.kind !== 'offered') throw new Error(outcome.kind);
    const { request } = outcome;
    expect(request).toMatchObject({ direction: 'push', state: 'answered', userRole: 'mayor' });
    expect(world.memory.answers).toMatchObject([{ request: request.id, jwe: 'a.b.c.d.e', category: null }]);
    expect(world.kindsOf(request.id)).toEqual(['permit', 'source-offered']);
    expect(world.told('burgemeester')).toEqual(['offered']);
    expect(await world.collect(request.id, mayor)).toMatchObject({
      kind: 'handed-over',
      parts: [{ fields: ['identity.surname', 'offence.conviction'], sealed: 'a.b.c.d.e' }],
      request: { state: 'delivered' },
    });
    expect(world.kindsOf(request.id).slice(2)).toEqual(['permit', 'offer-accepted', 'disclosure']);
    expect(world.told('dji')).toEqual(['delivered']);
  });

  it('is kept as far as it is permitted: the rest is named to the source and dropped', async () => {
    const data = { 'offence.conviction': ['art. 242 Sr'], 'housing.priorSituation': 'huurwoning' };
    const outcome = await world.toMayor({ data });
    if (outcome.kind !== 'offered') throw new Error(outcome.kind);
    expect(outcome.request.decision.permitted).toEqual(['offence.conviction']);
    expect(outcome.request.decision.refused.map(({ field }) => field)).toEqual(['housing.priorSituation']);
    expect(world.memory.answers.flatMap(({ fields }) => fields)).toEqual(['offence.conviction']);
  });

  it('is one offer under one key, and another offer under it is an error', async () => {
    const first = await world.toMayor({}, 'key');
    expect(await world.toMayor({}, 'key')).toMatchObject({ kind: 'replayed', request: { state: 'answered' } });
    expect([first.kind, world.memory.answers.length]).toEqual(['offered', 1]);
    const before = world.memory.entries.length;
    expect(await world.toMayor({ data: { 'identity.surname': 'Ander' } }, 'key', 'other digest')).toEqual({
      kind: 'key-reused',
    });
    expect(world.memory.entries.length).toBe(before);
  });

  it.each([
    ['nobody whom the gateway knows', { subject: { type: 'bsn', value: '900000053' } as const }],
    ['to a unit that is not involved', { recipient: 'andere-reclassering' as UnitId, addressee: null }],
    ['for a purpose that it may not begin', { purpose: 'plan-basic-conditions' as never }],
    ['to nobody in particular where a role is asked for', { addressee: null }],
  ])('about %s is refused on record, and keeps nothing', async (_, changes) => {
    const outcome = await world.toMayor(changes);
    if (outcome.kind !== 'refused') throw new Error(outcome.kind);
    expect([world.kindsOf(outcome.request.id), world.memory.answers]).toEqual([['refusal'], []]);
    expect(world.memory.events).toEqual([]);
    // To whoever it was meant for there is no such thing.
    const unit = outcome.request.recipient;
    expect(await world.collect(outcome.request.id, mayor, unit)).toEqual({ kind: 'not-found' });
    expect(await world.decline(outcome.request.id, unit)).toEqual({ kind: 'not-found' });
    const { ports } = world.memory;
    const call = () => world.memory.call(unit);
    expect(await confirmCollection(ports, call(), outcome.request.id, mayor)).toEqual({ kind: 'not-found' });
    expect(await confirmDestruction(ports, call(), outcome.request.id)).toEqual({ kind: 'not-found' });
    expect(await readMessages(ports, call(), outcome.request.id)).toBe(null);
  });

  it.each([
    ['supervision', () => world.toProbation(), () => world.toProbation({ subject: nobody })],
    ['final-conviction', () => world.toMayor(), () => world.toMayor({ subject: nobody })],
  ])('about somebody of the recipient without %s is refused as about nobody', async (type, about, aboutNobody) => {
    for (const [id, fact] of world.memory.facts) if (fact.type === type) world.memory.facts.delete(id);
    const [one, other] = [await about(), await aboutNobody()];
    if (one.kind !== 'refused' || other.kind !== 'refused') throw new Error(`${one.kind}, ${other.kind}`);
    const { decidedAt } = other.request.decision;
    expect({ ...one.request.decision, decidedAt }).toEqual(other.request.decision);
    const [entry, otherEntry] = world.memory.entries;
    expect({ ...entry?.body, request: '' }).toEqual({ ...otherEntry?.body, request: '' });
    // Officers still find what did not hold.
    const involved = /involved\(recipient: [a-z-]+\)","inputs":[^}]*},"rule":"[a-z-]+","value":"(true|false)"/;
    const values = [entry, otherEntry].map((each) => involved.exec(String(each?.personal.conditions))?.[1]);
    expect(values).toEqual(['true', 'false']);
  });

  it.each([
    ['a field that nobody knows', { data: { 'secret.value': 'x' } }, 'data/?', 'unknown-word'],
    ['a value of another form', { data: { 'offence.conviction': 7 } }, 'data/offence.conviction', 'wrong-form'],
    ['a unit that nobody knows', { recipient: 'nergens' as UnitId }, 'recipient', 'unknown-word'],
    ['itself', { recipient: 'dji' as UnitId }, 'recipient', 'unknown-word'],
    ['a role that the recipient does not have', { addressee: 'physician' }, 'addressee', 'unknown-word'],
    ['a purpose that nobody knows', { purpose: 'somehow' as never }, 'purpose', 'unknown-word'],
  ])('with %s is told what is wrong, and nothing is on record', async (_, changes, member, code) => {
    expect(await world.toMayor(changes)).toMatchObject({ kind: 'invalid', member, code });
    expect(world.memory.entries).toEqual([]);
  });

  it('is not taken from a unit that was shut out since its call came in', async () => {
    const { ports } = world.memory;
    const { version, units } = ports.registry.current();
    const shut = [...units].map(
      ([id, unit]) => [id, id === 'politie' ? { ...unit, state: 'suspended' } : unit] as const,
    );
    Object.assign(ports, { registry: { ...ports.registry, current: () => ({ version, units: new Map(shut) }) } });
    await expect(world.toProbation()).rejects.toMatchObject({ code: 'basis-changed' });
    expect([world.memory.entries, world.memory.answers]).toEqual([[], []]);
    expect(await world.toMayor()).toMatchObject({ kind: 'offered' });
  });

  it('to a recipient without a key is impossible, whoever it is about', async () => {
    for (const value of ['900000041', '900000053']) {
      const changes = { recipient: 'gemeente' as UnitId, addressee: null, subject: { type: 'bsn', value } as const };
      await expect(world.toMayor(changes)).rejects.toMatchObject({ code: 'seal-impossible' });
    }
    expect(world.memory.entries).toEqual([]);
  });

  it('counts as agreed to by whoever offers it, where the policy leaves it to a human of the source', async () => {
    expect(await world.toProbation()).toMatchObject({
      kind: 'offered',
      request: { approvals: [{ role: 'policeOfficer' }] },
    });
  });

  describe.each([
    ['in another role than is asked for', { approval: 'source-human', approvers: ['designatedOfficer'] }],
    ['in neither role that is asked for', { approval: 'two-persons', approvers: ['designatedOfficer', 'director'] }],
  ] as const)('by somebody %s', (_, obligations) => {
    it('is not taken, whoever it is about', async () => {
      world.memory.bound.set('politie' as UnitId, withObligations(shippedSet(), 'supervision', obligations));
      for (const value of ['900000041', '900000053']) {
        const subject = { type: 'bsn', value } as const;
        expect(await world.toProbation({ by: agent, subject })).toEqual({ kind: 'may-not-approve' });
      }
      expect([world.memory.entries, world.memory.answers]).toEqual([[], []]);
    });

    it('is refused as about nobody where one rule asks for it and another does not', async () => {
      world.memory.bound.set('politie' as UnitId, withLighterRule(obligations));
      const data = { 'policeContacts.incidents': ['aangehouden op 20 november'], 'identity.surname': 'Ebbink' };
      const outcomes = [await world.toProbation({ data }), await world.toProbation({ data, subject: nobody })];
      const decisions = outcomes.map((outcome) => (outcome.kind === 'refused' ? outcome.request.decision : outcome));
      const [known, unknown] = decisions.map((decision) => ({ ...decision, decidedAt: null }));
      expect(known).toEqual(unknown);
      expect(known).toMatchObject({ outcome: 'refusal', class: 'not-available' });
      expect(world.memory.entries.map(({ kind }) => kind)).toEqual(['refusal', 'refusal']);
      expect([world.memory.answers, world.memory.events]).toEqual([[], []]);
    });
  });

  it('is taken where each of two rules is content with whoever offers', async () => {
    world.memory.bound.set('politie' as UnitId, withLighterRule({}));
    const data = { 'policeContacts.incidents': ['aangehouden op 20 november'], 'identity.surname': 'Ebbink' };
    const outcome = await world.toProbation({ data });
    expect(outcome).toMatchObject({ kind: 'offered', request: { decision: { refused: [] } } });
  });

  it('that its source must seal itself is impossible, whoever it is about', async () => {
    world.memory.bound.set('politie' as UnitId, withObligations(shippedSet(), 'supervision', { seal: 'end-to-end' }));
    for (const subject of [undefined, nobody]) {
      const offer = world.toProbation(subject === undefined ? {} : { subject });
      await expect(offer).rejects.toMatchObject({ code: 'seal-impossible' });
    }
    expect(world.memory.entries).toEqual([]);
  });
});

/** Beside the rule that asks for so much there is one about another field, that asks for nobody. */
function withLighterRule(obligations: Partial<Obligations>): PolicySet {
  const set = withObligations(shippedSet(), 'supervision', obligations);
  const policy = set.policies.get('supervision' as PurposeId);
  if (policy === undefined) throw new Error('no policy');
  const lighter = policy.grants.map((grant) => ({
    ...{ ...grant, rule: 'lighter', fields: new Set(['identity.surname' as FieldId]) },
    obligations: { ...grant.obligations, approval: 'none', approvers: [] } as const,
  }));
  const policies = new Map([...set.policies, [policy.purpose, { ...policy, grants: [...policy.grants, ...lighter] }]]);
  return { ...set, policies };
}

describe('an offer is accepted', () => {
  it('by a person, in the role that it was offered for', async () => {
    const id = await world.offered();
    expect(await world.collect(id, null)).toEqual({ kind: 'user-needed' });
    expect(await world.collect(id, officer)).toEqual({ kind: 'other-addressee' });
    expect(stateOf(id)).toBe('answered');
    expect(await world.collect(id, mayor)).toMatchObject({ kind: 'handed-over', again: false });
    expect(await world.collect(id, officer)).toEqual({ kind: 'other-addressee' });
    expect(await world.collect(id, mayor)).toMatchObject({ kind: 'handed-over', again: true });
  });

  it('by anybody there, where it was offered for none in particular', async () => {
    const outcome = await world.toProbation();
    if (outcome.kind !== 'offered') throw new Error(outcome.kind);
    const { id } = outcome.request;
    const colleague = someUser('r2', 'probationOfficer', 'T. Kok');
    for (const user of [probationOfficer, probationOfficer, colleague, colleague, probationOfficer])
      expect(await world.collect(id, user, 'reclassering')).toMatchObject({ kind: 'handed-over' });
    expect(world.kindsOf(id).slice(2)).toEqual(['permit', 'offer-accepted', 'disclosure', 'answer-taken']);
  });

  it('by nobody else', async () => {
    const id = await world.offered();
    for (const unit of ['dji', 'reclassering', 'politie'])
      expect(await world.collect(id, mayor, unit)).toEqual({ kind: 'not-found' });
  });

  it('not any more once what it rests on is gone', async () => {
    const id = await world.offered();
    for (const [key, fact] of world.memory.facts)
      if (fact.attributes.role === 'mayor-of-return') world.memory.facts.delete(key);
    expect(await world.collect(id, mayor)).toMatchObject({ kind: 'refused' });
    expect([stateOf(id), world.memory.answers]).toEqual(['withdrawn', []]);
  });

  it('not any more after its time, and what waited goes', async () => {
    const id = await world.offered();
    world.memory.nowMs += 15 * 86_400_000;
    for (const id of world.memory.wakes.keys()) world.memory.wakes.set(id, world.memory.ports.clock.now());
    await wakeRequests(world.memory.ports);
    expect([stateOf(id), world.memory.answers]).toEqual(['expired', []]);
    expect(await world.collect(id, mayor)).toMatchObject({ kind: 'wrong-state' });
  });
});

describe('an offer is declined', () => {
  it('by its recipient: nothing of it is kept, and its source learns that and not why', async () => {
    const id = await world.offered();
    expect(await world.decline(id)).toMatchObject({ kind: 'recorded', request: { state: 'declined' } });
    expect(world.memory.answers).toEqual([]);
    expect(world.told('dji')).toEqual(['declined']);
    const entry = world.memory.entries.at(-1);
    expect([entry?.kind, Object.keys(entry?.personal ?? {})]).toEqual([
      'offer-declined',
      ['subject', 'decliner', 'ground'],
    ]);
    expect(await world.collect(id, mayor)).toMatchObject({ kind: 'wrong-state' });
  });

  it('once, and not after it was accepted, nor by anybody else', async () => {
    const id = await world.offered();
    for (const unit of ['dji', 'politie']) expect(await world.decline(id, unit)).toEqual({ kind: 'not-found' });
    expect(await world.decline(id, 'burgemeester', 'key')).toMatchObject({ kind: 'recorded' });
    expect(await world.decline(id, 'burgemeester', 'key')).toMatchObject({ kind: 'replayed' });
    expect(await world.decline(id)).toMatchObject({ kind: 'wrong-state' });
    const accepted = await world.offered();
    await world.collect(accepted, mayor);
    expect(await world.decline(accepted)).toMatchObject({ kind: 'wrong-state' });
  });

  it('where there was one: what was asked for is not declined like this', async () => {
    const id = await world.offered();
    const asked = world.memory.requests.get(id);
    if (asked === undefined) throw new Error('no offer');
    world.memory.requests.set(id, { ...asked, direction: 'pull' });
    expect(await world.decline(id)).toEqual({ kind: 'not-found' });
  });
});
