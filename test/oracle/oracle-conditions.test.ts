import { describe, expect, it, test } from 'vitest';
import { moved, readInstant } from './calendar.ts';
import { conditionValue } from './condition-oracle.ts';
import type { RawCondition } from './policy-content.ts';
import type { RecordedFact, Value } from './question.ts';
import { aFact, after, aQuestion, before, content, involvement, now } from './small-world.ts';

const world = content([]);

function value(condition: RawCondition, facts: readonly RecordedFact[], userRole: string | null = null): Value {
  return conditionValue(condition, aQuestion({ facts, userRole }), world);
}

describe('a fact', () => {
  const holds: RawCondition = { holds: 'detention' };
  test.each<[string, Partial<RecordedFact>, Value]>([
    ['stands when it is attested and its period is open', {}, 'true'],
    ['stands when it is ended and its end is not there yet', { state: 'ended', until: after }, 'true'],
    ['stands from the first instant of its period', { from: now }, 'true'],
    ['stands no more at the last instant of its period', { until: now }, 'false'],
    ['stands not before its period', { from: after }, 'false'],
    ['makes unknown when it is disputed now', { state: 'disputed' }, 'unknown'],
    ['does nothing when it was disputed in a period that is over', { state: 'disputed', until: now }, 'false'],
    ['does nothing when it was corrected', { state: 'corrected' }, 'false'],
    ['does nothing when it was corrected and cannot be read either', { state: 'corrected', from: 'x' }, 'false'],
    ['makes unknown when its start cannot be read', { from: '2026-03-01' }, 'unknown'],
    ['makes unknown when its end cannot be read', { until: '2027-03-01T00:00:00Z' }, 'unknown'],
    ['makes unknown when its start is a day that does not exist', { from: '2026-02-30T00:00:00.000Z' }, 'unknown'],
    ['makes unknown when its period is empty', { from: before, until: before }, 'unknown'],
    ['makes unknown when its period runs backwards', { from: after, until: before }, 'unknown'],
  ])('%s', (_, over, expected) => {
    expect(value(holds, [aFact('detention', over)])).toBe(expected);
  });

  it('that stands weighs more than one that is disputed', () => {
    expect(value(holds, [aFact('detention', { state: 'disputed' }), aFact('detention')])).toBe('true');
  });
  it('that is not there is false', () => {
    expect(value(holds, [aFact('arrest')])).toBe('false');
  });
});

describe('holds', () => {
  it('wants one of the words of each attribute named', () => {
    const condition: RawCondition = { holds: { type: 'visit', is: { day: ['mon', 'tue'], hour: ['early'] } } };
    expect(value(condition, [aFact('visit', { attributes: { day: 'tue', hour: 'early' } })])).toBe('true');
    expect(value(condition, [aFact('visit', { attributes: { day: 'tue', hour: 'late' } })])).toBe('false');
    expect(value(condition, [aFact('visit', { attributes: { day: 'tue' } })])).toBe('false');
  });
  it('about a side looks at facts about that unit alone', () => {
    const condition: RawCondition = { holds: { type: 'treats', about: 'source' } };
    expect(value(condition, [aFact('treats', { unit: 'the-prison' })])).toBe('true');
    expect(value(condition, [aFact('treats', { unit: 'the-town' })])).toBe('false');
  });
});

test('phase wants a fact of type phase with one of the words', () => {
  const condition: RawCondition = { phase: ['inside', 'leave'] };
  expect(value(condition, [aFact('phase', { attributes: { phase: 'leave' } })])).toBe('true');
  expect(value(condition, [aFact('phase', { attributes: { phase: 'outside' } })])).toBe('false');
});

describe('involved', () => {
  const asTown: RawCondition = { involved: { who: 'recipient', as: ['town-of-residence', 'participant'] } };
  const own = involvement('the-town', 'town-of-residence');
  it('looks at the unit of the side, in one of the roles', () => {
    expect(value(asTown, [own])).toBe('true');
    expect(value(asTown, [involvement('the-prison', 'participant')])).toBe('false');
    expect(value(asTown, [involvement('the-town', 'town-of-birth')])).toBe('false');
  });
  it('is unknown while another unit stands, is disputed or cannot be read in a role of the same exclusive group', () => {
    expect(value(asTown, [own, involvement('a-town', 'town-of-return')])).toBe('unknown');
    expect(value(asTown, [own, involvement('a-town', 'town-of-residence', { state: 'disputed' })])).toBe('unknown');
    expect(value(asTown, [own, involvement('a-town', 'town-of-residence', { from: 'x' })])).toBe('unknown');
  });
  it('minds no rival whose time is over, that was corrected, or that is the unit itself', () => {
    expect(value(asTown, [own, involvement('a-town', 'town-of-return', { until: now })])).toBe('true');
    expect(value(asTown, [own, involvement('a-town', 'town-of-return', { state: 'corrected' })])).toBe('true');
    expect(value(asTown, [own, involvement('the-town', 'town-of-return')])).toBe('true');
    expect(value(asTown, [own, involvement('a-town', 'town-of-birth')])).toBe('true');
  });
  it('stays true by another role that is not exclusive', () => {
    const rival = involvement('a-town', 'town-of-return');
    expect(value(asTown, [own, involvement('the-town', 'participant'), rival])).toBe('true');
  });
  it('stays false, whatever the rival, where the unit itself is not involved', () => {
    expect(value(asTown, [involvement('a-town', 'town-of-return')])).toBe('false');
  });
});

describe('member', () => {
  const member: RawCondition = { member: { of: 'participant' } };
  const at = (unit: string, reference: string | null, over: Partial<RecordedFact> = {}) =>
    involvement(unit, 'participant', { reference, ...over });
  test.each<[string, RecordedFact[], Value]>([
    ['is true when both stand under one reference', [at('the-prison', 'a'), at('the-town', 'a')], 'true'],
    ['is false under two references', [at('the-prison', 'a'), at('the-town', 'b')], 'false'],
    ['is false for facts without a reference', [at('the-prison', null), at('the-town', null)], 'false'],
    ['is false when one of the two is missing', [at('the-town', 'a')], 'false'],
    [
      'is unknown when it would be true if what is disputed stood',
      [at('the-prison', 'a', { state: 'disputed' }), at('the-town', 'a')],
      'unknown',
    ],
    [
      'is false when even then the references would differ',
      [at('the-prison', 'b', { state: 'disputed' }), at('the-town', 'a')],
      'false',
    ],
    ['is unknown when a fact of either side cannot be read', [at('the-prison', 'b', { from: 'x' })], 'unknown'],
    ['is false when the unreadable one has no reference', [at('the-prison', null, { from: 'x' })], 'false'],
    ['is false when the unreadable one is of somebody else', [at('a-town', 'b', { from: 'x' })], 'false'],
  ])('%s', (_, facts, expected) => {
    expect(value(member, facts)).toBe(expected);
  });
});

describe('window', () => {
  const around: RawCondition = { window: { type: 'release', edge: 'start', opens: '-P3M', closes: 'P10D' } };
  const release = (from: string, over: Partial<RecordedFact> = {}) => [aFact('release', { from, ...over })];
  test.each<[string, RecordedFact[], Value]>([
    ['opens at its first instant', release('2026-06-10T09:00:00.000Z'), 'true'],
    ['is not open one instant before', release('2026-06-10T09:00:00.001Z'), 'false'],
    ['is open until its last instant', release('2026-02-28T09:00:00.001Z'), 'true'],
    ['is closed at its end', release('2026-02-28T09:00:00.000Z'), 'false'],
    ['minds not whether the period of the fact is over', release('2026-03-01T00:00:00.000Z', { until: now }), 'true'],
    [
      'is unknown for a disputed fact, whatever its period',
      release(before, { state: 'disputed', until: now }),
      'unknown',
    ],
    ['is unknown for an unreadable fact', release('x'), 'unknown'],
    ['is false for a corrected fact', release(now, { state: 'corrected' }), 'false'],
    ['is true for one fact beside a disputed one', [...release(now), ...release(now, { state: 'disputed' })], 'true'],
    ['is false without a fact', [], 'false'],
  ])('%s', (_, facts, expected) => {
    expect(value(around, facts)).toBe(expected);
  });

  it('that is left open on one side has no bound there', () => {
    expect(
      value({ window: { type: 'release', edge: 'start', opens: '-P1D' } }, release('1999-01-01T00:00:00.000Z')),
    ).toBe('true');
    expect(
      value({ window: { type: 'release', edge: 'start', closes: 'P1D' } }, release('2099-01-01T00:00:00.000Z')),
    ).toBe('true');
  });
  it('at the end of a fact without end is unknown', () => {
    const ending: RawCondition = { window: { type: 'release', edge: 'end', closes: 'P10D' } };
    expect(value(ending, release(before))).toBe('unknown');
    expect(value(ending, release(before, { until: now }))).toBe('true');
    expect(value(ending, release(before, { until: null, state: 'corrected' }))).toBe('false');
  });
  it('looks at facts with the words it names', () => {
    const narrow: RawCondition = {
      window: { type: 'release', is: { kind: ['early'] }, edge: 'start', closes: 'P10D' },
    };
    expect(value(narrow, release(now, { attributes: { kind: 'late' } }))).toBe('false');
    expect(value(narrow, release(now, { attributes: { kind: 'early' } }))).toBe('true');
  });
});

describe.each<[string, RawCondition]>([
  ['window', { window: { type: 'treats', about: 'recipient', edge: 'end', opens: '-P3M' } }],
  ['lasted', { lasted: { type: 'treats', about: 'recipient', atLeast: 'P1D' } }],
])('%s about a side', (_, condition) => {
  it('looks at facts about that unit alone', () => {
    const period = { from: '2025-12-10T09:00:00.000Z', until: '2026-03-20T09:00:00.000Z' };
    expect(value(condition, [aFact('treats', { ...period, unit: 'the-town' })])).toBe('true');
    expect(value(condition, [aFact('treats', { ...period, unit: 'the-prison' })])).toBe('false');
    expect(value(condition, [aFact('treats', { ...period, unit: 'a-town' })])).toBe('false');
  });
});

describe('lasted', () => {
  const lasted: RawCondition = { lasted: { type: 'detention', atLeast: 'P3M' } };
  test.each<[string, Partial<RecordedFact>, Value]>([
    ['is true from the instant that it has lasted so long', { from: '2025-12-10T09:00:00.000Z' }, 'true'],
    ['is false an instant before', { from: '2025-12-10T09:00:00.001Z' }, 'false'],
    ['is false when the fact stands no more', { from: '2025-01-01T00:00:00.000Z', until: now }, 'false'],
    ['is unknown when the fact is disputed now', { state: 'disputed' }, 'unknown'],
    ['is false when the dispute is about a time that is over', { state: 'disputed', until: now }, 'false'],
    ['is unknown when the fact cannot be read', { from: 'x' }, 'unknown'],
  ])('%s', (_, over, expected) => {
    expect(value(lasted, [aFact('detention', over)])).toBe(expected);
  });
});

test('user is true in one of the roles, false in another, unknown where nobody is named', () => {
  const user: RawCondition = { user: { role: ['clinician', 'director'] } };
  expect(value(user, [], 'director')).toBe('true');
  expect(value(user, [], 'clerk')).toBe('false');
  expect(value(user, [], null)).toBe('unknown');
});

describe('any and all', () => {
  const yes: RawCondition = { user: { role: ['clerk'] } };
  const no: RawCondition = { user: { role: ['nobody'] } };
  const doubt: RawCondition = { holds: 'doubtful' };
  const decide = (condition: RawCondition) => value(condition, [aFact('doubtful', { state: 'disputed' })], 'clerk');
  it('any is true with one true, else unknown with one unknown, else false', () => {
    expect(decide({ any: [no, doubt, yes] })).toBe('true');
    expect(decide({ any: [no, doubt] })).toBe('unknown');
    expect(decide({ any: [no, no] })).toBe('false');
  });
  it('all is false with one false, else unknown with one unknown, else true', () => {
    expect(decide({ all: [yes, doubt, no] })).toBe('false');
    expect(decide({ all: [yes, doubt] })).toBe('unknown');
    expect(decide({ all: [yes, yes] })).toBe('true');
  });
  it('nest', () => {
    expect(decide({ any: [no, { all: [yes, { any: [doubt, yes] }] }] })).toBe('true');
  });
});

test.each([
  ['2026-01-31T10:00:00.000Z', 'P1M', '2026-02-28T10:00:00.000Z'],
  ['2024-01-31T10:00:00.000Z', 'P1M', '2024-02-29T10:00:00.000Z'],
  ['2026-03-31T10:00:00.000Z', '-P1M', '2026-02-28T10:00:00.000Z'],
  ['2024-02-29T10:00:00.000Z', 'P1Y', '2025-02-28T10:00:00.000Z'],
  ['2026-11-30T10:00:00.000Z', 'P3M', '2027-02-28T10:00:00.000Z'],
  ['2026-01-15T10:00:00.000Z', '-P13M', '2024-12-15T10:00:00.000Z'],
  ['2026-03-28T23:30:00.000Z', 'P1D', '2026-03-29T23:30:00.000Z'],
  ['2026-12-30T10:00:00.000Z', 'P1W', '2027-01-06T10:00:00.000Z'],
  ['2026-01-02T10:00:00.000Z', '-P2W', '2025-12-19T10:00:00.000Z'],
])('%s moved by %s is %s', (from, duration, to) => {
  const start = readInstant(from);
  expect(start === null ? null : new Date(moved(start, duration)).toISOString()).toBe(to);
});
