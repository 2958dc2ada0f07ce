import { type ChildProcess, fork } from 'node:child_process';
import { once } from 'node:events';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { z } from 'zod';
import type { SubjectId } from '../../../src/core/brand.ts';
import { Fault } from '../../../src/core/fault.ts';
import type { eraserTask } from '../../world/eraser-worker.ts';
import { type ErasureWorld, erasureWorld } from '../../world/erasure-world.ts';

let world: ErasureWorld;
beforeAll(async () => {
  world = await erasureWorld();
});
afterAll(() => world.close());

type Step = z.infer<typeof eraserTask>['stopAfter'];

async function eraser(stopAfter: Step): Promise<ChildProcess> {
  const child = fork(join(import.meta.dirname, '../../world/eraser-worker.ts'));
  const { ledger, vault } = world.eraserUrls;
  child.send({ ledger, vault, stopAfter });
  await once(child, 'message');
  return child;
}

async function kill(child: ChildProcess): Promise<void> {
  const ended = child.exitCode === null && child.signalCode === null ? once(child, 'exit') : null;
  child.kill('SIGKILL');
  await ended;
}

/** What is left of somebody, by where it stands. */
async function left(id: SubjectId): Promise<Readonly<Record<string, number>>> {
  const [row] = await world.rows(
    `SELECT (SELECT count(*) FROM ledger_opening WHERE subject_id = $1) AS openings,
      (SELECT count(*) FROM subject WHERE id = $1) AS people, (SELECT count(*) FROM fact WHERE subject_id = $1) AS facts,
      (SELECT count(*) FROM erasure WHERE done_at IS NULL) AS ordered`,
    [id],
  );
  return { ...(row as Record<string, number>), keys: await world.keyOf(id) };
}

const nothing = { openings: 0, people: 0, facts: 0, ordered: 0, keys: 0 };

async function ordered(): Promise<SubjectId> {
  world.time = () => new Date().toISOString() as never;
  const who = await world.disclosed();
  const id = await world.found(who);
  world.later('P5Y');
  expect(await world.erase(who)).toMatchObject({ ok: true });
  return id;
}

describe('an eraser that is killed', () => {
  it.each([
    ['openings', { openings: 0, people: 1, ordered: 1, keys: 1 }],
    ['keys', { openings: 0, people: 1, ordered: 1, keys: 0 }],
    ['rows', nothing],
  ] as const)('after the step %s has done that much, and the next one does the rest', async (step, then) => {
    const id = await ordered();
    const child = await eraser(step);
    await once(child, 'message');
    await kill(child);
    expect(await left(id)).toMatchObject(then);
    await world.carryOut();
    expect(await left(id)).toEqual(nothing);
  });

  it('before it began, or anywhere in between, leaves all of it to the next one', async () => {
    for (let round = 0; round < 8; round++) {
      const id = await ordered();
      const child = await eraser(null);
      await sleep(round * 4);
      await kill(child);
      await world.carryOut();
      expect(await left(id)).toEqual(nothing);
    }
  });

  it('keeps no other person waiting where one cannot be done', async () => {
    const [first, second] = [await ordered(), await ordered()];
    let broken = false;
    const breakOnce = async () => {
      if (broken) return;
      broken = true;
      throw new Fault('database-unavailable', 'planted');
    };
    await expect(world.carryOut(breakOnce)).rejects.toMatchObject({ code: 'database-unavailable' });
    expect([await left(first), await left(second)]).toMatchObject([{ keys: 1 }, { ...nothing, ordered: 1 }]);
    await world.carryOut();
    expect(await left(first)).toEqual(nothing);
  });

  it('does no harm when two do it at once', async () => {
    const id = await ordered();
    await Promise.all([world.carryOut(), world.carryOut()]);
    expect(await left(id)).toEqual(nothing);
  });
});
