import fc from 'fast-check';
import { expect, test } from 'vitest';
import type { Digest, FieldId, Instant, UnitId } from '../../../../src/core/brand.ts';
import type { Fact } from '../../../../src/core/fact/fact.ts';
import { decide } from '../../../../src/core/policy/decide.ts';
import { Replay } from '../../../../src/core/policy/replay.ts';
import { recorded } from '../../../world/recorded.ts';
import { fact, now } from '../questions.ts';
import { aRule, ask, smallSet } from '../small-set.ts';

/** Whatever the replay of a decision claims must be what the new set would really have said. */
const involvedRecipient = { involved: { who: 'recipient', as: ['helper'] } };
const type = 'stay';
const is = fc.constantFrom({}, { is: { sort: ['long'] } }, { is: { sort: ['long', 'short'] } });
const ahead = fc.constantFrom('P1D', 'P9D', 'P10D', 'P1M', 'P5W');
const behind = fc.constantFrom('-P1M', '-P9D', '-P1D');
const simple = fc.oneof(
  is.map((named) => ({ holds: { type, ...named } })),
  fc.record({ named: is, atLeast: ahead }).map(({ named, atLeast }) => ({ lasted: { type, ...named, atLeast } })),
  fc
    .record({ named: is, edge: fc.constantFrom('start', 'end'), opens: fc.option(behind), closes: ahead })
    .map(({ named, edge, opens, closes }) => ({
      window: { type, ...named, edge, closes, ...(opens === null ? {} : { opens }) },
    })),
  fc.constantFrom(['inside'], ['after'], ['inside', 'after']).map((phase) => ({ phase })),
  fc
    .record({
      who: fc.constantFrom('source', 'recipient'),
      as: fc.subarray(['keeper', 'home-town', 'next-town'], { minLength: 1 }),
    })
    .map((involved) => ({ involved })),
);
const pair = fc.tuple(simple, simple);
const condition = fc.oneof(
  simple,
  pair.map((any) => ({ any })),
  pair.map((all) => ({ all })),
);
const rule = fc.record({ when: fc.array(condition, { maxLength: 3 }), number: fc.boolean() });
type Rule = { readonly when: readonly object[]; readonly number: boolean };

function setOf(digest: string, rules: readonly Rule[]) {
  const forms = rules.map(({ when, number }, index) => ({
    ...aRule,
    id: `rule-${index}`,
    fields: number ? ['person.name', 'person.number'] : ['person.name'],
    when: [involvedRecipient, ...when],
  }));
  return { ...smallSet({ rules: forms }), digest: digest as Digest };
}

const moment = fc
  .integer({ min: -45 * 24, max: 20 * 24 })
  .map((hours) => new Date(Date.parse(now) + hours * 3_600_000).toISOString() as Instant);
const unit = fc.constantFrom('giver-1', 'getter-1', 'other-1').map((id) => id as UnitId);
const anyFact: fc.Arbitrary<Fact> = fc
  .record({
    from: moment,
    until: fc.option(moment),
    state: fc.constantFrom<Fact['state']>('attested', 'attested', 'attested', 'ended', 'disputed', 'corrected'),
    what: fc.oneof(
      fc.constantFrom('long', 'short').map((sort) => ({ type, attributes: { sort } })),
      fc.constantFrom('inside', 'after').map((phase) => ({ type: 'phase', attributes: { phase } })),
      fc
        .record({ unit, role: fc.constantFrom('helper', 'keeper', 'home-town', 'next-town') })
        .map(({ unit: held, role }) => ({ type: 'involvement', unit: held, attributes: { role } })),
      fc.constant({ type: 'restriction', until: '2026-03-02T00:00:00.000Z' as Instant }),
    ),
  })
  .map(({ from, until, state, what }) => {
    return fact(what.type, {
      from,
      until,
      state,
      ...what,
      id: JSON.stringify([from, until, state, what]) as Fact['id'],
    });
  });

test('a replay never claims what the new set would not have said', () => {
  const rules = fc.array(rule, { minLength: 1, maxLength: 2 });
  const tally = { same: 0, permits: 0, refusals: 0, perhaps: 0 };
  fc.assert(
    fc.property(rules, rules, fc.array(anyFact, { maxLength: 6 }), (oldRules, newRules, facts) => {
      const [before, after] = [setOf('sha256:old', oldRules), setOf('sha256:new', newRules)];
      const helper = fact('involvement', { unit: 'getter-1' as UnitId, attributes: { role: 'helper' } });
      const fields = ['person.name', 'person.number'] as FieldId[];
      const question = ask({ fields, facts: [helper, ...facts] });
      const replay = new Replay(before, after);
      const item = recorded(before, question);
      replay.add(item);
      const { permits, refusals, perhaps, notReproduced } = replay.report();
      expect(notReproduced).toBe(0);
      const truth = decide(after, question);
      const is = new Set<FieldId>(truth.outcome === 'permit' ? truth.permitted : []);
      for (const field of fields) {
        const has = (rows: typeof permits, sure: boolean) =>
          rows.some((row) => row.field === field && (!sure || row.unrecorded === 0));
        const was = item.permitted.includes(field);
        if (has(permits, true)) expect([field, was, is.has(field)]).toEqual([field, false, true]);
        else if (has(refusals, true)) expect([field, was, is.has(field)]).toEqual([field, true, false]);
        else if (has(perhaps, false) || has(refusals, false)) tally.perhaps += 1;
        else expect([field, is.has(field)]).toEqual([field, was]);
        if (has(permits, true)) tally.permits += 1;
        if (has(refusals, true)) tally.refusals += 1;
        tally.same += 1;
      }
    }),
    { numRuns: 600 },
  );
  // A replay that claimed nothing would pass as well.
  expect(tally.permits).toBeGreaterThan(5);
  expect(tally.refusals).toBeGreaterThan(5);
  expect(tally.perhaps / tally.same).toBeLessThan(0.5);
});
