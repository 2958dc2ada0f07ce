import type pg from 'pg';
import { z } from 'zod';
import type { Instant, RequestId } from '../core/brand.ts';
import { waitingStates } from '../core/disclosure/state.ts';
import type { WaitingRequests, Woken } from '../core/disclosure/wake.ts';
import { digestForm } from '../core/policy-set/statement.ts';
import { query } from './pool.ts';

/** Longer than a look takes; a gateway that was killed in one leaves the request to another after it. */
const lease = '30 s';

/** How many of a turn are those that came last. */
const late = '$2::int / 2';

/**
 * A probe of each end of an index where nothing is due. $1: now; $2: at most. Of many with one moment neither end may take
 * what the other took: fewer than a turn says that no more are due.
 */
export const claimStatement = {
  name: 'request_claim_woken',
  text: `WITH oldest AS MATERIALIZED (
      SELECT id FROM request WHERE wakes_at <= $1 ORDER BY wakes_at LIMIT $2::int - ${late} FOR UPDATE SKIP LOCKED),
    newest AS MATERIALIZED (
      SELECT id FROM request WHERE wakes_at <= $1 AND id <> ALL (ARRAY(SELECT id FROM oldest))
        ORDER BY wakes_at DESC LIMIT ${late} FOR UPDATE SKIP LOCKED)
    UPDATE request SET wakes_at = $1::timestamptz + interval '${lease}'
      WHERE id = ANY (ARRAY(SELECT id FROM oldest UNION ALL SELECT id FROM newest))
    RETURNING id, wakes_at AS lease, reminded, policy_set`,
};
const rest = {
  name: 'request_rest',
  text: `UPDATE request SET wakes_at = $3, due_at = coalesce(due_at, $4), policy_set = coalesce($5, policy_set)
    WHERE id = $1 AND wakes_at = $2`,
};

/** As the index `request_waits` says it. */
const waits = `state IN (${waitingStates.map((state) => `'${state}'`).join(', ')})`;

/** Nobody rests for longer: a moment further away was set by a clock that was wrong. */
const longest = '25 hours';

/** Behind whoever is woken alone, by whichever gateway: a second crowd would else come between a withdrawal and its turn. */
const behind = '1 hour';

/**
 * $1: now; $2: units as JSON; $3: at most. Also what a gateway before this one left without a moment to be looked at. What
 * was woken while this waited for its row keeps the moment that it got.
 */
const wakeUnbound = {
  name: 'request_wake_unbound',
  text: `WITH party AS (SELECT * FROM json_to_recordset($2) AS given (id text, active boolean, set text))
    UPDATE request SET wakes_at = $1::timestamptz - interval '${behind}' WHERE id IN (
      SELECT r.id FROM request r
        LEFT JOIN party s ON s.id = r.source AND s.active LEFT JOIN party p ON p.id = r.recipient AND p.active
      WHERE r.${waits} AND (r.wakes_at IS NULL OR r.wakes_at > $1)
        AND (r.wakes_at IS NULL OR r.wakes_at > $1::timestamptz + interval '${longest}'
          OR s.id IS NULL OR p.id IS NULL OR r.policy_set IS DISTINCT FROM s.set)
      LIMIT $3) AND (wakes_at IS NULL OR wakes_at > $1)
    RETURNING id`,
};

const claimed = z.strictObject({
  id: z.uuid(),
  lease: z.string(),
  reminded: z.int(),
  policy_set: digestForm.nullable(),
});

/** Throws `Fault('database-unavailable')`. */
export function createWaitingRequests(pool: pg.Pool): WaitingRequests {
  return {
    async claim(now, atMost): Promise<readonly Woken[]> {
      return (await query(pool, claimStatement, [now, atMost])).map((found) => {
        const { id, lease: until, reminded, policy_set } = claimed.parse(found);
        return { id: id as RequestId, lease: until as Instant, reminded, policySet: policy_set };
      });
    },
    async rest({ id, lease: until }, next) {
      await query(pool, rest, [id, until, next?.wakesAt ?? null, next?.dueAt ?? null, next?.policySet ?? null]);
    },
    async wakeUnbound(units, now, atMost) {
      return (await query(pool, wakeUnbound, [now, JSON.stringify(units), atMost])).length;
    },
  };
}
