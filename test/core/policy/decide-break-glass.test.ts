import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import type { FieldId, UnitId } from '../../../src/core/brand.ts';
import { Problems } from '../../../src/core/category/file-problem.ts';
import { compileBreakGlass } from '../../../src/core/policy/break-glass.ts';
import { decide } from '../../../src/core/policy/decide.ts';
import { decideBreakGlass } from '../../../src/core/policy/decide-break-glass.ts';
import type { Question } from '../../../src/core/policy/decision.ts';
import { forbids, looksAtGrant } from '../../../src/core/policy/prohibition.ts';
import { shippedSet } from '../../world/shipped-set.ts';
import { consent, fact, involved, question } from './questions.ts';

const set = shippedSet();
const { breakGlass } = set;
if (breakGlass === null) throw new Error('the shipped set knows no emergencies');
const purpose = breakGlass.policy.purpose;
const medication = 'medical.medication' as FieldId;
const treating = involved('medisch', 'treating-care-provider');

function asked(overrides: Partial<Question> = {}, snapshot: Partial<Question['snapshot']> = {}): Question {
  const base = question(purpose, 'pi', 'stad', [medication], { facts: [treating], ...snapshot });
  return {
    ...base,
    source: { unit: 'medisch' as UnitId, kind: 'prisonMedicalService' },
    recipient: { unit: 'ziekenhuis' as UnitId, kind: 'careProvider' },
    userRole: 'physician',
    ...overrides,
  };
}

const reasonsOf = (decision: ReturnType<typeof decideBreakGlass>) =>
  decision.refused.map(({ field, reasons }) => [field, reasons.map(({ class: kind, rule }) => [kind, rule])]);

describe('in an emergency', () => {
  test('a physician gets what the rules mark, whatever else is asked', () => {
    const fields = [medication, 'medical.notes', 'identity.surname'] as FieldId[];
    const decision = decideBreakGlass(set, asked({ fields }));
    expect(decision).toMatchObject({
      outcome: 'permit',
      permitted: [medication],
      policySet: set.digest,
      obligations: { approval: 'none', destruction: 'confirm' },
      consents: [],
    });
    expect(decision.refused.map(({ field }) => field)).toEqual(['medical.notes', 'identity.surname']);
  });

  test('a restriction freezes no help, and a refused consent says nothing of it', () => {
    const restricted = { facts: [treating, fact('restriction')] };
    expect(decideBreakGlass(set, asked({}, restricted)).outcome).toBe('permit');
    const refused = { facts: [treating], consents: [consent({ state: 'refused', kind: 'waiver', purpose })] };
    expect(decideBreakGlass(set, asked({}, refused)).outcome).toBe('permit');
  });

  test.each<[string, Partial<Question>, Partial<Question['snapshot']>]>([
    ['nobody knows the person', {}, { subject: null, facts: [] }],
    ['the source is not involved', {}, { facts: [] }],
    ['the source was involved before', {}, { facts: [{ ...treating, until: '2026-03-02T10:00:00.000Z' as never }] }],
    ['the involvement is disputed', {}, { facts: [{ ...treating, state: 'disputed' }] }],
    ['it is asked in a role that may not', { userRole: 'experienceAdviser' }, {}],
    ['nobody says for whom', { userRole: null }, {}],
  ])('one refusal says that %s', (_, overrides, snapshot) => {
    const decision = decideBreakGlass(set, asked(overrides, snapshot));
    expect(decision).toMatchObject({ outcome: 'refusal', class: 'not-available' });
    const unknown = decideBreakGlass(set, asked({}, { subject: null, facts: [] }));
    expect(reasonsOf(decision)).toEqual(reasonsOf(unknown));
  });

  test('the police, a housing association and a school get nothing medical, nor anything else', () => {
    for (const kind of ['police', 'housingAssociation', 'school', 'mayor', 'municipality']) {
      const recipient = { ...asked().recipient, kind };
      expect(decideBreakGlass(set, asked({ recipient })).outcome).toBe('refusal');
    }
  });

  test('a set that says nothing of emergencies gives nothing, also not by a policy of that purpose', () => {
    const policies = new Map([...set.policies, [purpose, breakGlass.policy]]);
    expect(decide({ ...set, policies }, asked()).outcome).toBe('permit');
    const decision = decideBreakGlass({ ...set, policies, breakGlass: null }, asked());
    expect(decision).toMatchObject({ outcome: 'refusal', class: 'not-permitted' });
  });

  test('nothing of it is asked in another way', () => {
    expect(decide(set, asked())).toMatchObject({ outcome: 'refusal', class: 'not-permitted' });
    expect(set.policies.has(purpose)).toBe(false);
  });

  test('no kind gets from any other what is forbidden to it or not marked, whatever is on record', () => {
    const kinds = [...set.catalogue.partnerKinds.keys()];
    const fields = [...set.catalogue.fields.keys()];
    const roles = [...set.catalogue.partnerKinds.values()].flatMap((kind) => [...kind.roles.keys()]);
    const inRoles = ['treating-care-provider', 'detaining-prison', 'supervising-probation'];
    const facts = fc.subarray(inRoles.flatMap((role) => [involved('medisch', role), involved('ziekenhuis', role)]));
    const one = fc.constantFrom(...kinds);
    fc.assert(
      fc.property(one, one, fc.constantFrom(...roles), facts, (source, recipient, userRole, known) => {
        const decision = decideBreakGlass(
          set,
          asked(
            {
              fields,
              userRole,
              source: { ...asked().source, kind: source },
              recipient: { ...asked().recipient, kind: recipient },
            },
            { facts: known },
          ),
        );
        const permitted = decision.outcome === 'permit' ? decision.permitted : [];
        const marked = breakGlass.policy.grants.filter(
          (grant) => grant.source === source && grant.recipient === recipient,
        );
        for (const field of permitted) {
          expect(marked.some((grant) => grant.fields.has(field))).toBe(true);
          const forbidden = set.prohibitions.filter(
            (prohibition) =>
              !looksAtGrant(prohibition) &&
              prohibition.unless === null &&
              forbids(prohibition, { purpose, source, recipient, field }),
          );
          expect(forbidden).toEqual([]);
        }
      }),
      { numRuns: 400 },
    );
  });
});

describe('the rules for emergencies', () => {
  const rule = {
    id: 'help',
    from: { kind: 'prisonMedicalService', regime: 'avg', basis: 'vital-interest' },
    to: [
      {
        kind: 'careProvider',
        regime: 'avg',
        basis: 'vital-interest',
        'health-data': 'AVG 9 lid 2 onder c',
        'secrecy-data': 'BW 7:457 lid 2',
        retain: { until: 'sector' },
      },
    ],
    fields: [medication],
    when: [{ involved: { who: 'source', as: ['treating-care-provider'] } }, { user: { role: ['physician'] } }],
    consent: 'irrelevant',
    obligations: { 'inform-subject': 'at-disclosure', approval: 'none', seal: 'transport' },
  };
  const file = {
    purpose,
    'second-within': 'PT1H',
    expires: 'PT24H',
    'review-within': 3,
    'if-revoked': { until: 'disclosure' },
    law: [{ act: 'AVG', article: '6 lid 1 onder d' }],
    rules: [rule],
  };
  const problemsOf = (content: unknown) => {
    const notes = new Problems('break-glass.yaml');
    compileBreakGlass(content, set, notes);
    return notes.found.map(({ path, message }) => `${path.join('.')}: ${message}`);
  };
  const withRule = (changes: object) => ({ ...file, rules: [{ ...rule, ...changes }] });

  test('load as they are meant', () => {
    expect(problemsOf(file)).toEqual([]);
  });

  test.each<[string, unknown, RegExp]>([
    [
      'a prohibition that would be overridden',
      withRule({ to: [{ ...rule.to[0], kind: 'police', regime: 'wpg' }] }),
      /^rules\.0\.fields\.0: prohibition "medical-to-enforcement-housing-school" forbids/,
    ],
    [
      'nobody who asks that the source is involved',
      withRule({ when: rule.when.slice(1) }),
      /^rules\.0\.when: must ask that the source is involved/,
    ],
    ['a consent', withRule({ consent: 'invalid' }), /^rules\.0\.consent: must be irrelevant/],
    [
      'somebody who must approve',
      withRule({ obligations: { ...rule.obligations, approval: 'source-human' } }),
      /^rules\.0\.obligations\.approval: must be none/,
    ],
    ['a field that nobody knows', withRule({ fields: ['medical.blood'] }), /^rules\.0\.fields\.0: /],
    [
      'a role that nobody has',
      withRule({ when: [rule.when[0], { user: { role: ['magician'] } }] }),
      /no recipient of this rule has the role "magician"/,
    ],
    [
      'a second person after its end',
      { ...file, 'second-within': 'PT24H' },
      /^second-within: must be shorter than PT24H/,
    ],
    ['a period of days', { ...file, expires: 'P1D' }, /^expires: must be a number of hours/],
    ['no review', { ...file, 'review-within': 0 }, /^review-within: /],
    ['a start of retention that nobody knows', { ...file, 'if-revoked': { until: 'never' } }, /^if-revoked\.until: /],
    ['a purpose that nobody knows', { ...file, purpose: 'curiosity' }, /^purpose: /],
    ['a member that nobody knows', { ...file, 'third-within': 'PT1H' }, /^third-within: /],
  ])('do not load with %s', (_, content, expected) => {
    expect(problemsOf(content).join('\n')).toMatch(new RegExp(expected.source, 'm'));
  });
});
