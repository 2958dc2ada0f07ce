import { setImmediate as restOfTurn } from 'node:timers/promises';
import type { Counted } from '../core/limit/limiter.ts';

/** Adds points to the window of a holder. */
export type Add = (holder: string, points: number) => Promise<Counted>;

interface Waiting {
  readonly points: number;
  readonly resolve: (counted: Counted) => void;
  readonly reject: (error: unknown) => void;
}

/**
 * Writes what is added for one holder at about the same time in one statement: its row takes one writer at a time, and
 * a busy partner's calls would wait for each other there. Nothing waits longer than for what is being written.
 * INVARIANT: each gets the total as if all were added one by one in the order in which they came, so that gateways
 * together still let exactly the limit through; where the statement fails, it fails for each.
 */
export function countTogether(add: Add): Add {
  const queues = new Map<string, Waiting[]>();
  async function write(holder: string, queue: Waiting[]): Promise<void> {
    while (queue.length > 0) {
      await restOfTurn();
      const failure = await addAll(add, holder, queue.splice(0));
      if (failure !== null) for (const each of queue.splice(0)) each.reject(failure.error);
    }
    queues.delete(holder);
  }
  return (holder, points) =>
    new Promise((resolve, reject) => {
      const waiting = { points, resolve, reject };
      const queue = queues.get(holder);
      if (queue !== undefined) {
        queue.push(waiting);
        return;
      }
      const started = [waiting];
      queues.set(holder, started);
      void write(holder, started);
    });
}

async function addAll(
  add: Add,
  holder: string,
  together: readonly Waiting[],
): Promise<{ readonly error: unknown } | null> {
  const points = together.reduce((sum, each) => sum + each.points, 0);
  try {
    const { total, endsInMs } = await add(holder, points);
    let counted = total - points;
    for (const each of together) {
      counted += each.points;
      each.resolve({ total: counted, endsInMs });
    }
    return null;
  } catch (error) {
    for (const each of together) each.reject(error);
    return { error };
  }
}
