import type pg from 'pg';
import { z } from 'zod';
import type { Instant, SubscriptionId, UnitId } from '../core/brand.ts';
import type { Attempt, Claimed, Deliveries } from '../core/subscription/deliveries.ts';
import { query } from './pool.ts';

/**
 * The outbox. Every moment here is the database's, so that the clocks of gateways do not matter; a moment further away
 * than the longest pause was set by a clock that was wrong, and has come.
 */
const hasCome = `state = 'waiting' AND (next_at <= now() OR next_at > now() + interval '2 hours')`;
/** Longer than an attempt takes; who was killed meanwhile leaves it to the next. */
const leased = `now() + interval '20 seconds'`;

const due = {
  name: 'delivery_due_subscriptions',
  text: `SELECT id, unit_id, url FROM subscription s WHERE ended_at IS NULL
    AND EXISTS (SELECT 1 FROM delivery WHERE subscription_id = s.id AND ${hasCome})`,
};

/**
 * Time in which nobody tried what was due does not count as tried: gateways were down, the unit shut out, or a clock jumped.
 * What stands behind another of its order is looked at again when that one may have gone; one that is delivered says so
 * itself (see `delivered`), so this is only for what nobody says.
 */
const claim = {
  name: 'delivery_claim',
  text: `WITH looked AS (
      SELECT d.event_id, d.position, first.state AS before, first.next_at AS until
      FROM delivery d LEFT JOIN LATERAL (
        SELECT f.state, f.next_at FROM delivery f
        WHERE f.subscription_id = d.subscription_id AND f.order_key = d.order_key AND f.state <> 'delivered'
          AND f.position < d.position
        ORDER BY f.position LIMIT 1) AS first ON true
      WHERE EXISTS (SELECT 1 FROM subscription WHERE id = $1 AND ended_at IS NULL)
        AND d.subscription_id = $1 AND ${hasCome.replaceAll(/\b(state|next_at)\b/g, 'd.$1')}
      ORDER BY d.next_at, d.position LIMIT $2 FOR UPDATE OF d SKIP LOCKED
    ), held AS (
      UPDATE delivery d SET next_at = CASE
          WHEN looked.before = 'parked' THEN now() + interval '5 minutes'
          WHEN looked.until > ${leased} THEN least(looked.until, now() + interval '1 hour')
          ELSE now() + interval '1 second' END
      FROM looked WHERE looked.before IS NOT NULL AND d.event_id = looked.event_id AND d.subscription_id = $1
    ), taken AS (
      UPDATE delivery d SET attempts = attempts + 1, next_at = ${leased},
        first_at = coalesce(first_at + greatest(now() - d.next_at, interval '0'), now())
      FROM looked WHERE looked.before IS NULL AND d.event_id = looked.event_id AND d.subscription_id = $1
      RETURNING d.event_id, d.position, d.attempts, d.first_at
    )
    SELECT (SELECT count(*) FROM looked) AS looked, event.id, event.unit_id, event.type, event.time, event.dataref,
      taken.attempts, (extract(epoch FROM now() - taken.first_at) * 1000)::bigint AS tried_ms
    FROM (SELECT 1) AS always LEFT JOIN (taken JOIN event ON event.id = taken.event_id) ON true ORDER BY taken.position`,
};

/** Also by who was slow, and was taken for dead: it did arrive. The next of its order goes at once. */
const delivered = {
  name: 'delivery_delivered',
  text: `WITH done AS (
      UPDATE delivery SET state = 'delivered', problem = NULL
      WHERE event_id = $1 AND subscription_id = $2 AND state <> 'delivered' RETURNING order_key, position
    )
    UPDATE delivery SET next_at = now() FROM done
    WHERE subscription_id = $2 AND delivery.order_key = done.order_key AND state = 'waiting' AND delivery.position = (
      SELECT min(n.position) FROM delivery n WHERE n.subscription_id = $2 AND n.order_key = done.order_key
        AND n.state <> 'delivered' AND n.position > done.position)`,
};

/** Only of the attempt that is the latest: another may be under way. */
const failed = {
  name: 'delivery_failed',
  text: `UPDATE delivery SET state = $4, next_at = now() + $5 * interval '1 millisecond', problem = $6
    WHERE event_id = $1 AND subscription_id = $2 AND attempts = $3 AND state = 'waiting'`,
};

/** By unit, of subscriptions that have not ended; a parked one keeps the moment at which it was given up. */
const parked = {
  name: 'delivery_parked',
  text: `SELECT s.unit_id AS unit, count(d.event_id)::integer AS count, max(d.next_at) AS latest
    FROM subscription s LEFT JOIN delivery d ON d.subscription_id = s.id AND d.state = 'parked'
    WHERE s.ended_at IS NULL GROUP BY s.unit_id`,
};

const dueRow = z.strictObject({ id: z.uuid(), unit_id: z.string(), url: z.string() });
const looked = z.object({ looked: z.int() });
const claimedRow = z.strictObject({
  looked: z.int(),
  id: z.uuid(),
  unit_id: z.string(),
  type: z.string(),
  time: z.string(),
  dataref: z.string(),
  attempts: z.int(),
  tried_ms: z.int(),
});

const parkedRow = z.strictObject({ unit: z.string(), count: z.int(), latest: z.string().nullable() });

/** How many events for a unit were given up, and when the last of them. */
export interface ParkedEvents {
  readonly unit: UnitId;
  readonly count: number;
  /** null: there are none. */
  readonly latest: Instant | null;
}

/** Of every unit that is told of its events anywhere. Throws `Fault('database-unavailable')`. */
export async function parkedEvents(pool: pg.Pool): Promise<readonly ParkedEvents[]> {
  return (await query(pool, parked, [])).map((found) => {
    const { unit, count, latest } = parkedRow.parse(found);
    return { unit: unit as UnitId, count, latest: latest as Instant | null };
  });
}

export function createDeliveries(pool: pg.Pool): Deliveries {
  return {
    async due() {
      const rows = await query(pool, due, []);
      return rows.map((found) => {
        const { id, unit_id, url } = dueRow.parse(found);
        return { subscription: id as SubscriptionId, unit: unit_id as UnitId, url };
      });
    },
    async claim(subscription, most): Promise<Claimed> {
      const rows = await query(pool, claim, [subscription, most]);
      const attempts = rows.filter(({ id }) => id !== null).map((found) => toAttempt(subscription, found));
      return { attempts, looked: rows[0] === undefined ? 0 : looked.parse(rows[0]).looked };
    },
    async delivered({ event, subscription }) {
      await query(pool, delivered, [event.id, subscription]);
    },
    async failed({ event, subscription, number }, next, problem) {
      const inMs = next.state === 'waiting' ? next.inMs : 0;
      await query(pool, failed, [event.id, subscription, number, next.state, inMs, problem]);
    },
  };
}

function toAttempt(subscription: SubscriptionId, found: unknown): Attempt {
  const { id, unit_id, type, time, dataref, attempts, tried_ms } = claimedRow.parse(found);
  const event = { id, unit: unit_id as UnitId, type, time: time as Instant, dataref };
  return { subscription, event, number: attempts, triedForMs: tried_ms };
}
