import type { PolicyContent, RawCondition, RawPolicy, RawRule } from './policy-content.ts';
import type { OracleQuestion, RecordedConsent, RecordedFact } from './question.ts';

/** A catalogue of a dozen words, and makers of rules, facts and questions that say only what a test is about. */
export const now = '2026-03-10T09:00:00.000Z';
export const before = '2026-01-01T00:00:00.000Z';
export const after = '2027-01-01T00:00:00.000Z';

export function aRule(over: Partial<RawRule> = {}): RawRule {
  return {
    id: 'rule',
    from: { kind: 'prison', basis: 'public-task' },
    to: [{ kind: 'town', basis: ['legal-obligation', 'public-task'], retain: { until: 'plan-closed', plus: 'P6M' } }],
    fields: ['person.name', 'stay.start'],
    when: [{ involved: { who: 'recipient', as: ['town-of-birth'] } }],
    consent: 'invalid',
    obligations: { 'inform-subject': 'at-disclosure', approval: 'none', seal: 'transport' },
    ...over,
  };
}

export function aPolicy(rules: readonly RawRule[], over: Partial<RawPolicy> = {}): RawPolicy {
  return { purpose: 'plan', trigger: 'both', notice: { version: 3 }, rules, ...over };
}

export function content(rules: readonly RawRule[], over: Partial<PolicyContent> = {}): PolicyContent {
  return {
    policies: [aPolicy(rules)],
    prohibitions: [],
    facts: {
      involvement: {
        unit: 'required',
        attributes: {
          role: {
            'town-of-birth': {},
            'town-of-residence': { exclusive: 'town' },
            'town-of-return': { exclusive: 'town' },
            participant: {},
          },
        },
      },
      age: { unit: 'none', attributes: { group: { child: { representativeDecides: true }, adult: {} } } },
    },
    purposes: {
      plan: { within: 'return' },
      care: { within: 'return' },
      return: { within: 'everything' },
      order: {},
      everything: {},
    },
    kinds: { prison: { mayProcessBsn: true }, town: { mayProcessBsn: true }, landlord: { mayProcessBsn: false } },
    categories: {
      person: { fields: { name: { class: 'ordinary' }, number: { class: 'number' } } },
      stay: { fields: { start: { class: 'criminal' } } },
      body: { fields: { illness: { class: ['health', 'secrecy'] } } },
    },
    ...over,
  };
}

export function aFact(type: string, over: Partial<RecordedFact> = {}): RecordedFact {
  return { type, from: before, until: null, state: 'attested', unit: null, attributes: {}, reference: null, ...over };
}

export function involvement(unit: string, role: string, over: Partial<RecordedFact> = {}): RecordedFact {
  return aFact('involvement', { unit, attributes: { role }, ...over });
}

export function aConsent(over: Partial<RecordedConsent> = {}): RecordedConsent {
  return {
    kind: 'consent',
    subject: 'somebody',
    source: 'the-prison',
    recipient: 'the-town',
    purpose: 'plan',
    categories: ['person', 'stay'],
    state: 'given',
    decidedAt: before,
    decidedBy: 'subject',
    validUntil: after,
    noticeVersion: 3,
    ...over,
  };
}

export function aQuestion(over: Partial<OracleQuestion> = {}): OracleQuestion {
  return {
    purpose: 'plan',
    trigger: 'pull',
    source: { unit: 'the-prison', kind: 'prison' },
    recipient: { unit: 'the-town', kind: 'town' },
    fields: ['person.name'],
    userRole: null,
    now,
    subject: 'somebody',
    facts: [involvement('the-town', 'town-of-birth')],
    consents: [],
    ...over,
  };
}

export function holding(...when: readonly RawCondition[]): PolicyContent {
  return content([aRule({ when })]);
}
