import { type ChildProcess, fork } from 'node:child_process';
import path from 'node:path';
import { fileURLToPath } from 'node:url';
import pg from 'pg';
import { assertDurable } from '../durability.ts';
import { ownerPassword, ownerRole } from './cluster.ts';
import { DataDirectoryInUse } from './directory-lock.ts';
import type { FromKeeper, KeepOrder, ToKeeper } from './keeper-messages.ts';

export interface PostgresOptions {
  /** Made when missing. Keep nothing else in it. */
  readonly dataDir: string;
  /** 0 or absent: any that is free. */
  readonly port?: number;
  /** The data directory is removed when the server stops, for whatever reason. */
  readonly ephemeral?: boolean;
  /** Told when the server died and was started again. */
  readonly onRestart?: (pid: number) => void;
}

export interface RunningPostgres {
  /** Superuser of this server, on the gateway's database. */
  readonly ownerUrl: string;
  /** Of the server now: another one after a restart. */
  readonly pid: number;
  /** Of the process that keeps the server. */
  readonly keeperPid: number;
  /** Where the files are: elsewhere than asked when the server's user cannot get there. */
  readonly cluster: string;
  stop(): Promise<void>;
}

export const databaseName = 'sluis';
const maxKeepers = 4;

type Ready = Extract<FromKeeper, { type: 'ready' }>;

/**
 * Starts a real PostgreSQL on 127.0.0.1, durable, with a database `sluis`. It ends with this process,
 * however this process ends, and is started again on the same port when it dies itself.
 * Throws `DataDirectoryInUse`, `NotDurable`, or an Error that says why it did not start.
 */
export async function startPostgres(options: PostgresOptions): Promise<RunningPostgres> {
  const dataDir = path.resolve(options.dataDir);
  const order: KeepOrder = { type: 'keep', dataDir, port: options.port ?? 0, ephemeral: options.ephemeral ?? false };
  const kept = await keepServer(order, options.onRestart);
  try {
    const ownerUrl = await ownDatabase(kept.port, await ownerPassword(dataDir));
    return {
      ownerUrl,
      cluster: kept.cluster,
      stop: kept.stop,
      get pid() {
        return kept.pid();
      },
      get keeperPid() {
        return kept.keeperPid();
      },
    };
  } catch (error) {
    await kept.stop();
    throw error;
  }
}

interface KeptServer {
  readonly port: number;
  readonly cluster: string;
  pid(): number;
  keeperPid(): number;
  stop(): Promise<void>;
}

/** The server through its keeper, and through a new keeper on the same port where that one was killed. */
async function keepServer(order: KeepOrder, onRestart: (pid: number) => void = () => undefined): Promise<KeptServer> {
  let keeper = forkKeeper();
  let successor: Promise<void> = Promise.resolve();
  let stopping = false;
  let keepers = 1;
  const first = await ready(keeper, order);
  let { pid } = first;
  watch();

  function watch(): void {
    keeper.on('message', (message: FromKeeper) => {
      if (message.type !== 'restarted') return;
      pid = message.pid;
      onRestart(pid);
    });
    keeper.once('exit', () => {
      // A database that does not come back shows as a fault in every statement, which is where it is told.
      if (!stopping && keepers < maxKeepers) successor = succeed().catch(() => undefined);
    });
    // The server alone must not keep this process alive: it ends with it.
    keeper.unref();
    keeper.channel?.unref();
  }

  async function succeed(): Promise<void> {
    keepers += 1;
    keeper = forkKeeper();
    ({ pid } = await ready(keeper, { ...order, port: first.port }));
    watch();
    onRestart(pid);
  }

  return {
    port: first.port,
    cluster: first.cluster,
    pid: () => pid,
    keeperPid: () => keeper.pid ?? 0,
    async stop() {
      stopping = true;
      await successor;
      await stopKeeper(keeper);
    },
  };
}

function forkKeeper(): ChildProcess {
  return fork(fileURLToPath(new URL('./keeper.ts', import.meta.url)), [], {
    detached: true,
    stdio: ['ignore', 'ignore', 'ignore', 'ipc'],
    execArgv: [],
    cwd: '/',
  });
}

function send(keeper: ChildProcess, message: ToKeeper): void {
  keeper.send(message, () => {
    // A keeper that is gone says so by its exit.
  });
}

function ready(keeper: ChildProcess, order: KeepOrder): Promise<Ready> {
  send(keeper, order);
  return new Promise((resolve, reject) => {
    const ended = (code: number | null): void => reject(new Error(`PostgreSQL's keeper ended with ${code}`));
    keeper.once('error', reject);
    keeper.once('exit', ended);
    keeper.once('message', (message: FromKeeper) => {
      keeper.off('exit', ended);
      if (message.type === 'ready') resolve(message);
      else if (message.type === 'failed') reject(startError(message.name, message.message, order.dataDir));
      else reject(new Error('PostgreSQL was restarted before it was ready'));
    });
  });
}

function startError(name: string, message: string, dataDir: string): Error {
  if (name !== DataDirectoryInUse.name) return new Error(message);
  return new DataDirectoryInUse(dataDir, Number(/process (\d+)/.exec(message)?.[1]));
}

async function stopKeeper(keeper: ChildProcess): Promise<void> {
  if (keeper.exitCode !== null || keeper.signalCode !== null) return;
  keeper.ref();
  const ended = new Promise<void>((resolve) => keeper.once('exit', () => resolve()));
  send(keeper, { type: 'stop' });
  await ended;
}

async function ownDatabase(port: number, password: string): Promise<string> {
  const base = `postgres://${ownerRole}:${encodeURIComponent(password)}@127.0.0.1:${port}`;
  const client = new pg.Client({ connectionString: `${base}/postgres`, connectionTimeoutMillis: 10_000 });
  await client.connect();
  try {
    await assertDurable(client);
    const found = await client.query('SELECT 1 FROM pg_database WHERE datname = $1', [databaseName]);
    if (found.rowCount === 0) await client.query(`CREATE DATABASE ${databaseName}`);
  } finally {
    await client.end();
  }
  return `${base}/${databaseName}`;
}
