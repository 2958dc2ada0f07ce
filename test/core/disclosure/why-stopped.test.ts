import { beforeEach, describe, expect, it } from 'vitest';
import type { ConsentId, FieldId, PurposeId, RequestId, UnitId } from '../../../src/core/brand.ts';
import { requestConsent } from '../../../src/core/consent/request-consent.ts';
import { withdrawOwnConsent } from '../../../src/core/consent/withdraw-consent.ts';
import { makeCorrection } from '../../../src/core/correction/make-correction.ts';
import { endFact } from '../../../src/core/fact/end-fact.ts';
import type { Grant } from '../../../src/core/policy/policy.ts';
import { InboxWorld, planner } from '../../world/inbox-world.ts';
import { at } from '../../world/memory-world.ts';
import { giveConsent, planAnswer, planFields, planRequest } from '../../world/personas.ts';
import { shippedSet } from '../../world/shipped-set.ts';
import { withGrants } from '../../world/with-obligations.ts';

let world: InboxWorld;
beforeEach(async () => {
  world = await InboxWorld.open();
});

async function restrict(unit: string, field: string): Promise<void> {
  const { subject } = planRequest();
  const words = { ground: 'betwist', corrects: null, rightsRequest: null, by: planner };
  const body = { subject, kind: 'restricted', fields: [field], ...words } as const;
  expect(await makeCorrection(world.ports, world.memory.call(unit), body)).toMatchObject({ kind: 'made' });
}

async function endInvolvement(): Promise<void> {
  const fact = [...world.memory.facts.values()].find(({ attributes }) => attributes.role === 'residence-municipality');
  if (fact === undefined) throw new Error('nobody is involved');
  await endFact(world.ports, world.memory.call('pi'), fact.id, world.ports.clock.now());
}

const stoppedFor = (id: RequestId) => world.memory.requests.get(id)?.stoppedFor;
const onRecord = (id: RequestId) =>
  world.memory.entries.find(({ kind, body }) => kind === 'request-stopped' && body.request === id)?.personal.because;

describe('why a request was stopped, where a field is restricted', () => {
  it.each([
    ['by another source', 'reclassering', 'identity.surname'],
    ['by its own source, and was not asked', 'pi', 'policeContacts.incidents'],
  ])('%s: what ended is said, and nothing of the restriction', async (_, unit, field) => {
    const id = await world.waiting();
    await restrict(unit, field);
    await world.look();
    expect(world.stateOf(id)).toBe('awaiting-source');
    await endInvolvement();
    await world.look();
    expect([world.stateOf(id), stoppedFor(id), onRecord(id)]).toEqual(['withdrawn', 'facts', 'facts']);
  });

  it('of those that its own source was to give: the restriction is', async () => {
    const id = await world.answered();
    await restrict('pi', 'identity.surname');
    await world.acts.collect(id);
    expect([world.stateOf(id), stoppedFor(id), onRecord(id)]).toEqual(['withdrawn', 'restriction', 'restriction']);
  });
});

describe('why an answer is not given, of which only a part is not permitted any more', () => {
  const plan = 'plan-basic-conditions' as PurposeId;
  const set = shippedSet();
  const surname = new Set(['identity.surname'] as FieldId[]);
  const others = new Set(planFields.slice(1) as FieldId[]);
  const isDetained = ({ form }: Grant['conditions'][number]) => JSON.stringify(form).includes('"holds"');

  /** From now on the prison gives under these rules in the place of each. */
  function gives(rules: (grant: Grant) => readonly Partial<Grant>[]): void {
    const same = withGrants(set, plan, () => ({}));
    const policy = same.policies.get(plan);
    if (policy === undefined) throw new Error('no plan');
    const partners = policy.grants.filter(({ rule }) => rule === 'prison-to-plan-partners');
    const grants = partners.flatMap((grant) =>
      rules(grant).map((rule, n) => ({ ...grant, rule: `${grant.rule}-${n}`, ...rule })),
    );
    const notice = { version: 1, text: { nl: 'Mag dit?', en: 'May we?' } };
    const policies = new Map([...same.policies, [plan, { ...policy, grants, notice }] as const]);
    world.memory.bound.set('pi' as UnitId, { ...same, policies });
  }

  const detainedOrNot = (grant: Grant) => ({ conditions: grant.conditions.filter((each) => !isDetained(each)) });

  async function askedPerson(): Promise<ConsentId> {
    const asked = await requestConsent(world.ports, world.memory.call('gemeente'), {
      ...{
        subject: planRequest().subject,
        source: 'pi',
        recipient: 'gemeente',
        purpose: plan,
        kind: 'consent' as const,
      },
      ...{ categories: ['identity'], validUntil: at('2027-06-01T00:00:00.000Z'), language: 'nl', caseReference: null },
    });
    if (asked.kind !== 'requested') throw new Error(asked.kind);
    return asked.consent.id;
  }

  async function withdraw(id: ConsentId): Promise<void> {
    const { type, value } = planRequest().subject;
    const subject = world.memory.know(type, value);
    expect(await withdrawOwnConsent(world.ports, subject, id, world.ports.entropy.trace())).toBe(true);
  }

  async function endDetention(): Promise<void> {
    const facts = [...world.memory.facts.values()].filter(({ type }) => type === 'detention' || type === 'phase');
    for (const { id } of facts) await endFact(world.ports, world.memory.call('pi'), id, world.ports.clock.now());
  }

  async function collected(id: RequestId): Promise<readonly unknown[]> {
    expect((await world.acts.collect(id)).kind).toBe('refused');
    return [world.stateOf(id), stoppedFor(id), onRecord(id)];
  }

  it('is what is on record, where nobody was asked for a consent', async () => {
    gives((grant) => [{ fields: surname }, { ...detainedOrNot(grant), fields: others }]);
    const id = await world.answered();
    await endDetention();
    expect(await collected(id)).toEqual(['withdrawn', 'facts', 'facts']);
  });

  it('is what is on record, where the consent to the rest stands', async () => {
    gives((grant) => [{ ...detainedOrNot(grant), fields: surname, consent: 'required' }, { fields: others }]);
    await giveConsent(world.ports, await askedPerson());
    const id = await world.answered();
    await endDetention();
    expect(await collected(id)).toEqual(['withdrawn', 'facts', 'facts']);
  });

  it('is the consent that was withdrawn, where the rest stands', async () => {
    gives((grant) => [{ ...detainedOrNot(grant), fields: surname, consent: 'required' }, { fields: others }]);
    const consent = await askedPerson();
    await giveConsent(world.ports, consent);
    const id = await world.answered();
    await withdraw(consent);
    expect(await collected(id)).toEqual(['withdrawn', 'consent', 'consent']);
  });

  it.each([
    ['never decided', async () => undefined],
    ['withdrew before they said yes', withdraw],
  ] as const)('is what is on record, where the person %s what would permit it too', async (_, then) => {
    gives((grant) => [{}, { ...detainedOrNot(grant), consent: 'required' }]);
    const consent = await askedPerson();
    const id = await world.answered();
    await then(consent);
    await world.look();
    expect(world.stateOf(id)).toBe('answered');
    await endDetention();
    expect(await collected(id)).toEqual(['withdrawn', 'facts', 'facts']);
  });

  it.each([
    ['answered', true, planAnswer],
    ['answered in part', false, { 'identity.surname': planAnswer['identity.surname'] }],
  ])('is what is on record, where people must agree by now to what was %s', async (_, complete, data) => {
    gives((grant) => [
      detainedOrNot(grant),
      {
        obligations: { ...grant.obligations, approval: 'source-human' },
        conditions: grant.conditions.map((condition) =>
          isDetained(condition)
            ? { ...condition, key: 'not-detained', evaluate: (seen) => not(condition.evaluate(seen)) }
            : condition,
        ),
      },
    ]);
    const id = await world.answered({ data, complete });
    await endDetention();
    if (!complete) {
      const left = Object.fromEntries(Object.entries(planAnswer).slice(1));
      expect((await world.acts.answer(id, { data: left })).kind).toBe('wrong-state');
    }
    expect(await collected(id)).toEqual(['withdrawn', 'facts', 'facts']);
  });

  function not<Of extends { readonly value: string }>(evaluation: Of): Of {
    return { ...evaluation, value: evaluation.value === 'true' ? 'false' : 'true' };
  }
});
