/** What a run came to. A file that did not load, or an error outside any test, counts as failed. */
export interface RunCounts {
  readonly passed: number;
  readonly failed: number;
  readonly skipped: number;
  readonly brokenFiles: number;
  readonly strayErrors: number;
}

/**
 * The one line that closes `npm test`, and the exit code that goes with it. A run without a single
 * executed test is a failure: a wrong path or filter must not look like success.
 */
export function closingLine(counts: RunCounts): { readonly line: string; readonly exitCode: 0 | 1 } {
  const broken = counts.failed + counts.brokenFiles + counts.strayErrors;
  const failed = counts.passed + broken === 0 ? 1 : broken;
  const skipped = counts.skipped > 0 ? `, ${counts.skipped} skipped` : '';
  return { line: `${counts.passed} passed, ${failed} failed${skipped}`, exitCode: failed === 0 ? 0 : 1 };
}
