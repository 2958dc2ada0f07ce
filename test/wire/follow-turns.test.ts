import { setTimeout as sleep } from 'node:timers/promises';
import { describe, expect, it } from 'vitest';
import { Fault } from '../../src/core/fault.ts';
import { followTurns } from '../../src/wire/follow-turns.ts';

/** Turns that end when they are let go. */
function slowTurns() {
  let taken = 0;
  let letGo: () => void = () => undefined;
  const turn = () => {
    taken += 1;
    return new Promise<void>((resolve) => {
      letGo = resolve;
    });
  };
  return { turn, taken: () => taken, letGo: () => letGo() };
}

const never = () => {
  throw new Error('nothing broke');
};

describe('turns', () => {
  it('do not queue behind one that does not end, nor does stopping wait for more than that one', async () => {
    const { turn, taken, letGo } = slowTurns();
    const following = followTurns(turn, never, 1);
    await expect.poll(taken).toBe(1);
    await sleep(50);
    expect(taken()).toBe(1);
    let isStopped = false;
    const stopped = following.stop().then(() => {
      isStopped = true;
    });
    await sleep(20);
    expect(isStopped).toBe(false);
    letGo();
    await stopped;
    await sleep(20);
    expect(taken()).toBe(1);
  });

  it('go on after one that ended, also where it could not reach the database; what is broken is told', async () => {
    let taken = 0;
    let broken = 0;
    const turn = async () => {
      taken += 1;
      if (taken === 1) throw new Fault('database-unavailable', 'away');
      if (taken === 2) throw new TypeError('a mistake');
    };
    const following = followTurns(
      turn,
      () => {
        broken += 1;
      },
      1,
    );
    await expect.poll(() => taken).toBeGreaterThan(3);
    await following.stop();
    expect(broken).toBe(1);
  });

  it('are none where it is stopped before the first', async () => {
    const { turn, taken } = slowTurns();
    await followTurns(turn, never, 1).stop();
    await sleep(20);
    expect(taken()).toBe(0);
  });
});
