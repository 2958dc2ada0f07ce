import type { Obligations } from '../core/policy/decision.ts';
import type { Names } from './names.ts';
import type { Words } from './words/words.ts';

/** "Tot 6 maanden na: plan gesloten". A period in a form that is not known is shown as it stands. */
export function retentionWords(w: Words, names: Names, retain: Obligations['retain']): string {
  if (retain.until === 'sector') return w.retain.sector;
  const fact = names.retentionStart(retain.until);
  return retain.plus === null ? w.retain.until(fact) : w.retain.after(fact, periodWords(w, retain.plus));
}

function periodWords(w: Words, period: string): string {
  const [, count = '', unit = ''] = /^P([0-9]{1,3})([DMY])$/.exec(period) ?? [];
  if (unit === 'D') return w.retain.days(Number(count));
  if (unit === 'M') return w.retain.months(Number(count));
  if (unit === 'Y') return w.retain.years(Number(count));
  return period;
}
