import { describe, expect, it } from 'vitest';
import { dueAtOnce, eachDue } from '../../../src/core/disclosure/each-in-turn.ts';
import { Fault } from '../../../src/core/fault.ts';

const away = new Fault('ledger-unavailable', 'planted');

/** So many are due, of which those do not go away that break. */
function look(count: number, breaks: (item: number) => unknown) {
  let due = Array.from({ length: count }, (_, item) => item);
  const tried: number[] = [];
  const done = eachDue(
    async (passed) => due.slice(passed, passed + dueAtOnce),
    async (item) => {
      tried.push(item);
      const error = breaks(item);
      if (error !== null) throw error;
      due = due.filter((other) => other !== item);
      return true;
    },
  );
  return { done, tried, left: () => due };
}

describe('what is due', () => {
  it('is done, however much it is', async () => {
    const { done, left } = look(3 * dueAtOnce, () => null);
    expect(await done).toBe(3 * dueAtOnce);
    expect(left()).toEqual([]);
  });

  it.each([1, dueAtOnce - 1, dueAtOnce, 2 * dueAtOnce + 1])('is not kept waiting by %i before it', async (broken) => {
    const { done, tried, left } = look(broken + dueAtOnce + 7, (item) => (item < broken ? away : null));
    await expect(done).rejects.toBe(away);
    expect(left()).toHaveLength(broken);
    expect(tried).toHaveLength(broken + dueAtOnce + 7);
  });

  it('tells a mistake of ours before a fault that passes', async () => {
    const mistake = new RangeError('planted');
    const { done } = look(2 * dueAtOnce, (item) => (item === dueAtOnce + 3 ? mistake : away));
    await expect(done).rejects.toBe(mistake);
  });

  it('is left for the next look where nothing can be written at all', async () => {
    const { done, tried } = look(50 * dueAtOnce, () => away);
    await expect(done).rejects.toBe(away);
    expect(tried).toHaveLength(10 * dueAtOnce);
  });
});
