import { expect, test } from 'vitest';
import { verifyLedger } from '../../../src/core/ledger/verify/verify-ledger.ts';
import { heartbeat, sourceOf, type WrittenLedger } from '../../world/written-ledger.ts';
import { a, b, c, someLedger } from './some-ledger.ts';

/** Two instances ended, of which there are marks; a third names their last heads, and began after this position. */
function endedBefore(): { readonly written: WrittenLedger; readonly since: number } {
  const written = someLedger();
  written.sequence();
  const since = written.rows.size;
  written.flush(c, [heartbeat('begin', [written.head(a), written.head(b)])]);
  written.sequence();
  return { written, since };
}

const told = ({ notChecked }: { notChecked: readonly { what: string }[] }) => notChecked.map(({ what }) => what);

test('heads of instances that ended before a later beginning are found in a source that has them', async () => {
  const { written, since } = endedBefore();
  const report = await verifyLedger(sourceOf(written.rows), { ...written.trust, since });
  expect(report).toMatchObject({ problems: [], entries: 1, checked: { marks: 2 } });
  expect(told(report)).not.toContain('heads before the beginning');
});

test('and are missed where somebody took their flushes away', async () => {
  const { written, since } = endedBefore();
  written.rows.flushes.get(a)?.pop();
  const { problems } = await verifyLedger(sourceOf(written.rows), { ...written.trust, since });
  expect(problems.map(({ code }) => code).sort()).toEqual(['head-missing', 'mark-missing']);
});

test('an export that begins later says that it cannot know', async () => {
  const { written, since } = endedBefore();
  const { rows, trust } = written;
  Object.assign(rows, { since, entries: rows.entries.slice(since) });
  for (const instance of [a, b]) rows.flushes.delete(instance);
  const report = await verifyLedger(sourceOf(rows), trust);
  expect(report).toMatchObject({ problems: [], entries: 1 });
  expect(told(report)).toContain('heads before the beginning');
});
