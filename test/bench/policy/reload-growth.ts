import { setFlagsFromString } from 'node:v8';
import { runInNewContext } from 'node:vm';
import type { OracleQuestion } from '../../oracle/question.ts';
import type { BenchSet } from './bench-set.ts';
import { loadOurs } from './load-cost.ts';
import { ourEngine } from './our-engine.ts';

export interface ReloadGrowth {
  readonly reloads: number;
  /** Bytes in use after a tenth of the reloads, and after all of them; each after collecting garbage. */
  readonly early: number;
  readonly late: number;
}

/** Reloads one set again and again, and decides under each before it is let go. */
export function reloadGrowth(set: BenchSet, questions: readonly OracleQuestion[], reloads: number): ReloadGrowth {
  const collect = collector();
  let early = 0;
  for (let reload = 1; reload <= reloads; reload += 1) {
    const engine = ourEngine(loadOurs(set), questions);
    for (const place of questions.keys()) engine.permitted(place);
    if (reload === Math.ceil(reloads / 10)) early = collect();
  }
  return { reloads, early, late: collect() };
}

/** Collects garbage, also where Node was started without the flag for it, and says what is left. */
function collector(): () => number {
  setFlagsFromString('--expose-gc');
  const collect: unknown = runInNewContext('gc');
  if (typeof collect !== 'function') throw new Error('garbage cannot be collected on demand here');
  return () => {
    // What a WeakMap lets go in one collection holds more until the next.
    for (let round = 0; round < 4; round += 1) collect();
    return process.memoryUsage().heapUsed;
  };
}
