import { createHash } from 'node:crypto';
import { Kysely, PostgresDialect } from 'kysely';
import { v7 } from 'uuid';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { up } from '../../migrations/0014-nothing-to-guess.ts';
import type { RequestId, SubjectId } from '../../src/core/brand.ts';
import type { OpenJournal } from '../../src/store/journal/open-journal.ts';
import { openPool } from '../../src/store/pool.ts';
import { createRequests } from '../../src/store/requests.ts';
import { type FreshDatabase, freshDatabase } from '../world/database.ts';
import { journalOn, seedSubject, seedWorld, work } from '../world/journal-world.ts';
import { newCipher } from '../world/ledger-keys.ts';
import { requestOnRecord } from '../world/requests-on-record.ts';
import { testSecrets } from './test-secrets.ts';

const plain = (text: string) => createHash('sha256').update(text).digest('base64url');
const secrets = testSecrets();
const cipher = newCipher();
let database: FreshDatabase;
let journal: OpenJournal;
let subject: SubjectId;
beforeAll(async () => {
  database = await freshDatabase();
  await seedWorld(database.pools.owner);
  subject = await seedSubject(database.pools, cipher);
  journal = await journalOn(database.pools, { cipher, secrets });
});
afterAll(async () => {
  await journal?.close();
  await database?.drop();
});

const people = (id: RequestId) => [
  { by: plain(`${id} p1`), role: 'physician' },
  { by: plain(`${id} p2`), role: 'director' },
];

it('what was a plain hash of something that can be guessed is no more', async () => {
  const [waiting, given] = await Promise.all(
    (['awaiting-approval', 'delivered'] as const).map((state) => {
      const id = v7() as RequestId;
      return requestOnRecord(journal, subject, { id, state, asker: plain(`${id} u1`), approvals: people(id) });
    }),
  );
  if (waiting === undefined || given === undefined) throw new Error('no requests');
  const claim = { unit: given.recipient, key: plain('900000001'), digest: plain('body'), claimedAt: given.receivedAt };
  const resource = { type: 'request', id: given.id } as const;
  const claimed = { type: 'idempotency-claimed', claim: { ...claim, resource } } as const;
  await journal.commit(work(null, { changes: [claimed] }));
  await database.pools.owner.query(
    `INSERT INTO acting_user (unit_id, jti, token_hash, trace, use_digest, ciphertext, used_at)
     VALUES ($1, 'j', 'h', 't', sha256('use'), 'c', now())`,
    [given.recipient],
  );
  // Kysely ends the pool that it is given: it gets one of its own.
  const db = new Kysely<unknown>({ dialect: new PostgresDialect({ pool: openPool(database.urls.owner, { max: 1 }) }) });
  await up(db);
  await db.destroy();
  const found = await Promise.all([waiting, given].map(({ id }) => createRequests(database.pools.serve).find(id)));
  expect(found.map((one) => one?.asker)).toEqual([null, null]);
  expect(found[0]?.approvals).toEqual([]);
  expect(found[1]?.approvals.map(({ role }) => role)).toEqual(['physician', 'director']);
  expect(new Set(found[1]?.approvals.map(({ by }) => by)).size).toBe(2);
  for (const { by } of people(given.id)) expect(JSON.stringify(found)).not.toContain(by);
  const { rows } = await database.pools.owner.query<{ kept: boolean }>(
    `SELECT use_digest = sha256('use') OR EXISTS (SELECT 1 FROM idempotency) AS kept FROM acting_user`,
  );
  expect(rows).toEqual([{ kept: false }]);
});
