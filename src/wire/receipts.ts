import type { EntryId } from '../core/brand.ts';
import type { Journal } from '../core/disclosure/ports.ts';
import type { ReceiptParts } from '../core/ledger/party-receipt.ts';
import { witnessedProofOf } from '../store/journal/proof.ts';
import { isOfNoOffer } from '../store/never-offered.ts';
import type { GatewayRecord } from './record.ts';

/** Receipts of entries on record, final where the witnesses have cosigned. */
export function storedReceipts(record: Pick<GatewayRecord, 'serve'>, journal: Pick<Journal, 'receipt'>) {
  return {
    find: async (entry: EntryId): Promise<ReceiptParts | null> => {
      const receipt = await journal.receipt(entry);
      if (receipt === null) return null;
      const [proof, neverOffered] = await Promise.all([
        witnessedProofOf(record.serve, entry),
        isOfNoOffer(record.serve, entry),
      ]);
      return { leaf: receipt.leaf, openings: receipt.openings, proof, neverOffered };
    },
  };
}
