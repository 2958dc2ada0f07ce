import { Kysely, PostgresDialect } from 'kysely';
import { v7 } from 'uuid';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { up } from '../../migrations/0025-destruction.ts';
import type { Instant } from '../../src/core/brand.ts';
import { createDuties } from '../../src/store/duties.ts';
import { openPool } from '../../src/store/pool.ts';
import { type FreshDatabase, freshDatabase } from '../world/database.ts';
import { recipient, seedSubject, seedWorld, source } from '../world/journal-world.ts';
import { newCipher } from '../world/ledger-keys.ts';

let database: FreshDatabase;
beforeAll(async () => {
  database = await freshDatabase();
  await seedWorld(database.pools.owner);
});
afterAll(() => database?.drop());

const added = [
  'disclosed_at',
  'retention_began',
  'destroy_by',
  'source_knows',
  'duty_at',
  'reminded_at',
  'destroyed_how',
];
const decision = {
  ...{ outcome: 'permit', class: null, policyVersion: 1, policySet: 'sha256:0', law: [], permitted: [], refused: [] },
  ...{ regimes: { source: 'avg', recipient: 'avg' }, obligations: null, decidedAt: '2025-03-01T12:00:00.000Z' },
};

it('what was given before anybody kept dates is looked at, unless it was destroyed', async () => {
  const { owner, serve } = database.pools;
  const subject = await seedSubject(database.pools, newCipher());
  await owner.query('DROP FUNCTION request_is_held() CASCADE');
  await owner.query(`ALTER TABLE request ${added.map((column) => `DROP COLUMN ${column} CASCADE`).join(', ')}`);
  // As they stand in the table, however they came there.
  await owner.query('ALTER TABLE request DISABLE TRIGGER USER');
  const moved = '2025-03-01T12:00:00.000Z' as Instant;
  const insert = async (state: string, destroyed: Instant | null) => {
    const id = v7();
    await owner.query(
      `INSERT INTO request (id, trace, direction, recipient, source, purpose, subject_id, fields, state, decision,
        received_at, moved_at, entry_id, destruction_confirmed_at)
       VALUES ($1, 't', 'pull', $2, $3, 'p', $4, '{}', $5, $6, $7, $7, $1, $8)`,
      [id, recipient, source, subject, state, JSON.stringify(decision), moved, destroyed],
    );
    return id;
  };
  const [given] = [await insert('delivered', null), await insert('delivered', moved), await insert('failed', null)];
  await owner.query('ALTER TABLE request ENABLE TRIGGER USER');
  const db = new Kysely<unknown>({ dialect: new PostgresDialect({ pool: openPool(database.urls.owner, { max: 1 }) }) });
  await up(db);
  await db.destroy();
  const due = await createDuties(serve).due('2026-01-01T00:00:00.000Z' as Instant, 0);
  expect(due.map(({ request, seen }) => [request.id, request.held?.disclosedAt, seen])).toEqual([
    [given, moved, moved],
  ]);
});
