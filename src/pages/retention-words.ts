import type { Obligations } from '../core/policy/decision.ts';
import { revocation } from '../core/timer/retention.ts';
import type { Names } from './names.ts';
import type { Words } from './words/words.ts';

/** "Tot 6 maanden na: plan gesloten (ten minste 1 maand)". A period in a form that is not known is shown as it stands. */
export function retentionWords(w: Words, names: Names, retain: Obligations['retain']): string {
  const longest = longestWords(w, names, retain);
  return retain.atLeast === null ? longest : w.retain.atLeast(longest, periodWords(w, retain.atLeast));
}

function longestWords(w: Words, names: Names, { until, plus }: Obligations['retain']): string {
  if (until === 'sector') return w.retain.sector;
  if (until === revocation) return w.retain.revoked;
  const fact = names.retentionStart(until);
  return plus === null ? w.retain.until(fact) : w.retain.after(fact, periodWords(w, plus));
}

/** "30 dagen". */
export function periodWords(w: Words, period: string): string {
  const [, count = '', unit = ''] = /^P([0-9]{1,3})([DWMY])$/.exec(period) ?? [];
  if (unit === 'D') return w.retain.days(Number(count));
  if (unit === 'W') return w.retain.weeks(Number(count));
  if (unit === 'M') return w.retain.months(Number(count));
  if (unit === 'Y') return w.retain.years(Number(count));
  return period;
}
