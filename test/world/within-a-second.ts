import { expect } from 'vitest';

/** What stops must be stopped within this. */
const allowedMs = 1_000;

/**
 * The better of two runs of one and the same cause is within a second. A machine that is busy for a moment is no fault of the
 * gateway's; a cause that is slow each time is, whatever the others take. Whatever a run itself expects holds in both.
 */
export async function withinASecond(run: () => Promise<number>): Promise<number> {
  const first = await run();
  const best = first < allowedMs ? first : Math.min(first, await run());
  expect(best).toBeLessThan(allowedMs);
  return best;
}
