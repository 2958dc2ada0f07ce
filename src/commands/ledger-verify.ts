import { join } from 'node:path';
import { readLedgerOrigin } from '../config.ts';
import { instant } from '../core/brand.ts';
import { checkpointKeys, openKeys } from '../crypto/keys.ts';
import { checkpointFile } from '../store/journal/checkpoint-file.ts';
import { keyRing, noteVerifiers } from '../store/journal/key-ring.ts';
import { verifyStoredLedger } from '../store/journal/verify-ledger.ts';
import { publicKeys } from '../store/keys.ts';
import { openRecordedKeys } from '../store/recorded-keys.ts';
import { withDatabase } from './with-database.ts';

/**
 * `sluis ledger verify`: recomputes the whole ledger and compares it with the checkpoint that stands
 * outside the database. Exit code 1 when anything is wrong.
 */
export async function ledgerVerify(options: { readonly json: boolean }): Promise<void> {
  const origin = readLedgerOrigin(process.env);
  const report = await withDatabase('serve', async (pool, dataDir, settings) => {
    const keys = await openRecordedKeys(pool, (may) => openKeys({ ...settings, ...may }), instant(new Date()));
    const [checkpointKey, ...formerCheckpointKeys] = noteVerifiers(origin, checkpointKeys(keys));
    if (checkpointKey === undefined) throw new Error('a gateway without a checkpoint key');
    return verifyStoredLedger({
      pool,
      keys: keyRing((await publicKeys(pool)).map((key) => key.jwk)),
      origin,
      checkpointKey,
      formerCheckpointKeys,
      store: checkpointFile(join(dataDir, 'checkpoint')),
      onProgress: showProgress,
    });
  });
  if (process.stderr.isTTY) process.stderr.write('\r\u001b[2K');
  const good = report.problemCount === 0;
  if (options.json) process.stdout.write(`${JSON.stringify({ ok: good, ...report }, null, 2)}\n`);
  else {
    const lines = [
      `${report.entries} entries recomputed in ${report.flushes} signed flushes of ${report.instances} instances`,
      `${report.treeSize} leaves in the tree, ${report.pending} waiting for it`,
      `${report.checkpoints} checkpoints, the largest good one over ${report.checkpointSize ?? 0} leaves`,
      ...report.problems.map((problem) => `WRONG ${problem.code} at ${problem.where}`),
      good ? 'the ledger is whole' : `the ledger is NOT whole: ${report.problemCount} problems`,
    ];
    process.stdout.write(`${lines.join('\n')}\n`);
  }
  process.exitCode = good ? 0 : 1;
}

function showProgress(progress: { readonly entries: number; readonly treeLeaves: number }): void {
  if (!process.stderr.isTTY) return;
  process.stderr.write(`\r\u001b[2K${progress.entries} entries, ${progress.treeLeaves} leaves …`);
}
