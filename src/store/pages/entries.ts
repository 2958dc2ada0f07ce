import type pg from 'pg';
import { z } from 'zod';
import type { EntryId, Instant, PurposeId, RequestId, UnitId } from '../../core/brand.ts';
import type { DecisionSummary } from '../../core/disclosure/request.ts';
import { type EntryKind, entryKinds, type Leaf } from '../../core/ledger/entry.ts';
import { readLeaf } from '../../core/ledger/leaf.ts';
import { toDecisionSummary } from '../decision-summary-row.ts';
import { neverOffered } from '../never-offered.ts';
import { query } from '../pool.ts';

/** Same shapes as the pages' `EntryLine`, `EntryFilter` and `EntryDetail`. */
interface EntryLine {
  readonly id: EntryId;
  readonly kind: EntryKind;
  readonly time: Instant;
  readonly purpose: PurposeId | null;
  readonly source: UnitId | null;
  readonly recipient: UnitId | null;
  readonly neverOffered: boolean;
}

interface EntryFilter {
  readonly party: UnitId | null;
  readonly kinds: readonly EntryKind[];
  readonly from: Instant | null;
  readonly until: Instant | null;
  readonly purpose: PurposeId | null;
  readonly source: UnitId | null;
  readonly recipient: UnitId | null;
  readonly id: EntryId | null;
}

interface EntryDetail extends EntryLine {
  readonly trace: Leaf['trace'];
  readonly policySet: Leaf['policySet'];
  readonly body: Leaf['body'];
  readonly valuesErased: boolean;
  readonly request: {
    readonly id: RequestId;
    readonly decision: DecisionSummary;
    readonly steps: readonly EntryLine[];
  } | null;
}

const line = `e.id, e.kind, e.time, e.purpose, e.source, e.recipient, ${neverOffered} AS never_offered`;

const page = {
  name: 'pages-entries',
  text: `SELECT ${line} FROM ledger_entry e
    WHERE e.kind = ANY($1::text[])
      AND ($2::text IS NULL OR e.source = $2 OR (e.recipient = $2 AND NOT ${neverOffered}))
      AND ($3::timestamptz IS NULL OR e.time >= $3)
      AND ($4::timestamptz IS NULL OR e.time < $4)
      AND ($5::text IS NULL OR e.purpose = $5)
      AND ($6::text IS NULL OR e.source = $6)
      AND ($7::text IS NULL OR e.recipient = $7)
      AND ($8::uuid IS NULL OR e.id = $8)
      AND ($9::timestamptz IS NULL OR (e.time, e.id) < ($9::timestamptz, $10::uuid))
    ORDER BY e.time DESC, e.id DESC
    LIMIT $11`,
};

const one = {
  name: 'pages-entry',
  text: `SELECT ${line}, e.leaf, r.id AS request_id, r.decision,
      EXISTS (SELECT 1 FROM ledger_opening o WHERE o.entry_id = e.id AND o.ciphertext IS NULL) AS values_erased
    FROM ledger_entry e LEFT JOIN request r ON r.id = e.request_id
    WHERE e.id = $1`,
};

const steps = {
  name: 'pages-entry-steps',
  text: `SELECT ${line} FROM ledger_entry e WHERE e.request_id = $1 ORDER BY e.time, e.id`,
};

const lineRow = z.strictObject({
  id: z.string(),
  kind: z.enum(entryKinds),
  time: z.string(),
  purpose: z.string().nullable(),
  source: z.string().nullable(),
  recipient: z.string().nullable(),
  never_offered: z.boolean(),
});
const detailRow = lineRow.extend({
  // null: its period ended, and only its place, kind, time and hash are left.
  leaf: z.string().nullable(),
  request_id: z.string().nullable(),
  decision: z.unknown(),
  values_erased: z.boolean(),
});

/** The pages' `Entries`. Throws `Fault('database-unavailable')`. */
export class StoredEntries {
  readonly #pool: pg.Pool;

  constructor(pool: pg.Pool) {
    this.#pool = pool;
  }

  async page(
    filter: EntryFilter,
    after: { readonly time: Instant; readonly id: string } | null,
    limit: number,
  ): Promise<readonly EntryLine[]> {
    const { kinds, party, from, until, purpose, source, recipient, id } = filter;
    const key = [after?.time ?? null, after?.id ?? null];
    const rows = await query(this.#pool, page, [
      kinds,
      party,
      from,
      until,
      purpose,
      source,
      recipient,
      id,
      ...key,
      limit,
    ]);
    return rows.map((row) => toLine(lineRow.parse(row)));
  }

  async find(id: EntryId): Promise<EntryDetail | 'forgotten' | null> {
    const [found] = await query(this.#pool, one, [id]);
    if (found === undefined) return null;
    const row = detailRow.parse(found);
    if (row.leaf === null) return 'forgotten';
    const leaf = readLeaf(row.leaf);
    // A leaf that is not a leaf is a broken ledger, not an absent entry.
    if (leaf === null) throw new TypeError('a ledger entry holds no readable leaf');
    return {
      ...toLine(row),
      trace: leaf.trace,
      policySet: leaf.policySet,
      body: leaf.body,
      valuesErased: row.values_erased,
      request: row.request_id === null ? null : await this.#request(row.request_id, row.decision),
    };
  }

  async #request(id: string, decision: unknown): Promise<EntryDetail['request']> {
    const rows = await query(this.#pool, steps, [id]);
    return {
      id: id as RequestId,
      decision: toDecisionSummary(decision),
      steps: rows.map((row) => toLine(lineRow.parse(row))),
    };
  }
}

function toLine(row: z.infer<typeof lineRow>): EntryLine {
  return {
    id: row.id as EntryId,
    kind: row.kind,
    time: row.time as Instant,
    purpose: row.purpose as PurposeId | null,
    source: row.source as UnitId | null,
    recipient: row.recipient as UnitId | null,
    neverOffered: row.never_offered,
  };
}
