import { createServer, type Socket } from 'node:net';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { isUnavailable, StatementFailed } from '../../src/store/database-fault.ts';
import { openPool, query, transaction } from '../../src/store/pool.ts';
import { type FreshDatabase, freshDatabase } from '../world/database.ts';

const one = { name: 'one', text: 'SELECT 1 AS one' };
const unavailable = expect.objectContaining({ name: 'Fault', code: 'database-unavailable' });

let database: FreshDatabase;
beforeAll(async () => {
  database = await freshDatabase();
  await database.pools.owner.query('CREATE TABLE public.note (id int PRIMARY KEY, text text NOT NULL)');
});
afterAll(() => database.drop());

describe('values', () => {
  it('come as instants in UTC with milliseconds, whatever zone they were written in', async () => {
    const sql = `SELECT '2026-11-21 12:30:00.5+02:30'::timestamptz AS a, '2026-07-01T00:00:00Z'::timestamptz AS b,
      NULL::timestamptz AS c`;
    const [row] = await query(database.pools.serve, { name: 'instants', text: sql }, []);
    expect(row).toEqual({ a: '2026-11-21T10:00:00.500Z', b: '2026-07-01T00:00:00.000Z', c: null });
  });

  it('come as numbers where those are safe, and not at all where they are not', async () => {
    const safe = { name: 'safe', text: `SELECT ${Number.MAX_SAFE_INTEGER}::bigint AS n` };
    expect(await query(database.pools.serve, safe, [])).toEqual([{ n: Number.MAX_SAFE_INTEGER }]);
    const unsafe = { name: 'unsafe', text: 'SELECT 9007199254740993::bigint AS n' };
    await expect(query(database.pools.serve, unsafe, [])).rejects.toThrow(RangeError);
    const endless = { name: 'endless', text: `SELECT 'infinity'::timestamptz AS t` };
    await expect(query(database.pools.serve, endless, [])).rejects.toThrow(RangeError);
  });
});

describe('a statement', () => {
  it('is prepared once under its name', async () => {
    const pool = openPool(database.urls.serve, { max: 1 });
    for (let time = 0; time < 3; time += 1) await query(pool, one, []);
    const prepared = await pool.query(`SELECT name FROM pg_prepared_statements WHERE name = 'one'`);
    await pool.end();
    expect(prepared.rowCount).toBe(1);
  });

  it('that is refused says which and why, and none of the values', async () => {
    const insert = { name: 'note_add', text: 'INSERT INTO note VALUES ($1, $2)' };
    await query(database.pools.owner, insert, [1, 'zeer geheim']);
    const error = await query(database.pools.owner, insert, [1, 'zeer geheim']).catch((thrown: unknown) => thrown);
    expect(error).toBeInstanceOf(StatementFailed);
    expect(error).toMatchObject({ sqlState: '23505', constraint: 'note_pkey' });
    const cast = { name: 'cast', text: 'SELECT $1::text::uuid' };
    const second = await query(database.pools.owner, cast, ['zeer geheim']).catch((thrown: unknown) => thrown);
    for (const thrown of [error, second]) {
      expect(thrown).toBeInstanceOf(StatementFailed);
      expect(`${thrown} ${JSON.stringify(thrown)} ${(thrown as Error).stack}`).not.toContain('geheim');
      expect((thrown as Error).cause).toBeUndefined();
    }
  });
});

describe('a transaction', () => {
  const add = { name: 'note_add', text: 'INSERT INTO note VALUES ($1, $2)' };
  const has = { name: 'note_has', text: 'SELECT id FROM note WHERE id = $1' };

  it('keeps everything or nothing, and gives its connection back', async () => {
    const pool = openPool(database.urls.owner, { max: 1 });
    expect(await transaction(pool, async (client) => query(client, add, [10, 'a']))).toEqual([]);
    const failing = transaction(pool, async (client) => {
      await query(client, add, [11, 'b']);
      throw new Error('changed its mind');
    });
    await expect(failing).rejects.toThrow('changed its mind');
    expect(await query(pool, has, [10])).toHaveLength(1);
    expect(await query(pool, has, [11])).toHaveLength(0);
    await pool.end();
  });

  it('whose connection is killed is a fault, and the pool works on', async () => {
    const pool = openPool(database.urls.owner, { max: 2 });
    const failing = transaction(pool, async (client) => {
      const [{ pid } = { pid: 0 }] = await query<{ pid: number }>(
        client,
        { name: 'pid', text: 'SELECT pg_backend_pid() AS pid' },
        [],
      );
      await pool.query('SELECT pg_terminate_backend($1)', [pid]);
      await query(client, add, [12, 'c']);
    });
    await expect(failing).rejects.toThrow(unavailable);
    expect(await query(pool, has, [12])).toEqual([]);
    await pool.end();
  });

  it('that stood still until the server threw it out is a fault, and the pool works on', async () => {
    const pool = openPool(database.urls.owner, { max: 1 });
    const asleep = transaction(pool, async (client) => {
      await client.query(`SET LOCAL idle_in_transaction_session_timeout = '20ms'`);
      // As a process that is stopped and woken: it asks before it reads that it was thrown out.
      Atomics.wait(new Int32Array(new SharedArrayBuffer(4)), 0, 0, 300);
      await query(client, add, [13, 'd']);
    });
    await expect(asleep).rejects.toThrow(unavailable);
    expect(await query(pool, has, [13])).toEqual([]);
    await pool.end();
  });
});

describe('a database that cannot be used', () => {
  const sockets = new Set<Socket>();
  const silent = createServer((socket) => {
    sockets.add(socket);
    socket.on('error', () => sockets.delete(socket));
  });
  let port = 0;
  beforeEach(async () => {
    await new Promise<void>((resolve) => silent.listen(0, '127.0.0.1', resolve));
    const address = silent.address();
    port = address !== null && typeof address === 'object' ? address.port : 0;
  });
  afterEach(async () => {
    for (const socket of sockets) socket.destroy();
    await new Promise((resolve) => silent.close(resolve));
  });

  async function refusal(url: string): Promise<unknown> {
    const pool = openPool(url, { max: 1, connectTimeoutMs: 300 });
    const error = await query(pool, one, []).catch((thrown: unknown) => thrown);
    const inTransaction = await transaction(pool, async () => 1).catch((thrown: unknown) => thrown);
    await pool.end();
    expect(inTransaction).toEqual(unavailable);
    return error;
  }

  it('is a fault when nobody listens', async () => {
    const closed = port;
    await new Promise((resolve) => silent.close(resolve));
    expect(await refusal(`postgres://a:b@127.0.0.1:${closed}/c`)).toEqual(unavailable);
    await new Promise<void>((resolve) => silent.listen(0, '127.0.0.1', resolve));
  });

  it('is a fault when it takes the connection and says nothing', async () => {
    expect(await refusal(`postgres://a:b@127.0.0.1:${port}/c`)).toEqual(unavailable);
  });

  it('is a fault when it hangs up', async () => {
    silent.once('connection', (socket) => socket.destroy());
    expect(await refusal(`postgres://a:b@127.0.0.1:${port}/c`)).toEqual(unavailable);
  });

  it('is a fault when the login is refused or the database is gone', async () => {
    const wrongPassword = new URL(database.urls.serve);
    wrongPassword.password = 'wrong';
    wrongPassword.pathname = '/no_such_database';
    expect(await refusal(wrongPassword.href)).toEqual(unavailable);
  });

  it('is a fault when a statement takes too long or waits for a lock', async () => {
    const pool = openPool(database.urls.owner, { max: 1, statementTimeoutMs: 100, lockTimeoutMs: 50 });
    await expect(query(pool, { name: 'sleep', text: 'SELECT pg_sleep(5)' }, [])).rejects.toThrow(unavailable);
    const holder = await database.pools.owner.connect();
    await holder.query('BEGIN; LOCK TABLE note');
    await expect(query(pool, { name: 'locked', text: 'SELECT * FROM note' }, [])).rejects.toThrow(unavailable);
    await holder.query('ROLLBACK');
    holder.release();
    await pool.end();
  });

  it('is not what other errors are about', () => {
    for (const error of [new Error('boom'), new RangeError('timeout'), 'text', null])
      expect(isUnavailable(error)).toBe(false);
  });
});
