import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { type Instant, instant } from '../../src/core/brand.ts';
import { dayNumber } from '../../src/core/calendar.ts';
import { endOfWorkingDay, isWorkingDay } from '../../src/core/working-days.ts';

/** The day in Amsterdam, by the time zones that Node brings along. */
const local = new Intl.DateTimeFormat('sv-SE', {
  timeZone: 'Europe/Amsterdam',
  dateStyle: 'short',
  timeStyle: 'medium',
});
const dayOf = (at: Date | Instant): string => local.format(new Date(at)).slice(0, 10);
const works = (day: string): boolean => {
  const [year = 0, month = 0, date = 0] = day.split('-').map(Number);
  return isWorkingDay(dayNumber(year, month, date));
};

/** As the government published them, with Good Friday; weekends are no working days whatever else they are. */
const holidays: Readonly<Record<string, readonly string[]>> = {
  2024: ['01-01', '03-29', '04-01', '04-27', '05-05', '05-09', '05-20', '12-25', '12-26'],
  2025: ['01-01', '04-18', '04-21', '04-26', '05-05', '05-29', '06-09', '12-25', '12-26'],
  2026: ['01-01', '04-03', '04-06', '04-27', '05-05', '05-14', '05-25', '12-25', '12-26'],
  2027: ['01-01', '03-26', '03-29', '04-27', '05-05', '05-06', '05-17', '12-25', '12-26'],
  2028: ['01-01', '04-14', '04-17', '04-27', '05-05', '05-25', '06-05', '12-25', '12-26'],
  2031: ['01-01', '04-11', '04-14', '04-26', '05-05', '05-22', '06-02', '12-25', '12-26'],
  2035: ['01-01', '03-23', '03-26', '04-27', '05-05', '05-03', '05-14', '12-25', '12-26'],
  2038: ['01-01', '04-23', '04-26', '04-27', '05-05', '06-03', '06-14', '12-25', '12-26'],
};

describe('working days', () => {
  it.each(Object.entries(holidays))('of %s are all others than weekends and these', (year, days) => {
    const all = Array.from({ length: 366 }, (_, index) => new Date(Date.UTC(Number(year), 0, 1 + index)))
      .filter((date) => date.getUTCFullYear() === Number(year))
      .map((date) => ({ day: date.toISOString().slice(0, 10), weekday: date.getUTCDay() }));
    const expected = all.filter(({ day, weekday }) => weekday % 6 !== 0 && !days.includes(day.slice(5)));
    expect(all.filter(({ day }) => works(day))).toEqual(expected);
  });

  it.each([
    // A Monday in summer, and one in winter.
    ['2026-08-03T09:00:00.000Z', 3, '2026-08-06T22:00:00.000Z'],
    ['2026-11-23T09:00:00.000Z', 3, '2026-11-26T23:00:00.000Z'],
    // Friday, over a weekend.
    ['2026-11-20T09:00:00.000Z', 3, '2026-11-25T23:00:00.000Z'],
    // Saturday: the first working day is Monday.
    ['2026-11-21T09:00:00.000Z', 1, '2026-11-23T23:00:00.000Z'],
    // Just before and just after midnight in Amsterdam, which in winter is 23:00 UTC.
    ['2026-11-23T22:59:59.999Z', 1, '2026-11-24T23:00:00.000Z'],
    ['2026-11-23T23:00:00.000Z', 1, '2026-11-25T23:00:00.000Z'],
    // Thursday before Easter: not Friday, not Monday.
    ['2026-04-02T09:00:00.000Z', 1, '2026-04-07T22:00:00.000Z'],
    // Christmas Eve, over a year's end.
    ['2026-12-24T09:00:00.000Z', 5, '2027-01-04T23:00:00.000Z'],
    // The clock goes back and forth in the weekend between.
    ['2026-10-23T09:00:00.000Z', 1, '2026-10-26T23:00:00.000Z'],
    ['2026-03-27T09:00:00.000Z', 1, '2026-03-30T22:00:00.000Z'],
    // King's Day is held a day earlier when it would be a Sunday; 2025 has it on a Saturday.
    ['2025-04-25T09:00:00.000Z', 1, '2025-04-28T22:00:00.000Z'],
  ])('from %s the end of day %i is %s', (from, count, end) => {
    expect(endOfWorkingDay(from as Instant, count)).toBe(end);
  });

  const moments = fc
    .date({ min: new Date('2015-01-01'), max: new Date('2099-01-01'), noInvalidDate: true })
    .map((date) => instant(date));

  it('end at midnight in Amsterdam after a working day, so many of them later', () => {
    fc.assert(
      fc.property(moments, fc.integer({ min: 1, max: 10 }), (from, count) => {
        const end = endOfWorkingDay(from, count);
        expect(local.format(new Date(end)).slice(11)).toBe('00:00:00');
        const between: string[] = [];
        const lastDay = dayOf(new Date(Date.parse(end) - 1));
        for (let at = Date.parse(`${dayOf(from)}T12:00:00Z`) + 86_400_000; ; at += 86_400_000) {
          const day = new Date(at).toISOString().slice(0, 10);
          between.push(day);
          if (day >= lastDay) break;
        }
        expect(between.at(-1)).toBe(lastDay);
        expect(between.filter(works)).toHaveLength(count);
        expect(works(lastDay)).toBe(true);
      }),
      { numRuns: 500 },
    );
  });

  it('never end earlier for who begins later', () => {
    fc.assert(
      fc.property(moments, moments, fc.integer({ min: 1, max: 10 }), (one, other, count) => {
        const [first = one, second = other] = [one, other].sort();
        expect(endOfWorkingDay(first, count) <= endOfWorkingDay(second, count)).toBe(true);
      }),
    );
  });
});
