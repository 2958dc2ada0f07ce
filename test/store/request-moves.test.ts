import pg from 'pg';
import { v7 } from 'uuid';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import type { EntryId } from '../../src/core/brand.ts';
import type { Change } from '../../src/core/disclosure/change.ts';
import { mayMove, type RequestState, requestStates } from '../../src/core/disclosure/state.ts';
import type { OpenJournal } from '../../src/store/journal/open-journal.ts';
import { type FreshDatabase, freshDatabase } from '../world/database.ts';
import { entry, journalOn, now, requestRecord, seedWorld, work } from '../world/journal-world.ts';
import { requestOnRecord, statesOnRecord } from '../world/requests-on-record.ts';

let database: FreshDatabase;
let journal: OpenJournal;
const standing = new Map<RequestState, string>();

beforeAll(async () => {
  database = await freshDatabase();
  await seedWorld(database.pools.owner);
  journal = await journalOn(database.pools);
  for (const state of statesOnRecord) standing.set(state, (await requestOnRecord(journal, null, { state })).id);
});

afterAll(async () => {
  await journal.close();
  await database.drop();
});

const open = `INSERT INTO request (id, trace, direction, recipient, source, purpose, fields, state, decision, received_at,
    moved_at, entry_id)
  SELECT $1, trace, direction, recipient, source, purpose, fields, $3, decision, received_at, moved_at, $2
  FROM request LIMIT 1`;
const move = 'UPDATE request SET entry_id = $2, state = $3 WHERE id = $1';
const moveAlone = 'UPDATE request SET state = $2 WHERE id = $1';

/** Undone afterwards: what the database says to it, as SQLSTATE; null: nothing against it. */
async function refusal(pool: pg.Pool, statement: string, values: readonly unknown[]): Promise<string | null> {
  const client = await pool.connect();
  try {
    await client.query('BEGIN');
    const { rowCount } = await client.query(statement, [...values]);
    expect(rowCount).toBe(1);
    return null;
  } catch (error) {
    if (error instanceof pg.DatabaseError) return error.code ?? 'no code';
    throw error;
  } finally {
    await client.query('ROLLBACK');
    client.release();
  }
}

/** `from>to` of every step that the database lets this login take. */
async function taken(pool: pg.Pool): Promise<string[]> {
  const steps: string[] = [];
  for (const from of requestStates) {
    for (const to of requestStates) {
      const id = standing.get(from);
      const refused =
        id === undefined ? await refusal(pool, open, [v7(), v7(), to]) : await refusal(pool, move, [id, v7(), to]);
      expect([null, '23514']).toContain(refused);
      if (refused === null) steps.push(`${from}>${to}`);
    }
  }
  return steps;
}

const steps = requestStates.flatMap((from) =>
  requestStates.filter((to) => mayMove(from, to)).map((to) => `${from}>${to}`),
);

describe('the steps of a request', () => {
  test.each(['owner', 'serve'] as const)(
    'are those of the table for the login %s, of all that there could be',
    {
      timeout: 30_000,
    },
    async (login) => {
      expect(await taken(database.pools[login])).toEqual(steps);
    },
  );

  test.each(['sequencer', 'eraser'] as const)('are nothing for the login %s', async (login) => {
    const id = standing.get('fetching');
    expect(await refusal(database.pools[login], move, [id, v7(), 'delivered'])).toBe('42501');
    expect(await refusal(database.pools[login], open, [v7(), v7(), 'fetching'])).toBe('42501');
  });

  test.each(['owner', 'serve'] as const)('each have an entry of their own, also for the login %s', async (login) => {
    const pool = database.pools[login];
    for (const [from, to] of [
      ['fetching', 'delivered'],
      ['awaiting-approval', 'awaiting-approval'],
    ] as const) {
      const id = standing.get(from);
      expect(await refusal(pool, moveAlone, [id, to])).toBe('23514');
      expect(await refusal(pool, move, [id, v7(), to])).toBeNull();
    }
  });

  test('are not asked of a change that is no step', async () => {
    const id = standing.get('delivered');
    const confirm = 'UPDATE request SET destruction_confirmed_at = now(), duty_at = NULL WHERE id = $1';
    expect(await refusal(database.pools.serve, confirm, [id])).toBeNull();
  });
});

test('a work with a step that is none fails alone, and leaves nothing', async () => {
  const { id } = await requestOnRecord(journal, null);
  const step = { type: 'request-moved', id, at: now(), entry: v7() as EntryId, decision: null } as const;
  const [wrong, same] = [entry(), entry()];
  // What the types do not let through, a version with another table could still send.
  const skipped: object = { ...step, from: 'fetching', to: 'collected' };
  const stranger = { ...requestRecord(null), state: 'delivered' };
  const opened: object = { type: 'request-opened', request: stranger };
  const outcomes = await Promise.allSettled([
    journal.commit(work(null)),
    journal.commit(work(null, { entries: [wrong], changes: [skipped as Change] })),
    journal.commit(work(null, { entries: [same], changes: [opened as Change] })),
    journal.commit(work(null)),
  ]);
  expect(outcomes.map((each) => (each.status === 'fulfilled' ? each.value.outcome : each.reason.code))).toEqual([
    'durable',
    'ledger-unavailable',
    'ledger-unavailable',
    'durable',
  ]);
  const left = 'SELECT 1 FROM ledger_entry WHERE id = ANY ($1) UNION ALL SELECT 1 FROM request WHERE id = $2';
  expect((await database.pools.owner.query(left, [[wrong.id, same.id], stranger.id])).rows).toEqual([]);
  const { rows } = await database.pools.owner.query('SELECT state FROM request WHERE id = $1', [id]);
  expect(rows).toEqual([{ state: 'fetching' }]);
});
