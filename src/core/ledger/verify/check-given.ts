import { toBase64Url } from '../encoding.ts';
import type { Receipt } from '../entry.ts';
import { type FinalReceipt, verifyFinalReceipt } from '../final-receipt.ts';
import { flushHeadHash, flushHeadText } from '../flush-head.ts';
import type { LedgerSource, MarkFile } from '../ledger-source.ts';
import { readMark } from '../mark.ts';
import { rootFromInclusion } from '../merkle-check.ts';
import { verifyReceipt } from '../receipt.ts';
import { readTlogProof } from '../tlog-proof.ts';
import { leafHash } from '../tree-hash.ts';
import type { NoteTrust, PublishedNote } from './checkpoints.ts';
import type { Findings } from './findings.ts';
import type { FlushTrust } from './instance-lanes.ts';
import type { KnownHeads } from './known-heads.ts';

/** What whoever verifies brings along from elsewhere. */
export interface GivenProofs {
  /** Receipts of either version, as JSON values. */
  readonly receipts?: readonly { readonly where: string; readonly receipt: unknown }[];
  /** Marks beside those of the source. */
  readonly marks?: readonly MarkFile[];
}

type Trust = GivenProofs & FlushTrust & NoteTrust;

/**
 * Looks for the flushes of high-water marks and receipts among those that come by. Returns the notes of final
 * receipts, which must be roots of this tree.
 */
export async function checkGiven(
  source: LedgerSource,
  trust: Trust,
  heads: KnownHeads,
  findings: Findings,
): Promise<readonly PublishedNote[]> {
  for (const mark of [...(await source.marks()), ...(trust.marks ?? [])]) await checkMark(mark, trust, heads, findings);
  const notes: PublishedNote[] = [];
  for (const { where, receipt } of trust.receipts ?? []) {
    findings.checked.receipts += 1;
    const isFinal = typeof receipt === 'object' && receipt !== null && 'v' in receipt && receipt.v === 2;
    if (isFinal) notes.push(...finalNote(where, receipt, trust, findings));
    else await checkReceipt(where, receipt, trust, heads, findings);
  }
  return notes;
}

/** What a mark says is its own: nothing rests on the name of its file, which whoever keeps it may choose. */
async function checkMark(file: MarkFile, { keys }: Trust, heads: KnownHeads, findings: Findings) {
  findings.checked.marks += 1;
  const mark = readMark(file.text);
  const isSigned = mark !== null && keys.get(mark.key)?.(flushHeadText(mark.head), mark.signature) === true;
  if (!isSigned) {
    findings.problem('mark', `mark/${file.instance}`);
    return;
  }
  const { instance, number } = mark.head;
  const head = toBase64Url(flushHeadHash(mark.head));
  await heads.expect({ instance, number, head, code: 'mark-missing', where: `mark/${instance}` });
}

async function checkReceipt(where: string, given: unknown, { keys }: Trust, heads: KnownHeads, findings: Findings) {
  if (!verifyReceipt(given, keys).ok) {
    findings.problem('receipt', where);
    return;
  }
  const { leaf, flush } = given as Receipt;
  const path = flush.path.map((hash) => Buffer.from(hash, 'base64url'));
  const root = rootFromInclusion(leafHash(leaf), flush.index, flush.count, path);
  if (root === null) throw new RangeError('a receipt that verifies has a root');
  const { instance, number } = flush;
  const head = flushHeadHash({ ...flush, root, previous: Buffer.from(flush.previous, 'base64url') });
  await heads.expect({ instance, number, head: toBase64Url(head), code: 'receipt-missing', where });
}

function finalNote(where: string, given: unknown, trust: Trust, findings: Findings): readonly PublishedNote[] {
  const logKeys = (origin: string) => (origin === trust.origin ? trust.checkpointKeys : []);
  const note = verifyFinalReceipt(given, { logKeys, witnesses: null }).ok
    ? readTlogProof((given as FinalReceipt).proof)?.checkpoint
    : undefined;
  if (note === undefined) findings.problem('receipt', where);
  return note === undefined ? [] : [{ where, note, code: 'receipt-missing' }];
}
