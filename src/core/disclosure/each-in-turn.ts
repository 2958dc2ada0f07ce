import { Fault } from '../fault.ts';

/**
 * Does this for each, one after the other, and says for how many something was done. One that cannot be done does not keep
 * the others waiting; when all had their turn it is thrown, and a mistake of ours rather than a fault that passes.
 */
export async function eachInTurn<Item>(items: readonly Item[], act: (item: Item) => Promise<boolean>): Promise<number> {
  const { done, broken } = await tryEach(items, act);
  throwWorst(broken);
  return done;
}

/** Of what is due so many are read at once. */
export const dueAtOnce = 100;
/** So many do not break by themselves: the ledger is away, and the next look begins anew. */
const mostBroken = 10 * dueAtOnce;

/**
 * The same for all that is due. What cannot be done stays due: `read` gives at most `dueAtOnce`, the oldest first, and leaves
 * out the first `passed`, so that those keep no others waiting, however many they are.
 */
export async function eachDue<Item>(
  read: (passed: number) => Promise<readonly Item[]>,
  act: (item: Item) => Promise<boolean>,
): Promise<number> {
  const allBroken: unknown[] = [];
  let allDone = 0;
  for (;;) {
    const due = await read(allBroken.length);
    const { done, broken } = await tryEach(due, act);
    allDone += done;
    allBroken.push(...broken);
    if (due.length < dueAtOnce || allBroken.length >= mostBroken) break;
  }
  throwWorst(allBroken);
  return allDone;
}

async function tryEach<Item>(items: readonly Item[], act: (item: Item) => Promise<boolean>) {
  const broken: unknown[] = [];
  let done = 0;
  for (const item of items) {
    try {
      if (await act(item)) done += 1;
    } catch (error) {
      broken.push(error);
    }
  }
  return { done, broken };
}

function throwWorst(broken: readonly unknown[]): void {
  if (broken.length > 0) throw broken.find((error) => !(error instanceof Fault)) ?? broken[0];
}
