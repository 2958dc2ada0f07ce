import { type ChildProcess, spawn } from 'node:child_process';
import { open, readFile, stat } from 'node:fs/promises';
import path from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { commandLine, gone, isAlive } from './process-alive.ts';
import type { RunAs } from './run-as.ts';

export interface ServerPlace {
  readonly native: string;
  readonly cluster: string;
  readonly logFile: string;
  readonly runAs: RunAs;
}

export interface ServerProcess {
  readonly pid: number;
  /** Resolves when the server has ended, for whatever reason. */
  readonly ended: Promise<void>;
  stop(): Promise<void>;
}

/** The server ended before it was ready. `portTaken`: because another process listens there. */
export class ServerDidNotStart extends Error {
  readonly portTaken: boolean;

  constructor(logTail: string) {
    super(`PostgreSQL did not start: ${logTail.trim().split('\n').slice(-3).join(' | ')}`);
    this.name = 'ServerDidNotStart';
    this.portTaken = /could not (bind|create any TCP\/IP sockets)/.test(logTail);
  }
}

const readyTimeoutMs = 120_000; // recovery after a crash replays the log first
const fastShutdownMs = 5000;

/** Terse: the detail of an error may hold values of a row, and none of those belongs in a log. */
const settings: Readonly<Record<string, string>> = {
  listen_addresses: '127.0.0.1',
  unix_socket_directories: '',
  fsync: 'on',
  synchronous_commit: 'on',
  full_page_writes: 'on',
  max_connections: '200',
  log_error_verbosity: 'terse',
  log_min_error_statement: 'panic',
  log_checkpoints: 'off',
  log_timezone: 'UTC',
  timezone: 'UTC',
  password_encryption: 'scram-sha-256',
};

/** Starts PostgreSQL on 127.0.0.1 and resolves when it takes connections. Throws `ServerDidNotStart`. */
export async function startServer(place: ServerPlace, port: number): Promise<ServerProcess> {
  const log = await open(place.logFile, 'a', 0o600);
  const logStart = (await log.stat()).size;
  const options = Object.entries({ ...settings, port: String(port) }).flatMap(([key, value]) => [
    '-c',
    `${key}=${value}`,
  ]);
  const child = spawn(path.join(place.native, 'bin', 'postgres'), ['-D', place.cluster, ...options], {
    ...(place.runAs ?? {}),
    cwd: '/',
    env: { LC_ALL: 'C', PATH: process.env.PATH ?? '' },
    stdio: ['ignore', log.fd, log.fd],
  });
  const ended = endOf(child);
  await log.close();
  const pid = child.pid;
  if (pid === undefined || !(await becomesReady(place.cluster, pid, child))) {
    child.kill('SIGKILL');
    await ended;
    throw new ServerDidNotStart(await logFrom(place.logFile, logStart));
  }
  return { pid, ended, stop: () => shutDown(pid, ended) };
}

/** Ends a server that outlived its keeper, so that its directory can be used again. */
export async function stopOrphan(cluster: string): Promise<void> {
  const pid = await recordedPid(cluster);
  if (pid === null || !isAlive(pid)) return;
  const command = await commandLine(pid);
  if (command === null || !command.includes(cluster)) return; // the number was given to somebody else since
  process.kill(pid, 'SIGINT');
  if (await gone(pid, fastShutdownMs)) return;
  process.kill(pid, 'SIGQUIT');
  await gone(pid, fastShutdownMs);
}

function endOf(child: ChildProcess): Promise<void> {
  return new Promise((resolve) => {
    child.once('error', () => resolve());
    child.once('exit', () => resolve());
  });
}

/** The postmaster writes its state in the eighth line of its pid file: no login is needed to know it. */
async function becomesReady(cluster: string, pid: number, child: ChildProcess): Promise<boolean> {
  const deadline = performance.now() + readyTimeoutMs;
  while (child.exitCode === null && child.signalCode === null && performance.now() < deadline) {
    const lines = await pidFile(cluster);
    if (lines[0] === String(pid) && lines[7]?.trim() === 'ready') return true;
    await sleep(15);
  }
  return false;
}

async function recordedPid(cluster: string): Promise<number | null> {
  const pid = Number((await pidFile(cluster))[0]);
  return Number.isInteger(pid) && pid > 1 ? pid : null;
}

async function pidFile(cluster: string): Promise<readonly string[]> {
  const text = await readFile(path.join(cluster, 'postmaster.pid'), 'utf8').catch(() => '');
  return text.split('\n');
}

/** Fast (open transactions are rolled back), then immediate (recovery at the next start), then by force. */
async function shutDown(pid: number, ended: Promise<void>): Promise<void> {
  for (const signal of ['SIGINT', 'SIGQUIT', 'SIGKILL'] as const) {
    if (!isAlive(pid)) break;
    process.kill(pid, signal);
    const timer = new AbortController();
    const inTime = await Promise.race([
      ended.then(() => true),
      sleep(fastShutdownMs, false, { signal: timer.signal }).catch(() => true),
    ]);
    timer.abort();
    if (inTime) return;
  }
  await ended;
}

async function logFrom(file: string, offset: number): Promise<string> {
  const { size } = await stat(file);
  const handle = await open(file, 'r');
  try {
    const length = Math.min(size - offset, 8192);
    const { buffer, bytesRead } = await handle.read(Buffer.alloc(length), 0, length, size - length);
    return buffer.subarray(0, bytesRead).toString();
  } finally {
    await handle.close();
  }
}
