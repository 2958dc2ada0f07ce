import { setTimeout as sleep } from 'node:timers/promises';
import { describe, expect, it } from 'vitest';
import { steadyAnswers } from '../../src/api/steady.ts';

const floorMs = 300;

/** How long an answer whose work took `workMs` stayed in all. */
async function stayMs(steady: ReturnType<typeof steadyAnswers>, workMs: number, spans = 1): Promise<number> {
  const arrived = performance.now();
  const moment = steady.arrive(spans);
  await sleep(workMs);
  await moment.leave();
  return performance.now() - arrived;
}

describe('an answer leaves', () => {
  it('not before the floor, whatever its work took', async () => {
    const steady = steadyAnswers({ floorMs });
    for (const workMs of [0, 5, 20]) {
      const ms = await stayMs(steady, workMs);
      expect(ms).toBeGreaterThanOrEqual(floorMs);
      expect(ms).toBeLessThan(floorMs * 2);
    }
  });

  it('at the next multiple when its work took longer', async () => {
    const steady = steadyAnswers({ floorMs });
    expect(await stayMs(steady, floorMs + 10)).toBeGreaterThanOrEqual(2 * floorMs);
    expect(await stayMs(steady, 2 * floorMs + 10)).toBeGreaterThanOrEqual(3 * floorMs);
  });

  it('after as many floors as it was given', async () => {
    expect(await stayMs(steadyAnswers({ floorMs }), 1, 3)).toBeGreaterThanOrEqual(3 * floorMs);
  });

  it('late is told of those whose work passed the first moment, and of no other', async () => {
    let late = 0;
    const steady = steadyAnswers({ floorMs: 200, onLate: () => (late += 1) });
    await stayMs(steady, 0);
    expect(late).toBe(0);
    await stayMs(steady, 210);
    expect(late).toBe(1);
    const delivery = steady.arrive(1);
    await sleep(210);
    delivery.forget();
    expect(late).toBe(1);
  });

  it('at once where it is turned off', async () => {
    expect(await stayMs(steadyAnswers({ floorMs: 0 }), 0)).toBeLessThan(floorMs);
  });
});

it('leaves in the order of arrival, not in that in which work ended', async () => {
  const steady = steadyAnswers({ floorMs: 1_000 });
  const left: number[] = [];
  const held = Array.from({ length: 20 }, async (_, index) => {
    const moment = steady.arrive(1);
    await sleep(20 - index);
    await moment.leave();
    left.push(index);
  });
  await Promise.all(held);
  expect(left).toEqual(Array.from({ length: 20 }, (_, index) => index));
});

it('waits for nobody who left by themselves, and holds nobody else for them', async () => {
  const steady = steadyAnswers({ floorMs });
  const delivery = steady.arrive(1);
  delivery.forget();
  const ms = await stayMs(steady, 1);
  expect(ms).toBeGreaterThanOrEqual(floorMs);
  expect(ms).toBeLessThan(floorMs * 2);
});

it('leaves on ticks that are the same for all, so that the moment says nothing within them', async () => {
  const steady = steadyAnswers({ floorMs: 40 });
  const together: number[][] = [];
  for (let round = 0; round < 10; round++) {
    const moments = [steady.arrive(1), steady.arrive(1), steady.arrive(1)];
    const left = await Promise.all(
      moments.map(async (moment, index) => {
        await sleep(index * 2);
        await moment.leave();
        return performance.now();
      }),
    );
    together.push(left);
  }
  // Three that arrive together leave in one turn, though their work ended milliseconds apart.
  const spreads = together.map((left) => Math.max(...left) - Math.min(...left)).sort((one, other) => one - other);
  expect(spreads[5]).toBeLessThan(1);
});

it('has nothing run for what is still at work', async () => {
  const running = () => process.getActiveResourcesInfo().filter((kind) => kind === 'Timeout' || kind === 'Immediate');
  const before = running().length;
  const steady = steadyAnswers({ floorMs: 10 });
  const held = Array.from({ length: 8 }, () => steady.arrive(1));
  expect(running()).toHaveLength(before);
  await sleep(30);
  // A timer of what runs the tests may end meanwhile; none may begin.
  const idle = running().length;
  expect(idle).toBeLessThanOrEqual(before);
  const left = held[0]?.leave();
  expect(running().length).toBeGreaterThan(idle);
  await left;
  expect(running().length).toBeLessThanOrEqual(idle);
});
