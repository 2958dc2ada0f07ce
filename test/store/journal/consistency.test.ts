import { fork } from 'node:child_process';
import { once } from 'node:events';
import path from 'node:path';
import { v7 } from 'uuid';
import { afterAll, beforeAll, expect, test } from 'vitest';
import type { z } from 'zod';
import type { SubjectId } from '../../../src/core/brand.ts';
import { keyRing } from '../../../src/store/journal/key-ring.ts';
import { verifyStoredLedger } from '../../../src/store/journal/verify-ledger.ts';
import { besidePlainCommits, median } from '../../world/beside-a-held-row.ts';
import { type FreshDatabase, freshDatabase } from '../../world/database.ts';
import type { WorkerResult, workerTask } from '../../world/journal-worker.ts';
import { purpose, recipient, seedSubject, seedWorld, source } from '../../world/journal-world.ts';
import { newCipher, newSigner } from '../../world/ledger-keys.ts';

let database: FreshDatabase;
const subjects: SubjectId[] = [];

beforeAll(async () => {
  database = await freshDatabase();
  const { owner } = database.pools;
  await seedWorld(owner);
  for (let n = 0; n < 5; n++) {
    const subject = await seedSubject(database.pools, newCipher());
    subjects.push(subject);
    await owner.query(
      `INSERT INTO consent VALUES ($1, $2, $3, $4, $5, '{a}', 'given', $4, now(), now(), now() + interval '1 year', 1, 'nl')`,
      [v7(), subject, source, recipient, purpose],
    );
  }
  await owner.query(watchdog);
});

afterAll(() => database.drop());

/**
 * An observer inside the database, independent of the journal: at the end of every transaction that
 * writes a disclosure it reads, as of that moment, whether the consent and the epoch still stand.
 */
const watchdog = `
  CREATE TABLE too_late (entry uuid);
  CREATE FUNCTION watch_disclosure() RETURNS trigger LANGUAGE plpgsql SECURITY DEFINER SET search_path = public AS $$
    DECLARE body jsonb := NEW.leaf::jsonb -> 'body';
    BEGIN
      IF NEW.kind = 'disclosure' AND NOT EXISTS (
        SELECT 1 FROM subject s JOIN consent c ON c.subject_id = s.id
        WHERE s.id = (body #>> '{fields,0}')::uuid AND s.epoch = (body #>> '{fields,1}')::bigint AND c.state = 'given'
      ) THEN INSERT INTO too_late VALUES (NEW.id); END IF;
      RETURN NULL;
    END $$;
  CREATE CONSTRAINT TRIGGER watch_disclosure AFTER INSERT ON ledger_entry
    DEFERRABLE INITIALLY DEFERRED FOR EACH ROW EXECUTE FUNCTION watch_disclosure()`;

async function gateway(task: z.infer<typeof workerTask>): Promise<WorkerResult> {
  const file = path.join(import.meta.dirname, '../../world/journal-worker.ts');
  const child = fork(file, { execArgv: [], stdio: ['ignore', 'inherit', 'inherit', 'ipc'] });
  child.send(task);
  const [result] = await once(child, 'message');
  return result as WorkerResult;
}

const disclosuresTooLate = async () => (await database.pools.owner.query('SELECT entry FROM too_late')).rows;

test('two gateways, 2,400 disclosures and withdrawals on five persons: none is disclosed after a withdrawal', async () => {
  // As long as a gateway lets it stand in line, and longer by a hundred flushes of this disk: a turn of the row is a flush.
  const { plainMs } = await besidePlainCommits(database.pools.owner, () => Promise.resolve());
  const patienceMs = 5_000 + Math.ceil(100 * median(plainMs));
  const { serve: url, vault } = database.urls;
  const task = { url, vault, subjects, operations: 1200, lanes: 24, patienceMs };
  const results = await Promise.all([gateway(task), gateway(task)]);
  const sum = (of: (result: WorkerResult) => number) => results.reduce((total, result) => total + of(result), 0);
  expect(sum(({ faults }) => faults)).toBe(0);
  expect(sum(({ disclosed }) => disclosed) + sum(({ moved }) => moved)).toBeGreaterThanOrEqual(2400);
  // The race did take place: withdrawals happened, and works were found stale because of them.
  expect(sum(({ moved }) => moved)).toBeGreaterThan(200);
  expect(sum(({ stale }) => stale)).toBeGreaterThan(50);
  expect(await disclosuresTooLate()).toEqual([]);

  const { rows } = await database.pools.owner.query<{ about: string; kind: string; epoch: number }>(
    `SELECT told ->> 0 AS about, kind, (told ->> 1)::integer AS epoch FROM ledger_entry,
       LATERAL (SELECT coalesce(leaf::jsonb #> '{body,fields}', leaf::jsonb #> '{body,categories}') AS told) body
     ORDER BY about, epoch`,
  );
  for (const subject of subjects) {
    const own = rows.filter(({ about }) => about === subject);
    const moves = own.filter(({ kind }) => kind !== 'disclosure');
    expect(moves.map(({ epoch }) => epoch)).toEqual(moves.map((_, n) => n + 1));
    expect(moves.map(({ kind }) => kind)).toEqual(
      moves.map((_, n) => (n % 2 === 0 ? 'consent-withdrawn' : 'consent-given')),
    );
    // Given at odd epochs: a disclosure stands at no other.
    expect(own.filter(({ kind, epoch }) => kind === 'disclosure' && epoch % 2 === 0)).toEqual([]);
  }

  const found = await database.pools.owner.query<{ jwk: unknown }>('SELECT jwk FROM key');
  const unsigned = newSigner();
  const report = await verifyStoredLedger({
    pool: database.pools.serve,
    keys: keyRing(found.rows.map(({ jwk }) => jwk)),
    origin: 'sluis.test/ledger',
    checkpointKey: { name: 'sluis.test/ledger', publicKey: unsigned.publicKey, check: unsigned.check },
  });
  expect(report).toMatchObject({ instances: 2, pending: report.entries });
  // These disclosures and withdrawals follow from no request and no question.
  expect(report.problems.filter(({ code }) => !code.startsWith('link-'))).toEqual([]);
});

test('the observer does see a disclosure that is too late', async () => {
  const { owner } = database.pools;
  await owner.query(
    `INSERT INTO ledger_entry (id, instance, sequence, flush, kind, time, leaf, leaf_hash)
     SELECT $1, instance, 1000000, number, 'disclosure', now(), $2, '' FROM ledger_flush LIMIT 1`,
    [v7(), JSON.stringify({ body: { fields: [subjects[0], '0'] } })],
  );
  expect(await disclosuresTooLate()).toHaveLength(1);
});
