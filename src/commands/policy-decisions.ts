import { once } from 'node:events';
import { ConfigError } from '../config.ts';
import { decisionLogRecord } from '../core/authzen/decision-log.ts';
import { instant } from '../core/brand.ts';
import { exportPseudonyms } from '../crypto/export-pseudonyms.ts';
import { openKeys } from '../crypto/keys.ts';
import { recordedDecisions } from '../store/decision-log.ts';
import { openRecordedKeys } from '../store/recorded-keys.ts';
import { startOf } from './policy-sign.ts';
import { withDatabase } from './with-database.ts';

/** `sluis policy decisions --from TIME --to TIME`: the Authorization Decision Log of that time, a record a line. */
export async function policyDecisions(options: { readonly from: string; readonly to: string }): Promise<void> {
  const [from, to] = [startOf(options.from), startOf(options.to, '--to')];
  if (from === null || to === null || from >= to) throw new ConfigError(['--from must lie before --to']);
  await withDatabase('serve', async (pool, _dataDir, settings, vault) => {
    const { subjects: cipher } = await openRecordedKeys(
      pool,
      (may) => openKeys({ ...settings, ...may }),
      instant(new Date()),
    );
    const pseudonymOf = exportPseudonyms();
    for await (const entry of recordedDecisions({ pool, vault }, cipher, { from, to })) {
      const line = `${JSON.stringify(decisionLogRecord(entry, pseudonymOf))}\n`;
      // Whoever reads slowly makes us wait, not grow.
      if (!process.stdout.write(line)) await once(process.stdout, 'drain');
    }
  });
}
