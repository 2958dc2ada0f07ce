import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { formatDay, formatMoment, startOfDay } from '../../src/pages/format.ts';
import { at } from '../world/memory-world.ts';

describe('a moment', () => {
  test('is told in the time of the Netherlands, summer and winter', () => {
    expect(formatMoment('nl', at('2026-11-20T13:05:00.000Z'))).toBe('vrijdag 20 november 2026 om 14:05');
    expect(formatMoment('nl', at('2026-07-20T22:30:00.000Z'))).toBe('dinsdag 21 juli 2026 om 00:30');
    expect(formatDay('en', at('2026-12-31T23:00:00.000Z'))).toBe('1 January 2027');
  });
});

describe('the start of a day', () => {
  test.each([
    ['2026-01-15', '2026-01-14T23:00:00.000Z'],
    ['2026-07-15', '2026-07-14T22:00:00.000Z'],
    ['2026-03-29', '2026-03-28T23:00:00.000Z'],
    ['2026-03-30', '2026-03-29T22:00:00.000Z'],
    ['2026-10-26', '2026-10-25T23:00:00.000Z'],
  ])('%s is %s', (day, start) => {
    expect(startOfDay(day)).toBe(start);
  });

  test.each(['', '2026-02-30', '2026-13-01', '20260101', '2026-1-1', 'today', '2026-01-01T00:00'])(
    '%j is no day',
    (day) => {
      expect(startOfDay(day)).toBeNull();
    },
  );

  test('lies 23, 24 or 25 hours before that of the next day', () => {
    const days = fc.date({ min: new Date('2000-01-01'), max: new Date('2060-01-01'), noInvalidDate: true });
    fc.assert(
      fc.property(days, (date) => {
        const next = new Date(date.getTime() + 86_400_000);
        const [one, other] = [date, next].map((each) => startOfDay(each.toISOString().slice(0, 10)));
        const hours = (Date.parse(other ?? '') - Date.parse(one ?? '')) / 3_600_000;
        expect([23, 24, 25]).toContain(hours);
      }),
    );
  });
});
