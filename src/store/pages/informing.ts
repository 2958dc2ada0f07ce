import type pg from 'pg';
import { z } from 'zod';
import type { EntryId, Instant, PurposeId, RequestId, UnitId } from '../../core/brand.ts';
import { query } from '../pool.ts';

/** Same shape as the pages' `InformingLine`. */
const states = ['hidden', 'over'] as const;
type InformingState = (typeof states)[number];

interface InformingLine {
  readonly id: RequestId;
  readonly state: InformingState;
  readonly entry: EntryId | null;
  readonly source: UnitId;
  readonly recipient: UnitId;
  readonly purpose: PurposeId;
  readonly disclosedAt: Instant;
  readonly shownFrom: Instant;
  readonly remindedAt: Instant | null;
  readonly decision: {
    readonly ground: string;
    readonly tellWhy: boolean;
    readonly deciderRole: string;
    readonly decidedAt: Instant;
    readonly times: number;
  } | null;
  readonly order: Instant;
}

/** What a rule delays of what was given: when its recipient's person sees it is its source's to decide and to know. */
const page = {
  name: 'pages-informing',
  text: `SELECT line.*, (SELECT e.id FROM ledger_entry e WHERE e.request_id = line.id AND e.kind = 'disclosure'
        AND e.leaf IS NOT NULL ORDER BY e.time DESC, e.id DESC LIMIT 1) AS entry,
      (SELECT count(*) FROM informing_delay d WHERE d.request_id = line.id) AS times
    FROM (
      SELECT r.id, r.source, r.recipient, r.purpose, r.disclosed_at, d.ground, d.tell_why, d.decider_role, d.decided_at,
        r.informing_reminded_at AS reminded_at, coalesce(d.review_at, (r.disclosed_at AT TIME ZONE 'UTC' + (r.decision ->> 'informAfter')::interval) AT TIME ZONE 'UTC')
          AS shown_from
      FROM request r LEFT JOIN LATERAL (SELECT * FROM informing_delay d WHERE d.request_id = r.id
          ORDER BY d.decided_at DESC LIMIT 1) AS d ON true
      WHERE r.disclosed_at IS NOT NULL AND (r.decision ->> 'informAfter') IS NOT NULL
        AND ($1::text IS NULL OR r.source = $1)
    ) AS line
    WHERE (shown_from > $2::timestamptz) = ($3 = 'hidden')
      AND ($4::timestamptz IS NULL OR (shown_from, id) > ($4::timestamptz, $5::uuid))
    ORDER BY shown_from, id LIMIT $6`,
};

const lineRow = z.strictObject({
  id: z.string(),
  source: z.string(),
  recipient: z.string(),
  purpose: z.string(),
  disclosed_at: z.string(),
  ground: z.string().nullable(),
  tell_why: z.boolean().nullable(),
  decider_role: z.string().nullable(),
  decided_at: z.string().nullable(),
  shown_from: z.string(),
  reminded_at: z.string().nullable(),
  entry: z.string().nullable(),
  times: z.int(),
});

/** The pages' `OfficerInforming`. Throws `Fault('database-unavailable')`. */
export class StoredInforming {
  readonly #pool: pg.Pool;

  constructor(pool: pg.Pool) {
    this.#pool = pool;
  }

  async page(
    { viewer, now, state }: { readonly viewer: UnitId | null; readonly now: Instant; readonly state: InformingState },
    after: { readonly time: Instant; readonly id: string } | null,
    limit: number,
  ): Promise<readonly InformingLine[]> {
    const values = [viewer, now, state, after?.time ?? null, after?.id ?? null, limit];
    return (await query(this.#pool, page, values)).map((each) => toLine(lineRow.parse(each), state));
  }
}

function toLine(row: z.infer<typeof lineRow>, state: InformingState): InformingLine {
  const { ground, tell_why, decider_role, decided_at, times } = row;
  const isDecided = ground !== null && tell_why !== null && decider_role !== null && decided_at !== null;
  return {
    id: row.id as RequestId,
    state,
    entry: row.entry as EntryId | null,
    source: row.source as UnitId,
    recipient: row.recipient as UnitId,
    purpose: row.purpose as PurposeId,
    disclosedAt: row.disclosed_at as Instant,
    shownFrom: row.shown_from as Instant,
    remindedAt: row.reminded_at as Instant | null,
    decision: isDecided
      ? { ground, tellWhy: tell_why, deciderRole: decider_role, decidedAt: decided_at as Instant, times }
      : null,
    order: row.shown_from as Instant,
  };
}
