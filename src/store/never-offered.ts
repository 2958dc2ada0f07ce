import type pg from 'pg';
import type { EntryId } from '../core/brand.ts';
import { query } from './pool.ts';

/**
 * Whether entry `e` refuses what a source wanted to offer. Read from the ledger alone, since the request itself goes when its
 * person is forgotten. It is the one decision on its request, and does not say about whom: what is asked is refused with
 * that, and what is refused without it, when it is collected for instance, was decided before. `OFFSET 0`, here and below: each
 * is looked up by its request; for a page of the newest PostgreSQL would otherwise read the whole ledger once.
 */
const refusedOffer = `(e.kind = 'refusal' AND e.request_id IS NOT NULL
    AND NOT EXISTS (SELECT 1 FROM ledger_opening o WHERE o.entry_id = e.id AND o.name = 'reference' OFFSET 0)
    AND NOT EXISTS (SELECT 1 FROM ledger_entry p WHERE p.request_id = e.request_id AND p.id <> e.id
      AND p.kind IN ('permit', 'refusal', 'break-glass')))`;

/** Whether as many people of its source agreed to request `r` as its decision asks for, in the roles that it names. */
const agreed = `(jsonb_array_length(r.approvals) >= CASE r.decision #>> '{obligations,approval}'
      WHEN 'two-persons' THEN 2 WHEN 'source-human' THEN 1 WHEN 'none' THEN 0 END
    AND NOT EXISTS (SELECT 1 FROM jsonb_array_elements_text(r.decision #> '{obligations,approvers}') AS asked (role)
      WHERE NOT r.approvals @> jsonb_build_array(jsonb_build_object('role', asked.role))))`;

/**
 * Whether entry `e` is of what a source offers and not enough of its people agreed to. What its recipient took or declined
 * reached it; of anything else only the request says so, and once that is forgotten nothing does.
 */
const waitingOffer = `(EXISTS (SELECT 1 FROM ledger_entry s WHERE s.request_id = e.request_id AND s.kind = 'source-offered' OFFSET 0)
    AND NOT EXISTS (SELECT 1 FROM ledger_entry t WHERE t.request_id = e.request_id
      AND t.kind IN ('offer-accepted', 'offer-declined') OFFSET 0)
    AND NOT EXISTS (SELECT 1 FROM request r WHERE r.id = e.request_id AND ${agreed} OFFSET 0))`;

/**
 * Whether entry `e` decides what a source wanted to offer: it names the fields that the source has and may not give. It is put on
 * record together with the offer, and no later decision is.
 */
const decidedOffer = `(e.kind = 'permit' AND EXISTS (SELECT 1 FROM ledger_entry s
    WHERE s.request_id = e.request_id AND s.kind = 'source-offered' AND s.instance = e.instance AND s.flush = e.flush
    OFFSET 0))`;

/**
 * Whether entry `e` never reached its recipient. It is of an offer of which there is none to them, since that somebody was to be
 * offered for a purpose would tell about them; or it says what of an offer was not made.
 */
export const neverOffered = `(${refusedOffer} OR ${waitingOffer} OR ${decidedOffer})`;

const one = {
  name: 'never-offered',
  text: `SELECT 1 FROM ledger_entry e WHERE e.id = $1 AND ${neverOffered}`,
};

/** Throws `Fault('database-unavailable')`. */
export async function isOfNoOffer(pool: pg.Pool, entry: EntryId): Promise<boolean> {
  return (await query(pool, one, [entry])).length > 0;
}
