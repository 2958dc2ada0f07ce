import { join } from 'node:path';
import type pg from 'pg';
import type { LedgerSettings } from '../ledger-settings.ts';
import { readMarkFiles } from '../store/journal/mark-files.ts';
import { openCheckpointStore } from '../store/journal/open-checkpoint-store.ts';
import type { OutsideLedger } from '../store/journal/stored-ledger.ts';

/** What this host and its settings have of the ledger outside its database: the last checkpoint, and marks. */
export async function outsideLedger(
  settings: LedgerSettings,
  { dataDir, ledger }: { readonly dataDir: string; readonly ledger: pg.Pool },
): Promise<OutsideLedger> {
  const { store, close } = await openCheckpointStore(settings, { dataDir, ledger });
  try {
    return { note: await store.read(), marks: await readMarkFiles(join(dataDir, 'marks')) };
  } finally {
    await close();
  }
}
