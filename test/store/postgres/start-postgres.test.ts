import { type ChildProcess, fork } from 'node:child_process';
import { once } from 'node:events';
import { chmod, mkdir, mkdtemp, readdir, readFile, rm, stat, symlink, writeFile } from 'node:fs/promises';
import os from 'node:os';
import path from 'node:path';
import { fileURLToPath } from 'node:url';
import pg from 'pg';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { openPool, query } from '../../../src/store/pool.ts';
import { DataDirectoryInUse } from '../../../src/store/postgres/directory-lock.ts';
import { gone, isAlive } from '../../../src/store/postgres/process-alive.ts';
import { canReach } from '../../../src/store/postgres/run-as.ts';
import {
  type PostgresOptions,
  type RunningPostgres,
  startPostgres,
} from '../../../src/store/postgres/start-postgres.ts';

const ordinaryUserGetsHere = await canReach(import.meta.dirname, { uid: 65534, gid: 65534 });

let directory: string;
let dataDir: string;
let running: RunningPostgres[];
let starters: ChildProcess[];
beforeEach(async () => {
  directory = await mkdtemp(path.join(os.tmpdir(), 'sluis-postgres-test-'));
  await chmod(directory, 0o711);
  dataDir = path.join(directory, 'postgres');
  running = [];
  starters = [];
});
afterEach(async () => {
  for (const starter of starters) starter.kill('SIGKILL');
  for (const server of running) await server.stop();
  await rm(directory, { recursive: true, force: true, maxRetries: 20, retryDelay: 100 });
});

async function start(options: Partial<PostgresOptions> = {}): Promise<RunningPostgres> {
  const server = await startPostgres({ dataDir, ...options });
  running.push(server);
  return server;
}

interface Started {
  readonly pid: number;
  readonly keeperPid: number;
  readonly ownerUrl: string;
}

/** Starts the database from a process of its own, so that this process can be killed. */
async function startElsewhere(
  options: { readonly uid?: number; readonly gid?: number; readonly ephemeral?: boolean } = {},
): Promise<{ process: ChildProcess; said: Started & { refused?: string } }> {
  const { ephemeral = false, ...user } = options;
  const script = fileURLToPath(new URL('./starter.ts', import.meta.url));
  const args = [dataDir, ephemeral ? 'ephemeral' : 'lasting'];
  const child = fork(script, args, { ...user, execArgv: [], stdio: ['ignore', 'ignore', 'ignore', 'ipc'] });
  starters.push(child);
  const [said] = await once(child, 'message');
  return { process: child, said: said as Started & { refused?: string } };
}

async function run(url: string, sql: string): Promise<unknown[]> {
  const client = new pg.Client({ connectionString: url, connectionTimeoutMillis: 5000 });
  await client.connect();
  const { rows } = await client.query(sql);
  await client.end();
  return rows;
}

describe('our own PostgreSQL', () => {
  it('is durable, listens on loopback only, and takes nobody without a password', async () => {
    const { ownerUrl } = await start();
    const settings = await run(
      ownerUrl,
      `SELECT current_setting('fsync') AS fsync, current_setting('synchronous_commit') AS commit,
        current_setting('full_page_writes') AS pages, current_setting('listen_addresses') AS address,
        current_setting('unix_socket_directories') AS sockets, current_setting('data_checksums') AS checksums`,
    );
    const on = { fsync: 'on', commit: 'on', pages: 'on', checksums: 'on' };
    expect(settings).toEqual([{ ...on, address: '127.0.0.1', sockets: '' }]);
    const rules = await run(ownerUrl, 'SELECT DISTINCT auth_method FROM pg_hba_file_rules');
    expect(rules).toEqual([{ auth_method: 'scram-sha-256' }]);
    const wrong = new URL(ownerUrl);
    wrong.password = 'wrong';
    await expect(run(wrong.href, 'SELECT 1')).rejects.toMatchObject({ code: '28P01' });
  });

  it('keeps its data over a stop and a start, on whatever port', async () => {
    const first = await start();
    await run(first.ownerUrl, 'CREATE TABLE kept AS SELECT 42 AS answer');
    await first.stop();
    expect(isAlive(first.pid)).toBe(false);
    expect(isAlive(first.keeperPid)).toBe(false);
    const second = await start();
    expect(await run(second.ownerUrl, 'SELECT answer FROM kept')).toEqual([{ answer: 42 }]);
  });

  it('shows its password to nobody else, and to no process list', async () => {
    const { ownerUrl, pid, keeperPid } = await start();
    const password = new URL(ownerUrl).password;
    expect(password.length).toBeGreaterThanOrEqual(32);
    expect((await stat(path.join(dataDir, 'owner-password'))).mode & 0o077).toBe(0);
    for (const process of [pid, keeperPid]) {
      const seen = await Promise.all(
        ['cmdline', 'environ'].map((file) => readFile(`/proc/${process}/${file}`, 'utf8')),
      );
      expect(seen.join()).not.toContain(password);
    }
    expect((await readdir(dataDir)).sort()).toEqual(['cluster', 'owner-password', 'server.log', 'sluis.lock']);
  });

  it('logs no values of a statement that fails', async () => {
    const { ownerUrl } = await start();
    await run(ownerUrl, 'CREATE TABLE person (bsn text PRIMARY KEY)');
    const client = new pg.Client({ connectionString: ownerUrl });
    await client.connect();
    await client.query('INSERT INTO person VALUES ($1)', ['900000001']);
    await expect(client.query('INSERT INTO person VALUES ($1)', ['900000001'])).rejects.toMatchObject({
      code: '23505',
    });
    await client.end();
    const log = await readFile(path.join(dataDir, 'server.log'), 'utf8');
    expect(log).toContain('duplicate key');
    expect(log).not.toContain('900000001');
  });

  it('leaves nothing behind when it was for once only', async () => {
    const server = await start({ ephemeral: true });
    await server.stop();
    expect(await readdir(directory)).toEqual([]);
  });
});

describe('a server that dies', () => {
  it('is started again on the same port, and what was acknowledged is there', async () => {
    const restarts: number[] = [];
    const server = await start({ onRestart: (pid) => restarts.push(pid) });
    const first = server.pid;
    await run(server.ownerUrl, 'CREATE TABLE kept (id int)');
    const pool = openPool(server.ownerUrl, { max: 2 });
    const insert = { name: 'kept_add', text: 'INSERT INTO kept VALUES ($1)' };
    await query(pool, insert, [1]);
    process.kill(first, 'SIGKILL');
    await expect.poll(() => restarts, { timeout: 30_000 }).toHaveLength(1);
    // The gateway's pool stays what it is: it only has to be asked again.
    await expect
      .poll(
        () =>
          query(pool, insert, [2]).then(
            () => 'done',
            (error: unknown) => error,
          ),
        { timeout: 30_000, interval: 50 },
      )
      .toBe('done');
    const kept = await query(pool, { name: 'kept_all', text: 'SELECT id FROM kept ORDER BY id' }, []);
    expect(kept).toEqual([{ id: 1 }, { id: 2 }]);
    await pool.end();
    expect(restarts).toEqual([server.pid]);
    expect(server.pid).not.toBe(first);
  });
});

describe('a keeper that dies', () => {
  it('is succeeded on the same port, and the server still ends with the gateway', async () => {
    const server = await start();
    await run(server.ownerUrl, 'CREATE TABLE kept AS SELECT 5 AS answer');
    const orphan = server.pid;
    process.kill(server.keeperPid, 'SIGKILL');
    await expect.poll(() => server.pid, { timeout: 20_000 }).not.toBe(orphan);
    expect(await gone(orphan, 1000)).toBe(true);
    expect(await run(server.ownerUrl, 'SELECT answer FROM kept')).toEqual([{ answer: 5 }]);
    await server.stop();
    expect([server.pid, server.keeperPid].some(isAlive)).toBe(false);
  });
});

describe('a gateway that dies', () => {
  it.each(['SIGKILL', 'SIGTERM', 'SIGINT'] as const)('by %s leaves no process behind', async (signal) => {
    const { process: gateway, said } = await startElsewhere();
    expect([said.pid, said.keeperPid].every(isAlive)).toBe(true);
    gateway.kill(signal);
    expect(await gone(said.pid, 10_000)).toBe(true);
    expect(await gone(said.keeperPid, 10_000)).toBe(true);
    const successor = await start();
    expect(await run(successor.ownerUrl, 'SELECT 1 AS one')).toEqual([{ one: 1 }]);
  });

  it('is succeeded at once by another on the same directory', async () => {
    const { process: gateway, said } = await startElsewhere();
    await run(said.ownerUrl, 'CREATE TABLE kept AS SELECT 7 AS answer');
    gateway.kill('SIGKILL');
    const successor = await start();
    expect(await run(successor.ownerUrl, 'SELECT answer FROM kept')).toEqual([{ answer: 7 }]);
  });

  it('takes its keeper-less server along at the next start', async () => {
    const { process: gateway, said } = await startElsewhere();
    gateway.kill('SIGSTOP'); // so that it cannot react to the loss of its keeper
    process.kill(said.keeperPid, 'SIGKILL');
    gateway.kill('SIGKILL');
    expect(isAlive(said.pid)).toBe(true);
    const successor = await start();
    expect(isAlive(said.pid)).toBe(false);
    expect(await run(successor.ownerUrl, 'SELECT 1 AS one')).toEqual([{ one: 1 }]);
  });

  it('leaves no files behind either when they were for once only', async () => {
    const { process: gateway, said } = await startElsewhere({ ephemeral: true });
    gateway.kill('SIGKILL');
    expect(await gone(said.keeperPid, 15_000)).toBe(true);
    expect(await readdir(directory)).toEqual([]);
  });
});

describe('the data directory', () => {
  it('is for one gateway at a time', async () => {
    await start();
    await expect(startPostgres({ dataDir })).rejects.toThrow(DataDirectoryInUse);
    const { said } = await startElsewhere();
    expect(said.refused).toBe('DataDirectoryInUse');
  });

  it('is given to exactly one of two that start at once', async () => {
    const results = await Promise.allSettled([startPostgres({ dataDir }), startPostgres({ dataDir })]);
    for (const result of results) if (result.status === 'fulfilled') running.push(result.value);
    expect(running).toHaveLength(1);
    expect(results.find((result) => result.status === 'rejected')).toMatchObject({
      reason: { name: 'DataDirectoryInUse' },
    });
  });

  it('is taken over from a lock whose process is gone, or whose number somebody else has now', async () => {
    await mkdir(dataDir, { mode: 0o711 });
    for (const pid of [2 ** 22 - 3, process.pid]) {
      await writeFile(path.join(dataDir, 'sluis.lock'), JSON.stringify({ pid, started: '1', stopping: false }));
      const server = await start();
      await server.stop();
    }
  });

  // Below root's own closed home an ordinary user cannot run anything of this checkout.
  it.skipIf(process.getuid?.() !== 0 || !ordinaryUserGetsHere)(
    'is the own one of an ordinary user (tried when the tests run as root, outside its closed home)',
    async () => {
      await chmod(directory, 0o777);
      const { said } = await startElsewhere({ uid: 65534, gid: 65534 });
      expect(await run(said.ownerUrl, 'SELECT 1 AS one')).toEqual([{ one: 1 }]);
      expect((await stat(path.join(dataDir, 'cluster'))).uid).toBe(65534);
    },
  );

  describe.skipIf(process.getuid?.() !== 0)('below a closed home (tried when the tests run as root)', () => {
    it('has its cluster elsewhere, and keeps it there when the home is opened', async () => {
      await chmod(directory, 0o700);
      const closed = await start();
      expect(closed.cluster.startsWith(directory)).toBe(false);
      await run(closed.ownerUrl, 'CREATE TABLE kept AS SELECT 3 AS answer');
      await closed.stop();
      await chmod(directory, 0o711);
      const opened = await start({ ephemeral: true });
      expect(opened.cluster).toBe(closed.cluster);
      expect(await run(opened.ownerUrl, 'SELECT answer FROM kept')).toEqual([{ answer: 3 }]);
      await opened.stop();
      await expect(stat(path.dirname(opened.cluster))).rejects.toMatchObject({ code: 'ENOENT' });
    });

    it('is refused when its cluster stands in it already: nothing begins anew beside it', async () => {
      await (await start()).stop();
      await chmod(directory, 0o700);
      await expect(startPostgres({ dataDir })).rejects.toThrow('open its path');
      await chmod(directory, 0o711);
      await start();
    });

    it('is refused when its cluster elsewhere is gone', async () => {
      await mkdir(dataDir, { mode: 0o711 });
      await symlink(path.join(directory, 'gone'), path.join(dataDir, 'cluster'));
      await expect(startPostgres({ dataDir })).rejects.toThrow('is gone from');
    });
  });
});

it('says that a port is taken, when it was told which', async () => {
  const server = await start();
  const port = Number(new URL(server.ownerUrl).port);
  const second = startPostgres({ dataDir: path.join(directory, 'second'), port });
  await expect(second).rejects.toThrow('did not start');
});
