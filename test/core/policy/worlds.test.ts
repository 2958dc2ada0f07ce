import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import type { FactId, Instant, SubjectId } from '../../../src/core/brand.ts';
import { Problems } from '../../../src/core/category/file-problem.ts';
import type { Fact, FactState } from '../../../src/core/fact/fact.ts';
import { compileCondition } from '../../../src/core/policy/compile-condition.ts';
import type { Condition } from '../../../src/core/policy/condition.ts';
import type { ConditionForm } from '../../../src/core/policy/condition-form.ts';
import { unreadable } from '../../../src/core/policy/worlds/traces.ts';
import { evidenceIn, units } from '../../../src/core/policy/worlds/world.ts';
import { worldsOf } from '../../../src/core/policy/worlds.ts';
import { catalogue } from './small-catalogue.ts';

const kinds = { source: 'municipality', recipient: 'municipality' };

function compiled(forms: readonly ConditionForm[]): readonly Condition[] {
  const problems = new Problems('test');
  const conditions = forms.map((form) => compileCondition(form, { catalogue, ...kinds, problems, path: [] }));
  expect(problems.found).toEqual([]);
  return conditions;
}

function worlds(conditions: readonly Condition[], reasons: boolean) {
  const found = worldsOf({
    kinds,
    catalogues: [catalogue],
    conjunctions: conditions.map((one) => [one]),
    reasons,
    consents: [],
  });
  if (found === null) throw new Error('too many');
  return [...found];
}

/** Everything that a set of conditions is seen to be, over all worlds that were found. */
function seen(conditions: readonly Condition[], reasons: boolean): ReadonlySet<string> {
  return new Set(worlds(conditions, reasons).map((world) => values(conditions, world, reasons)));
}

type Situation = Parameters<typeof evidenceIn>[0];

function values(conditions: readonly Condition[], situation: Situation, reasons: boolean): string {
  const evidence = evidenceIn(situation, kinds);
  return conditions
    .map((condition) => condition.evaluate(evidence).value)
    .map((value) => (reasons || value === 'true' ? value : 'not true'))
    .join();
}

const roles = ['home', 'next', 'table'];
const some = <T>(words: readonly T[]) => fc.subarray([...words], { minLength: 1 });
const offset = fc.constantFrom('-P3M', '-P90D', '-P1D', 'P1M', 'P30D', 'P4W', 'P1Y');
const leaf: fc.Arbitrary<ConditionForm> = fc.oneof(
  fc.record({ involved: fc.record({ who: fc.constantFrom('source', 'recipient'), as: some(roles) }) }),
  fc.record({
    holds: fc.record({
      type: fc.constant('involvement'),
      is: fc.record({ role: some(roles) }),
      about: fc.constantFrom('source', 'recipient'),
    }),
  }),
  fc.constant<ConditionForm>({ member: { of: 'table' } }),
  fc.constant<ConditionForm>({ holds: 'stay' }),
  fc.record({ phase: some(['one', 'two']) }),
  fc.record({ user: fc.record({ role: fc.constant(['debtCounsellor']) }) }),
  fc.record({ lasted: fc.record({ type: fc.constant('stay'), atLeast: fc.constantFrom('P1M', 'P30D', 'P3M') }) }),
  fc.record({
    window: fc.oneof(
      fc.record({ type: fc.constant('stay'), edge: fc.constantFrom('start', 'end'), opens: offset }),
      fc.record({ type: fc.constant('stay'), edge: fc.constantFrom('start', 'end'), closes: offset }),
      fc.record({
        type: fc.constant('stay'),
        is: fc.constant({ sort: ['long'] }),
        edge: fc.constantFrom('start', 'end'),
        closes: offset,
      }),
    ),
  }),
) as fc.Arbitrary<ConditionForm>;
const form: fc.Arbitrary<ConditionForm> = fc.oneof(
  { weight: 4, arbitrary: leaf },
  { weight: 1, arbitrary: fc.array(leaf, { minLength: 2, maxLength: 3 }).map((any) => ({ any })) },
  { weight: 1, arbitrary: fc.array(leaf, { minLength: 2, maxLength: 3 }).map((all) => ({ all })) },
);

const day = 86_400_000;
const moment = fc
  .record({
    days: fc.oneof(fc.integer({ min: -420, max: 420 }), fc.constantFrom(-31, -30, -29, -28, 0, 28, 30, 31, 90)),
    ms: fc.constantFrom(0, 0, 1, -1),
  })
  .map(({ days, ms }) => days * day + ms);
const state = fc.constantFrom<FactState>('attested', 'ended', 'disputed', 'corrected');
const madeOf = fc.record({
  what: fc.oneof(
    fc.record({
      type: fc.constant('involvement'),
      unit: fc.constantFrom(units.source, units.recipient, units.third),
      attributes: fc.record({ role: fc.constantFrom(...roles, 'jail') }),
      reference: fc.constantFrom('A', 'B', null),
    }),
    fc.record({
      type: fc.constant('stay'),
      unit: fc.constant(null),
      attributes: fc.record({ sort: fc.constantFrom('long', 'short') }),
      reference: fc.constant(null),
    }),
    fc.record({
      type: fc.constant('phase'),
      unit: fc.constant(null),
      attributes: fc.record({ phase: fc.constantFrom('one', 'two') }),
      reference: fc.constant(null),
    }),
  ),
  state,
  from: moment,
  length: fc.oneof(
    fc.constant(null),
    fc.integer({ min: 1, max: 500 }).map((days) => days * day),
  ),
  broken: fc.integer({ min: 0, max: 9 }).map((number) => number === 0),
});
const now = fc.integer({ min: 0, max: 800 }).map((days) => Date.UTC(2026, 0, 1, 12) + days * day);
const situations = fc.record({
  now,
  made: fc.array(madeOf, { maxLength: 5 }),
  userRole: fc.constantFrom(null, 'debtCounsellor', 'director'),
});

type Drawn = typeof situations extends fc.Arbitrary<infer T> ? T : never;

function situation({ now: at, made, userRole }: Drawn): Situation {
  const instant = (ms: number) => new Date(ms).toISOString() as Instant;
  const facts = made.map(
    ({ what, state: said, from, length, broken }, index): Fact => ({
      ...what,
      id: `fact ${index}` as FactId,
      subject: 'the person' as SubjectId,
      attestedBy: units.third,
      state: said,
      from: broken ? unreadable : instant(at + from),
      until: length === null ? null : instant(at + from + length),
    }),
  );
  return { now: instant(at), facts, userRole };
}

// Made inside each property, so that a failure names the forms and not their compiled objects.
describe('the worlds that conditions can tell apart', () => {
  test('show every combination of values that any record can give them', () => {
    fc.assert(
      fc.property(
        fc.array(form, { minLength: 1, maxLength: 3 }),
        fc.array(situations, { minLength: 30, maxLength: 30 }),
        (forms, made) => {
          const conditions = compiled(forms);
          const shown = seen(conditions, true);
          for (const one of made) expect(shown).toContain(values(conditions, situation(one), true));
        },
      ),
      { numRuns: 150 },
    );
  }, 60_000);

  test('show every combination of true and not true, where only permits matter', () => {
    fc.assert(
      fc.property(
        fc.array(form, { minLength: 1, maxLength: 3 }),
        fc.array(situations, { minLength: 30, maxLength: 30 }),
        (forms, made) => {
          const conditions = compiled(forms);
          const shown = seen(conditions, false);
          for (const one of made) expect(shown).toContain(values(conditions, situation(one), false));
        },
      ),
      { numRuns: 150 },
    );
  }, 60_000);

  test('are as few as there are differences', () => {
    const plain = compiled([{ involved: { who: 'recipient', as: ['table'] } }, { phase: ['one'] }]);
    expect(worlds(plain, false)).toHaveLength(4);
    // Each of two conditions has three values; the recipient may be involved or not beside one that is not true; and nothing, a doubt or a restriction freezes.
    expect(seen(plain, true).size).toBe(9);
  });

  test('are not looked at when there are too many', () => {
    const roles = ['debtCounsellor', 'incomeConsultant', 'aftercareCoordinator'];
    const offsets = Array.from({ length: 40 }, (_, index) => `P${index + 1}D`);
    const many: ConditionForm[] = [
      ...roles.map((role) => ({ user: { role: [role] } })),
      ...offsets.map((atLeast) => ({ lasted: { type: 'stay', atLeast } })),
      ...offsets.map((closes) => ({ window: { type: 'stay', edge: 'end' as const, closes } })),
      ...offsets.map((closes) => ({
        window: { type: 'stay', is: { sort: ['long'] }, edge: 'start' as const, closes },
      })),
    ];
    const conditions = compiled(many);
    expect(
      worldsOf({
        kinds,
        catalogues: [catalogue],
        conjunctions: conditions.map((one) => [one]),
        reasons: true,
        consents: [],
      }),
    ).toBeNull();
  });

  test('leave out what does not meet the conditions without which they are of no use', () => {
    const conditions = compiled([{ phase: ['one'] }, { holds: 'stay' }, { user: { role: ['debtCounsellor'] } }]);
    const [needed] = conditions;
    const conjunctions = conditions.map((one) => [one]);
    const asked = { kinds, catalogues: [catalogue], conjunctions, reasons: false, consents: [] };
    const found = [...(worldsOf({ ...asked, needed: needed === undefined ? [] : [needed] }) ?? [])];
    expect(new Set(found.map((world) => values(conditions, world, false).split(',')[0]))).toEqual(new Set(['true']));
    expect(found).toHaveLength(4);
  });
});
