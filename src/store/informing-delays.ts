import type pg from 'pg';
import { z } from 'zod';
import type { EntryId, Instant, RequestId } from '../core/brand.ts';
import { dueAtOnce } from '../core/disclosure/each-in-turn.ts';
import type { InformingDelays } from '../core/informing/informing-delay.ts';
import { query } from './pool.ts';
import { readRequest, requestColumns } from './requests.ts';

const latest = {
  name: 'informing_delay_latest',
  text: `SELECT request_id, ground, tell_why, decider_role, decided_at, review_at, entry_id FROM informing_delay
    WHERE request_id = $1 ORDER BY decided_at DESC LIMIT 1`,
};

/** As the index `request_informing_look` says it. */
const hidden = `SELECT ${requestColumns}, informing_look_at AS seen FROM request WHERE disclosed_at IS NOT NULL
  AND (decision ->> 'informAfter') IS NOT NULL AND informing_look_at IS DISTINCT FROM 'infinity'`;
const inOrder = `ORDER BY informing_look_at NULLS FIRST, id LIMIT ${dueAtOnce} + $2`;
const due = {
  name: 'informing_due',
  text: `(${hidden} AND informing_look_at IS NULL ${inOrder}) UNION ALL (${hidden} AND informing_look_at <= $1 ${inOrder})
    LIMIT ${dueAtOnce} OFFSET $2`,
};
const putOff = {
  name: 'informing_put_off',
  text: `UPDATE request SET informing_look_at = coalesce($3::timestamptz, 'infinity')
    WHERE id = $1 AND informing_look_at IS NOT DISTINCT FROM $2::timestamptz`,
};
const seenRow = z.looseObject({ seen: z.string().nullable() });

const row = z.strictObject({
  request_id: z.uuid(),
  ground: z.string(),
  tell_why: z.boolean(),
  decider_role: z.string(),
  decided_at: z.string(),
  review_at: z.string(),
  entry_id: z.uuid(),
});

/** `InformingDelays` on PostgreSQL. Throws `Fault('database-unavailable')`. */
export function createInformingDelays(pool: pg.Pool): InformingDelays {
  return {
    async latest(request) {
      const [found] = await query(pool, latest, [request]);
      if (found === undefined) return null;
      const read = row.parse(found);
      return {
        request: read.request_id as RequestId,
        ground: read.ground,
        tellWhy: read.tell_why,
        deciderRole: read.decider_role,
        decidedAt: read.decided_at as Instant,
        reviewAt: read.review_at as Instant,
        entry: read.entry_id as EntryId,
      };
    },
    async due(now, passed) {
      return (await query(pool, due, [now, passed])).map((found) => {
        const { seen, ...request } = seenRow.parse(found);
        return { request: readRequest(request), seen: seen as Instant | null };
      });
    },
    async putOff(request, seen, until) {
      await query(pool, putOff, [request, seen, until]);
    },
  };
}
