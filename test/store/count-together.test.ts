import { setTimeout as sleep } from 'node:timers/promises';
import { describe, expect, it } from 'vitest';
import { countTogether } from '../../src/store/count-together.ts';

/** A counter that takes a while, and remembers what it was given in one go. */
function slowCounter() {
  const totals = new Map<string, number>();
  const given: { readonly holder: string; readonly points: number }[] = [];
  const add = countTogether(async (holder, points) => {
    given.push({ holder, points });
    await sleep(5);
    const total = (totals.get(holder) ?? 0) + points;
    totals.set(holder, total);
    return { total, endsInMs: 1_000 };
  });
  return { add, given };
}

describe('what is counted together', () => {
  it('is told to each as if it were counted one by one, in the order in which it came', async () => {
    const { add, given } = slowCounter();
    const counted = await Promise.all([1, 4, 1, 2].map((points) => add('holder', points)));
    expect(counted.map(({ total }) => total)).toEqual([1, 5, 6, 8]);
    expect(given).toEqual([{ holder: 'holder', points: 8 }]);
  });

  it('is written next where it comes while something is being written', async () => {
    const { add, given } = slowCounter();
    const first = add('holder', 1);
    await sleep(2);
    const later = [add('holder', 1), add('holder', 1)];
    const counted = await Promise.all([first, ...later]);
    expect(counted.map(({ total }) => total)).toEqual([1, 2, 3]);
    expect(given.map(({ points }) => points)).toEqual([1, 2]);
  });

  it('is of one holder', async () => {
    const { add, given } = slowCounter();
    const counted = await Promise.all([add('one', 1), add('other', 1), add('one', 1)]);
    expect(counted.map(({ total }) => total)).toEqual([1, 1, 2]);
    expect(given).toHaveLength(2);
  });

  it('fails for each of them, and holds up nothing that comes later', async () => {
    let broken = true;
    const add = countTogether(async (_, points) => {
      if (broken) throw new Error('away');
      return { total: points, endsInMs: 1_000 };
    });
    const failed = await Promise.allSettled([add('holder', 1), add('holder', 1)]);
    expect(failed.map(({ status }) => status)).toEqual(['rejected', 'rejected']);
    broken = false;
    expect(await add('holder', 1)).toEqual({ total: 1, endsInMs: 1_000 });
  });

  it('fails for whoever waits for what fails, without asking once more', async () => {
    let asked = 0;
    const add = countTogether(async () => {
      asked += 1;
      await sleep(20);
      throw new Error('away');
    });
    const first = add('holder', 1);
    await sleep(5);
    const failed = await Promise.allSettled([first, add('holder', 1), add('holder', 1)]);
    expect(failed.map(({ status }) => status)).toEqual(['rejected', 'rejected', 'rejected']);
    expect(asked).toBe(1);
  });
});
