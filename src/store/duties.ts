import type pg from 'pg';
import { dueAtOnce } from '../core/disclosure/each-in-turn.ts';
import type { Duties, HeldRequest } from '../core/duty/follow-duties.ts';
import { query } from './pool.ts';
import { readRequest, requestColumns } from './requests.ts';

const due = {
  name: 'duties-due',
  text: `SELECT ${requestColumns} FROM request WHERE duty_at <= $1 ORDER BY duty_at, id LIMIT ${dueAtOnce} OFFSET $2`,
};
const putOff = {
  name: 'duties-put-off',
  text: `UPDATE request SET duty_at = $3 WHERE id = $1 AND duty_at = $2
    AND EXISTS (SELECT 1 FROM active_policy_set WHERE digest = $4)`,
};

/** Throws `Fault('database-unavailable')`. */
export function createDuties(pool: pg.Pool): Duties {
  return {
    async due(now, passed) {
      return (await query(pool, due, [now, passed])).map(readRequest).map((request) => {
        if (!isHeld(request)) throw new RangeError('nothing was given by a request whose destruction is followed');
        const seen = request.held.lookAt;
        if (seen === null) throw new RangeError('what is due has a moment');
        return { request, seen };
      });
    },
    async putOff(request, seen, until, policySet) {
      await query(pool, putOff, [request, seen, until, policySet]);
    },
  };
}

function isHeld(request: ReturnType<typeof readRequest>): request is HeldRequest {
  return request.held !== null;
}
