import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import type { ConsentId, FactId, Instant, UnitId } from '../../../src/core/brand.ts';
import type { Consent } from '../../../src/core/consent/consent.ts';
import type { Fact } from '../../../src/core/fact/fact.ts';
import type { Condition } from '../../../src/core/policy/condition.ts';
import { decide } from '../../../src/core/policy/decide.ts';
import type { Decision, Question } from '../../../src/core/policy/decision.ts';
import { shippedSet } from '../../world/shipped-set.ts';
import { consent, kinds, now, question, subject, type UnitName } from './questions.ts';

const set = shippedSet();
const units = Object.keys(kinds) as UnitName[];
const fields = [...set.catalogue.fields.keys()];
const purposes = [...set.policies.keys()];
const roles = set.catalogue.factTypes.get('involvement')?.attributes.get('role') ?? [];

const moment = fc
  .integer({ min: -400, max: 400 })
  .map((hours) => new Date(Date.parse(now) + hours * 3_600_000).toISOString() as Instant);

const anyFact: fc.Arbitrary<Fact> = fc
  .record({
    type: fc.constantFrom('detention', 'phase', 'involvement', 'involvement', 'restriction', 'plan-closed'),
    from: moment,
    until: fc.option(moment),
    unit: fc.constantFrom(...units),
    role: fc.constantFrom(...roles),
    phase: fc.constantFrom('detention', 'plan-execution'),
    state: fc.constantFrom('attested', 'attested', 'attested', 'disputed', 'corrected', 'ended'),
  })
  .map(({ type, from, until, unit, role, phase, state }) => ({
    id: `${type}${unit}${role}${from}${until}${state}` as FactId,
    subject: subject.id,
    type,
    from,
    until,
    attestedBy: 'pi' as UnitId,
    unit: type === 'involvement' ? (unit as UnitId) : null,
    reference: null,
    state: state as Fact['state'],
    attributes: attributesOf(type, role, phase),
  }));

function attributesOf(type: string, role: string, phase: string): Record<string, string> {
  if (type === 'involvement') return { role };
  return type === 'phase' ? { phase } : {};
}

const anyConsent: fc.Arbitrary<Consent> = fc
  .record({
    state: fc.constantFrom<Consent['state']>('requested', 'given', 'given', 'refused', 'withdrawn', 'expired'),
    decidedAt: fc.option(moment),
    validUntil: moment,
    categories: fc.subarray(['housing', 'identity', 'medical'], { minLength: 1 }),
    noticeVersion: fc.constantFrom(1, 1, 2),
    recipient: fc.constantFrom('corporatie', 'corporatie', 'stad').map((unit) => unit as UnitId),
  })
  .map((overrides) => consent({ ...overrides, id: JSON.stringify(overrides) as ConsentId }));

const anyQuestion: fc.Arbitrary<Question> = fc
  .record({
    purpose: fc.constantFrom(...purposes),
    source: fc.constantFrom(...units),
    recipient: fc.constantFrom(...units),
    fields: fc.subarray(fields, { minLength: 1 }),
    facts: fc.array(anyFact, { maxLength: 12 }),
    consents: fc.array(anyConsent, { maxLength: 4 }),
  })
  .map(({ purpose, source, recipient, fields: asked, facts, consents }) =>
    question(purpose, source, recipient, asked, { facts, consents }),
  );

/** Questions that some rule covers, with the facts it asks for, so that permits are common. */
const likelyQuestion: fc.Arbitrary<Question> = fc
  .record({
    flow: fc.constantFrom(
      ['plan-basic-conditions', 'pi', 'stad'] as const,
      ['plan-basic-conditions', 'stad', 'reclassering'] as const,
      ['detention-notice', 'pi', 'stad'] as const,
      ['housing-placement', 'stad', 'corporatie'] as const,
    ),
    asked: fc.subarray(fields, { minLength: 1 }),
    more: fc.array(anyFact, { maxLength: 4 }),
    consents: fc.array(anyConsent, { maxLength: 3 }),
    drop: fc.integer({ min: 0, max: 9 }),
  })
  .map(({ flow: [purpose, source, recipient], asked, more, consents, drop }) => {
    const base = question(purpose, source, recipient, asked);
    const kept = base.snapshot.facts.filter((_, index) => index !== drop);
    const given = consents.length === 0 ? [] : [...consents, consent()];
    const facts = [...kept, ...more.filter((fact) => fact.type !== 'restriction')];
    return { ...base, snapshot: { subject, facts, consents: given } };
  });

const asked = fc.oneof(anyQuestion, likelyQuestion, likelyQuestion);

function permitted(decision: Decision): readonly string[] {
  return decision.outcome === 'permit' ? decision.permitted : [];
}

/** What reaches a recipient that is refused: all but the epoch and the values of conditions. */
function revealed({ conditions: _, epoch: __, ...rest }: Decision): unknown {
  return rest;
}

function changed(q: Question, change: Partial<Question['snapshot']>): Question {
  return { ...q, snapshot: { ...q.snapshot, ...change } };
}

function expectNoMore(before: Question, after: Question): void {
  expect(permitted(decide(set, before))).toEqual(expect.arrayContaining([...permitted(decide(set, after))]));
}

function oneChanged(q: Question, n: number, change: (fact: Fact) => readonly Fact[]): readonly Fact[] {
  const at = n % Math.max(q.snapshot.facts.length, 1);
  return q.snapshot.facts.flatMap((fact, index) => (index === at ? change(fact) : [fact]));
}

const roleWords = set.catalogue.factTypes.get('involvement')?.words.get('role');

/** A restriction, and a role that another unit's would exclude: without them more is permitted, as it must be. */
function standsInTheWay({ type, attributes }: Fact): boolean {
  return type === 'restriction' || (roleWords?.get(attributes.role ?? '')?.exclusive ?? null) !== null;
}

/** Types of which some rule counts from the end. */
const waitedFor = new Set(
  [...set.policies.values()]
    .flatMap(({ grants }) => grants.flatMap(({ conditions }) => conditions))
    .flatMap(function windows({ form, members }: Condition): string[] {
      const own = form.window?.edge === 'end' ? [form.window.type] : [];
      return [...own, ...members.flatMap(windows)];
    }),
);

describe('for every question', () => {
  test('permitted and refused are what was asked, divided', () => {
    fc.assert(
      fc.property(asked, (q) => {
        const decision = decide(set, q);
        const both = [...permitted(decision), ...decision.refused.map((refusal) => refusal.field)];
        expect([...both].sort()).toEqual([...q.fields].sort());
        expect(decision.refused.every((refusal) => refusal.reasons.length > 0)).toBe(true);
        if (decision.outcome === 'permit') {
          expect(Object.keys(decision.rules)).toEqual(decision.permitted);
          expect(decision.permitted.length).toBeGreaterThan(0);
        }
      }),
      { numRuns: 400 },
    );
  });

  test('the generator reaches permits, or the rest would prove nothing', () => {
    const sample = fc.sample(asked, { numRuns: 500, seed: 11 }).map((q) => decide(set, q));
    expect(sample.filter((decision) => decision.outcome === 'permit').length).toBeGreaterThan(50);
    const withConsent = sample.filter((decision) => decision.outcome === 'permit' && decision.consents.length > 0);
    expect(withConsent.length).toBeGreaterThan(5);
  });

  test('the same question has the same answer, whatever order the facts come in', () => {
    fc.assert(
      fc.property(asked, (q) => {
        const facts = [...q.snapshot.facts].reverse();
        const consents = [...q.snapshot.consents].reverse();
        expect(decide(set, changed(q, { facts, consents }))).toEqual(decide(set, q));
      }),
      { numRuns: 200 },
    );
  });

  test('withdrawing, refusing or expiring a consent never permits more', () => {
    fc.assert(
      fc.property(
        asked,
        fc.nat(),
        fc.constantFrom<Consent['state']>('withdrawn', 'refused', 'expired'),
        (q, n, state) => {
          const consents = q.snapshot.consents.map((given, index) =>
            index === n % Math.max(q.snapshot.consents.length, 1) && ['requested', 'given'].includes(given.state)
              ? { ...given, state, decidedAt: now }
              : given,
          );
          expectNoMore(q, changed(q, { consents }));
        },
      ),
      { numRuns: 400 },
    );
  });

  test('disputing a fact never permits more, whatever it says', () => {
    fc.assert(
      fc.property(asked, fc.nat(), (q, n) => {
        expectNoMore(q, changed(q, { facts: oneChanged(q, n, (fact) => [{ ...fact, state: 'disputed' }]) }));
      }),
      { numRuns: 400 },
    );
  });

  test('losing a fact never permits more, save of what stands in the way', () => {
    fc.assert(
      fc.property(asked, fc.nat(), (q, n) => {
        const facts = oneChanged(q, n, (fact) => (standsInTheWay(fact) ? [fact] : []));
        expectNoMore(q, changed(q, { facts }));
      }),
      { numRuns: 400 },
    );
  });

  test('ending a fact never permits more, save of what stands in the way or what is waited for to end', () => {
    fc.assert(
      fc.property(asked, fc.nat(), (q, n) => {
        const ended = (fact: Fact): Fact => ({ ...fact, state: 'ended', until: now });
        const facts = oneChanged(q, n, (fact) =>
          standsInTheWay(fact) || waitedFor.has(fact.type) || fact.state !== 'attested' ? [fact] : [ended(fact)],
        );
        expectNoMore(q, changed(q, { facts }));
      }),
      { numRuns: 400 },
    );
  });

  test('a restriction permits nothing', () => {
    fc.assert(
      fc.property(asked, (q) => {
        const restriction: Fact = { ...standing, type: 'restriction', id: 'r' as FactId };
        expect(permitted(decide(set, changed(q, { facts: [...q.snapshot.facts, restriction] })))).toEqual([]);
      }),
      { numRuns: 200 },
    );
  });
});

const standing: Fact = {
  id: 'f' as FactId,
  subject: subject.id,
  type: 'detention',
  from: '2026-03-01T00:00:00.000Z' as Instant,
  until: null,
  attestedBy: 'pi' as UnitId,
  unit: null,
  reference: null,
  state: 'attested',
  attributes: {},
};

describe('what a refusal reveals', () => {
  const nobody = { subject: null, facts: [], consents: [] };

  test('to a recipient that is not involved: the same as about nobody, whatever is on record', () => {
    fc.assert(
      fc.property(asked, (q) => {
        const facts = q.snapshot.facts.filter((fact) => fact.unit !== q.recipient.unit);
        const decision = decide(set, changed(q, { facts }));
        // A permit that rests on consent is the one thing that needs no involvement.
        fc.pre(decision.outcome === 'refusal');
        expect(revealed(decision)).toEqual(revealed(decide(set, changed(q, nobody))));
      }),
      { numRuns: 400 },
    );
  });

  test.each<Consent['state'] | 'never asked' | 'lapsed'>([
    'never asked',
    'requested',
    'refused',
    'withdrawn',
    'expired',
    'lapsed',
  ])('where consent is %s: the same as about nobody, involved or not', (state) => {
    const q = question('housing-placement', 'stad', 'corporatie', ['housing.need', 'identity.surname']);
    const base = { ...standing, type: 'involvement' };
    const role = {
      ...base,
      id: 'i' as FactId,
      unit: 'corporatie' as UnitId,
      attributes: { role: 'housing-applicant' },
    };
    const consents =
      state === 'never asked' ? [] : [state === 'lapsed' ? consent({ validUntil: now }) : consent({ state })];
    for (const facts of [q.snapshot.facts, [...q.snapshot.facts, role], [role], []]) {
      const decision = decide(set, changed(q, { facts, consents }));
      expect(decision).toMatchObject({ outcome: 'refusal', class: 'not-available' });
      expect(revealed(decision)).toEqual(revealed(decide(set, changed(q, nobody))));
    }
  });

  test('the same conditions are evaluated for nobody as for somebody', () => {
    fc.assert(
      fc.property(asked, (q) => {
        const keys = (decision: Decision) => decision.conditions.map(({ rule, condition }) => [rule, condition]);
        expect(keys(decide(set, changed(q, nobody)))).toEqual(keys(decide(set, q)));
      }),
      { numRuns: 200 },
    );
  });
});
