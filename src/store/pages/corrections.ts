import type pg from 'pg';
import { z } from 'zod';
import type { CorrectionId, EntryId, FieldId, Instant, UnitId } from '../../core/brand.ts';
import {
  type CorrectionKind,
  type CorrectionWay,
  correctionKinds,
  correctionWays,
} from '../../core/correction/correction.ts';
import { query } from '../pool.ts';

/** Same shapes as the pages' `CorrectionFigures` and `CorrectionLine`. */
const states = ['overdue', 'open', 'confirmed'] as const;
type CorrectionState = (typeof states)[number];

interface CorrectionLine {
  readonly id: string;
  readonly correction: CorrectionId;
  readonly state: CorrectionState;
  readonly entry: EntryId | null;
  readonly source: UnitId;
  readonly recipient: UnitId;
  readonly kind: CorrectionKind;
  readonly fields: readonly FieldId[];
  readonly madeAt: Instant;
  readonly dueAt: Instant;
  readonly confirmedAt: Instant | null;
  readonly how: CorrectionWay | null;
  readonly onward: { readonly asked: boolean; readonly made: number } | null;
  readonly passesOn: boolean | null;
  readonly order: Instant;
}

/** What the viewer ($1) is a party of; null: everything. */
const seen = `SELECT n.*, c.source, c.kind, c.made_at, c.corrects, c.entry_id, CASE
        WHEN n.confirmed_at IS NOT NULL THEN 'confirmed'
        WHEN n.due_at <= $2 THEN 'overdue'
        ELSE 'open' END AS state
      FROM correction_notice n JOIN correction c ON c.id = n.correction_id
      WHERE $1::text IS NULL OR n.recipient = $1 OR c.source = $1`;

const figures = {
  name: 'pages-correction-figures',
  text: `SELECT recipient, state, count(*) AS count, count(*) FILTER (WHERE confirmed_at > due_at) AS late
    FROM (${seen}) AS seen GROUP BY recipient, state ORDER BY recipient`,
};

/** That a recipient gave it on is its own to know, and the gateway's; so is what a correction passes on its source's. */
const page = {
  name: 'pages-corrections',
  text: `SELECT line.id, line.correction_id AS correction, line.state, e.id AS entry, line.source, line.recipient, line.kind, line.fields, line.made_at,
      line.due_at, line.confirmed_at, line.how, line.place,
      CASE WHEN $1::text IS NULL OR line.recipient = $1 THEN cardinality(line.given_on) > 0 END AS asked,
      (SELECT count(*) FROM correction o WHERE o.corrects = line.correction_id AND o.source = line.recipient) AS made,
      CASE WHEN $1::text IS NULL OR line.source = $1 THEN line.corrects IS NOT NULL END AS passes_on
    FROM (SELECT *, coalesce(confirmed_at, due_at) AS place FROM (${seen}) AS seen
      WHERE state = $3 AND ($4::text IS NULL OR recipient = $4)) AS line
      LEFT JOIN ledger_entry e ON e.id = line.entry_id AND e.leaf IS NOT NULL AND ($1::text IS NULL OR line.source = $1)
    WHERE $5::timestamptz IS NULL OR (line.place, line.id) > ($5::timestamptz, $6::uuid)
    ORDER BY line.place, line.id LIMIT $7`,
};

const overdue = {
  name: 'pages-corrections-overdue',
  text: `SELECT count(*) AS count FROM correction_notice n JOIN correction c ON c.id = n.correction_id
    WHERE n.due_at <= $2 AND n.confirmed_at IS NULL AND ($1::text IS NULL OR n.recipient = $1 OR c.source = $1)`,
};

const overdueOf = {
  name: 'corrections-overdue-of-recipient',
  text: `SELECT count(*) AS count FROM correction_notice WHERE due_at <= $2 AND confirmed_at IS NULL AND recipient = $1`,
};

const figureRow = z.strictObject({ recipient: z.string(), state: z.enum(states), count: z.int(), late: z.int() });
const countRow = z.strictObject({ count: z.int() });
const lineRow = z.strictObject({
  id: z.string(),
  correction: z.string(),
  state: z.enum(states),
  entry: z.string().nullable(),
  source: z.string(),
  recipient: z.string(),
  kind: z.enum(correctionKinds),
  fields: z.array(z.string()),
  made_at: z.string(),
  due_at: z.string(),
  confirmed_at: z.string().nullable(),
  how: z.enum(correctionWays).nullable(),
  place: z.string(),
  asked: z.boolean().nullable(),
  made: z.int(),
  passes_on: z.boolean().nullable(),
});

/** The pages' `OfficerCorrections`. Throws `Fault('database-unavailable')`. */
export class StoredCorrections {
  readonly #pool: pg.Pool;

  constructor(pool: pg.Pool) {
    this.#pool = pool;
  }

  async figures(viewer: UnitId | null, now: Instant) {
    const rows = (await query(this.#pool, figures, [viewer, now])).map((each) => figureRow.parse(each));
    return [...new Set(rows.map(({ recipient }) => recipient))].map((recipient) => {
      const own = rows.filter((row) => row.recipient === recipient);
      const counts = { overdue: 0, open: 0, confirmed: 0 };
      for (const { state, count } of own) counts[state] = count;
      return { recipient: recipient as UnitId, counts, late: own.reduce((sum, { late }) => sum + late, 0) };
    });
  }

  async page(
    filter: {
      readonly viewer: UnitId | null;
      readonly now: Instant;
      readonly state: CorrectionState;
      readonly recipient: UnitId | null;
    },
    after: { readonly time: Instant; readonly id: string } | null,
    limit: number,
  ): Promise<readonly CorrectionLine[]> {
    const { viewer, now, state, recipient } = filter;
    const values = [viewer, now, state, recipient, after?.time ?? null, after?.id ?? null, limit];
    return (await query(this.#pool, page, values)).map((each) => toLine(lineRow.parse(each)));
  }

  async overdue(viewer: UnitId | null, now: Instant): Promise<number> {
    const [row] = await query(this.#pool, overdue, [viewer, now]);
    return countRow.parse(row).count;
  }
}

/** How many corrections this unit should have confirmed by now. Throws `Fault('database-unavailable')`. */
export async function overdueCorrectionsOf(pool: pg.Pool, unit: UnitId, now: Instant): Promise<number> {
  const [row] = await query(pool, overdueOf, [unit, now]);
  return countRow.parse(row).count;
}

function toLine(row: z.infer<typeof lineRow>): CorrectionLine {
  return {
    id: row.id,
    correction: row.correction as CorrectionId,
    state: row.state,
    entry: row.entry as EntryId | null,
    source: row.source as UnitId,
    recipient: row.recipient as UnitId,
    kind: row.kind,
    fields: row.fields as FieldId[],
    madeAt: row.made_at as Instant,
    dueAt: row.due_at as Instant,
    confirmedAt: row.confirmed_at as Instant | null,
    how: row.how,
    onward: row.asked === null ? null : { asked: row.asked, made: row.made },
    passesOn: row.passes_on,
    order: row.place as Instant,
  };
}
