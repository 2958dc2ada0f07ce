import type { Instant } from '../brand.ts';
import { momentOf } from '../calendar.ts';

/** So many days before a certificate ends, whoever holds it is told; each once. */
export const toldDays = [60, 30, 7] as const;
export type ToldDays = (typeof toldDays)[number];

const dayMs = 86_400_000;

/** Whole days that are left, rounded down; 0 in its last day and after its end. */
export function daysLeft(notAfter: Instant, now: Instant): number {
  return Math.max(0, Math.floor((momentOf(notAfter) - momentOf(now)) / dayMs));
}

/** The nearest of those moments that has come; null: none has, or it is over, and nobody comes in with it any more. */
export function comingEnd(notAfter: Instant, now: Instant): ToldDays | null {
  if (notAfter <= now) return null;
  const leftMs = momentOf(notAfter) - momentOf(now);
  return toldDays.findLast((days) => leftMs <= days * dayMs) ?? null;
}
