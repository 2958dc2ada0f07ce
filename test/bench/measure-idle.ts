import { setTimeout as sleep } from 'node:timers/promises';
import type { BenchWorld } from './bench-world.ts';
import { cpuTimeUs } from './cpu-time.ts';

/** What a gateway uses of one processor while nobody calls, without and with requests that wait; null: unknown. */
export interface IdleFigures {
  readonly waiting: number;
  readonly sharesWithout: readonly (number | null)[];
  readonly sharesWith: readonly (number | null)[];
}

/** Shares of one processor, 0 to 1, for as many spans as there are repetitions on each side. */
export async function measureIdle(
  world: BenchWorld,
  { waiting, spanMs, repetitions }: { readonly waiting: number; readonly spanMs: number; readonly repetitions: number },
): Promise<IdleFigures> {
  const spans = async () => {
    const shares: (number | null)[] = [];
    for (let span = 1; span <= repetitions; span += 1) shares.push(await shareOf(world.gateway.pids, spanMs));
    return shares;
  };
  const sharesWithout = await spans();
  await world.fillWaiting(waiting);
  // What is new on record is looked at once; that is no waiting.
  await sleep(spanMs);
  return { waiting, sharesWithout, sharesWith: await spans() };
}

async function shareOf(pids: readonly number[], spanMs: number): Promise<number | null> {
  const used = () => pids.map((pid) => cpuTimeUs(pid));
  const [before, from] = [used(), performance.now()];
  await sleep(spanMs);
  const [after, until] = [used(), performance.now()];
  let share = 0;
  for (const [index, end] of after.entries()) {
    const begin = before[index];
    if (end === null || begin === null || begin === undefined) return null;
    share += (end - begin) / 1_000 / (until - from);
  }
  return share;
}
