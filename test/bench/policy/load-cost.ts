import { assembleContent } from '../../oracle/as-engine.ts';
import type { EngineSet } from '../../oracle/random/loaded-set.ts';
import { median } from '../statistics.ts';
import type { BenchSet } from './bench-set.ts';
import { loadCedar } from './cedar-engine.ts';
import { cpuMs } from './measure-engines.ts';

export interface LoadCost {
  /** CPU-milliseconds, medians: ours loads, checks and compiles from parsed files; Cedar parses its text. */
  readonly oursMs: number;
  readonly cedarMs: number;
}

/** @throws where the set does not load: then there is nothing to measure. */
export function loadOurs({ folder, content }: BenchSet): EngineSet {
  const assembled = assembleContent(folder, content);
  if (!assembled.ok) throw new Error(assembled.problems.map(({ message }) => message).join('\n'));
  return assembled.set;
}

/** Both in turn, so that what else the machine does hits both alike. */
export function loadCost(set: BenchSet, cedar: string, repetitions: number): LoadCost {
  const ours: number[] = [];
  const theirs: number[] = [];
  for (let repetition = 0; repetition < repetitions; repetition += 1) {
    ours.push(cpuMs(() => loadOurs(set)));
    theirs.push(cpuMs(() => loadCedar('load', cedar)));
  }
  return { oursMs: median(ours), cedarMs: median(theirs) };
}
