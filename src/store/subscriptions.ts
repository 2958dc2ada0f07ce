import type pg from 'pg';
import { z } from 'zod';
import type { Instant, SubscriptionId, UnitId } from '../core/brand.ts';
import { deliveryProblems, type Subscriptions, type SubscriptionView } from '../core/subscription/subscription.ts';
import { query, type Statement } from './pool.ts';

const columns = `s.id, s.unit_id, s.url, s.types, s.created_at, s.ended_at,
  (SELECT count(*) FROM delivery WHERE subscription_id = s.id AND state = 'waiting') AS waiting,
  (SELECT count(*) FROM delivery WHERE subscription_id = s.id AND state = 'parked') AS parked,
  (SELECT problem FROM delivery WHERE subscription_id = s.id AND state <> 'delivered' AND problem IS NOT NULL
    ORDER BY position DESC LIMIT 1) AS problem`;

const one = { name: 'subscription_one', text: `SELECT ${columns} FROM subscription s WHERE s.id = $1` };
const ofUnit = {
  name: 'subscription_of_unit',
  text: `SELECT ${columns} FROM subscription s WHERE s.unit_id = $1 AND s.ended_at IS NULL ORDER BY s.created_at, s.id`,
};

const row = z.strictObject({
  id: z.uuid(),
  unit_id: z.string(),
  url: z.string(),
  types: z.array(z.string()),
  created_at: z.string(),
  ended_at: z.string().nullable(),
  waiting: z.int(),
  parked: z.int(),
  problem: z.enum(deliveryProblems).nullable(),
});

const most = 5_000;
/** Attempts count from the beginning: what went wrong before is over. */
const anew = `UPDATE delivery d SET state = 'waiting', attempts = 0, first_at = NULL, next_at = now(), problem = NULL
  FROM found WHERE d.event_id = found.event_id AND d.subscription_id = $1 RETURNING d.position`;

/** Those that stand behind a parked one as well, so that they need not be found waiting for nothing. */
const parkedAgain = {
  name: 'delivery_again_parked',
  text: `WITH found AS (
      SELECT event_id FROM delivery WHERE subscription_id = $1 AND position > $2 AND state <> 'delivered'
      ORDER BY position LIMIT ${most} FOR UPDATE
    ), done AS (${anew}) SELECT max(position) AS last FROM done`,
};
const sinceAgain = {
  name: 'delivery_again_since',
  text: `WITH found AS (
      SELECT delivery.event_id FROM delivery JOIN event ON event.id = delivery.event_id
      WHERE subscription_id = $1 AND delivery.position > $2 AND event.time >= $3
      ORDER BY delivery.position LIMIT ${most} FOR UPDATE OF delivery
    ), done AS (${anew}) SELECT max(position) AS last FROM done`,
};

const lastRow = z.strictObject({ last: z.int().nullable() });

export function createSubscriptions(pool: pg.Pool): Subscriptions {
  return {
    async find(id) {
      const [found] = await query(pool, one, [id]);
      return found === undefined ? null : toView(found);
    },
    async of(unit) {
      return (await query(pool, ofUnit, [unit])).map(toView);
    },
    again: (id, what) =>
      what.of === 'parked' ? inBatches(pool, parkedAgain, id, []) : inBatches(pool, sinceAgain, id, [what.since]),
  };
}

/** So that nobody waits for ten thousand of them. */
async function inBatches(
  pool: pg.Pool,
  statement: Statement,
  id: SubscriptionId,
  values: readonly unknown[],
): Promise<void> {
  const batchAfter = async (position: number): Promise<number | null> => {
    const [found] = await query(pool, statement, [id, position, ...values]);
    return lastRow.parse(found).last;
  };
  for (let last = await batchAfter(0); last !== null; ) last = await batchAfter(last);
}

function toView(found: unknown): SubscriptionView {
  const { unit_id, created_at, ended_at, ...rest } = row.parse(found);
  return {
    ...rest,
    id: rest.id as SubscriptionId,
    unit: unit_id as UnitId,
    createdAt: created_at as Instant,
    endedAt: ended_at as Instant | null,
  };
}
