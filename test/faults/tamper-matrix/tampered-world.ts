import { mkdtemp, rm } from 'node:fs/promises';
import os from 'node:os';
import path from 'node:path';
import type pg from 'pg';
import { readExport } from '../../../src/archive/read-export.ts';
import { writeExport } from '../../../src/archive/write-export.ts';
import type { Receipt } from '../../../src/core/ledger/entry.ts';
import type { MarkFile } from '../../../src/core/ledger/ledger-source.ts';
import { policyDigest } from '../../../src/core/ledger/verify/policy-links.ts';
import { type LedgerReport, type LedgerTrust, verifyLedger } from '../../../src/core/ledger/verify/verify-ledger.ts';
import { checkpointFile } from '../../../src/store/journal/checkpoint-file.ts';
import { keyRing, noteVerifiers } from '../../../src/store/journal/key-ring.ts';
import { openMarkFiles, readMarkFiles } from '../../../src/store/journal/mark-files.ts';
import { latestCheckpoint } from '../../../src/store/journal/proof.ts';
import { startSequencer } from '../../../src/store/journal/sequencer.ts';
import { storedLedger } from '../../../src/store/journal/stored-ledger.ts';
import { freshDatabase } from '../../world/database.ts';
import { entry, journalOn, now, seedWorld, work } from '../../world/journal-world.ts';
import { newSigner } from '../../world/ledger-keys.ts';
import { until } from '../../world/ledger-world.ts';

const origin = 'sluis.test/ledger';

export type Signer = ReturnType<typeof newSigner>;

/** A ledger of two instances, of which a checkpoint covers most and some entries still wait. */
export interface TamperedWorld {
  readonly signer: Signer;
  /** What was published before anybody changed anything: the latest checkpoint, and an earlier one. */
  readonly note: string;
  readonly size: number;
  readonly earlierSize: number;
  readonly marks: readonly MarkFile[];
  /** Of entries that no checkpoint covers. */
  readonly receipts: readonly Receipt[];
  /** Changes the database as its superuser, exports it as it then is, undoes the change, and verifies the export. */
  round(tamper: (client: pg.PoolClient) => Promise<unknown>, known: Known): Promise<LedgerReport>;
  end(): Promise<void>;
}

/** What whoever verifies has beside the public keys. */
export type Known = Partial<Pick<LedgerTrust, 'notes' | 'marks' | 'receipts'>>;

export async function tamperedWorld(): Promise<TamperedWorld> {
  const database = await freshDatabase();
  const { pools } = database;
  await seedWorld(pools.owner);
  await seedFiles(pools.owner);
  const folder = await mkdtemp(path.join(os.tmpdir(), 'sluis-tamper-'));
  const [signer, noteSigner] = [newSigner(), newSigner()];
  const heartbeat = { everySeconds: 3_600, begins: 'at-once' } as const;
  const lanes = await Promise.all(
    ['one', 'two'].map(async () => {
      const marks = await openMarkFiles(path.join(folder, 'marks'));
      return { marks, journal: await journalOn(pools, { signer, marks, heartbeat }) };
    }),
  );
  const store = checkpointFile(path.join(folder, 'checkpoint'));
  const write = async (count: number): Promise<Receipt[]> => {
    const receipts: Receipt[] = [];
    for (let n = 0; n < count; n++) {
      const works = Array.from({ length: 1 + (n % 3) }, () => work(null, { entries: [entry(), entry()] }));
      const lane = lanes[n % lanes.length];
      for (const committed of await Promise.all(works.map((each) => lane?.journal.commit(each)))) {
        if (committed?.outcome !== 'durable') throw new Error('not written');
        receipts.push(...committed.receipts);
      }
    }
    return receipts;
  };
  const sign = async (): Promise<number> => {
    const sequencer = startSequencer({
      ...{ pool: pools.sequencer, signer: noteSigner, origin, store, intervalMs: 10, leaseMs: 500 },
      onAlarm: (alarm) => {
        throw new Error(alarm);
      },
      witnessedAtOnce: true,
    });
    const { rows } = await pools.owner.query<{ count: number }>('SELECT count(*) FROM ledger_entry');
    const size = rows[0]?.count ?? 0;
    await until(async () => (await latestCheckpoint(pools.serve))?.size === size, `a checkpoint of ${size}`);
    await sequencer.stop();
    return size;
  };
  await write(20);
  const earlierSize = await sign();
  await write(24);
  const size = await sign();
  const note = (await store.read()) ?? '';
  const receipts = await write(4);
  const marks = (await readMarkFiles(path.join(folder, 'marks'))).map(({ instance, text }) => ({ instance, text }));
  const trust: LedgerTrust = {
    origin,
    keys: keyRing([signer.jwk]),
    checkpointKeys: noteVerifiers(origin, [noteSigner.publicKey]),
    signatures: true,
    notes: [],
  };

  return {
    ...{ signer, note, size, earlierSize, marks, receipts },
    async round(tamper, known) {
      const client = await pools.owner.connect();
      const where = await mkdtemp(path.join(folder, 'export-'));
      try {
        await client.query('BEGIN ISOLATION LEVEL REPEATABLE READ');
        // Without its guards, as whoever owns the server can.
        await client.query('SET LOCAL session_replication_role = replica');
        await tamper(client);
        const source = await storedLedger(client, { note: null, marks: [] });
        await writeExport(source, where, { origin, since: null, now: now() });
      } finally {
        await client.query('ROLLBACK');
        client.release();
      }
      const report = await verifyLedger(await readExport(where), { ...trust, ...known });
      await rm(where, { recursive: true });
      return report;
    },
    async end() {
      for (const { journal, marks: files } of lanes) {
        await journal.close();
        await files.close();
      }
      await database.drop();
      await rm(folder, { recursive: true });
    },
  };
}

/** The set that the entries name has files of its own, and its digest. */
async function seedFiles(owner: pg.Pool): Promise<void> {
  const files = [{ file: 'some.policy.yaml', bytes: Buffer.from('rules: []\n') }];
  const digest = policyDigest(files);
  await owner.query('INSERT INTO policy_set VALUES ($1, now())', [digest]);
  for (const { file, bytes } of files) {
    await owner.query('INSERT INTO policy_set_file (set_digest, name, bytes) VALUES ($1, $2, $3)', [
      digest,
      file,
      bytes,
    ]);
  }
}
