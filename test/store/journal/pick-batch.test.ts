import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import type { RequestId, SubjectId } from '../../../src/core/brand.ts';
import type { Change } from '../../../src/core/disclosure/change.ts';
import { type PendingWork, pendingWork } from '../../../src/store/journal/pending-work.ts';
import { pickBatch } from '../../../src/store/journal/pick-batch.ts';
import { entry, now, work } from '../../world/journal-world.ts';

function pending(subject: string | null, isMover = false, request: string | null = null): PendingWork {
  const rests = subject === null ? null : { id: subject as SubjectId, epoch: 1 };
  const changes: Change[] =
    request === null
      ? []
      : [
          {
            type: 'request-moved',
            id: request as RequestId,
            from: 'fetching',
            to: 'delivered',
            at: now(),
            entry: entry().id,
            decision: null,
          },
        ];
  const answer = { resolve: () => undefined, reject: () => undefined };
  return pendingWork(work(rests, { moves: isMover, changes }), new Map(), 0, answer);
}

const read = (subject: string | null, request: string | null = null) => pending(subject, false, request);
const move = (subject: string) => pending(subject, true);
const moveBoth = (subject: string, other: string): PendingWork => {
  const rests = { id: subject as SubjectId, epoch: 1 };
  const both = work(rests, { moves: true });
  const others = [{ id: other as SubjectId, epoch: 1 }];
  const answer = { resolve: () => undefined, reject: () => undefined };
  return pendingWork({ ...both, rests: { ...both.rests, others } }, new Map(), 0, answer);
};

describe('a batch', () => {
  test('takes the readers of a subject before its first mover, and nobody after', () => {
    const queue = [read('a'), read('a'), move('a'), read('a'), read('b')];
    expect(pickBatch(queue, 0, 10).works).toEqual([queue[0], queue[1], queue[4]]);
  });

  test('takes one mover alone', () => {
    const queue = [move('a'), move('a'), read('a'), move('b')];
    expect(pickBatch(queue, 0, 10).works).toEqual([queue[0], queue[3]]);
  });

  test('takes a mover of two subjects where neither is in use, and holds both for it', () => {
    const queue = [read('a'), moveBoth('b', 'a'), read('b'), read('c')];
    expect(pickBatch(queue, 0, 10).works).toEqual([queue[0], queue[3]]);
    expect(pickBatch(queue.slice(1), 0, 10).works).toEqual([queue[1], queue[3]]);
  });

  test('takes one work per row, and nobody overtakes who stays behind', () => {
    const queue = [read('a', 'r'), read('b', 'r'), move('b'), read(null, 'r'), read(null)];
    expect(pickBatch(queue, 0, 10).works).toEqual([queue[0], queue[4]]);
  });

  test('leaves out who must wait, with everybody behind it on that subject', () => {
    const queue = [move('a'), read('a'), read('b')];
    if (queue[0]) queue[0].notBeforeMs = 5;
    expect(pickBatch(queue, 4, 10).works).toEqual([queue[2]]);
    expect(pickBatch(queue, 5, 10).works).toEqual([queue[0], queue[2]]);
  });

  test('gives a mover that was skipped often a flush of its own, in line for its subject', () => {
    const queue = [read('b'), move('a')];
    if (queue[1]) queue[1].skips = 3;
    expect(pickBatch(queue, 0, 10)).toEqual({ works: [queue[0]], turn: 'skip' });
    expect(pickBatch(queue.slice(1), 0, 10)).toEqual({ works: [queue[1]], turn: 'wait' });
  });

  test('has who held up its neighbours try again alone', () => {
    const queue = [read('a'), read('b')];
    if (queue[0]) queue[0].skips = 1;
    expect(pickBatch(queue, 0, 10)).toEqual({ works: [queue[0]], turn: 'wait' });
    expect(pickBatch(queue.toReversed(), 0, 10)).toEqual({ works: [queue[1]], turn: 'skip' });
  });

  test('keeps order of arrival on every subject, never mixes a mover with another, and empties any queue', () => {
    const item = fc.record({ subject: fc.constantFrom('a', 'b', 'c', null), isMover: fc.boolean() });
    fc.assert(
      fc.property(fc.array(item, { maxLength: 30 }), fc.integer({ min: 1, max: 8 }), (items, max) => {
        let queue = items.map(({ subject, isMover }) => pending(subject, isMover));
        const arrival = new Map(queue.map((each, index) => [each, index]));
        const done: PendingWork[] = [];
        while (queue.length > 0) {
          const { works } = pickBatch(queue, 0, max);
          expect(works.length).toBeGreaterThan(0);
          expect(works.length).toBeLessThanOrEqual(max);
          for (const mover of works.filter(({ isMover }) => isMover)) {
            expect(works.filter(({ subjects }) => subjects[0] === mover.subjects[0])).toEqual([mover]);
          }
          done.push(...works);
          queue = queue.filter((each) => !works.includes(each));
        }
        for (const subject of ['a', 'b', 'c']) {
          const order = done
            .filter((each) => (each.subjects[0] ?? null) === subject)
            .map((each) => arrival.get(each) ?? -1);
          expect(order).toEqual(order.toSorted((one, other) => one - other));
        }
      }),
    );
  });
});
