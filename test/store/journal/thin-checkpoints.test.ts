import { afterAll, beforeAll, expect, test } from 'vitest';
import { thinCheckpoints } from '../../../src/store/journal/thin-checkpoints.ts';
import { type FreshDatabase, freshDatabase } from '../../world/database.ts';

let database: FreshDatabase;
beforeAll(async () => {
  database = await freshDatabase();
});
afterAll(() => database.drop());

test('beyond the latest thousand and the last day one an hour stays: the last that was witnessed, and all that are dated', async () => {
  const { owner, sequencer } = database.pools;
  // One a minute for three days: the third of them is not a day old.
  await owner.query(`
    INSERT INTO ledger_checkpoint (size, root, note, at, witnessed, witnessed_at, timestamp_token, timestamped_at)
    SELECT n, '', 'note', at, witnessed, CASE WHEN witnessed THEN at END,
      CASE WHEN n = 7 THEN 'token'::bytea END, CASE WHEN n = 7 THEN at END
    FROM generate_series(1, 4320) AS n,
      LATERAL (SELECT date_trunc('hour', now()) - interval '72 hours' + n * interval '1 minute' - interval '1 second' AS at,
        n % 60 = 30 OR n = 7 AS witnessed) AS made`);
  expect(await thinCheckpoints(sequencer)).toBeGreaterThan(2000);
  const { rows } = await owner.query<{ size: number }>('SELECT size FROM ledger_checkpoint ORDER BY size');
  const sizes = rows.map(({ size }) => size);
  // Of the first hours: the one that was witnessed last, and the one that is dated.
  expect(sizes.filter((size) => size <= 180)).toEqual([7, 30, 90, 150]);
  expect(sizes.filter((size) => size > 4320 - 1000)).toHaveLength(1000);
  const lastDay = sizes.filter((size) => size > 2880 + 60);
  expect(lastDay).toHaveLength(4320 - 2880 - 60);
  // One may have become a day old meanwhile.
  expect(await thinCheckpoints(sequencer)).toBeLessThanOrEqual(1);
});

test('of few checkpoints none goes, however old', async () => {
  const { owner, sequencer } = database.pools;
  await owner.query('DELETE FROM ledger_checkpoint');
  await owner.query(`INSERT INTO ledger_checkpoint (size, root, note, at)
    SELECT n, '', 'note', now() - interval '1 year' FROM generate_series(1, 999) AS n`);
  expect(await thinCheckpoints(sequencer)).toBe(0);
});
