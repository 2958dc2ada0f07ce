import { writeExport } from '../archive/write-export.ts';
import { readLedgerSettings } from '../config.ts';
import { instant } from '../core/brand.ts';
import { withStoredLedger } from '../store/journal/stored-ledger.ts';
import { readSince } from './ledger-trust.ts';
import { outsideLedger } from './outside-ledger.ts';
import { printJson, printLines, progress } from './terminal.ts';
import { withExistingDatabase } from './with-database.ts';

/** `sluis ledger export DIR`: the ledger as it is at one moment, for whoever verifies it elsewhere. */
export async function ledgerExport(
  folder: string,
  options: { readonly since?: string; readonly json: boolean },
): Promise<void> {
  const settings = readLedgerSettings(process.env);
  const since = options.since === undefined ? null : readSince(options.since).size;
  const told = progress('entries');
  const done = await withExistingDatabase('serve', (pool, dataDir) => {
    const outside = () => outsideLedger(settings, { dataDir, ledger: pool });
    const now = instant(new Date());
    return withStoredLedger(pool, outside, (source) =>
      writeExport(source, folder, { origin: settings.origin, since, now, onProgress: told.tick }),
    );
  });
  told.done();
  if (options.json) {
    printJson({ folder, ...done });
    return;
  }
  printLines([
    `${done.size - done.since} entries from position ${done.since} on, ${done.pending} more that wait for the tree`,
    `the newest checkpoint covers ${done.checkpointSize ?? 0} leaves`,
    `${done.entries} entries and ${done.bytes} bytes were added to ${folder}`,
    'no personal data is in it: of what people said there are digests',
  ]);
}
