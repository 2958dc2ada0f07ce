import { describe, expect, test } from 'vitest';
import type { FieldId, Instant, PurposeId, UnitId } from '../../../src/core/brand.ts';
import type { Condition } from '../../../src/core/policy/condition.ts';
import { decide } from '../../../src/core/policy/decide.ts';
import type { Policy } from '../../../src/core/policy/policy.ts';
import type { PolicySet } from '../../../src/core/policy/policy-set.ts';
import { consent, fact, subject } from './questions.ts';
import { aRecipient, aRule, ask, helps, notice, smallSet } from './small-set.ts';

const field = (id: string) => id as FieldId;

function reasons(set: PolicySet, question = ask()): string[] {
  return decide(set, question).refused.flatMap((one) => one.reasons.map((why) => `${why.class} ${why.rule}`));
}

/** The set with this condition planted at the end of its first rule. */
function planted(set: PolicySet, condition: Partial<Condition>): PolicySet {
  const policies = new Map<PurposeId, Policy>();
  for (const [purpose, policy] of set.policies) {
    const grants = policy.grants.map((grant, index) => {
      const [first] = grant.conditions;
      return index > 0 || first === undefined
        ? grant
        : { ...grant, conditions: [...grant.conditions, { ...first, key: 'planted', ...condition }] };
    });
    policies.set(purpose, { ...policy, grants });
  }
  return { ...set, policies };
}

const breaks = {
  evaluate: () => {
    throw new TypeError('planted');
  },
};

describe('a condition that breaks', () => {
  test('denies as undecidable, and the record says that it failed', () => {
    const decision = decide(planted(smallSet({}), breaks), ask());
    expect(decision).toMatchObject({ outcome: 'refusal', class: 'undecidable' });
    expect(decision.conditions).toContainEqual({
      rule: 'one-rule',
      condition: 'planted',
      value: 'unknown',
      inputs: { state: 'failed' },
    });
  });

  test('tells nothing to who is not involved', () => {
    const set = planted(smallSet({}), breaks);
    expect(reasons(set, ask({ facts: [] }))).toEqual(['not-available one-rule']);
  });

  test('leaves other rules to permit', () => {
    const set = planted(smallSet({ rules: [aRule, { ...aRule, id: 'two-rule' }] }), breaks);
    expect(decide(set, ask())).toMatchObject({ outcome: 'permit', rules: { 'person.name': ['two-rule'] } });
  });
});

describe('a rule that rests on a waiver', () => {
  const rule = {
    ...aRule,
    to: [{ ...aRecipient, 'secrecy-data': 'opheffing', 'health-data': 'Wet' }],
    fields: ['body.illness'],
    consent: 'waiver',
  };
  const set = smallSet({ rules: [rule], notice });
  const given = consent({
    kind: 'waiver',
    source: 'giver-1' as UnitId,
    recipient: 'getter-1' as UnitId,
    purpose: 'care' as PurposeId,
    categories: ['body'],
  });
  const asked = (facts = [helps], consents = [given]) =>
    ask({ fields: [field('body.illness')], snapshot: { subject, facts, consents } });

  test('permits under a waiver, and under no consent', () => {
    expect(decide(set, asked())).toMatchObject({ outcome: 'permit', consents: [given.id] });
    expect(reasons(set, asked([helps], [{ ...given, kind: 'consent' }]))).toEqual(['not-available one-rule']);
  });

  test('records whether the waiver covers, and how it was given', () => {
    expect(decide(set, asked()).conditions).toContainEqual({
      rule: 'one-rule',
      condition: 'waiver(body)',
      value: 'true',
      inputs: { given: '2026-03-06', until: '2026-09-01', notice: '1', by: 'subject' },
    });
  });

  const child = { attributes: { group: 'child' } };
  test.each([
    ['stands', fact('age', child), false],
    ['is disputed now', fact('age', { ...child, state: 'disputed' }), false],
    ['cannot be read', fact('age', { ...child, from: 'soon' as Instant }), false],
    ['was corrected', fact('age', { ...child, state: 'corrected' }), true],
    ['is over', fact('age', { ...child, until: '2026-03-05T00:00:00.000Z' as Instant }), true],
    ['says another word', fact('age', { attributes: { group: 'grown' } }), true],
  ])('where a fact that somebody else decides %s, decided by the person: %3$s', (_, about, permits) => {
    expect(decide(set, asked([helps, about])).outcome === 'permit').toBe(permits);
    const represented = { ...given, decidedBy: 'representative' } as const;
    expect(decide(set, asked([helps, about], [represented])).outcome).toBe('permit');
  });
});

describe('a prohibition', () => {
  const yes = { holds: 'stay' };
  const stays = fact('stay', { attributes: { sort: 'long' } });

  test('that nothing lifts beats every permit', () => {
    // Planted after the load, which would not take it.
    const prohibitions = smallSet({ rules: [{ ...aRule, fields: ['person.number'] }] }, [{ fields: ['person.name'] }]);
    const set = { ...smallSet({}), prohibitions: prohibitions.prohibitions };
    expect(reasons(set)).toEqual(['prohibited no-0']);
  });

  test('that can be lifted answers where no rule does', () => {
    const when = [...aRule.when, yes];
    const set = smallSet({ rules: [{ ...aRule, when }] }, [{ categories: ['person'], unless: { when: [yes] } }]);
    expect(reasons(set, ask({ fields: [field('person.number')] }))).toEqual(['prohibited no-0']);
    expect(reasons(set, ask({ trigger: 'push' }))).toEqual(['prohibited no-0']);
    expect(reasons(set, ask())).toEqual(['condition-not-met one-rule']);
    expect(decide(set, ask({ facts: [helps, stays] })).outcome).toBe('permit');
  });

  test('that is not lifted beats a permit, also in a set that should not have loaded', () => {
    const lifted = smallSet({ rules: [{ ...aRule, when: [...aRule.when, yes] }] }, [{ unless: { when: [yes] } }]);
    const set = { ...smallSet({}), prohibitions: lifted.prohibitions };
    expect(reasons(set)).toEqual(['prohibited no-0']);
    const decision = decide(set, ask({ facts: [helps, stays] }));
    expect(decision.outcome).toBe('permit');
    expect(decision.conditions).toContainEqual(
      expect.objectContaining({ rule: 'no-0', condition: 'holds(stay)', value: 'true' }),
    );
  });

  test.each([
    ['consent', { consent: ['required'] }],
    ['approval', { approval: 'source-human' }],
    ['an approver', { approval: { by: 'source-human', roles: ['doctor'] } }],
  ])('that asks for %s is not lifted by a rule without it', (_, unless) => {
    const rule = {
      ...aRule,
      consent: 'required',
      obligations: { ...aRule.obligations, approval: { by: 'two-persons', roles: ['doctor', 'director'] } },
    };
    const loaded = smallSet({ rules: [rule], notice }, [{ unless }]);
    const set = { ...smallSet({}), prohibitions: loaded.prohibitions };
    expect(reasons(set)).toEqual(['prohibited no-0']);
  });

  test('that looks at rules says nothing where there is none', () => {
    const set = smallSet({}, [{ bases: ['vital-interest'] }]);
    expect(reasons(set, ask({ fields: [field('record.crime')] }))).toEqual(['not-permitted null']);
    expect(decide(set, ask()).outcome).toBe('permit');
  });
});
