import type { OracleQuestion } from '../../oracle/question.ts';
import { median } from '../statistics.ts';
import type { BenchEngine } from './bench-engine.ts';

/** How often an engine permits other fields than the oracle does, of so many questions. */
export interface Check {
  readonly checked: number;
  readonly wrong: number;
}

export interface EngineFigures extends Check {
  readonly engine: string;
  /** Requests per CPU-second, of each repetition; their median is what is compared. */
  readonly repetitions: readonly number[];
  readonly perCpuSecond: number;
}

export interface MeasureOptions {
  readonly questions: readonly OracleQuestion[];
  readonly repetitions: number;
  /** Processor time of one engine in one repetition, at the least. */
  readonly repetitionMs: number;
  /** Processor time for checking one engine's verdicts; a slow one is checked on as many questions as fit. */
  readonly checkMs: number;
  /** Whether the engine's verdict on one question is other than the oracle's. */
  readonly isWrong: (question: OracleQuestion, permitted: readonly string[]) => boolean;
}

/** Milliseconds of processor time, of all threads, that the work took. */
export function cpuMs(work: () => void): number {
  const before = process.cpuUsage();
  work();
  const { user, system } = process.cpuUsage(before);
  return (user + system) / 1_000;
}

interface Running {
  readonly engine: BenchEngine;
  readonly check: Check;
  /** Questions between two looks at the clock: enough that looking costs nothing. */
  readonly chunk: number;
  next: number;
  readonly rates: number[];
}

/** Checks every engine, which warms it up as well, and then measures them in turn, repetition after repetition. */
export function measureEngines(engines: readonly BenchEngine[], options: MeasureOptions): EngineFigures[] {
  const running = engines.map((engine) => checkedEngine(engine, options));
  for (let repetition = 0; repetition < options.repetitions; repetition += 1) {
    for (const one of running) one.rates.push(rateOf(one, options));
  }
  return running.map(({ engine, check, rates }) => ({
    engine: engine.name,
    ...check,
    repetitions: rates,
    perCpuSecond: median(rates),
  }));
}

function checkedEngine(engine: BenchEngine, { questions, checkMs, isWrong }: MeasureOptions): Running {
  let wrong = 0;
  let checked = 0;
  let spent = 0;
  for (const [place, question] of questions.entries()) {
    if (spent > checkMs) break;
    let permitted: readonly string[] = [];
    spent += cpuMs(() => {
      permitted = engine.permitted(place);
    });
    checked += 1;
    if (isWrong(question, permitted)) wrong += 1;
  }
  const each = spent / Math.max(1, checked);
  const chunk = Math.min(questions.length, Math.max(1, Math.round(20 / each)));
  return { engine, check: { checked, wrong }, chunk, next: 0, rates: [] };
}

function rateOf(running: Running, { questions, repetitionMs }: MeasureOptions): number {
  const { engine, chunk } = running;
  let spent = 0;
  let asked = 0;
  let permitted = 0;
  while (spent < repetitionMs) {
    spent += cpuMs(() => {
      for (let count = 0; count < chunk; count += 1) {
        permitted += engine.permitted(running.next).length;
        running.next = (running.next + 1) % questions.length;
      }
    });
    asked += chunk;
  }
  // Read, so that no compiler can leave the work out.
  if (Number.isNaN(permitted)) throw new Error('an engine permitted no number of fields');
  return (asked * 1_000) / spent;
}
