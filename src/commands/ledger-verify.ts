import { readExport } from '../archive/read-export.ts';
import { ConfigError } from '../config.ts';
import { type LedgerReport, type OnProgress, verifyLedger } from '../core/ledger/verify/verify-ledger.ts';
import { reportLines } from './ledger-report.ts';
import { givenKeys, keysOf, readSince, type TrustOptions, trustFrom } from './ledger-trust.ts';
import { coloursFor, exitCodes, printJson, printLines, progress } from './terminal.ts';

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
    ? ofGateway(options, told.tick)
    : ofExport(folder, options, told.tick));
  told.done();
  const notChecked = [...report.notChecked, ...unknownKeys[vouched], ...leftOut(options)];
  const ok = report.problemCount === 0;
  if (options.json) printJson({ ok, ...report, notChecked });
  else printLines(reportLines({ ...report, notChecked }, coloursFor(process.stdout)));
  process.exitCode = ok ? exitCodes.fine : exitCodes.wrong;
}

async function ofExport(folder: string, options: VerifyOptions, tick: OnProgress): Promise<Verified> {
  const source = await readExport(folder);
  const { origin } = source.manifest;
  const isGiven = options.keys.length > 0;
  const keys = isGiven ? givenKeys(options.keys, origin) : keysOf(await source.keys());
  mustReach(source.size, options);
  const report = await verifyLedger(source, trustFrom(options, origin, keys), tick);
  return { report, vouched: isGiven ? 'given' : 'export' };
}

/** What a database needs is loaded for one alone: whoever verifies an export, on a machine of their own, does without. */
async function ofGateway(options: VerifyOptions, tick: OnProgress): Promise<Verified> {
  const { verifyStored } = await import('./ledger-verify-stored.ts');
  const report = await verifyStored(options, (size) => mustReach(size, options), tick);
  return { report, vouched: options.keys.length > 0 ? 'given' : 'gateway' };
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
