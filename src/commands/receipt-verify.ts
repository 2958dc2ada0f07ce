import { z } from 'zod';
import type { Leaf, Opening } from '../core/ledger/entry.ts';
import { type FinalReceiptProblem, type ProvedEntry, verifyFinalReceipt } from '../core/ledger/final-receipt.ts';
import { type ReceiptProblem, verifyReceipt } from '../core/ledger/receipt.ts';
import type { WitnessPolicy } from '../core/ledger/witnessed.ts';
import { keyRing, noteVerifiers } from '../store/journal/key-ring.ts';
import { readWitnessFile } from '../witness-files.ts';
import { readReceiptFile } from './receipt-file.ts';
import { type ReceiptKeys, readReceiptKeys, receiptJwks } from './receipt-keys.ts';
import { type Colours, coloursFor, exitCodes, printJson, printLines } from './terminal.ts';

export interface ReceiptVerifyOptions {
  readonly keys: readonly string[];
  readonly witnesses?: string;
  readonly json: boolean;
}

type Report =
  | { readonly ok: false; readonly version: 1 | 2 | null; readonly problem: ReceiptProblem | FinalReceiptProblem }
  | {
      readonly ok: true;
      readonly version: 1 | 2;
      readonly leaf: Leaf;
      readonly opened: readonly string[];
      /** Where the entry stands and who saw it; null: a receipt of version 1 does not say. */
      readonly tree: Tree | null;
      readonly notChecked: readonly string[];
    };

interface Tree {
  readonly origin: string;
  readonly index: number;
  readonly size: number;
  readonly cosigners: readonly { readonly name: string; readonly time: string }[];
}

/** `sluis receipt verify`: offline, with public keys alone. Exit code 1 for a receipt that proves nothing. */
export function receiptVerify(file: string, options: ReceiptVerifyOptions): void {
  const keys = readReceiptKeys(options.keys);
  const witnesses = options.witnesses === undefined ? null : readWitnessFile(options.witnesses);
  const report = reportOf(readReceiptFile(file), keys, witnesses);
  if (options.json) printJson(report);
  else printLines(linesOf(report, coloursFor(process.stdout)));
  process.exitCode = report.ok ? exitCodes.fine : exitCodes.wrong;
}

const versioned = z.looseObject({ v: z.union([z.literal(1), z.literal(2)]), openings: z.array(z.unknown()) });

function reportOf(receipt: unknown, keys: ReceiptKeys, witnesses: WitnessPolicy | null): Report {
  const parsed = versioned.safeParse(receipt);
  if (!parsed.success) return { ok: false, version: null, problem: 'malformed' };
  const version = parsed.data.v;
  const opened = () => (parsed.data.openings as readonly Opening[]).map(({ name }) => name);
  if (version === 1) {
    const result = verifyReceipt(receipt, keyRing(keys.flushJwks));
    if (!result.ok) return { ok: false, version, problem: result.refusal };
    return { ok: true, version, leaf: result.value, opened: opened(), tree: null, notChecked: [laterReceipt] };
  }
  const result = verifyFinalReceipt(receipt, { logKeys: (origin) => logKeysOf(keys, origin), witnesses });
  if (!result.ok) return { ok: false, version, problem: result.refusal };
  const { leaf, index, checkpoint } = result.value;
  const notChecked = witnesses === null || witnesses.quorum === 0 ? [noWitnessesGiven] : [];
  return { ok: true, version, leaf, opened: opened(), tree: treeOf(checkpoint, index), notChecked };
}

const laterReceipt = 'that there is one log for everybody: the final receipt of this entry says that';
const noWitnessesGiven = 'that there is one log for everybody: no witnesses were given (--witnesses)';

function logKeysOf({ noteJwks, logKeys }: ReceiptKeys, origin: string) {
  const raw = receiptJwks(noteJwks).map(({ x }) => Buffer.from(x, 'base64url'));
  const named = logKeys.filter(({ name }) => name === origin).map(({ publicKey }) => publicKey);
  return noteVerifiers(origin, [...raw, ...named]);
}

function treeOf({ origin, size, cosigners }: ProvedEntry['checkpoint'], index: number): Tree {
  const seen = cosigners.map(({ name, time }) => ({ name, time: new Date(time * 1_000).toISOString() }));
  return { origin, index, size, cosigners: seen };
}

function linesOf(report: Report, colours: Colours): readonly string[] {
  if (!report.ok) return [colours.bad('the receipt proves NOTHING'), `  ${problems[report.problem]}`];
  const { leaf, tree, opened, notChecked } = report;
  const verdict =
    tree === null
      ? 'the receipt is good: the gateway signed this entry into its ledger'
      : 'the receipt is good: this entry stands in the ledger';
  return [
    colours.good(verdict),
    ...[
      ['entry', leaf.id],
      ['kind', leaf.kind],
      ['time', leaf.time],
      ['source', leaf.source],
      ['recipient', leaf.recipient],
      ['purpose', leaf.purpose],
      ['policies', leaf.policySet],
      ['opened', opened.length === 0 ? 'nothing' : opened.join(', ')],
      ['ledger', tree?.origin],
      ['place', tree && `${tree.index} of ${tree.size}`],
    ].flatMap(([name, said]) => (said ? [`  ${String(name).padEnd(10)} ${said}`] : [])),
    ...(tree?.cosigners ?? []).map(({ name, time }) => `  ${'seen by'.padEnd(10)} ${name} at ${time}`),
    ...notChecked.map((what) => colours.warn(`not checked: ${what}`)),
    'it does not prove that what the entry says is true, nor what was in the data that was given',
  ];
}

const problems: Readonly<Record<ReceiptProblem | FinalReceiptProblem, string>> = {
  malformed: 'it is no receipt of version 1 or 2, or something in it was changed or left out',
  misplaced: 'its entry does not stand where it says',
  'unknown-key': 'none of the given keys signed it: are they the keys of this gateway, and recent enough?',
  'bad-signature': 'a signature is not over this content: it was changed after it was signed',
  unwitnessed: 'fewer of the given witnesses cosigned it than must have, or one of them did not sign this',
  'bad-opening': 'a value in it is not what the entry commits to',
};
