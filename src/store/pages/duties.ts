import type pg from 'pg';
import { z } from 'zod';
import type { EntryId, Instant, PurposeId, RequestId, UnitId } from '../../core/brand.ts';
import { type DestructionWay, destructionWays } from '../../core/duty/destruction-ways.ts';
import type { Obligations } from '../../core/policy/decision.ts';
import { retainRow } from '../decision-summary-row.ts';
import { query } from '../pool.ts';

/** Same shapes as the pages' `DutyView`, `DutyFigures` and `DutyLine`. */
const dutyStates = ['overdue', 'dated', 'open', 'undated', 'destroyed'] as const;
type DutyState = (typeof dutyStates)[number];

interface DutyView {
  readonly viewer: UnitId | null;
  readonly starts: readonly string[];
  readonly now: Instant;
}

interface DutyLine {
  readonly id: RequestId;
  readonly state: DutyState;
  readonly entry: EntryId | null;
  readonly source: UnitId;
  readonly recipient: UnitId;
  readonly purpose: PurposeId;
  readonly disclosedAt: Instant;
  readonly retain: Obligations['retain'] | null;
  readonly deleteBy: Instant | null;
  readonly destroyedAt: Instant | null;
  readonly destroyedHow: DestructionWay | null;
  readonly order: Instant;
}

/**
 * What was given in which the viewer ($1) is a party, as far as the viewer may know its date: a source that does not
 * know of a start must not read from a date, or from something being overdue, that the start has come. Of an answer that held
 * nothing there is nothing to destroy.
 */
const held = (only = 'true') => `SELECT known.*, CASE
        WHEN destroyed_at IS NOT NULL THEN 'destroyed'
        WHEN delete_by <= $2 THEN 'overdue'
        WHEN delete_by IS NOT NULL THEN 'dated'
        WHEN retain ->> 'until' = ANY ($3::text[]) THEN 'open'
        ELSE 'undated' END AS state
      FROM (
        SELECT id, source, recipient, purpose, disclosed_at, destruction_confirmed_at AS destroyed_at, destroyed_how,
          decision #> '{obligations,retain}' AS retain,
          CASE WHEN $1::text IS NULL OR recipient = $1 OR source_knows THEN destroy_by END AS delete_by
        FROM request
        WHERE disclosed_at IS NOT NULL AND decision #> '{given,fields}' IS DISTINCT FROM '[]'
          AND ($1::text IS NULL OR recipient = $1 OR source = $1) AND ${only}
      ) AS known`;

const figures = {
  name: 'pages-duty-figures',
  text: `SELECT recipient, state, count(*) AS count, count(*) FILTER (WHERE destroyed_at > delete_by) AS late
    FROM (${held()}) AS held GROUP BY recipient, state ORDER BY recipient`,
};

const disclosure = `SELECT e.id FROM ledger_entry e WHERE e.request_id = line.id AND e.kind = 'disclosure'
      ORDER BY e.time DESC, e.id DESC LIMIT 1`;

function linesOf(only?: string): string {
  return `SELECT line.*, (${disclosure}) AS entry
    FROM (
      SELECT *, coalesce(destroyed_at, delete_by, disclosed_at) AS place FROM (${held(only)}) AS held
      WHERE state = $4 AND ($5::text IS NULL OR recipient = $5)
    ) AS line
    WHERE $6::timestamptz IS NULL OR (place, id) > ($6::timestamptz, $7::uuid)
    ORDER BY place, id
    LIMIT $8`;
}

const page = { name: 'pages-duties', text: linesOf() };
/** The same lines by their index: what is overdue opens at once, however much was ever given. */
const overduePage = {
  name: 'pages-duties-overdue-lines',
  text: linesOf('destroy_by <= $2 AND destruction_confirmed_at IS NULL'),
};

const overdue = {
  name: 'pages-duties-overdue',
  text: `SELECT count(*) AS count FROM request
    WHERE destroy_by <= $2 AND destruction_confirmed_at IS NULL
      AND ($1::text IS NULL OR recipient = $1 OR (source = $1 AND source_knows))`,
};

const overdueOf = {
  name: 'duties-overdue-of-recipient',
  text: `SELECT count(*) AS count FROM request
    WHERE destroy_by <= $2 AND destruction_confirmed_at IS NULL AND recipient = $1`,
};

/** A date may be set when it has passed already: then it became overdue as its recipient was told so. */
const overdueByRecipient = {
  name: 'duties-overdue-by-recipient',
  text: `SELECT recipient AS unit, count(*)::integer AS count, min(destroy_by) AS since,
      max(greatest(destroy_by, reminded_at)) AS latest
    FROM request WHERE destroy_by <= $1 AND destruction_confirmed_at IS NULL GROUP BY recipient`,
};

const figureRow = z.strictObject({
  recipient: z.string(),
  state: z.enum(dutyStates),
  count: z.int(),
  late: z.int(),
});
const countRow = z.strictObject({ count: z.int() });
const lineRow = z.strictObject({
  id: z.string(),
  entry: z.string().nullable(),
  source: z.string(),
  recipient: z.string(),
  purpose: z.string(),
  disclosed_at: z.string(),
  destroyed_at: z.string().nullable(),
  destroyed_how: z.enum(destructionWays).nullable(),
  retain: retainRow.nullable(),
  delete_by: z.string().nullable(),
  state: z.enum(dutyStates),
  place: z.string(),
});

/** The pages' `OfficerDuties`. Throws `Fault('database-unavailable')`. */
export class StoredDuties {
  readonly #pool: pg.Pool;

  constructor(pool: pg.Pool) {
    this.#pool = pool;
  }

  async figures({ viewer, starts, now }: DutyView) {
    const rows = (await query(this.#pool, figures, [viewer, now, starts])).map((each) => figureRow.parse(each));
    return [...new Set(rows.map(({ recipient }) => recipient))].map((recipient) => {
      const own = rows.filter((row) => row.recipient === recipient);
      const counts = { overdue: 0, dated: 0, open: 0, undated: 0, destroyed: 0 };
      for (const { state, count } of own) counts[state] = count;
      return { recipient: recipient as UnitId, counts, late: own.reduce((sum, { late }) => sum + late, 0) };
    });
  }

  async page(
    {
      viewer,
      starts,
      now,
      state,
      recipient,
    }: DutyView & { readonly state: DutyState; readonly recipient: UnitId | null },
    after: { readonly time: Instant; readonly id: string } | null,
    limit: number,
  ): Promise<readonly DutyLine[]> {
    const values = [viewer, now, starts, state, recipient, after?.time ?? null, after?.id ?? null, limit];
    const statement = state === 'overdue' ? overduePage : page;
    return (await query(this.#pool, statement, values)).map((each) => toLine(lineRow.parse(each)));
  }

  async overdue(viewer: UnitId | null, now: Instant): Promise<number> {
    const [row] = await query(this.#pool, overdue, [viewer, now]);
    return countRow.parse(row).count;
  }
}

/** How much this unit should have destroyed by now. Throws `Fault('database-unavailable')`. */
export async function overdueOfRecipient(pool: pg.Pool, unit: UnitId, now: Instant): Promise<number> {
  const [row] = await query(pool, overdueOf, [unit, now]);
  return countRow.parse(row).count;
}

/** What a recipient should have destroyed: how many, the first of their dates, and when the last became overdue. */
export interface OverdueDestructions {
  readonly unit: UnitId;
  readonly count: number;
  readonly since: Instant;
  readonly latest: Instant;
}

const overdueRow = z.strictObject({ unit: z.string(), count: z.int(), since: z.string(), latest: z.string() });

/** Of every recipient that is late. Throws `Fault('database-unavailable')`. */
export async function overdueDestructions(pool: pg.Pool, now: Instant): Promise<readonly OverdueDestructions[]> {
  return (await query(pool, overdueByRecipient, [now])).map((found) => {
    const { unit, count, since, latest } = overdueRow.parse(found);
    return { unit: unit as UnitId, count, since: since as Instant, latest: latest as Instant };
  });
}

function toLine(row: z.infer<typeof lineRow>): DutyLine {
  return {
    id: row.id as RequestId,
    state: row.state,
    entry: row.entry as EntryId | null,
    source: row.source as UnitId,
    recipient: row.recipient as UnitId,
    purpose: row.purpose as PurposeId,
    disclosedAt: row.disclosed_at as Instant,
    retain: row.retain,
    deleteBy: row.delete_by as Instant | null,
    destroyedAt: row.destroyed_at as Instant | null,
    destroyedHow: row.destroyed_how,
    order: row.place as Instant,
  };
}
