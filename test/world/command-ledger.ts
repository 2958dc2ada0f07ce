import { type ChildProcess, spawn } from 'node:child_process';
import { mkdtemp, rm } from 'node:fs/promises';
import os from 'node:os';
import path from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { expect } from 'vitest';
import type { EntryId } from '../../src/core/brand.ts';
import type { Receipt } from '../../src/core/ledger/entry.ts';
import { type FinalReceipt, writeFinalReceipt } from '../../src/core/ledger/final-receipt.ts';
import { openKeys } from '../../src/crypto/keys.ts';
import { checkpointFile } from '../../src/store/journal/checkpoint-file.ts';
import { openMarkFiles } from '../../src/store/journal/mark-files.ts';
import type { OpenJournal } from '../../src/store/journal/open-journal.ts';
import { latestCheckpoint, witnessedProofOf } from '../../src/store/journal/proof.ts';
import { startSequencer } from '../../src/store/journal/sequencer.ts';
import { openRecordedKeys } from '../../src/store/recorded-keys.ts';
import { type FreshDatabase, freshDatabase } from './database.ts';
import { entry, journalOn, now, seedWorld, work } from './journal-world.ts';
import { until } from './ledger-world.ts';

const root = path.resolve(import.meta.dirname, '../..');
const main = path.join(root, 'src/main.ts');
const origin = 'sluis.example/ledger';

export interface Ended {
  readonly code: number | null;
  readonly signal: NodeJS.Signals | null;
  readonly out: string;
  readonly err: string;
}

export interface LedgerLimits {
  readonly kill?: { readonly when: () => Promise<boolean>; readonly afterMs: number };
  readonly limit?: string;
}

/** A ledger in a database with the keys, marks and checkpoint of a gateway, for commands to be tried on. */
export interface CommandLedger {
  readonly database: FreshDatabase;
  readonly place: string;
  /** So many entries, through a lane of its own, all of them in the tree and signed when it resolves. */
  write(count: number): Promise<void>;
  /** Entries that no checkpoint covers. */
  writePending(count: number): Promise<void>;
  /** Both receipts of the entry at a position in the tree. */
  receipts(index: number): Promise<{ readonly atOnce: Receipt; readonly final: FinalReceipt }>;
  /** `sluis ledger …`, killed some milliseconds after something is so, and with files that grow to so many KiB at most. */
  ledger(args: readonly string[], options?: LedgerLimits): Promise<Ended>;
  end(): Promise<void>;
}

export async function commandLedger(): Promise<CommandLedger> {
  const database = await freshDatabase();
  const place = await mkdtemp(path.join(os.tmpdir(), 'sluis-ledger-'));
  const dataDir = path.join(place, 'data');
  const { pools, urls } = database;
  await seedWorld(pools.owner);
  const keys = await openRecordedKeys(
    pools.serve,
    (may) => openKeys({ directory: path.join(dataDir, 'keys'), ...may }),
    now(),
  );
  const marks = await openMarkFiles(path.join(dataDir, 'marks'));
  const journal: OpenJournal = await journalOn(pools, {
    signer: keys.ledger,
    marks,
    heartbeat: { everySeconds: 3_600, begins: 'at-once' },
  });
  const store = checkpointFile(path.join(dataDir, 'checkpoint'));
  const commit = async (count: number): Promise<void> => {
    const works = Array.from({ length: count }, () => journal.commit(work(null, { entries: [entry(), entry()] })));
    for (const { outcome } of await Promise.all(works)) expect(outcome).toBe('durable');
  };
  const stored = async (): Promise<number> => {
    const { rows } = await pools.owner.query<{ count: number }>('SELECT count(*) FROM ledger_entry');
    return rows[0]?.count ?? 0;
  };
  return {
    database,
    place,
    async write(count) {
      for (let left = count / 2; left > 0; left -= 500) await commit(Math.ceil(Math.min(left, 500)));
      const sequencer = startSequencer({
        ...{ pool: pools.sequencer, signer: keys.checkpoint, origin, store, intervalMs: 10, leaseMs: 1000 },
        onAlarm: (alarm) => expect.unreachable(alarm),
        witnessedAtOnce: true,
      });
      const size = await stored();
      await until(async () => (await latestCheckpoint(pools.serve))?.size === size, `a checkpoint of ${size}`);
      await sequencer.stop();
    },
    writePending: commit,
    async receipts(index) {
      const { rows } = await pools.owner.query('SELECT entry_id FROM ledger_tree WHERE index = $1', [index]);
      const id: EntryId = rows[0]?.entry_id;
      const [atOnce, proof] = [await journal.receipt(id), await witnessedProofOf(pools.serve, id)];
      if (atOnce === null || proof === null) throw new Error('every entry has its receipts');
      return { atOnce, final: writeFinalReceipt(atOnce.leaf, atOnce.openings, proof) };
    },
    ledger(args, { kill, limit } = {}) {
      const env = {
        ...process.env,
        NO_COLOR: '1',
        DATABASE_URL: urls.owner,
        DATABASE_URL_SERVE: urls.serve,
        DATABASE_URL_SEQUENCER: urls.sequencer,
        DATABASE_URL_ERASER: urls.eraser,
        DATABASE_URL_VAULT: urls.vaultOwner,
        DATABASE_URL_VAULT_SERVE: urls.vault,
        DATABASE_URL_VAULT_ERASER: urls.vaultEraser,
        SLUIS_DATA_DIR: dataDir,
      };
      const command = [process.execPath, main, 'ledger', ...args];
      const limited = ['bash', '-c', `ulimit -f ${limit}; exec "$@"`, 'bash', ...command];
      const [file = '', ...rest] = limit === undefined ? command : limited;
      const child = spawn(file, rest, { env, cwd: root });
      if (kill !== undefined) void killWhen(child, kill);
      let [out, err] = ['', ''];
      child.stdout.on('data', (text: Buffer) => {
        out += text.toString();
      });
      child.stderr.on('data', (text: Buffer) => {
        err += text.toString();
      });
      return new Promise((done) => child.once('close', (code, signal) => done({ code, signal, out, err })));
    },
    async end() {
      await journal.close();
      await marks.close();
      await database.drop();
      await rm(place, { recursive: true });
    },
  };
}

async function killWhen(child: ChildProcess, { when, afterMs }: NonNullable<LedgerLimits['kill']>): Promise<void> {
  while (child.exitCode === null && !(await when())) await sleep(2);
  await sleep(afterMs);
  child.kill('SIGKILL');
}
