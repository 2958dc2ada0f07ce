import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import type pg from 'pg';
import { readDatabaseConfig, readLedgerSettings } from '../config.ts';
import { instant } from '../core/brand.ts';
import type { Clock, Entropy, Journal } from '../core/disclosure/ports.ts';
import { entropy, randomBytes } from '../crypto/entropy.ts';
import { type GatewayKeys, openKeys } from '../crypto/keys.ts';
import { openMarkFiles } from '../store/journal/mark-files.ts';
import { openJournal } from '../store/journal/open-journal.ts';
import { openDatabase } from '../store/open-database.ts';
import { openPool } from '../store/pool.ts';
import { openRecordedKeys } from '../store/recorded-keys.ts';

/** What a command needs that changes something on record: it is an instance of its own in the ledger. */
export interface LedgerSession {
  readonly pool: pg.Pool;
  /** The keys of subjects. */
  readonly vault: pg.Pool;
  /** For what is the owner's to change. */
  readonly ownerUrl: string;
  /** For what is the eraser's to forget. */
  readonly eraserUrls: { readonly ledger: string; readonly vault: string };
  readonly keys: GatewayKeys;
  readonly journal: Journal;
  readonly clock: Clock;
  readonly entropy: Entropy;
}

const clock: Clock = {
  now: () => instant(new Date()),
  ago: (ms) => instant(new Date(Date.now() - ms)),
  pause: (ms) => sleep(ms),
};

/** Runs a command that writes entries, with the gateway's own keys, beside a running gateway if there is one. */
export async function withLedger<T>(work: (session: LedgerSession) => Promise<T>): Promise<T> {
  const config = readDatabaseConfig(process.env);
  const { heartbeatSeconds } = readLedgerSettings(process.env);
  const database = await openDatabase(config, true);
  const pool = openPool(database.urls.serve, { max: 4, name: 'sluis-command' });
  const vault = openPool(database.urls.vault, { max: 2, name: 'sluis-command' });
  try {
    const keys = await openRecordedKeys(pool, (may) => openKeys({ ...config.keys, ...may }), clock.now());
    const { ledger: signer, subjects: cipher, identifiers: secrets } = keys;
    const marks = await openMarkFiles(join(config.dataDir, 'marks'));
    const journal = await openJournal({
      servePool: pool,
      vaultPool: vault,
      signer,
      cipher,
      secrets,
      orderMark: keys.marks.order,
      random: randomBytes,
      entropy,
      clock,
      // A command that puts nothing on record leaves no trace.
      heartbeat: { everySeconds: heartbeatSeconds, begins: 'with-first-entry' },
      marks,
      onAlarm: (alarm) => process.stderr.write(`sluis: ${alarm}\n`),
    });
    try {
      const { owner: ownerUrl, eraser, vaultEraser } = database.urls;
      const eraserUrls = { ledger: eraser, vault: vaultEraser };
      return await work({ pool, vault, ownerUrl, eraserUrls, keys, journal, clock, entropy });
    } finally {
      await journal.close();
      await marks.close();
    }
  } finally {
    await pool.end();
    await vault.end();
    await database.stop();
  }
}
