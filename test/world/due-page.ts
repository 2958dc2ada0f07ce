import { dueAtOnce } from '../../src/core/disclosure/each-in-turn.ts';

/** As the database gives what is due: the oldest first, so many at once, without the first `passed`. */
export function duePage<Item>(due: readonly Item[], oldest: (item: Item) => string, passed: number): readonly Item[] {
  const inOrder = due.toSorted((one, other) =>
    oldest(one) < oldest(other) ? -1 : oldest(one) > oldest(other) ? 1 : 0,
  );
  return inOrder.slice(passed, passed + dueAtOnce);
}
