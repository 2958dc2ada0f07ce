import type { Instant } from '../brand.ts';
import { instantAfter } from '../calendar.ts';
import type { EntryKind } from '../ledger/entry.ts';
import { type Citation, type EntryRetention, neverForgotten } from './entry-retention.ts';
import type { MayGo } from './erasure-change.ts';

/** Up to which moment the personal values of entries may go, by kind: what no act keeps any longer. */
export function valuesThatMayGo(retention: EntryRetention, now: Instant): readonly MayGo[] {
  return [...retention].map(([kind, { atLeast }]) => ({
    kind,
    until: atLeast === null ? null : instantAfter(now, `-${atLeast}`),
  }));
}

/** Up to which moment whole leaves may go, by kind: those whose period ended. */
export function leavesThatMayGo(retention: EntryRetention, now: Instant): readonly (MayGo & { until: Instant })[] {
  return [...retention]
    .filter(([kind]) => !neverForgotten.includes(kind))
    .map(([kind, { period }]) => ({ kind, until: instantAfter(now, `-${period}`) }));
}

/** Entries of one kind that an erasure would touch. */
export interface Touched {
  readonly kind: EntryKind;
  readonly entries: number;
  /** When the last of them was written. */
  readonly last: Instant;
}

/** Entries that an act still keeps; `until` null: the policy set in force does not say how long. */
export interface KeptByLaw {
  readonly kind: EntryKind;
  readonly entries: number;
  readonly until: Instant | null;
  readonly law: Citation | null;
}

/** What stands in the way of erasing, the longest first. @law Wjsg 51c(4) */
export function keptByLaw(touched: readonly Touched[], retention: EntryRetention, now: Instant): readonly KeptByLaw[] {
  const kept = touched.flatMap(({ kind, entries, last }): KeptByLaw[] => {
    const rule = retention.get(kind);
    if (rule === undefined) return [{ kind, entries, until: null, law: null }];
    if (rule.atLeast === null || last <= instantAfter(now, `-${rule.atLeast}`)) return [];
    return [{ kind, entries, until: instantAfter(last, rule.atLeast), law: rule.law }];
  });
  const never = '9999';
  return kept.toSorted((a, b) => ((a.until ?? never) > (b.until ?? never) ? -1 : 1));
}

/** The first moment at which nothing is kept any more; null: nobody can say. */
export function earliest(kept: readonly KeptByLaw[]): Instant | null {
  const ends = kept.map(({ until }) => until);
  if (ends.includes(null)) return null;
  return (
    ends
      .filter((end) => end !== null)
      .toSorted()
      .at(-1) ?? null
  );
}
