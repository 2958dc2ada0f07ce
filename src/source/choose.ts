import type { Choice, Condition } from '../core/partner/choice.ts';
import { valueAt } from '../core/partner/pointer.ts';
import { itemsOf, wholeNumber } from './convert.ts';
import { momentMs } from './convert-date.ts';

/** `ambiguous`: two members fit, and between two nobody may choose. */
export type Chosen =
  | { readonly found: 'one'; readonly value: unknown }
  | { readonly found: 'nothing' | 'ambiguous' | 'wrong-type' };

/** A member of a list, and the page or record in which the list stands. */
interface Member {
  readonly within: unknown;
  readonly member: unknown;
}

type Step = Choice[number];

/**
 * The one member that fits, of all lists that stand at a place of the parts of an answer, taken as one list.
 * INVARIANT: the order of a list decides nothing, and a member that does not say what is asked of it does not fit.
 */
export function choose(
  parts: readonly unknown[],
  place: { readonly pointer: string; readonly choose: Choice },
  loneItems: boolean,
): Chosen {
  let found = parts.map((within) => ({ within, list: valueAt(within, place.pointer) }));
  let alone = loneItems;
  for (const step of place.choose) {
    const members = membersOf(found, alone);
    if (members === null) return { found: 'wrong-type' };
    const fitting = members.filter(({ within, member }) => fits(member, within, step.where, loneItems));
    const one = theOne(fitting, step.highest);
    if (typeof one === 'string') return { found: one };
    found = [{ within: one.within, list: valueAt(one.member, step.at ?? '') }];
    // What a step before chose is one thing, which this one looks at once more.
    alone = loneItems || step.at === undefined;
  }
  return { found: 'one', value: found[0]?.list };
}

/** null: where a list should stand, something else does. */
function membersOf(
  found: readonly { readonly within: unknown; readonly list: unknown }[],
  alone: boolean,
): readonly Member[] | null {
  const lists = found.map(({ within, list }) => {
    const items = itemsOf(list ?? [], alone);
    return items === null ? null : items.map((member) => ({ within, member }));
  });
  return lists.some((list) => list === null) ? null : lists.flatMap((list) => list ?? []);
}

function fits(member: unknown, within: unknown, where: Step['where'], loneItems: boolean): boolean {
  return Object.entries(where ?? {}).every(([pointer, condition]) =>
    wordsOf(condition, within, loneItems).includes(valueAt(member, pointer) ?? null),
  );
}

/** What may stand there. A place that says nothing of what it should be the same as lets nothing fit. */
function wordsOf(condition: Condition, within: unknown, loneItems: boolean): readonly unknown[] {
  if (Array.isArray(condition)) return condition;
  if (typeof condition !== 'object' || condition === null) return [condition];
  const { pointer, choose: steps, after } = condition.sameAs;
  const value =
    steps === undefined
      ? valueAt(within, pointer)
      : chosenValue(choose([within], { pointer, choose: steps }, loneItems));
  if (typeof value !== 'string' && typeof value !== 'number') return [];
  return [after === undefined ? value : `${after}${value}`];
}

function chosenValue(chosen: Chosen): unknown {
  return chosen.found === 'one' ? chosen.value : undefined;
}

function theOne(fitting: readonly Member[], highest: Step['highest']): Member | Exclude<Chosen['found'], 'one'> {
  const [first, ...others] = fitting;
  if (first === undefined) return 'nothing';
  if (highest === undefined) return others.length === 0 ? first : 'ambiguous';
  const ranks = fitting.map(({ member }) => rankOf(valueAt(member, highest.at), highest.as));
  // One that does not say how high it is could be the highest.
  if (ranks.includes(null)) return 'wrong-type';
  const top = ranks.reduce((one, other) => Math.max(one ?? 0, other ?? 0), ranks[0] ?? 0);
  const tops = fitting.filter((_, index) => ranks[index] === top);
  return tops.length === 1 && tops[0] !== undefined ? tops[0] : 'ambiguous';
}

function rankOf(value: unknown, as: 'integer' | 'moment'): number | null {
  if (as === 'integer') return wholeNumber(value);
  return typeof value === 'string' ? momentMs(value) : null;
}
