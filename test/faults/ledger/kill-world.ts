import { randomInt } from 'node:crypto';
import { mkdtemp, rm } from 'node:fs/promises';
import os from 'node:os';
import path from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import type pg from 'pg';
import { readExport } from '../../../src/archive/read-export.ts';
import { writeExport } from '../../../src/archive/write-export.ts';
import { type LedgerReport, verifyLedger } from '../../../src/core/ledger/verify/verify-ledger.ts';
import { checkpointFile } from '../../../src/store/journal/checkpoint-file.ts';
import { keyRing, noteVerifiers } from '../../../src/store/journal/key-ring.ts';
import { readMarkFiles } from '../../../src/store/journal/mark-files.ts';
import { withStoredLedger } from '../../../src/store/journal/stored-ledger.ts';
import type { DatabaseUrls } from '../../../src/store/logins.ts';
import { openPool } from '../../../src/store/pool.ts';
import { until } from '../../scenarios/chain/running-chain.ts';
import { seedSubject, seedWorld } from '../../world/journal-world.ts';
import { privateJwk } from '../../world/jwk-signer.ts';
import { newCipher } from '../../world/ledger-keys.ts';
import type { WorkerTask } from './gateway-worker.ts';
import { type KeptOutside, keptOutside } from './kept-outside.ts';
import { isSettled, type Losses, lookForLoss } from './look-for-loss.ts';
import { type RunningWorker, startWorker } from './running-worker.ts';

/** One ledger, the gateway-like processes that write to it all the time, and what people hold of it. */
export interface KillWorld {
  readonly kept: KeptOutside;
  readonly task: WorkerTask;
  /** Those that run now, at least two of them. */
  workers(): Promise<readonly RunningWorker[]>;
  /** The one that holds the lease now; waits until somebody does. */
  leader(): Promise<RunningWorker>;
  /** Another, which has written something. */
  follower(): Promise<RunningWorker>;
  holder(): Promise<string | null>;
  start(changes?: Partial<WorkerTask>): Promise<RunningWorker>;
  /** kill -9. Another is on its way when this resolves. */
  kill(worker: RunningWorker): Promise<void>;
  /** Resolves when each process that runs has acknowledged something more, and a checkpoint was signed. */
  goesOn(): Promise<void>;
  /** Has everybody finish, looks for losses, verifies the ledger as it stands, and goes on. */
  look(signatures?: boolean): Promise<{ readonly losses: Losses; readonly report: LedgerReport }>;
  /** Writes an export of the quiet ledger to a folder and verifies it from there. */
  lookAtExport(): Promise<LedgerReport>;
  end(): Promise<void>;
}

const origin = 'sluis.test/ledger';
const size = 3;
const recoveryMs = 20_000;

/** @param urls a migrated, empty database, whose server may be killed */
export async function killWorld(urls: DatabaseUrls, changes: Partial<WorkerTask> = {}): Promise<KillWorld> {
  const directory = await mkdtemp(path.join(os.tmpdir(), 'sluis-kills-'));
  const owner = openPool(urls.owner, { max: 2, statementTimeoutMs: 30_000 });
  const task = { ...(await taskFor(urls, directory, owner)), ...changes };
  const keys = keyRing([task.ledgerKey]);
  const [logKey] = noteVerifiers(origin, [Buffer.from(String(task.checkpointKey.x), 'base64url')]);
  if (logKey === undefined) throw new Error('a key has a verifier');
  const kept = keptOutside(origin, keys, logKey);
  const wrong: string[] = [];
  const store = checkpointFile(task.checkpoints);
  const running = new Set<RunningWorker>();
  const starting = new Set<Promise<unknown>>();
  const watching = watch(async () => {
    const note = await store.read();
    if (note !== null) kept.published(note);
  });

  const start = async (more: Partial<WorkerTask> = {}): Promise<RunningWorker> => {
    const worker = await startWorker(
      { ...task, ...more },
      { heard: kept.heard, crashed: (how) => void wrong.push(`a process ended by itself: ${how}`) },
    );
    running.add(worker);
    worker.load(true);
    return worker;
  };
  /** As a host does with a gateway that ended. */
  const startAnother = (): void => {
    const started = start().finally(() => starting.delete(started));
    starting.add(started);
  };
  const holder = async (): Promise<string | null> => {
    const { rows } = await owner.query<{ holder: string | null }>(
      'SELECT holder FROM sequencer_lease WHERE until > clock_timestamp()',
    );
    return rows[0]?.holder ?? null;
  };
  const workers = async (): Promise<readonly RunningWorker[]> => {
    await until(() => running.size >= size - 1, 'enough processes');
    return [...running];
  };
  const leader = async (): Promise<RunningWorker> => {
    let found: RunningWorker | undefined;
    const isLed = async () => {
      const name = await holder();
      found = [...running].find((worker) => worker.holder === name);
      return found !== undefined;
    };
    await until(isLed, 'somebody who leads', recoveryMs);
    if (found === undefined) throw new Error('somebody leads');
    return found;
  };
  const trust = () => ({ origin, keys, checkpointKeys: [logKey], notes: [] });
  const withLedger = <T>(work: Parameters<typeof withStoredLedger<T>>[2]) => {
    const outside = async () => ({ note: await store.read(), marks: await readMarkFiles(task.marks) });
    return withStoredLedger(owner, outside, work);
  };
  const quietly = async <T>(work: () => Promise<T>): Promise<T> => {
    await Promise.all(starting);
    const all = [...running];
    for (const worker of all) worker.load(false);
    await Promise.all(all.map((worker) => worker.quiet()));
    await until(() => isSettled(owner), 'a tree with all entries, and its checkpoint', recoveryMs);
    const result = await work();
    for (const worker of all) worker.load(true);
    return result;
  };
  for (let started = 0; started < size; started += 1) await start();
  return {
    kept,
    task,
    workers,
    leader,
    holder,
    start,
    async follower() {
      const leads = await leader();
      const others = () => [...running].filter((worker) => worker !== leads && worker.acknowledged > 0);
      await until(() => others().length > 0, 'one that follows, and has written', recoveryMs);
      const one = others()[randomInt(others().length)];
      if (one === undefined) throw new Error('there is one');
      return one;
    },
    async kill(worker) {
      running.delete(worker);
      await worker.kill();
      startAnother();
    },
    async goesOn() {
      const before = [...running].map((worker) => ({ worker, had: worker.acknowledged }));
      const states = kept.states.size;
      const goesOn = () =>
        kept.states.size > states && before.every(({ worker, had }) => worker.acknowledged > had || !worker.isAlive);
      await until(goesOn, 'everybody who works on', recoveryMs);
    },
    look: (signatures = false) =>
      quietly(async () => {
        const losses = await lookForLoss(owner, kept);
        const receipts = someReceipts(kept);
        const report = await withLedger((source) => verifyLedger(source, { ...trust(), signatures, receipts }));
        if (wrong.length > 0) throw new Error(wrong.join('; '));
        return { losses, report };
      }),
    lookAtExport: () =>
      quietly(async () => {
        const folder = path.join(directory, 'export');
        const options = { origin, since: null, now: new Date().toISOString() };
        await withLedger((source) => writeExport(source, folder, options));
        return verifyLedger(await readExport(folder), { ...trust(), signatures: true, receipts: someReceipts(kept) });
      }),
    async end() {
      await Promise.allSettled(starting);
      await watching.stop();
      await Promise.all([...running].map((worker) => worker.kill()));
      await owner.end();
      await rm(directory, { recursive: true });
    },
  };
}

async function taskFor(urls: DatabaseUrls, directory: string, owner: pg.Pool): Promise<WorkerTask> {
  const vaultOwner = openPool(urls.vaultOwner, { max: 1 });
  await seedWorld(owner);
  const subjects: string[] = [];
  for (let made = 0; made < 4; made += 1) subjects.push(await seedSubject({ owner, vaultOwner }, newCipher()));
  await vaultOwner.end();
  return {
    serve: urls.serve,
    vault: urls.vault,
    sequencer: urls.sequencer,
    ledgerKey: await privateJwk(),
    checkpointKey: await privateJwk(),
    origin,
    intervalMs: 50,
    checkpoints: path.join(directory, 'checkpoint'),
    marks: path.join(directory, 'marks'),
    subjects,
    lanes: 3,
    pauseMs: 60,
    acknowledgesEarly: false,
  };
}

/** Looks over and over, as somebody elsewhere who keeps every checkpoint that is published. */
function watch(look: () => Promise<void>): { stop(): Promise<void> } {
  let isWatching = true;
  const run = async (): Promise<void> => {
    while (isWatching) {
      await look();
      await sleep(20);
    }
  };
  const running = run();
  return {
    stop() {
      isWatching = false;
      return running;
    },
  };
}

/** So many that were handed out, for a verifier to look for. */
function someReceipts({ acknowledged }: KeptOutside) {
  const all = [...acknowledged].flatMap(([where, { receipt }]) => (receipt === null ? [] : [{ where, receipt }]));
  const step = Math.max(1, Math.floor(all.length / 200));
  return all.filter((_, index) => index % step === 0);
}
