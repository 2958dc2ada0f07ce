import { z } from 'zod';
import { ok, type Result, refuse } from '../result.ts';
import { fromBase64Url, toBase64Url } from './encoding.ts';
import type { Leaf, Opening, Receipt } from './entry.ts';
import { type FlushHead, flushHeadText, noPreviousHead } from './flush-head.ts';
import { readLeaf } from './leaf.ts';
import { rootFromInclusion } from './merkle-check.ts';
import { areOpened, openingsForm } from './opened-values.ts';
import type { KeyRing } from './ports.ts';
import { leafHash } from './tree-hash.ts';

/**
 * Why a receipt proves nothing.
 * - `malformed`: not a receipt of version 1, or its leaf is not canonical
 * - `misplaced`: the leaf does not stand where the receipt says
 * - `unknown-key`: signed with a key that the reader does not trust
 * - `bad-signature`: the signature is not over this leaf, place and flush
 * - `bad-opening`: an opened value is not what the leaf commits to
 */
export type ReceiptProblem = 'malformed' | 'misplaced' | 'unknown-key' | 'bad-signature' | 'bad-opening';

const bytes = (length: number) => z.string().refine((text) => fromBase64Url(text, length) !== null);
const count = z.int().min(1);

const receiptForm = z.strictObject({
  v: z.literal(1),
  leaf: z.string(),
  flush: z.strictObject({
    instance: z.uuid(),
    number: count,
    first: count,
    count,
    index: z.int().min(0),
    path: z.array(bytes(32)).max(53),
    previous: bytes(32),
    key: z.string().min(1),
    signature: bytes(64),
  }),
  openings: openingsForm,
});

/** Puts together the receipt of one leaf of a signed flush. */
export function writeReceipt(
  leaf: { readonly text: string; readonly index: number; readonly path: readonly Buffer[] },
  flush: { readonly head: Omit<FlushHead, 'root'>; readonly key: string; readonly signature: Buffer },
  openings: readonly Opening[],
): Receipt {
  return {
    v: 1,
    leaf: leaf.text,
    flush: {
      instance: flush.head.instance,
      number: flush.head.number,
      first: flush.head.first,
      count: flush.head.count,
      index: leaf.index,
      path: leaf.path.map(toBase64Url),
      previous: toBase64Url(flush.head.previous),
      key: flush.key,
      signature: toBase64Url(flush.signature),
    },
    openings,
  };
}

/**
 * Offline: the leaf that a receipt proves to be on record, with nothing but public keys. A receipt
 * may open fewer values than the leaf commits to, never other ones.
 */
export function verifyReceipt(receipt: unknown, keys: KeyRing): Result<Leaf, ReceiptProblem> {
  const parsed = receiptForm.safeParse(receipt);
  if (!parsed.success) return refuse('malformed');
  const { flush, openings, leaf: text } = parsed.data;
  const leaf = readLeaf(text);
  if (leaf === null) return refuse('malformed');

  const previous = Buffer.from(flush.previous, 'base64url');
  const isFirst = flush.number === 1;
  if (leaf.instance !== flush.instance || leaf.sequence !== flush.first + flush.index) return refuse('misplaced');
  if (isFirst !== (flush.first === 1) || isFirst !== previous.equals(noPreviousHead)) return refuse('misplaced');
  const path = flush.path.map((hash) => Buffer.from(hash, 'base64url'));
  const root = rootFromInclusion(leafHash(text), flush.index, flush.count, path);
  if (root === null) return refuse('misplaced');

  const check = keys.get(flush.key);
  if (check === undefined) return refuse('unknown-key');
  const head = { ...flush, root, previous };
  if (!check(flushHeadText(head), Buffer.from(flush.signature, 'base64url'))) return refuse('bad-signature');
  return areOpened(leaf, openings) ? ok(leaf) : refuse('bad-opening');
}
