import { join } from 'node:path';
import type pg from 'pg';
import type { CheckpointStore } from '../../core/ledger/ports.ts';
import { openPool } from '../pool.ts';
import { checkpointDatabase } from './checkpoint-database.ts';
import { checkpointFile } from './checkpoint-file.ts';

export interface OpenCheckpointStore {
  readonly store: CheckpointStore;
  close(): Promise<void>;
}

/**
 * Where the last checkpoint stands outside the ledger's database: a file in the data directory, for gateways on
 * one host, or the database that `SLUIS_CHECKPOINT_DATABASE_URL` names. Throws as `checkpointDatabase` does.
 */
export async function openCheckpointStore(
  { origin, checkpointDatabase: url }: { readonly origin: string; readonly checkpointDatabase: string | null },
  { dataDir, ledger }: { readonly dataDir: string; readonly ledger: pg.Pool },
): Promise<OpenCheckpointStore> {
  if (url === null) return { store: checkpointFile(join(dataDir, 'checkpoint')), close: async () => undefined };
  const pool = openPool(url, { max: 2, name: 'sluis-checkpoint' });
  try {
    return { store: await checkpointDatabase(pool, origin, ledger), close: () => pool.end() };
  } catch (error) {
    await pool.end();
    throw error;
  }
}
