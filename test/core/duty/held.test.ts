import { describe, expect, it } from 'vitest';
import type { FactId, SubjectId, UnitId } from '../../../src/core/brand.ts';
import type { RequestRecord } from '../../../src/core/disclosure/request.ts';
import { type DutySet, dueReminder, heldFrom, reckonAgain, reminded } from '../../../src/core/duty/held.ts';
import type { Fact } from '../../../src/core/fact/fact.ts';
import type { Obligations } from '../../../src/core/policy/decision.ts';
import { revocation } from '../../../src/core/timer/retention.ts';
import { record } from '../../api/world/records.ts';
import { at } from '../../world/memory-world.ts';
import { shippedSet } from '../../world/shipped-set.ts';

const set: DutySet = shippedSet();
const [source, other] = ['pi' as UnitId, 'gemeente' as UnitId];
const asked = at('2027-05-31T09:00:00.000Z');

function given(until: string, plus: string | null): RequestRecord {
  const { decision, ...rest } = record({ source, receivedAt: asked });
  const retain: Obligations['retain'] = { until, plus, atLeast: null, status: 'law' };
  const obligations = decision.obligations && { ...decision.obligations, retain };
  return { ...rest, decision: { ...decision, obligations } };
}

function fact(type: string, from: string, more: Partial<Fact> = {}): Fact {
  return {
    id: `${type} ${from}` as FactId,
    subject: 's' as SubjectId,
    type,
    from: at(from),
    until: null,
    attestedBy: source,
    unit: null,
    reference: null,
    state: 'attested',
    attributes: {},
    ...more,
  };
}

const held = (until: string, plus: string | null, facts: readonly Fact[] = [], now = asked) =>
  heldFrom(set, given(until, plus), facts, now);

describe('the date by which a recipient must have destroyed what it got', () => {
  it('counts from the disclosure itself where the rule says so, and a month that is too short ends it early', () => {
    const nine = held('disclosure', 'P9M');
    expect(nine).toMatchObject({
      retention: { startedAt: asked, deleteBy: '2028-02-29T09:00:00.000Z' },
      sourceKnows: true,
      lookAt: '2028-01-30T09:00:00.000Z',
    });
    // The year after has no 29 February.
    const later = held('disclosure', 'P9M', [], at('2028-05-31T09:00:00.000Z'));
    expect(later.retention?.deleteBy).toBe('2029-02-28T09:00:00.000Z');
  });

  it('counts from the disclosure also where the clock was set back while it was under way', () => {
    const before = at('2027-05-31T08:59:00.000Z');
    expect(held('disclosure', 'P9M', [], before).retention?.startedAt).toBe(before);
  });

  it.each([
    ['a start that the rules know', 'disclosure', null, '2027-05-31T10:00:00.000Z'],
    ['a period after that', 'disclosure', 'P1D', '2027-06-01T10:00:00.000Z'],
    ['a start that no rule in force knows', 'a-start-of-yesterday', null, '2027-05-31T10:00:00.000Z'],
    ['nothing, because no set says it any more', revocation, null, '2027-05-31T10:00:00.000Z'],
  ])('of what was revoked counts from then at the earliest, by %s', (_, until, plus, deleteBy) => {
    const { decision, ...rest } = given(until, plus);
    const revoked = { ...rest, decision: { ...decision, revokedAt: at('2027-05-31T10:00:00.000Z') } };
    const first = heldFrom(set, revoked, [], asked);
    expect(first).toMatchObject({ disclosedAt: asked, retention: { deleteBy }, sourceKnows: true });
    expect(reckonAgain(set, { ...revoked, held: first }, [], at('2027-07-01T10:00:00.000Z'))).toEqual(first);
  });

  it('is not there before its start has come, and is looked for when that will be', () => {
    const until = at('2028-02-29T08:00:00.000Z');
    const detention = fact('detention', '2027-01-01T08:00:00.000Z', { until });
    const waiting = held('release', 'P10Y', [detention]);
    expect(waiting).toMatchObject({ retention: null, lookAt: until });
    const released = reckonAgain(set, { ...given('release', 'P10Y'), held: waiting }, [detention], until);
    expect(released.retention).toEqual({ startedAt: until, deleteBy: '2038-02-28T08:00:00.000Z' });
  });

  it('is the start itself where the start alone is said', () => {
    const until = at('2027-06-01T08:00:00.000Z');
    const ended = fact('supervision', '2027-01-01T08:00:00.000Z', { until, state: 'ended' });
    const retention = held('supervision-ended', null, [ended], at('2027-07-01T08:00:00.000Z')).retention;
    expect(retention).toEqual({ startedAt: until, deleteBy: until });
  });

  it('counts from a start before the request only where earlier ones count: from the last of them', () => {
    const opened = ['2025-01-01', '2026-01-01', '2027-08-01'].map((day) =>
      fact('complex-case', `${day}T08:00:00.000Z`),
    );
    const closed = opened.map((each) => ({ ...each, type: 'plan-closed' }));
    const now = at('2027-09-01T08:00:00.000Z');
    expect(held('case-opened', 'P5Y', opened, now).retention?.deleteBy).toBe('2031-01-01T08:00:00.000Z');
    expect(held('plan-closed', 'P6M', closed, now).retention?.startedAt).toBe('2027-08-01T08:00:00.000Z');
  });

  it('of a decision taken counts from the end of the application, and of no other involvement', () => {
    const until = at('2027-06-10T08:00:00.000Z');
    const role = (word: string) =>
      fact('involvement', '2027-01-01T08:00:00.000Z', { unit: other, until, attributes: { role: word } });
    const now = at('2027-07-01T08:00:00.000Z');
    expect(held('decision', 'P3M', [role('housing-applicant')], now).retention?.deleteBy).toBe(
      '2027-09-10T08:00:00.000Z',
    );
    expect(held('decision', 'P3M', [role('residence-municipality')], now).retention).toBeNull();
  });

  it('is none where the law of the recipient decides, or where no rule in force knows the start: never for ever', () => {
    const none = { retention: null, sourceKnows: false, lookAt: null };
    expect(held('sector', null)).toMatchObject(none);
    expect(held('a-start-of-yesterday', 'P1M')).toMatchObject(none);
    const dated = held('disclosure', 'P9M');
    const without: DutySet = { ...set, retentionStarts: new Map() };
    expect(reckonAgain(without, { ...given('disclosure', 'P9M'), held: dated }, [], asked)).toEqual(dated);
  });

  it.each([
    ['it attested the fact', { attestedBy: source }, true],
    ['the fact is about it', { attestedBy: other, unit: source }, true],
    ['neither', { attestedBy: other, unit: other }, false],
  ])('is known to the source when %s', (_, by, sourceKnows) => {
    const closed = fact('plan-closed', '2027-06-01T08:00:00.000Z', by);
    expect(held('plan-closed', 'P6M', [closed], at('2027-07-01T08:00:00.000Z'))).toMatchObject({ sourceKnows });
  });
});

describe('a reminder', () => {
  const now = (text: string) => at(`${text}T09:00:00.000Z`);
  const nine = held('disclosure', 'P9M');

  it('is due so long before the date as the catalogue says, and on the date', () => {
    expect(set.destructionReminders).toEqual(['P30D', 'P7D']);
    expect(dueReminder(set, nine, now('2028-01-29'))).toBeNull();
    expect(dueReminder(set, nine, now('2028-01-30'))).toMatchObject({ step: 'reminder' });
    const once = reminded(set, nine, now('2028-01-30'));
    expect(once).toMatchObject({ remindedAt: now('2028-01-30'), lookAt: now('2028-02-22') });
    expect(dueReminder(set, once, now('2028-02-21'))).toBeNull();
    expect(dueReminder(set, once, now('2028-02-29'))).toMatchObject({ step: 'due' });
    expect(reminded(set, once, now('2028-03-01')).lookAt).toBeNull();
  });

  it('that would come before retention began is none, and those that were missed are one', () => {
    const week = held('disclosure', 'P10D');
    expect(week.lookAt).toBe('2027-06-03T09:00:00.000Z');
    expect(held('disclosure', 'P0M')).toMatchObject({ retention: { deleteBy: asked }, lookAt: asked });
    expect(dueReminder(set, nine, now('2029-01-01'))).toMatchObject({ step: 'due' });
  });

  it('is given on the date itself also by a catalogue that names none', () => {
    const silent: DutySet = { ...set, destructionReminders: [] };
    expect(dueReminder(silent, nine, now('2028-02-28'))).toBeNull();
    expect(dueReminder(silent, nine, now('2028-02-29'))).toMatchObject({ step: 'due' });
  });

  it('is given anew for a date that has moved', () => {
    const first = fact('plan-closed', '2027-06-01T08:00:00.000Z');
    const told = reminded(set, held('plan-closed', 'P6M', [first], now('2027-07-01')), now('2027-12-01'));
    const later = { ...first, from: at('2027-09-01T08:00:00.000Z') };
    const moved = reckonAgain(set, { ...given('plan-closed', 'P6M'), held: told }, [later], now('2027-12-02'));
    expect(moved).toMatchObject({ remindedAt: null, lookAt: '2028-01-31T08:00:00.000Z' });
    const same = reckonAgain(set, { ...given('plan-closed', 'P6M'), held: told }, [first], now('2027-12-02'));
    expect(same).toEqual(told);
  });
});
