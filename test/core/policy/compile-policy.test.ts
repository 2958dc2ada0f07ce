import { describe, expect, test } from 'vitest';
import type { PurposeId } from '../../../src/core/brand.ts';
import { grantsBetween } from '../../../src/core/policy/policy-set.ts';
import { aRecipient, aRule, notice, problemsOf, smallSet } from './small-set.ts';

const rule = (changes: object) => ({ rules: [{ ...aRule, ...changes }] });
const to = (changes: object) => rule({ to: [{ ...aRecipient, ...changes }] });
const when = (...conditions: object[]) => rule({ when: [...aRule.when, ...conditions] });
const obliged = (changes: object) => rule({ obligations: { ...aRule.obligations, ...changes } });
const member = (kind: string, changes: object = {}) => ({ ...aRecipient, kind, ...changes });
const deep = (depth: number): object =>
  depth === 0 ? { holds: 'stay' } : { any: [deep(depth - 1), { holds: 'restriction' }] };

describe('a rule', () => {
  test('among members gives a grant for each ordered pair', () => {
    const { from: _, to: __, ...rest } = aRule;
    const among = [member('giver', { obtained: ['notice'] }), member('getter'), member('other')];
    const set = smallSet({ rules: [{ ...rest, among }] });
    const grants = set.policies.get('care' as PurposeId)?.grants ?? [];
    expect(grants.map(({ source, recipient }) => `${source} ${recipient}`)).toEqual([
      'giver getter',
      'giver other',
      'getter giver',
      'getter other',
      'other giver',
      'other getter',
    ]);
    expect(grants[0]?.obtained).toEqual(['notice']);
    expect(grants[2]?.obtained).toEqual([]);
    expect(grantsBetween(set, 'care' as PurposeId, 'other', 'giver')).toHaveLength(1);
  });

  test('carries its bases, obligations and open points', () => {
    const set = smallSet({
      open: [{ status: 'unverified', what: 'iets' }],
      rules: [
        {
          ...aRule,
          from: { ...aRule.from, basis: ['legal-obligation', 'public-task'] },
          to: [{ ...aRecipient, retain: { until: 'end', plus: 'P1Y', atLeast: 'P6M' } }],
          when: [{ ...aRule.when[0], status: 'design-default' }],
          obligations: {
            'inform-subject': { delayed: 'P30D', ground: 'Wet 1', status: 'unverified' },
            approval: { by: 'source-human', roles: ['doctor', 'clerk'] },
            seal: 'end-to-end',
            destruction: 'confirm',
          },
        },
      ],
    });
    const [grant] = set.policies.get('care' as PurposeId)?.grants ?? [];
    expect(grant?.bases.source).toEqual(['legal-obligation', 'public-task']);
    expect(grant?.obligations).toEqual({
      retain: { until: 'end', plus: 'P1Y', atLeast: 'P6M', status: 'law' },
      informSubject: 'delayed',
      informAfter: 'P30D',
      approval: 'two-persons',
      approvers: ['clerk', 'doctor'],
      seal: 'end-to-end',
      destruction: 'confirm',
    });
    expect(grant?.open.map(({ status }) => status)).toEqual(['design-default', 'unverified']);
  });

  const secret = {
    fields: ['body.illness'],
    to: [{ ...aRecipient, 'health-data': 'Wet', 'secrecy-data': 'opheffing' }],
  };
  const cases: readonly (readonly [string, object, string])[] = [
    ['a group as its purpose', { purpose: 'helping' }, 'is a group of purposes'],
    ['from and among', rule({ among: [member('giver'), member('getter')] }), 'has from and to, or among'],
    ['neither', rule({ from: undefined }), 'has from and to, or among'],
    ['a recipient twice', rule({ to: [aRecipient, aRecipient] }), '"getter" is named twice'],
    ['another regime', to({ regime: 'wpg' }), 'getter processes under avg'],
    [
      'consent as a basis of several',
      to({ basis: ['public-task', 'consent'] }),
      'basis consent needs consent: required',
    ],
    ['a basis twice', to({ basis: ['public-task', 'public-task'] }), 'names a basis twice'],
    [
      'data of a purpose it does not use',
      rule({ from: { ...aRule.from, obtained: ['notice', 'nothing'] } }),
      'unknown purpose "nothing"',
    ],
    ['special data without a ground', rule({ fields: ['record.crime'] }), '(criminal-data)'],
    ['one ground of two', rule({ ...secret, to: [{ ...aRecipient, 'health-data': 'Wet' }] }), '(secrecy-data)'],
    ['a waiver as ground without a waiver', rule(secret), 'opheffing needs consent: waiver'],
    [
      'consent as ground without consent',
      rule({ ...secret, to: [{ ...aRecipient, 'health-data': 'Wet', 'secrecy-data': 'toestemming' }] }),
      'toestemming needs consent: required',
    ],
    ['a ground that is not known', to({ 'criminal-data': 'Wett' }), 'did you mean "Wet"?'],
    ['a waiver without a notice', rule({ consent: 'waiver' }), 'no notice to show the subject'],
    ['a notice without consent', { notice }, 'no rule rests on consent'],
    ['no question of involvement', rule({ when: [{ holds: 'stay' }] }), 'must ask that the recipient is involved'],
    [
      'involvement only within another condition',
      rule({ when: [{ any: [aRule.when[0], { holds: 'stay' }] }] }),
      'must ask that the recipient is involved',
    ],
    [
      'an approver that the source does not have',
      obliged({ approval: { by: 'source-human', roles: ['coach'] } }),
      'unknown role of giver "coach"',
    ],
    [
      'three approvers',
      obliged({ approval: { by: 'two-persons', roles: ['doctor', 'clerk', 'director'] } }),
      'must be at most 2 items',
    ],
    [
      'a delay of more than thirty days',
      obliged({ 'inform-subject': { delayed: 'P31D', ground: 'Wet' } }),
      'within 30 days',
    ],
    ['a delay in months', obliged({ 'inform-subject': { delayed: 'P1M', ground: 'Wet' } }), 'days or weeks'],
    ['a shortest period without a longest', to({ retain: { until: 'end', atLeast: 'P1M' } }), 'no longer than plus'],
    [
      'a shortest period beyond the longest',
      to({ retain: { until: 'end', plus: 'P1M', atLeast: 'P1Y' } }),
      'no longer than plus',
    ],
    [
      'a window that closes before it opens',
      when({ window: { type: 'stay', edge: 'start', opens: 'P2M', closes: 'P60D' } }),
      'closes before it opens',
    ],
    ['a window without a bound', when({ window: { type: 'stay', edge: 'start' } }), 'must say when it opens or closes'],
    ['membership without a reference', when({ member: { of: 'helper' } }), 'names no reference'],
    ['a user whom nobody is', when({ user: { role: ['doctor'] } }), 'nobody at getter'],
    ['a fact about a unit, without a side', when({ holds: 'held' }), 'say about which side'],
    ['a fact about no unit, with a side', when({ holds: { type: 'stay', about: 'source' } }), 'is not about a unit'],
    [
      'an attribute that is not known',
      when({ holds: { type: 'stay', is: { sorts: ['long'] } } }),
      'did you mean "sort"?',
    ],
    [
      'a word that is not known',
      when({ lasted: { type: 'stay', is: { sort: ['longer'] }, atLeast: 'P1D' } }),
      'unknown word "longer"',
    ],
    ['two conditions in one', when({ holds: 'stay', phase: ['inside'] }), 'exactly one condition'],
    ['only a status', when({ status: 'unverified' }), 'exactly one condition'],
    ['conditions four deep', when(deep(4)), 'any'],
  ];
  test.each(cases)('does not load with %s', (_, policy, message) => {
    expect(problemsOf(policy).join('\n')).toContain(message);
  });

  test('may nest conditions three deep', () => {
    expect(problemsOf(when(deep(3)))).toEqual([]);
  });

  test('does not load beside two others whose approvers are one too many together', () => {
    const by = (id: string, role: string) => ({
      ...aRule,
      id,
      obligations: { ...aRule.obligations, approval: { by: 'source-human', roles: [role] } },
    });
    expect(problemsOf({ rules: [by('one', 'doctor'), by('two', 'clerk')] })).toEqual([]);
    const three = problemsOf({ rules: [by('one', 'doctor'), by('two', 'clerk'), by('three', 'director')] });
    expect(three.join()).toContain('cannot be joined with those of all rules from giver → getter together');
  });
});

describe('a prohibition', () => {
  test.each([
    ['its group of purposes', { purposes: ['helping'] }],
    ['all fields but others', { exceptFields: ['person.number'] }],
    ['a class among several', { classes: ['ordinary'], exceptFields: ['person.number'] }],
    ['a basis', { bases: ['public-task'] }],
    ['the role of consent', { consent: ['irrelevant'] }],
    ['nothing but its text', {}],
  ])('that names %s forbids the rule', (_, prohibition) => {
    const [first, ...more] = problemsOf({}, [prohibition]);
    expect(first).toMatch(/^rules\.0\.fields\.0: prohibition "no-0" forbids person\.name to getter/);
    expect(more).toEqual([]);
  });

  test.each([
    ['another field', { fields: ['person.number'] }],
    ['this field taken away', { categories: ['person'], exceptFields: ['person.name'] }],
    ['the group taken away', { exceptPurposes: ['helping'] }],
    ['another basis', { bases: ['consent'] }],
    ['data of another purpose', { obtained: ['notice'] }],
    ['a rule that requires consent', { consent: ['required'] }],
  ])('that names %s does not', (_, prohibition) => {
    expect(problemsOf({}, [prohibition])).toEqual([]);
  });

  test.each([
    ['an exception of nothing', { unless: {} }, 'must say what lifts it'],
    ['a group that is not known', { purposes: ['helpin'] }, 'did you mean "helping"?'],
    [
      'an approver that nobody has',
      { unless: { approval: { by: 'source-human', roles: ['nobody'] } } },
      'unknown role',
    ],
    ['a condition that is not known', { unless: { when: [{ phase: ['insde'] }] } }, 'did you mean "inside"?'],
  ])('does not load with %s', (_, prohibition, message) => {
    expect(problemsOf({}, [prohibition]).join()).toContain(message);
  });
});
