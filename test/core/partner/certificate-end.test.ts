import { describe, expect, it } from 'vitest';
import { type Instant, instant } from '../../../src/core/brand.ts';
import { comingEnd, daysLeft } from '../../../src/core/partner/certificate-end.ts';

const day = 86_400_000;
const ends = '2027-01-01T00:00:00.000Z' as Instant;
const daysBefore = (days: number): Instant => instant(new Date(Date.parse(ends) - days * day));

describe('how far off an end is', () => {
  it.each<[number, number | null]>([
    [90, null],
    [60.001, null],
    [60, 60],
    [31, 60],
    [30, 30],
    [8, 30],
    [7, 7],
    [0.001, 7],
    [0, null],
    [-1, null],
  ])('%d days before it, a unit is told of %s', (days, told) => {
    expect(comingEnd(ends, daysBefore(days))).toBe(told);
  });

  it('is counted in whole days', () => {
    expect([daysLeft(ends, daysBefore(59.9)), daysLeft(ends, daysBefore(1)), daysLeft(ends, daysBefore(-3))]).toEqual([
      59, 1, 0,
    ]);
  });
});
