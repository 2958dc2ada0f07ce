import type pg from 'pg';
import { z } from 'zod';
import type { Instant, RequestId } from '../core/brand.ts';
import { dueAtOnce } from '../core/disclosure/each-in-turn.ts';
import { type Emergencies, type Emergency, type EmergencyRequest, verdicts } from '../core/emergency/emergency.ts';
import { query } from './pool.ts';
import { readRequest, requestColumns } from './requests.ts';
import { isUuid } from './uuid.ts';

const emergencyColumns = `opened_at, second_before, until, review_before, second_at, second_role, revoked_at, reviewed_at,
  verdict`;
export const emergencyRows = `SELECT ${requestColumns}, ${emergencyColumns} FROM emergency JOIN request ON id = request_id`;
/** Where nothing was given there is nothing to answer for. */
const gave = `state IN ('delivered', 'collected')`;

const byId = { name: 'emergency_by_id', text: `${emergencyRows} WHERE request_id = $1` };
const unseconded = {
  name: 'emergency_unseconded',
  text: `${emergencyRows} WHERE second_at IS NULL AND revoked_at IS NULL AND ${gave}
    -- further away than any gateway's clock may be: its hour was set by one that was wrong
    AND (second_before <= $1 OR opened_at > now() + interval '1 day')
    ORDER BY second_before, id LIMIT ${dueAtOnce} OFFSET $2`,
};
const untold = {
  name: 'emergency_untold',
  text: `${emergencyRows} WHERE NOT overdue_told AND (verdict = 'unjustified'
      OR (reviewed_at IS NULL OR verdict = 'unclear') AND review_before <= $1 AND ${gave})
    ORDER BY review_before, id LIMIT ${dueAtOnce} OFFSET $2`,
};
/** An officer may have found it unjustified since it was read: that is to be told yet. */
const officersTold = {
  name: 'emergency_officers_told',
  text: 'UPDATE emergency SET overdue_told = true WHERE request_id = $1 AND verdict IS NOT DISTINCT FROM $2::text',
};

const moment = z.string().nullable();
const row = z.strictObject({
  opened_at: z.string(),
  second_before: z.string(),
  until: z.string(),
  review_before: z.string(),
  second_at: moment,
  second_role: z.string().nullable(),
  revoked_at: moment,
  reviewed_at: moment,
  verdict: z.enum(verdicts).nullable(),
});

/** Throws `Fault('database-unavailable')`. */
export function createEmergencies(pool: pg.Pool): Emergencies {
  return {
    async find(id) {
      if (!isUuid(id)) return null;
      const [found] = await query(pool, byId, [id]);
      return found === undefined ? null : readEmergency(found);
    },
    async unseconded(now, passed) {
      return (await query(pool, unseconded, [now, passed])).map(readEmergency);
    },
    async untold(now, passed) {
      return (await query(pool, untold, [now, passed])).map(readEmergency);
    },
    async officersTold(id, verdict) {
      await query(pool, officersTold, [id, verdict]);
    },
  };
}

/** A row of both tables. */
export function readEmergency(found: object): EmergencyRequest {
  const names = Object.keys(row.shape);
  const own = Object.entries(found).filter(([name]) => names.includes(name));
  const others = Object.entries(found).filter(([name]) => !names.includes(name));
  const request = readRequest(Object.fromEntries(others));
  return { emergency: toEmergency(request.id, row.parse(Object.fromEntries(own))), request };
}

function toEmergency(request: RequestId, read: z.infer<typeof row>): Emergency {
  const { second_at, second_role, reviewed_at, verdict } = read;
  return {
    request,
    openedAt: read.opened_at as Instant,
    secondBefore: read.second_before as Instant,
    until: read.until as Instant,
    reviewBefore: read.review_before as Instant,
    second: second_at === null || second_role === null ? null : { at: second_at as Instant, role: second_role },
    revokedAt: read.revoked_at as Instant | null,
    review: reviewed_at === null || verdict === null ? null : { at: reviewed_at as Instant, verdict },
  };
}
