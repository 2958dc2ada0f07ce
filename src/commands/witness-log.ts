import { readLedgerSettings } from '../config.ts';
import { instant } from '../core/brand.ts';
import { noteVerifierKey } from '../core/ledger/checkpoint.ts';
import { openKeys } from '../crypto/keys.ts';
import { readMlDsaKey } from '../crypto/ml-dsa-key.ts';
import { openRecordedKeys } from '../store/recorded-keys.ts';
import { printJson, printLines } from './terminal.ts';
import { withDatabase } from './with-database.ts';

/** `sluis witness log`: what a witness must know of this gateway's ledger, as it goes into its file of logs. */
export async function witnessLog({ json }: { readonly json: boolean }): Promise<void> {
  const { origin, mlDsaKey } = readLedgerSettings(process.env);
  const signers = await withDatabase('serve', async (pool, _dataDir, settings) => {
    const keys = await openRecordedKeys(pool, (may) => openKeys({ ...settings, ...may }), instant(new Date()));
    return [keys.checkpoint, ...keys.checkpointCosigners()];
  });
  const quantum = mlDsaKey === null ? [] : [readMlDsaKey(mlDsaKey)];
  const keys = [...signers, ...quantum].map(({ publicKey }) => noteVerifierKey({ name: origin, publicKey }));
  if (json) return printJson({ logs: [{ origin, keys }] });
  printLines(['logs:', `  - origin: ${origin}`, '    keys:', ...keys.map((key) => `      - ${key}`)]);
}
