import type pg from 'pg';
import { z } from 'zod';
import type { CorrectionId, EntryId, FieldId, Instant, RequestId, UnitId } from '../core/brand.ts';
import {
  type CorrectionNotice,
  correctionKinds,
  correctionWays,
  type RecordedCorrection,
} from '../core/correction/correction.ts';
import type { Corrections } from '../core/correction/ports.ts';
import { dueAtOnce } from '../core/disclosure/each-in-turn.ts';
import { query } from './pool.ts';
import { readRequest, requestColumns } from './requests.ts';
import { toInstant } from './types.ts';
import { isUnderWay } from './under-way.ts';
import { isUuid } from './uuid.ts';

const noticeJson = `json_build_object('recipient', n.recipient, 'requests', n.requests, 'fields', n.fields,
      'given_on', n.given_on, 'due_at', n.due_at, 'look_at', n.look_at,
      'destroyed', n.destroyed, 'confirmed_at', n.confirmed_at, 'how', n.how)`;
const whole = `c.id, c.source, c.kind, c.fields, c.corrects, c.made_at, c.entry_id, c.under_way,
      (SELECT coalesce(json_agg(${noticeJson} ORDER BY n.recipient), '[]') FROM correction_notice n
        WHERE n.correction_id = c.id) AS notices`;

const byId = { name: 'correction_by_id', text: `SELECT ${whole} FROM correction c WHERE c.id = $1` };

/** Of a unit that passes one on twice, and of who hands it back to where it came from, each is met once. */
const passedOn = {
  name: 'correction_passed_on',
  text: `WITH RECURSIVE onward (id) AS (
      SELECT id FROM correction WHERE corrects = $1
      UNION SELECT c.id FROM correction c JOIN onward o ON c.corrects = o.id
    )
    SELECT c.id, c.source, c.corrects, c.kind, c.made_at, c.under_way = '{}' AND NOT EXISTS (
        SELECT 1 FROM correction_notice n WHERE n.correction_id = c.id AND n.confirmed_at IS NULL) AS is_confirmed
    FROM correction c JOIN onward USING (id) ORDER BY c.made_at, c.id LIMIT 1000`,
};

const given = {
  name: 'correction_given',
  text: `SELECT ${requestColumns} FROM request
    -- whoever was joined to another since they were looked up is that other
    WHERE subject_id = (SELECT coalesce(merged_into, id) FROM subject WHERE id = $1)
    AND (disclosed_at IS NOT NULL OR ${isUnderWay}) ORDER BY received_at, id`,
};

const unheard = {
  name: 'correction_unheard',
  text: `SELECT ${requestColumns} FROM request
    WHERE subject_id = (SELECT coalesce(merged_into, id) FROM subject WHERE id = $1) AND source = $2
    AND direction = 'push' AND state = 'awaiting-approval' ORDER BY id`,
};

/** Read only of fields that no policy in force knows. As the index `request_gave` says it. */
const everGave = {
  name: 'correction_ever_gave',
  text: `SELECT field FROM unnest($2::text[]) AS field WHERE EXISTS (
    SELECT 1 FROM request WHERE source = $1 AND disclosed_at IS NOT NULL AND decision -> 'permitted' ? field
      AND coalesce(decision #> '{given,fields}', decision -> 'permitted') ? field)`,
};

const due = {
  name: 'corrections_due',
  text: `SELECT d.recipient AS looked_at, d.look_at AS seen, ${whole}
    FROM (SELECT * FROM correction_notice WHERE look_at <= $1 ORDER BY look_at, correction_id, recipient
        LIMIT ${dueAtOnce} OFFSET $2) d
      JOIN correction c ON c.id = d.correction_id ORDER BY d.look_at, c.id, d.recipient`,
};

const waysEnded = {
  name: 'correction_ways_ended',
  text: `SELECT w.request, ${whole}
    FROM correction c CROSS JOIN unnest(c.under_way) AS w (request) LEFT JOIN request r ON r.id = w.request
    WHERE c.under_way <> '{}' AND (r.id IS NULL OR r.disclosed_at IS NOT NULL OR NOT ${isUnderWay})
    ORDER BY c.made_at, c.id, w.request LIMIT ${dueAtOnce} OFFSET $1`,
};

const forgetWay = {
  name: 'correction_way_forgotten',
  text: 'UPDATE correction SET under_way = array_remove(under_way, $2) WHERE id = $1 AND $2 = ANY (under_way)',
};

const noticeRow = z.strictObject({
  recipient: z.string(),
  requests: z.array(z.uuid()),
  fields: z.array(z.string()),
  given_on: z.array(z.uuid()),
  due_at: z.string(),
  look_at: z.string().nullable(),
  destroyed: z.boolean(),
  confirmed_at: z.string().nullable(),
  how: z.enum(correctionWays).nullable(),
});
const row = z.strictObject({
  id: z.uuid(),
  source: z.string(),
  kind: z.enum(correctionKinds),
  fields: z.array(z.string()),
  corrects: z.uuid().nullable(),
  made_at: z.string(),
  entry_id: z.uuid(),
  under_way: z.array(z.uuid()),
  notices: z.array(noticeRow),
});
const dueRow = row.extend({ looked_at: z.string(), seen: z.string() });
const wayRow = row.extend({ request: z.uuid() });
const passedRow = z.strictObject({
  id: z.uuid(),
  source: z.string(),
  corrects: z.uuid(),
  kind: z.enum(correctionKinds),
  made_at: z.string(),
  is_confirmed: z.boolean(),
});

/** `Corrections` on PostgreSQL. Throws `Fault('database-unavailable')`. */
export function createCorrections(pool: pg.Pool): Corrections {
  return {
    async find(id) {
      if (!isUuid(id)) return null;
      const [found] = await query(pool, byId, [id]);
      return found === undefined ? null : toCorrection(row.parse(found));
    },
    async passedOn(id) {
      return (await query(pool, passedOn, [id])).map((found) => {
        const passed = passedRow.parse(found);
        return {
          id: passed.id as CorrectionId,
          source: passed.source as UnitId,
          corrects: passed.corrects as CorrectionId,
          kind: passed.kind,
          madeAt: passed.made_at as Instant,
          isConfirmed: passed.is_confirmed,
        };
      });
    },
    async given(subject) {
      return (await query(pool, given, [subject])).map(readRequest);
    },
    async unheard(subject, source) {
      return (await query(pool, unheard, [subject, source])).map(readRequest);
    },
    async everGave(source, fields) {
      const found = await query<{ field: string }>(pool, everGave, [source, [...fields]]);
      return new Set(found.map(({ field }) => field));
    },
    async waysEnded(passed) {
      return (await query(pool, waysEnded, [passed])).map((found) => {
        const { request, ...read } = wayRow.parse(found);
        return { correction: toCorrection(read), request: request as RequestId };
      });
    },
    async forgetWay({ id, request }) {
      await query(pool, forgetWay, [id, request]);
    },
    async due(now, passed) {
      return (await query(pool, due, [now, passed])).map((found) => {
        const { looked_at, seen, ...read } = dueRow.parse(found);
        const correction = toCorrection(read);
        const notice = correction.notices.find(({ recipient }) => recipient === looked_at);
        if (notice === undefined) throw new RangeError('what is looked at is one of its notices');
        return { correction, notice, seen: seen as Instant };
      });
    },
  };
}

function toCorrection(read: z.infer<typeof row>): RecordedCorrection {
  return {
    id: read.id as CorrectionId,
    source: read.source as UnitId,
    kind: read.kind,
    fields: read.fields as FieldId[],
    corrects: read.corrects as CorrectionId | null,
    madeAt: read.made_at as Instant,
    entry: read.entry_id as EntryId,
    underWay: read.under_way as RequestId[],
    notices: read.notices.map((notice) => toNotice(read.id as CorrectionId, notice)),
  };
}

function toNotice(correction: CorrectionId, read: z.infer<typeof noticeRow>): CorrectionNotice {
  const optional = (time: string | null): Instant | null => (time === null ? null : toInstant(time));
  return {
    correction,
    recipient: read.recipient as UnitId,
    requests: read.requests as RequestId[],
    fields: read.fields as FieldId[],
    givenOn: read.given_on as RequestId[],
    dueAt: toInstant(read.due_at),
    destroyed: read.destroyed,
    lookAt: optional(read.look_at),
    confirmedAt: optional(read.confirmed_at),
    how: read.how,
  };
}
