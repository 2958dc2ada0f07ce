import type pg from 'pg';
import { type Duties, dutiesAtOnce, type HeldRequest } from '../core/duty/follow-duties.ts';
import { query } from './pool.ts';
import { readRequest, requestColumns } from './requests.ts';

const due = {
  name: 'duties-due',
  text: `SELECT ${requestColumns} FROM request WHERE duty_at <= $1 ORDER BY duty_at, id LIMIT ${dutiesAtOnce}`,
};
const putOff = {
  name: 'duties-put-off',
  text: 'UPDATE request SET duty_at = $3 WHERE id = $1 AND duty_at = $2',
};

/** Throws `Fault('database-unavailable')`. */
export function createDuties(pool: pg.Pool): Duties {
  return {
    async due(now) {
      return (await query(pool, due, [now])).map(readRequest).map((request) => {
        if (!isHeld(request)) throw new RangeError('nothing was given by a request whose destruction is followed');
        const seen = request.held.lookAt;
        if (seen === null) throw new RangeError('what is due has a moment');
        return { request, seen };
      });
    },
    async putOff(request, seen, until) {
      await query(pool, putOff, [request, seen, until]);
    },
  };
}

function isHeld(request: ReturnType<typeof readRequest>): request is HeldRequest {
  return request.held !== null;
}
