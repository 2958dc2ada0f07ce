import { mkdtemp, rm } from 'node:fs/promises';
import os from 'node:os';
import path from 'node:path';
import { expect } from 'vitest';
import type { EntryId } from '../../src/core/brand.ts';
import type { NoteVerifier } from '../../src/core/ledger/checkpoint.ts';
import type { CheckpointStore } from '../../src/core/ledger/ports.ts';
import type { LedgerReport } from '../../src/core/ledger/verify/verify-ledger.ts';
import { checkpointFile } from '../../src/store/journal/checkpoint-file.ts';
import { keyRing } from '../../src/store/journal/key-ring.ts';
import type { OpenJournal } from '../../src/store/journal/open-journal.ts';
import { latestCheckpoint } from '../../src/store/journal/proof.ts';
import { type Sequencer, startSequencer } from '../../src/store/journal/sequencer.ts';
import { type VerifyLedgerOptions, verifyStoredLedger } from '../../src/store/journal/verify-ledger.ts';
import { type FreshDatabase, freshDatabase } from './database.ts';
import { entry, journalOn, seedWorld, work } from './journal-world.ts';
import { newSigner } from './ledger-keys.ts';

export const origin = 'sluis.test/ledger';

/** Two journals on one database, as many sequencers as a test starts, and a checkpoint outside it. */
export interface LedgerWorld {
  readonly database: FreshDatabase;
  readonly directory: string;
  readonly journals: readonly OpenJournal[];
  readonly checkpointKey: NoteVerifier;
  readonly alarms: string[];
  store: CheckpointStore;
  start(): Sequencer;
  /** So many entries, in turn through each journal. */
  write(count: number): Promise<EntryId[]>;
  /** Resolves when the latest checkpoint is of this size. */
  signed(size: number): Promise<void>;
  verify(options?: Partial<VerifyLedgerOptions>): Promise<LedgerReport>;
  end(): Promise<void>;
}

export async function until(isSo: () => Promise<boolean> | boolean, what: string, withinMs = 10_000): Promise<void> {
  const endMs = performance.now() + withinMs;
  while (!(await isSo())) {
    if (performance.now() > endMs) throw new Error(`it did not come to: ${what}`);
    await new Promise((resolve) => setTimeout(resolve, 10));
  }
}

/** `witnessedAtOnce`: false where checkpoints wait for witnesses. */
export async function ledgerWorld({ witnessedAtOnce = true } = {}): Promise<LedgerWorld> {
  const signer = newSigner();
  const ledgerSigner = newSigner();
  const database = await freshDatabase();
  const directory = await mkdtemp(path.join(os.tmpdir(), 'sluis-checkpoint-'));
  await seedWorld(database.pools.owner);
  const journals = [
    await journalOn(database.pools, { signer: ledgerSigner }),
    await journalOn(database.pools, { signer: ledgerSigner }),
  ];
  const checkpointKey = { name: origin, publicKey: signer.publicKey, check: signer.check };
  const sequencers: Sequencer[] = [];
  const world: LedgerWorld = {
    database,
    directory,
    journals,
    checkpointKey,
    alarms: [],
    store: checkpointFile(directory),
    start() {
      const { store } = world;
      const onAlarm = (alarm: string) => void world.alarms.push(alarm);
      const pool = database.pools.sequencer;
      const ticking = { intervalMs: 10, leaseMs: 300 };
      const sequencer = startSequencer({ pool, signer, origin, store, ...ticking, onAlarm, witnessedAtOnce });
      sequencers.push(sequencer);
      return sequencer;
    },
    async write(count) {
      const entries = Array.from({ length: count }, () => entry());
      const works = entries.map((each, n) => journals[n % journals.length]?.commit(work(null, { entries: [each] })));
      for (const committed of await Promise.all(works)) expect(committed?.outcome).toBe('durable');
      return entries.map(({ id }) => id);
    },
    signed: (size) =>
      until(async () => (await latestCheckpoint(database.pools.serve))?.size === size, `a checkpoint of ${size}`),
    verify: (options) => {
      const { store } = world;
      const keys = keyRing([ledgerSigner.jwk]);
      return verifyStoredLedger({ pool: database.pools.serve, keys, origin, checkpointKey, store, ...options });
    },
    async end() {
      await Promise.all(sequencers.map((running) => running.stop()));
      await Promise.all(journals.map((journal) => journal.close()));
      await database.drop();
      await rm(directory, { recursive: true });
    },
  };
  return world;
}
