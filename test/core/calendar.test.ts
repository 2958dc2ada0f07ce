import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import type { Instant } from '../../src/core/brand.ts';
import { instantAfter, instantOfSeconds, isInstant, momentOf, shifted } from '../../src/core/calendar.ts';

const from = Date.parse('0400-01-01T00:00:00.000Z');
const to = Date.parse('8999-12-31T23:59:59.999Z');
const anyDate = fc.integer({ min: from, max: to }).map((at) => new Date(at));
const anyPeriod = fc
  .record({
    sign: fc.constantFrom('', '-'),
    amount: fc.integer({ min: 0, max: 399 }),
    unit: fc.constantFrom('Y', 'M', 'W', 'D'),
  })
  .map(({ sign, amount, unit }) => `${sign}P${amount}${unit}`);

function text(date: Date): Instant {
  return date.toISOString() as Instant;
}

/** The same by `Date`, which the core may not use. */
function byDate(date: Date, period: string): Date {
  const amount = Number(period.replace('P', '').slice(0, -1));
  const moved = new Date(date);
  switch (period.at(-1)) {
    case 'D':
    case 'W':
      moved.setUTCDate(moved.getUTCDate() + amount * (period.endsWith('W') ? 7 : 1));
      return moved;
    default: {
      const months = amount * (period.endsWith('Y') ? 12 : 1);
      moved.setUTCDate(1);
      moved.setUTCMonth(moved.getUTCMonth() + months);
      const last = new Date(moved);
      last.setUTCMonth(last.getUTCMonth() + 1, 0);
      moved.setUTCDate(Math.min(date.getUTCDate(), last.getUTCDate()));
      return moved;
    }
  }
}

describe('calendar arithmetic', () => {
  test('moves an instant to where the calendar of the platform has it', () => {
    fc.assert(
      fc.property(anyDate, anyPeriod, (date, period) => {
        expect(instantAfter(text(date), period)).toBe(text(byDate(date, period)));
        const zero = momentOf(text(new Date(0)));
        expect(shifted(text(date), period)).toBe(byDate(date, period).getTime() + zero);
      }),
      { numRuns: 2000 },
    );
  });

  test('orders moments as their texts are ordered', () => {
    fc.assert(
      fc.property(anyDate, anyDate, (a, b) => {
        expect(Math.sign(momentOf(text(a)) - momentOf(text(b)))).toBe(Math.sign(a.getTime() - b.getTime()));
      }),
    );
  });

  test.each([
    ['2026-01-31T09:00:00.000Z', 'P1M', '2026-02-28T09:00:00.000Z'],
    ['2028-01-31T09:00:00.000Z', 'P1M', '2028-02-29T09:00:00.000Z'],
    ['2028-02-29T09:00:00.000Z', 'P1Y', '2029-02-28T09:00:00.000Z'],
    ['2026-03-31T09:00:00.000Z', '-P1M', '2026-02-28T09:00:00.000Z'],
    ['2100-02-28T09:00:00.000Z', 'P1D', '2100-03-01T09:00:00.000Z'],
    ['2026-01-15T09:00:00.000Z', '-P3M', '2025-10-15T09:00:00.000Z'],
    ['2026-03-29T00:30:00.000Z', 'P1D', '2026-03-30T00:30:00.000Z'],
    ['2026-03-10T09:00:00.000Z', 'P0M', '2026-03-10T09:00:00.000Z'],
  ])('%s %s is %s', (start, period, end) => {
    expect(instantAfter(start as Instant, period)).toBe(end);
  });

  test('goes beyond the years that text can name as a moment, and not as text', () => {
    const late = '9999-06-01T00:00:00.000Z' as Instant;
    expect(shifted(late, 'P1Y')).toBeGreaterThan(momentOf('9999-12-31T23:59:59.999Z' as Instant));
    expect(() => instantAfter(late, 'P1Y')).toThrow(RangeError);
  });

  test.each(['P1', '1D', 'P1H', 'P1M1D', '--P1D', 'P1000D', ''])('knows no period %s', (period) => {
    expect(() => shifted('2026-03-10T09:00:00.000Z' as Instant, period)).toThrow(RangeError);
  });
});

describe('a NumericDate', () => {
  test('is the instant that the platform has for it', () => {
    const seconds = fc.integer({ min: -62_135_596_800, max: 253_402_300_799 });
    fc.assert(fc.property(seconds, (at) => instantOfSeconds(at) === new Date(at * 1_000).toISOString()));
    expect(instantOfSeconds(0)).toBe('1970-01-01T00:00:00.000Z');
    expect(instantOfSeconds(253_402_300_800)).toBeNull();
  });
});

describe('an instant', () => {
  test('is what the platform writes', () => {
    fc.assert(
      fc.property(anyDate, (date) => {
        expect(isInstant(text(date))).toBe(true);
      }),
    );
  });

  test.each([
    '2026-02-29T00:00:00.000Z',
    '2100-02-29T00:00:00.000Z',
    '2026-04-31T00:00:00.000Z',
    '2026-00-10T00:00:00.000Z',
    '2026-13-10T00:00:00.000Z',
    '2026-03-00T00:00:00.000Z',
    '2026-03-10T24:00:00.000Z',
    '2026-03-10T09:60:00.000Z',
    '2026-03-10T09:00:60.000Z',
    '2026-03-10T09:00:00.000+01:00',
    '2026-03-10T09:00:00Z',
    '2026-03-10 09:00:00.000Z',
    '2026-03-10T09:00:00.00aZ',
    '202６-03-10T09:00:00.000Z',
    'yesterday',
    '',
  ])('is never %s', (written) => {
    expect(isInstant(written)).toBe(false);
  });
});
