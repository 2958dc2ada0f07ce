import { expect, it } from 'vitest';
import { isNearNow } from '../../src/api/near-now.ts';
import type { Instant } from '../../src/core/brand.ts';

const now = '2026-11-22T10:00:00.000Z' as Instant;

it.each([
  ['2026-11-22T10:00:00Z', true],
  ['2026-11-22T11:00:00+01:00', true],
  ['2026-11-22T10:05:00Z', true],
  ['2026-11-22T09:55:00Z', true],
  ['2026-11-22T10:05:00.001Z', false],
  ['2026-11-22T09:54:59.999Z', false],
  ['2026-11-22T10:00:00+01:00', false],
  ['now', false],
  ['', false],
])('%s is about now: %s', (time, expected) => {
  expect(isNearNow(time, now)).toBe(expected);
});
