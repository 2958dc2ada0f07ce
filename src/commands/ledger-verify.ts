import { readExport } from '../archive/read-export.ts';
import { ConfigError, readLedgerSettings } from '../config.ts';
import { instant } from '../core/brand.ts';
import { type LedgerReport, verifyLedger } from '../core/ledger/verify/verify-ledger.ts';
import { checkpointKeys, openKeys } from '../crypto/keys.ts';
import { withStoredLedger } from '../store/journal/stored-ledger.ts';
import { publicKeys } from '../store/keys.ts';
import { openRecordedKeys } from '../store/recorded-keys.ts';
import { reportLines } from './ledger-report.ts';
import { givenKeys, keysOf, readSince, type TrustOptions, trustFrom } from './ledger-trust.ts';
import { outsideLedger } from './outside-ledger.ts';
import { coloursFor, exitCodes, printJson, printLines, progress } from './terminal.ts';
import { withExistingDatabase } from './with-database.ts';

export interface VerifyOptions extends TrustOptions {
  readonly live: boolean;
  readonly json: boolean;
}

/** A report, and whose keys it rests on. */
interface Verified {
  readonly report: LedgerReport;
  readonly vouched: 'given' | 'export' | 'gateway';
}

/** `sluis ledger verify [DIR]`: recomputes a whole ledger. Exit code 1 when anything is wrong. */
export async function ledgerVerify(folder: string | null, options: VerifyOptions): Promise<void> {
  if (folder !== null && options.live)
    throw new ConfigError(['--live and a folder do not go together: give one of them']);
  const told = progress('entries');
  const { report, vouched } = await (folder === null
    ? ofDatabase(options, told.tick)
    : ofExport(folder, options, told.tick));
  told.done();
  const notChecked = [...report.notChecked, ...unknownKeys[vouched], ...leftOut(options)];
  const ok = report.problemCount === 0;
  if (options.json) printJson({ ok, ...report, notChecked });
  else printLines(reportLines({ ...report, notChecked }, coloursFor(process.stdout)));
  process.exitCode = ok ? exitCodes.fine : exitCodes.wrong;
}

type Tick = (done: number, total: number) => void;

async function ofExport(folder: string, options: VerifyOptions, tick: Tick): Promise<Verified> {
  const source = await readExport(folder);
  const { origin } = source.manifest;
  const isGiven = options.keys.length > 0;
  const keys = isGiven ? givenKeys(options.keys, origin) : keysOf(await source.keys());
  mustReach(source.size, options);
  const report = await verifyLedger(source, trustFrom(options, origin, keys), tick);
  return { report, vouched: isGiven ? 'given' : 'export' };
}

function ofDatabase(options: VerifyOptions, tick: Tick): Promise<Verified> {
  const settings = readLedgerSettings(process.env);
  const { origin } = settings;
  return withExistingDatabase('serve', async (pool, dataDir, keySettings) => {
    const own = async () => {
      const keys = await openRecordedKeys(pool, (may) => openKeys({ ...keySettings, ...may }), instant(new Date()));
      const onRecord = keysOf(await publicKeys(pool));
      return { flushJwks: onRecord.flushJwks, notes: checkpointKeys(keys) };
    };
    const isGiven = options.keys.length > 0;
    const keys = isGiven ? givenKeys(options.keys, origin) : await own();
    const outside = () => outsideLedger(settings, { dataDir, ledger: pool });
    const report = await withStoredLedger(pool, outside, (source) => {
      mustReach(source.size, options);
      return verifyLedger(source, trustFrom(options, origin, keys), tick);
    });
    return { report, vouched: isGiven ? 'given' : 'gateway' };
  });
}

/** A number that somebody mistyped. A checkpoint of more than there is says that the rest is gone: that is a problem. */
function mustReach(size: number, { since }: VerifyOptions): void {
  const from = since === undefined ? null : readSince(since);
  if (from === null || from.note !== null || from.size <= size) return;
  throw new ConfigError([`--since ${from.size}: the ledger has ${size} entries`]);
}

/** What it means that nobody said which keys to trust. */
const unknownKeys = {
  given: [],
  export: [
    { what: 'whose keys these are', why: 'the export vouches for itself: give the keys that you trust with --keys' },
  ],
  gateway: [{ what: 'whose keys these are', why: 'they are those of this gateway and its database' }],
} as const;

function leftOut({ signatures }: VerifyOptions) {
  return signatures ? [] : [{ what: 'signatures of flushes', why: '--no-signatures left them out' }];
}
