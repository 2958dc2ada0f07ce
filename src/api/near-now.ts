import type { Instant } from '../core/brand.ts';

const toleranceMs = 5 * 60_000;

/** Whether a time that a caller gave is about now: its clock may be off by five minutes. No time at all is not. */
export function isNearNow(time: string, now: Instant): boolean {
  return Math.abs(Date.parse(time) - Date.parse(now)) <= toleranceMs;
}
