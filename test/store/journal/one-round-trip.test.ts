import { randomBytes } from 'node:crypto';
import type pg from 'pg';
import { v7 } from 'uuid';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { instant } from '../../../src/core/brand.ts';
import type { Work } from '../../../src/core/disclosure/ports.ts';
import { attemptFlush, type FlushAttempt } from '../../../src/store/journal/attempt-flush.ts';
import { connectLane, type LaneConnection } from '../../../src/store/journal/lane-connection.ts';
import { pendingWork } from '../../../src/store/journal/pending-work.ts';
import { firstPosition, type Position } from '../../../src/store/journal/position.ts';
import { registerInstance, registerKey } from '../../../src/store/keys.ts';
import { type FreshDatabase, freshDatabase } from '../../world/database.ts';
import { entry, now, requestRecord, seedSubject, seedWorld, work } from '../../world/journal-world.ts';
import { newCipher, newSigner } from '../../world/ledger-keys.ts';
import { testSecrets } from '../test-secrets.ts';

const signer = newSigner();
const cipher = newCipher();
const keys = { signer, cipher, random: randomBytes, secrets: testSecrets(), orderMark: (text: string) => text };
const timeouts = { lockMs: 5_000, statementMs: 5_000, answerMs: 5_000 };
let database: FreshDatabase;
let position: Position;
let openingKeys: ReadonlyMap<string | null, Buffer>;

/** How often answers came before more was sent, with the statements that went together. */
interface Trips {
  readonly connection: LaneConnection;
  readonly trips: string[][];
}

beforeAll(async () => {
  database = await freshDatabase();
  await seedWorld(database.pools.owner);
  const instance = v7();
  const at = instant(new Date());
  await registerKey(database.pools.serve, { id: signer.keyId, use: 'ledger', alg: 'Ed25519', jwk: signer.jwk }, at);
  await registerInstance(database.pools.serve, { id: instance, keyId: signer.keyId }, at);
  position = firstPosition(instance);
  openingKeys = new Map([[null, cipher.dummyKey]]);
});
afterAll(() => database.drop());

async function counting(lockMs = timeouts.lockMs): Promise<Trips> {
  const { query, command, end } = await connectLane(database.pools.serve, { ...timeouts, lockMs });
  const trips: string[][] = [];
  let unanswered = 0;
  const counted = async <Answer>(what: string, answer: Promise<Answer>): Promise<Answer> => {
    if (unanswered === 0) trips.push([]);
    trips.at(-1)?.push(what);
    unanswered += 1;
    try {
      return await answer;
    } finally {
      unanswered -= 1;
    }
  };
  return {
    trips,
    connection: {
      query: (statement, values) => counted(statement.name, query(statement, values)),
      command: (text) => counted(text, command(text)),
      end,
    },
  };
}

async function attempt(connection: LaneConnection, works: readonly Work[]): Promise<FlushAttempt> {
  const unheard = { resolve: () => undefined, reject: () => undefined };
  const batch = works.map((each) => pendingWork(each, openingKeys, 0, unheard));
  const attempted = await attemptFlush(connection, batch, position, keys, 'at-once');
  position = attempted.durable?.next ?? position;
  return attempted;
}

const opened = (): Work => work(null, { changes: [{ type: 'request-opened', request: requestRecord(null) }] });
const entriesOf = (works: readonly Work[]): readonly string[] =>
  works.flatMap(({ entries }) => entries.map(({ id }) => id));
async function onRecord(works: readonly Work[]): Promise<readonly string[]> {
  const { rows } = await database.pools.owner.query<{ id: string }>(
    'SELECT id FROM ledger_entry WHERE id = ANY ($1::uuid[]) ORDER BY sequence',
    [entriesOf(works)],
  );
  return rows.map(({ id }) => id);
}

test('what changes nothing that others rest on is locked and written in one round trip, and committed in a second', async () => {
  const { connection, trips } = await counting();
  const { durable } = await attempt(connection, [opened(), opened()]);
  connection.end();
  expect(durable).not.toBeNull();
  expect(trips).toEqual([['BEGIN', 'journal-lock-basis', 'journal-flush'], ['COMMIT']]);
});

test('one that does not stand any more takes nothing along: the others are left, and nothing of either is there', async () => {
  const { connection, trips } = await counting();
  const stale = opened();
  const works = [opened(), { ...stale, rests: { ...stale.rests, registryVersion: stale.rests.registryVersion + 1 } }];
  const { durable, fates, left, alone } = await attempt(connection, works);
  expect({ durable, alone }).toEqual({ durable: null, alone: false });
  expect([...fates].map(([{ work: of }, fate]) => [of, fate])).toEqual([
    [works[1], { type: 'answered', outcome: { outcome: 'stale' } }],
  ]);
  expect(left.map(({ work: of }) => of)).toEqual([works[0]]);
  expect(trips.at(-1)).toEqual(['ROLLBACK']);
  expect(await onRecord(works)).toEqual([]);
  const again = await attempt(
    connection,
    left.map(({ work: of }) => of),
  );
  connection.end();
  expect(again.durable).not.toBeNull();
  expect(await onRecord(works)).toEqual(entriesOf(works.slice(0, 1)));
});

test('a statement that the database refuses leaves the connection as good as it was, also where it was not prepared yet', async () => {
  const { connection } = await counting();
  const [first, twin] = [opened(), opened()];
  const taken = { ...twin, entries: first.entries };
  expect((await attempt(connection, [first])).durable).not.toBeNull();
  connection.end();
  const { connection: fresh } = await counting();
  for (const _ of ['before it was prepared', 'after']) {
    const { durable, fates } = await attempt(fresh, [taken]);
    expect(durable).toBeNull();
    expect([...fates.values()]).toEqual([{ type: 'answered', outcome: { outcome: 'conflict', what: 'unique' } }]);
  }
  expect((await attempt(fresh, [twin])).durable).not.toBeNull();
  fresh.end();
});

test('what moves a person locks before it writes, since it waits for nobody', async () => {
  const subject = await seedSubject(database.pools, cipher);
  openingKeys = new Map([...openingKeys, [subject, cipher.newKey()]]);
  const { connection, trips } = await counting();
  const { durable } = await attempt(connection, [
    work({ id: subject, epoch: 1 }, { moves: true, entries: [entry({ subject })] }),
  ]);
  connection.end();
  expect(durable).not.toBeNull();
  expect(trips).toEqual([['BEGIN'], ['journal-lock-basis'], ['journal-flush'], ['COMMIT']]);
});

const seized = async (subject: string): Promise<{ readonly held: pg.PoolClient; letGo(): Promise<void> }> => {
  const held = await database.pools.owner.connect();
  await held.query('BEGIN');
  await held.query('SELECT 1 FROM subject WHERE id = $1 FOR UPDATE', [subject]);
  return {
    held,
    letGo: async () => {
      await held.query('ROLLBACK');
      held.release();
    },
  };
};

test('a row that somebody holds is waited for as long as a lane waits, and then nobody is blamed for it', async () => {
  const subject = await seedSubject(database.pools, cipher);
  openingKeys = new Map([...openingKeys, [subject, cipher.newKey()]]);
  const { connection, trips } = await counting(100);
  const about = work({ id: subject, epoch: 1 }, { entries: [entry({ subject })] });
  const works = [opened(), about];
  expect((await attempt(connection, [opened()])).durable).not.toBeNull();
  const { letGo } = await seized(subject);
  const { durable, fates, left, alone } = await attempt(connection, works);
  expect({ durable, alone }).toEqual({ durable: null, alone: true });
  expect([...fates.values()]).toEqual([{ type: 'answered', outcome: { outcome: 'stale' } }]);
  expect(left.map(({ work: of }) => of)).toEqual([works[0]]);
  expect(trips.at(-1)).toEqual(['ROLLBACK']);
  await letGo();
  connection.end();
  expect(await onRecord(works)).toEqual([]);
});

test('nothing is written where the transaction did not begin, since then nothing is locked', async () => {
  const { connection } = await counting();
  const lost: LaneConnection = {
    ...connection,
    command: (text) => connection.command(text === 'BEGIN' ? 'SELECT pg_catalog.nothing_of_this_name()' : text),
  };
  const works = [opened()];
  expect((await attempt(lost, works)).durable).toBeNull();
  expect(await onRecord(works)).toEqual([]);
  expect((await attempt(connection, works)).durable).not.toBeNull();
  connection.end();
});

test('a flush reads by their keys the tables that grow, though its plan was made when they were empty', async () => {
  const { pools } = database;
  await pools.owner.query(`SELECT pg_stat_reset()`);
  const { connection } = await counting();
  const at = now();
  for (let n = 0; n < 8; n += 1) {
    const request = requestRecord(null, { state: 'fetching' });
    const moved = entry();
    const open = work(null, { changes: [{ type: 'request-opened', request }] });
    const move = work(null, {
      entries: [moved],
      changes: [
        {
          ...{ type: 'request-moved', id: request.id, from: 'fetching', to: 'delivered', at },
          ...{ entry: moved.id, decision: request.decision },
        },
      ],
    });
    for (const each of [open, move]) expect((await attempt(connection, [each])).durable).not.toBeNull();
  }
  connection.end();
  await expect
    .poll(async () => {
      const { rows } = await pools.owner.query(
        `SELECT relname AS "table", seq_scan AS whole, n_tup_upd > 0 AS told FROM pg_stat_user_tables
          WHERE relname IN ('request', 'subject') ORDER BY relname`,
      );
      return rows;
    })
    .toEqual([
      { table: 'request', whole: 0, told: true },
      { table: 'subject', whole: 0, told: expect.any(Boolean) },
    ]);
});

test('no flush is compiled, whatever a server thinks that its plan costs', async () => {
  const { connection } = await counting();
  const found = await connection.query({ name: 'is-compiled', text: `SELECT current_setting('jit') AS jit` }, []);
  connection.end();
  expect(found).toEqual([{ jit: 'off' }]);
});
