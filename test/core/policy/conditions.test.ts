import { describe, expect, test } from 'vitest';
import type { Instant, UnitId } from '../../../src/core/brand.ts';
import type { Fact } from '../../../src/core/fact/fact.ts';
import { decide } from '../../../src/core/policy/decide.ts';
import type { Question } from '../../../src/core/policy/decision.ts';
import { fact, involved } from './questions.ts';
import { aRule, ask, helps, smallSet } from './small-set.ts';

/** The value of one condition beside the involvement of the recipient, as the record has it. */
function value(condition: object, facts: readonly Fact[], more: Partial<Question> = {}): string {
  const set = smallSet({ rules: [{ ...aRule, when: [...aRule.when, condition] }] });
  const records = decide(set, ask({ facts, ...more })).conditions;
  return records[1]?.value ?? 'none';
}

const until = (at: string): Partial<Fact> => ({ until: at as Instant });
const from = (at: string): Partial<Fact> => ({ from: at as Instant });
const disputed: Partial<Fact> = { state: 'disputed' };
const past = until('2026-03-05T00:00:00.000Z');
const future = from('2026-04-01T00:00:00.000Z');
const long = { attributes: { sort: 'long' } };
const broken = { ...long, from: 'soon' as Instant };
const source = (role: string, more: Partial<Fact> = {}) => involved('giver-1', role, more);
const recipient = (role: string, more: Partial<Fact> = {}) => involved('getter-1', role, more);

describe('standing', () => {
  const holds = { holds: { type: 'stay', is: { sort: ['long'] } } };
  test.each<[string, Fact[], string]>([
    ['a fact that stands', [fact('stay', long)], 'true'],
    [
      'an end that is known and still to come',
      [fact('stay', { ...long, state: 'ended', ...until('2026-03-11T00:00:00.000Z') })],
      'true',
    ],
    ['another word', [fact('stay', { attributes: { sort: 'short' } })], 'false'],
    ['no word', [fact('stay')], 'false'],
    ['a fact that is over', [fact('stay', { ...long, ...past })], 'false'],
    ['a fact that is still to come', [fact('stay', { ...long, ...future })], 'false'],
    ['a disputed fact', [fact('stay', { ...long, ...disputed })], 'unknown'],
    ['a disputed fact that is over', [fact('stay', { ...long, ...disputed, ...past })], 'false'],
    ['a fact that cannot be read', [fact('stay', broken)], 'unknown'],
    ['a day that does not exist', [fact('stay', { ...long, ...from('2026-02-30T00:00:00.000Z') })], 'unknown'],
    ['a corrected fact', [fact('stay', { ...long, state: 'corrected' })], 'false'],
    ['a corrected fact that cannot be read', [fact('stay', { ...broken, state: 'corrected' })], 'false'],
    ['a disputed fact beside one that stands', [fact('stay', { ...long, ...disputed }), fact('stay', long)], 'true'],
    ['nothing', [], 'false'],
  ])('%s: %s', (_, facts, expected) => {
    expect(value(holds, facts)).toBe(expected);
  });

  test('of a type that is about a unit asks about which side', () => {
    const held = (unit: string) => fact('held', { unit: unit as UnitId, attributes: { sort: 'file' } });
    const condition = { holds: { type: 'held', about: 'source' } };
    expect(value(condition, [held('giver-1')])).toBe('true');
    expect(value(condition, [held('getter-1')])).toBe('false');
  });
});

describe('roles that exclude each other', () => {
  const condition = { involved: { who: 'source', as: ['home-town', 'next-town', 'keeper'] } };
  const rival = (more: Partial<Fact> = {}) => involved('elsewhere', 'next-town', more);
  test.each<[string, Fact[], string]>([
    ['held by one unit', [source('home-town')], 'true'],
    ['held by two', [source('home-town'), rival()], 'unknown'],
    ['disputed in another', [source('home-town'), rival(disputed)], 'unknown'],
    ['of another in the past', [source('home-town'), rival(past)], 'true'],
    ['of another that was corrected', [source('home-town'), rival({ state: 'corrected' })], 'true'],
    ['held twice by one unit', [source('home-town'), source('next-town')], 'true'],
    ['beside a role that excludes none', [source('home-town'), rival(), source('keeper')], 'true'],
    ['held by another alone', [rival()], 'false'],
    ['held by another while this one is disputed', [source('home-town', disputed), rival()], 'unknown'],
    ['another role that excludes none, held by another', [source('keeper'), involved('elsewhere', 'keeper')], 'true'],
  ])('%s: %s', (_, facts, expected) => {
    expect(value(condition, facts)).toBe(expected);
  });
});

describe('membership of one case', () => {
  const [one, two] = [{ reference: 'case-1' }, { reference: 'case-2' }];
  const broken1 = { ...one, from: 'soon' as Instant };
  test.each<[string, Fact[], string]>([
    ['the same case', [source('panel', one), recipient('panel', one)], 'true'],
    ['two cases', [source('panel', one), recipient('panel', two)], 'false'],
    ['no case at all', [source('panel'), recipient('panel')], 'false'],
    ['the source alone', [source('panel', one)], 'false'],
    ['another role', [source('helper', one), recipient('helper', one)], 'false'],
    ['over for one', [source('panel', { ...one, ...past }), recipient('panel', one)], 'false'],
    ['disputed for one', [source('panel', { ...one, ...disputed }), recipient('panel', one)], 'unknown'],
    ['disputed in another case', [source('panel', { ...two, ...disputed }), recipient('panel', one)], 'false'],
    ['unreadable for one', [source('panel', broken1)], 'unknown'],
    ['unreadable without a case', [source('panel', { ...broken1, reference: null })], 'false'],
    [
      'unreadable beside one that is shared',
      [source('panel', broken1), source('panel', two), recipient('panel', two)],
      'true',
    ],
  ])('%s: %s', (_, facts, expected) => {
    expect(value({ member: { of: 'panel' } }, facts)).toBe(expected);
  });
});

describe('a window', () => {
  const end = (at: string, more: Partial<Fact> = {}) => fact('stay', { ...long, ...until(at), ...more });
  const before = { window: { type: 'stay', is: { sort: ['long'] }, edge: 'end', opens: '-P3M' } };
  const after = { window: { type: 'stay', edge: 'start', opens: 'P1M', closes: 'P6W' } };
  test.each<[string, object, Fact[], string]>([
    ['opens at its first instant', before, [end('2026-06-10T09:00:00.000Z')], 'true'],
    ['is closed just before', before, [end('2026-06-10T09:00:00.001Z')], 'false'],
    ['stays open without a bound', before, [end('2026-03-05T00:00:00.000Z')], 'true'],
    ['counts an ended fact', before, [end('2026-03-05T00:00:00.000Z', { state: 'ended' })], 'true'],
    ['counts from the start', after, [fact('stay', from('2026-02-10T09:00:00.000Z'))], 'true'],
    ['is open until just before it closes', after, [fact('stay', from('2026-01-27T09:00:00.001Z'))], 'true'],
    ['closes at its last instant', after, [fact('stay', from('2026-01-27T09:00:00.000Z'))], 'false'],
    ['cannot count from an end that is open', before, [fact('stay', long)], 'unknown'],
    [
      'is not told by a disputed fact, whatever its period',
      before,
      [end('2025-03-05T00:00:00.000Z', { ...disputed, ...from('2025-01-01T00:00:00.000Z') })],
      'unknown',
    ],
    ['is not told by an unreadable one', before, [fact('stay', broken)], 'unknown'],
    ['is settled by another fact', before, [fact('stay', broken), end('2026-03-05T00:00:00.000Z')], 'true'],
    [
      'speaks of its own words only',
      before,
      [end('2026-03-11T00:00:00.000Z', { attributes: { sort: 'short' } })],
      'false',
    ],
    ['is closed without a fact', before, [], 'false'],
    ['is closed by a corrected fact', before, [end('2026-03-05T00:00:00.000Z', { state: 'corrected' })], 'false'],
  ])('%s', (_, condition, facts, expected) => {
    expect(value(condition, facts)).toBe(expected);
  });

  test('of months ends on the last day of a shorter month', () => {
    const facts = [fact('stay', from('2026-01-31T09:00:00.000Z'))];
    const condition = { window: { type: 'stay', edge: 'start', opens: 'P1M' } };
    const at = (moment: string) => value(condition, facts, { now: moment as Instant });
    expect(at('2026-02-28T08:59:59.999Z')).toBe('false');
    expect(at('2026-02-28T09:00:00.000Z')).toBe('true');
  });
});

describe('how long something lasts', () => {
  const condition = { lasted: { type: 'stay', is: { sort: ['long'] }, atLeast: 'P1W' } };
  test.each<[string, Fact[], string]>([
    ['long enough, to the instant', [fact('stay', { ...long, ...from('2026-03-03T09:00:00.000Z') })], 'true'],
    ['an instant too short', [fact('stay', { ...long, ...from('2026-03-03T09:00:00.001Z') })], 'false'],
    ['long enough and over', [fact('stay', { ...long, ...past, ...from('2026-01-01T00:00:00.000Z') })], 'false'],
    ['disputed now', [fact('stay', { ...long, ...disputed })], 'unknown'],
    ['disputed and over', [fact('stay', { ...long, ...disputed, ...past })], 'false'],
    ['unreadable', [fact('stay', broken)], 'unknown'],
    ['nothing', [], 'false'],
  ])('%s: %s', (_, facts, expected) => {
    expect(value(condition, facts)).toBe(expected);
  });
});

describe('for whom is asked', () => {
  test.each([
    ['coach', 'true'],
    ['clerk', 'false'],
    [null, 'unknown'],
  ])('a user who is %s: %s', (userRole, expected) => {
    expect(value({ user: { role: ['coach'] } }, [], { userRole })).toBe(expected);
  });
});

describe('conditions together', () => {
  const yes = { holds: { type: 'stay', is: { sort: ['long'] } } };
  const no = { phase: ['after'] };
  const perhaps = { user: { role: ['coach'] } };
  const facts = [helps, fact('stay', long)];
  test.each([
    [{ any: [no, yes, perhaps] }, 'true'],
    [{ any: [no, perhaps] }, 'unknown'],
    [{ any: [no, no] }, 'false'],
    [{ all: [yes, yes] }, 'true'],
    [{ all: [yes, perhaps] }, 'unknown'],
    [{ all: [perhaps, no] }, 'false'],
    [{ any: [no, { all: [yes, { any: [no, yes] }] }] }, 'true'],
  ])('%j is %s', (condition, expected) => {
    expect(value(condition, facts)).toBe(expected);
  });

  test('leave a record of the whole and of every member', () => {
    const when = [...aRule.when, { any: [no, { all: [yes, perhaps] }] }];
    const { conditions } = decide(smallSet({ rules: [{ ...aRule, when }] }), ask({ facts }));
    expect(conditions.map(({ condition, value: found }) => [condition, found])).toEqual([
      ['involved(recipient: helper)', 'true'],
      ['any(phase(after) | all(holds(stay, sort: long) & user(coach)))', 'unknown'],
      ['phase(after)', 'false'],
      ['all(holds(stay, sort: long) & user(coach))', 'unknown'],
      ['holds(stay, sort: long)', 'true'],
      ['user(coach)', 'unknown'],
      ['unrestricted', 'true'],
    ]);
  });
});
