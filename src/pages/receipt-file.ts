import type { EntryId } from '../core/brand.ts';
import type { Opening, Receipt } from '../core/ledger/entry.ts';
import { type FinalReceipt, writeFinalReceipt } from '../core/ledger/final-receipt.ts';
import type { Page } from './page-context.ts';
import type { PagesDeps } from './ports.ts';

/** Where anybody can take along the page that checks receipts. */
export const receiptPagePath = '/bewijs-controleren.html';

/**
 * The receipt of an entry to take along: final where its checkpoint is witnessed, else the one that the gateway signed
 * at once. null: there is none (any more).
 */
export async function receiptFor(
  deps: Pick<PagesDeps, 'journal' | 'proofs'>,
  entry: EntryId,
  opens: (receipt: Receipt) => readonly Opening[],
): Promise<Receipt | FinalReceipt | null> {
  const [receipt, proof] = await Promise.all([deps.journal.receipt(entry), deps.proofs.witnessed(entry)]);
  if (receipt === null) return null;
  const openings = opens(receipt);
  return proof === null ? { ...receipt, openings } : writeFinalReceipt(receipt.leaf, openings, proof);
}

/** As a file: a receipt is to be kept and shown to others, not to be read here. */
export function receiptFile(c: Page, name: string, receipt: Receipt | FinalReceipt): Response {
  c.header('Content-Disposition', `attachment; filename="${name}"`);
  return c.json(receipt);
}
