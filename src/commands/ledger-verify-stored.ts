import { readLedgerSettings } from '../config.ts';
import { instant } from '../core/brand.ts';
import { type LedgerReport, type OnProgress, verifyLedger } from '../core/ledger/verify/verify-ledger.ts';
import { checkpointKeys, openKeys } from '../crypto/keys.ts';
import { withStoredLedger } from '../store/journal/stored-ledger.ts';
import { publicKeys } from '../store/keys.ts';
import { openRecordedKeys } from '../store/recorded-keys.ts';
import { givenKeys, keysOf, type TrustOptions, trustFrom } from './ledger-trust.ts';
import { outsideLedger } from './outside-ledger.ts';
import { withExistingDatabase } from './with-database.ts';

/**
 * Recomputes the ledger in the database of the settings, on the gateway's own keys where none are given. `mayRead` is
 * told its size first, and throws what must not be read.
 */
export function verifyStored(
  options: TrustOptions,
  mayRead: (size: number) => void,
  onProgress: OnProgress,
): Promise<LedgerReport> {
  const settings = readLedgerSettings(process.env);
  const { origin } = settings;
  return withExistingDatabase('serve', async (pool, dataDir, keySettings) => {
    const own = async () => {
      const keys = await openRecordedKeys(pool, (may) => openKeys({ ...keySettings, ...may }), instant(new Date()));
      const onRecord = keysOf(await publicKeys(pool));
      return { flushJwks: onRecord.flushJwks, notes: checkpointKeys(keys) };
    };
    const keys = options.keys.length > 0 ? givenKeys(options.keys, origin) : await own();
    const outside = () => outsideLedger(settings, { dataDir, ledger: pool });
    return withStoredLedger(pool, outside, (source) => {
      mayRead(source.size);
      return verifyLedger(source, trustFrom(options, origin, keys), onProgress);
    });
  });
}
