import type { Instant } from '../brand.ts';
import { instantAfter } from '../calendar.ts';
import type { Term } from './deadlines.ts';

/** The next reminder after this moment, or the end itself; null: that is past too. */
export function nextLook({ remindBefore }: Pick<Term, 'remindBefore'>, dueAt: Instant, after: Instant): Instant | null {
  const reminders = remindBefore.map((before) => instantAfter(dueAt, `-${before}`));
  return [...reminders, dueAt].sort().find((at) => at > after) ?? null;
}
