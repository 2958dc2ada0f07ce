import { nameText } from './path/distinguished-name.ts';
import { isCurrent, isListOf, type RevocationList } from './path/revocation-list.ts';
import type { Trust } from './trust.ts';

export interface ListInForce {
  readonly list: RevocationList;
  /** The CA's name, for an operator. */
  readonly authority: string;
}

const dayMs = 86_400_000;

/** The list that decides, for each CA that has one. */
export function listsInForce({ anchors, intermediates, lists }: Trust, now: Date): ListInForce[] {
  return [...anchors, ...intermediates].flatMap((authority) => {
    const own = (lists.get(authority.subject.key) ?? [])
      .filter((list) => list.unusable === null && isCurrent(list, now) && isListOf(list, authority))
      .sort((a, b) => b.thisUpdate.getTime() - a.thisUpdate.getTime());
    const [list] = own;
    return list === undefined ? [] : [{ list, authority: nameText(authority.subject) }];
  });
}

/** From when on an operator is told: with this share of its life left, or a day, whichever is less. */
export function agesFrom({ thisUpdate, nextUpdate }: RevocationList, percent: number): Date {
  const life = nextUpdate.getTime() - thisUpdate.getTime();
  return new Date(nextUpdate.getTime() - Math.min((life * percent) / 100, dayMs));
}

/** Whether a list or a CA came into force or ended between two moments, so that what was judged then has to be judged again. */
export function trustTurned(
  { anchors, intermediates, lists }: Pick<Trust, 'anchors' | 'intermediates' | 'lists'>,
  from: Date,
  to: Date,
): boolean {
  const turned = (date: Date): boolean => from < date && date <= to;
  return (
    [...lists.values()].flat().some(({ thisUpdate, nextUpdate }) => turned(thisUpdate) || turned(nextUpdate)) ||
    [...anchors, ...intermediates].some(({ notBefore, notAfter }) => turned(notBefore) || turned(notAfter))
  );
}
