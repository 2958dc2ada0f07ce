import { type ChildProcess, fork } from 'node:child_process';
import { once } from 'node:events';
import { mkdtemp, rm } from 'node:fs/promises';
import os from 'node:os';
import path from 'node:path';
import type { NoteVerifier } from '../../src/core/ledger/checkpoint.ts';
import type { KeyRing } from '../../src/core/ledger/ports.ts';
import { keyRing, noteVerifiers } from '../../src/store/journal/key-ring.ts';
import { type FreshDatabase, freshDatabase } from './database.ts';
import { seedWorld } from './journal-world.ts';
import { privateJwk } from './jwk-signer.ts';
import type { SequencerEvent, SequencerTask } from './sequencer-worker.ts';

/** A gateway-like process: it writes to the ledger, and its sequencer leads or waits. */
export interface RunningSequencer {
  readonly child: ChildProcess;
  /** All that it told, in order. */
  readonly events: readonly SequencerEvent[];
  readonly signed: readonly Extract<SequencerEvent, { event: 'signed' }>[];
  /** Resolves with the entries that were acknowledged. */
  write(count: number, lanes?: number): Promise<readonly string[]>;
  /** SIGKILL, SIGSTOP or SIGCONT. */
  signal(signal: 'SIGKILL' | 'SIGSTOP' | 'SIGCONT'): void;
}

/** One ledger and as many processes beside it as a test starts, any of which may be killed or stopped. */
export interface SequencersWorld {
  readonly database: FreshDatabase;
  readonly directory: string;
  readonly keys: KeyRing;
  readonly checkpointKey: NoteVerifier;
  start(changes?: Partial<SequencerTask>): Promise<RunningSequencer>;
  /** The one that holds the lease now; null while nobody does. */
  leader(among: readonly RunningSequencer[]): Promise<RunningSequencer | null>;
  /** Resolves when the latest checkpoint covers this many entries, or throws after so many milliseconds. */
  signed(size: number, withinMs?: number): Promise<void>;
  end(): Promise<void>;
}

export const origin = 'sluis.test/ledger';

export async function sequencersWorld(intervalMs = 50): Promise<SequencersWorld> {
  const database = await freshDatabase();
  const directory = await mkdtemp(path.join(os.tmpdir(), 'sluis-checkpoint-'));
  await seedWorld(database.pools.owner);
  const [ledgerKey, checkpointKey] = [await privateJwk(), await privateJwk()];
  const [verifier] = noteVerifiers(origin, [Buffer.from(String(checkpointKey.x), 'base64url')]);
  if (verifier === undefined) throw new Error('a key has a verifier');
  const { serve, vault, sequencer } = database.urls;
  const task = { serve, vault, sequencer, ledgerKey, checkpointKey, origin, intervalMs, store: { directory } };
  const children: ChildProcess[] = [];
  return {
    database,
    directory,
    keys: keyRing([ledgerKey]),
    checkpointKey: verifier,
    async start(changes = {}) {
      const running = startProcess({ ...task, ...changes });
      children.push(running.child);
      await told(running, ({ event }) => event === 'started');
      return running;
    },
    leader: (among) => leaderOf(database, among),
    async signed(size, withinMs = 10_000) {
      const endMs = performance.now() + withinMs;
      while ((await largest(database)) < size) {
        if (performance.now() > endMs) throw new Error(`no checkpoint of ${size} within ${withinMs} ms`);
        await new Promise((resolve) => setTimeout(resolve, 5));
      }
    },
    async end() {
      const ends = children.filter(isAlive).map((child) => {
        const ended = once(child, 'exit');
        child.kill('SIGKILL');
        return ended;
      });
      await Promise.all(ends);
      await database.drop();
      await rm(directory, { recursive: true });
    },
  };
}

function startProcess(task: SequencerTask): RunningSequencer {
  const file = path.join(import.meta.dirname, 'sequencer-worker.ts');
  const child = fork(file, { execArgv: [], stdio: ['ignore', 'inherit', 'inherit', 'ipc'] });
  const events: SequencerEvent[] = [];
  child.on('message', (event) => events.push(event as SequencerEvent));
  child.send(task);
  const running: RunningSequencer = {
    child,
    events,
    get signed() {
      return events.filter((event) => event.event === 'signed');
    },
    async write(count, lanes = 8) {
      const before = events.length;
      child.send({ write: count, lanes });
      const event = await told(running, ({ event }, index) => index >= before && event === 'written');
      return event.event === 'written' ? event.ids : [];
    },
    signal: (signal) => void child.kill(signal),
  };
  return running;
}

async function told(
  { events, child }: RunningSequencer,
  isIt: (event: SequencerEvent, index: number) => boolean,
): Promise<SequencerEvent> {
  const endMs = performance.now() + 30_000;
  for (;;) {
    const found = events.find(isIt);
    if (found !== undefined) return found;
    if (!isAlive(child) || performance.now() > endMs) throw new Error('a process did not do what it was told');
    await new Promise((resolve) => setTimeout(resolve, 5));
  }
}

function isAlive({ exitCode, signalCode }: ChildProcess): boolean {
  return exitCode === null && signalCode === null;
}

async function largest({ pools }: FreshDatabase): Promise<number> {
  const { rows } = await pools.owner.query('SELECT coalesce(max(size), 0)::integer AS size FROM ledger_checkpoint');
  return Number(rows[0]?.size);
}

async function leaderOf(
  { pools }: FreshDatabase,
  among: readonly RunningSequencer[],
): Promise<RunningSequencer | null> {
  const { rows } = await pools.owner.query<{ holder: string | null }>(
    'SELECT holder FROM sequencer_lease WHERE until > clock_timestamp()',
  );
  const holder = rows[0]?.holder ?? null;
  return (
    among.find(({ events }) => events.some((event) => event.event === 'started' && event.holder === holder)) ?? null
  );
}
