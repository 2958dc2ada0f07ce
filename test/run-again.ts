import type { SerializedError, TestModule } from 'vitest/node';
import type { RunCounts } from './closing-line.ts';

/** What became of one file: where nothing but its errors is known of it, of none. */
export interface FileRun {
  readonly passed: number;
  readonly skipped: number;
  /** By their whole names. */
  readonly failed: readonly string[];
  /** It did not load, or a hook of it failed. */
  readonly isBroken: boolean;
  /** Errors that came outside any test. */
  readonly strayErrors: number;
  /** Something random went wrong: the next run has other values, and shows nothing of these. */
  readonly isRandom: boolean;
}

/** Errors that no file is to blame for. */
const nobody = '';
/** Where more fail than this, it is not the machine. */
const most = 4;

const untouched: FileRun = { passed: 0, skipped: 0, failed: [], isBroken: false, strayErrors: 0, isRandom: false };

export function fileRuns(
  modules: readonly TestModule[],
  unhandled: readonly SerializedError[],
): ReadonlyMap<string, FileRun> {
  const ran = new Map<string, FileRun>(modules.map((module) => [module.moduleId, fileRun(module)]));
  for (const error of unhandled) {
    const path: unknown = error.VITEST_TEST_PATH;
    const file = typeof path === 'string' ? path : nobody;
    const before = ran.get(file) ?? untouched;
    ran.set(file, { ...before, strayErrors: before.strayErrors + 1 });
  }
  return ran;
}

function fileRun(module: TestModule): FileRun {
  const tests = [...module.children.allTests()];
  const names = (states: readonly string[]) =>
    tests.filter((test) => states.includes(test.result().state)).map(({ fullName }) => fullName);
  // Pending means that the run ended before the test did.
  const failed = names(['failed', 'pending']);
  const errors = tests.flatMap((test) => test.result().errors ?? []);
  return {
    passed: names(['passed']).length,
    skipped: names(['skipped']).length,
    failed,
    isBroken: module.state() === 'failed' && failed.length === 0,
    strayErrors: 0,
    isRandom: errors.some(({ message }) => message.startsWith('Property failed')),
  };
}

export function countsOf(ran: ReadonlyMap<string, FileRun>): RunCounts {
  const all = [...ran.values()];
  const sum = (of: (run: FileRun) => number) => all.reduce((total, each) => total + of(each), 0);
  return {
    passed: sum(({ passed }) => passed),
    failed: sum(({ failed }) => failed.length),
    skipped: sum(({ skipped }) => skipped),
    brokenFiles: all.filter(({ isBroken }) => isBroken).length,
    strayErrors: sum(({ strayErrors }) => strayErrors),
  };
}

/** The files that failed; none of them where running them once more would say nothing. */
export function toRunAgain(ran: ReadonlyMap<string, FileRun>): string[] {
  const failing = [...ran].filter(([, run]) => run.failed.length > 0 || run.isBroken || run.strayErrors > 0);
  if (failing.length > most || failing.some(([file, { isRandom }]) => isRandom || file === nobody)) return [];
  return failing.map(([file]) => file);
}

/** What failed at first and not when it was run once more. */
export function unsteady(first: ReadonlyMap<string, FileRun>, second: ReadonlyMap<string, FileRun>): string[] {
  return [...second].flatMap(([file, again]) => {
    const before = first.get(file) ?? untouched;
    const tests = before.failed.filter((name) => !again.failed.includes(name)).map((name) => `${file} > ${name}`);
    const isWhole = (before.isBroken && !again.isBroken) || before.strayErrors > again.strayErrors;
    return isWhole ? [...tests, file] : tests;
  });
}
