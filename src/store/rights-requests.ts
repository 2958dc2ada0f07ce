import type pg from 'pg';
import { z } from 'zod';
import type { EntryId, FieldId, Instant, RequestId, RightsRequestId, UnitId } from '../core/brand.ts';
import { correctionKinds } from '../core/correction/correction.ts';
import { dueAtOnce } from '../core/disclosure/each-in-turn.ts';
import { type RightsRequest, type RightsRequests, rightsStates, rightsWishes } from '../core/rights/rights-request.ts';
import { query } from './pool.ts';
import { isUuid } from './uuid.ts';

const columns =
  'r.id, r.request_id, r.source, r.field, r.wish, r.made_by, r.made_at, r.due_at, r.entry_id, r.state, r.decided_at, r.decision_entry, r.carried_out_at, r.carried_out_as, r.reminded_at';
/** As `leftToDo` says it. */
const isLeftToDo = `(r.state = 'open' OR (r.state = 'upheld' AND r.carried_out_at IS NULL))`;
const byId = { name: 'rights_request_by_id', text: `SELECT ${columns} FROM rights_request r WHERE r.id = $1` };
const ofSubject = {
  name: 'rights_requests_of',
  text: `SELECT ${columns} FROM rights_request r JOIN request q ON q.id = r.request_id WHERE q.subject_id = $1
    ORDER BY r.made_at DESC, r.id LIMIT 100`,
};
const due = {
  name: 'rights_requests_due',
  text: `SELECT ${columns}, r.look_at AS seen FROM rights_request r WHERE r.look_at <= $1
    ORDER BY r.look_at, r.id LIMIT ${dueAtOnce} OFFSET $2`,
};
/** Of one source ($1) or of all; what must be decided first comes first. */
const list = {
  name: 'pages-rights-requests',
  text: `SELECT ${columns} FROM rights_request r WHERE ($1::text IS NULL OR r.source = $1)
      AND CASE WHEN NOT ${isLeftToDo} THEN 'decided' WHEN r.due_at <= $2 THEN 'overdue' ELSE 'open' END = $3
      AND ($4::timestamptz IS NULL OR (r.due_at, r.id) > ($4::timestamptz, $5::uuid))
    ORDER BY r.due_at, r.id LIMIT $6`,
};
const overdue = {
  name: 'pages-rights-requests-overdue',
  text: `SELECT count(*) AS count FROM rights_request r WHERE ${isLeftToDo} AND r.due_at <= $2 AND ($1::text IS NULL OR r.source = $1)`,
};
const overdueBySource = {
  name: 'rights-requests-overdue-by-source',
  text: `SELECT r.source AS unit, count(*)::integer AS count, min(r.due_at) AS since, max(r.due_at) AS latest
    FROM rights_request r WHERE ${isLeftToDo} AND r.due_at <= $1 GROUP BY r.source`,
};

const row = z.strictObject({
  id: z.uuid(),
  request_id: z.uuid(),
  source: z.string(),
  field: z.string(),
  wish: z.enum(rightsWishes),
  made_by: z.enum(['subject', 'representative']),
  made_at: z.string(),
  due_at: z.string(),
  entry_id: z.uuid(),
  state: z.enum(rightsStates),
  decided_at: z.string().nullable(),
  decision_entry: z.uuid().nullable(),
  carried_out_at: z.string().nullable(),
  carried_out_as: z.enum(correctionKinds).exclude(['restriction-lifted']).nullable(),
  reminded_at: z.string().nullable(),
});
const dueRow = row.extend({ seen: z.string() });
const countRow = z.strictObject({ count: z.int() });
const overdueRow = z.strictObject({ unit: z.string(), count: z.int(), since: z.string(), latest: z.string() });

/** `RightsRequests` on PostgreSQL. Throws `Fault('database-unavailable')`. */
export function createRightsRequests(pool: pg.Pool): RightsRequests {
  return {
    async find(id) {
      if (!isUuid(id)) return null;
      const [found] = await query(pool, byId, [id]);
      return found === undefined ? null : toRights(found);
    },
    async of(subject) {
      return (await query(pool, ofSubject, [subject])).map(toRights);
    },
    async due(now, passed) {
      return (await query(pool, due, [now, passed])).map((found) => {
        const { seen, ...read } = dueRow.parse(found);
        return { rights: toRights(read), seen: seen as Instant };
      });
    },
  };
}

/** The pages' `OfficerRights`. Throws `Fault('database-unavailable')`. */
export class StoredRights {
  readonly #pool: pg.Pool;

  constructor(pool: pg.Pool) {
    this.#pool = pool;
  }

  async page(
    filter: { readonly viewer: UnitId | null; readonly now: Instant; readonly state: 'overdue' | 'open' | 'decided' },
    after: { readonly time: Instant; readonly id: string } | null,
    limit: number,
  ): Promise<readonly RightsRequest[]> {
    const values = [filter.viewer, filter.now, filter.state, after?.time ?? null, after?.id ?? null, limit];
    return (await query(this.#pool, list, values)).map(toRights);
  }

  async overdue(viewer: UnitId | null, now: Instant): Promise<number> {
    const [found] = await query(this.#pool, overdue, [viewer, now]);
    return countRow.parse(found).count;
  }
}

/** What persons asked and a source should have decided, or done: how many, and the first and the last of their dates. */
export interface OverdueRights {
  readonly unit: UnitId;
  readonly count: number;
  readonly since: Instant;
  readonly latest: Instant;
}

/** Of every source that is late. Throws `Fault('database-unavailable')`. */
export async function overdueRights(pool: pg.Pool, now: Instant): Promise<readonly OverdueRights[]> {
  return (await query(pool, overdueBySource, [now])).map((found) => {
    const { unit, count, since, latest } = overdueRow.parse(found);
    return { unit: unit as UnitId, count, since: since as Instant, latest: latest as Instant };
  });
}

function toRights(found: unknown): RightsRequest {
  const read = row.parse(found);
  const { carried_out_at: at, carried_out_as: as } = read;
  return {
    id: read.id as RightsRequestId,
    request: read.request_id as RequestId,
    source: read.source as UnitId,
    field: read.field as FieldId,
    wish: read.wish,
    madeBy: read.made_by,
    madeAt: read.made_at as Instant,
    dueAt: read.due_at as Instant,
    entry: read.entry_id as EntryId,
    state: read.state,
    decidedAt: read.decided_at as Instant | null,
    decisionEntry: read.decision_entry as EntryId | null,
    carriedOut: at === null || as === null ? null : { at: at as Instant, as },
    remindedAt: read.reminded_at as Instant | null,
  };
}
