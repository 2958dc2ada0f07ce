import { inRanges } from './in-ranges.ts';

/**
 * How many openings of these leaves were erased, and are counted for the first time: of leaves that a hold kept from
 * going, an order before has counted them.
 */
export function erasedIn(ranges: string): string {
  return `(SELECT count(*) FROM ${inRanges(ranges)} JOIN ledger_opening o ON o.entry_id = e.id
    WHERE e.leaf IS NOT NULL AND o.ciphertext IS NULL
      AND o.entry_id || '/' || o.name NOT IN (SELECT unnest(kept) FROM erasure WHERE cardinality(kept) > 0))`;
}
