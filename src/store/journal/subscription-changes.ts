import { mostSubscriptions, type SubscriptionChange } from '../../core/subscription/subscription.ts';
import type { ColdStatement } from './cold-statement.ts';

export function subscriptionStatement(change: SubscriptionChange): ColdStatement {
  if (change.type === 'subscription-ended') {
    return { ...end, values: [change.id, change.at, change.entry], untouched: 'state' };
  }
  const { id, unit, url, types, createdAt } = change.subscription;
  return {
    ...add,
    values: [id, unit, url, [...types], createdAt, change.entry, mostSubscriptions],
    untouched: 'unique',
  };
}

/** In the lowest free place of its unit; without one nothing happens. */
const add = {
  name: 'journal-subscription-added',
  text: `INSERT INTO subscription (id, unit_id, place, url, types, created_at, entry_id)
    SELECT $1, $2, free.place, $3, $4, $5, $6 FROM (
      SELECT min(number) AS place FROM generate_series(1, $7::integer) AS number WHERE NOT EXISTS (
        SELECT 1 FROM subscription WHERE unit_id = $2 AND ended_at IS NULL AND place = number)) AS free
    WHERE free.place IS NOT NULL
    ON CONFLICT DO NOTHING RETURNING 1`,
};

const end = {
  name: 'journal-subscription-ended',
  text: 'UPDATE subscription SET ended_at = $2, entry_id = $3 WHERE id = $1 AND ended_at IS NULL RETURNING 1',
};
