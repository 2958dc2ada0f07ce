import { lengthOf } from '../calendar.ts';
import type { Obligations } from './decision.ts';
import { joinObligations } from './obligation-lattice.ts';

/** Groups of obligations that weigh by themselves. */
const parts = {
  retain: ['retain'],
  inform: ['informSubject', 'informAfter'],
  approval: ['approval', 'approvers'],
  seal: ['seal'],
  destruction: ['destruction'],
} as const satisfies Readonly<Record<string, readonly (keyof Obligations)[]>>;

/**
 * Which obligations of `after` ask less than those of `before`, in words. An obligation is at least
 * as heavy as another when joining the two changes nothing; what does not join may not be called
 * heavier, so it counts as less.
 */
export function lighterObligations(before: Obligations, after: Obligations): readonly string[] {
  return Object.entries(parts).flatMap(([name, members]) => {
    const taken = { ...after, ...pick(before, members) };
    const joined = joinObligations(after, taken);
    const same = joined !== undefined && written(joined, members) === written(withStatus(after, joined), members);
    return same ? [] : [`${name}: ${written(before, members)} → ${written(after, members)}`];
  });
}

/** How sure the law is of a period says nothing about its weight. */
function withStatus(obligations: Obligations, { retain }: Obligations): Obligations {
  return { ...obligations, retain: { ...obligations.retain, status: retain.status } };
}

function pick(from: Obligations, members: readonly (keyof Obligations)[]): Partial<Obligations> {
  return Object.fromEntries(members.map((member) => [member, from[member]]));
}

function written(obligations: Obligations, members: readonly (keyof Obligations)[]): string {
  const texts = members.map((member) => {
    const value = obligations[member];
    if (value === null) return '';
    if (typeof value === 'string') return value.startsWith('P') ? period(value) : value;
    if (!('until' in value)) return value.join(' and ');
    const { until, plus, atLeast } = value;
    return [until, plus && period(plus), atLeast && `at least ${period(atLeast)}`].filter(Boolean).join(' + ');
  });
  return texts.filter((text) => text !== '').join(' ');
}

/** One spelling for each length: a year is twelve months, a week seven days. */
function period(text: string): string {
  const { months, days } = lengthOf(text);
  return months === 0 ? `P${days}D` : `P${months}M`;
}
