import type pg from 'pg';
import type { InboxRequests } from '../core/disclosure/inbox.ts';
import { query } from './pool.ts';
import { readRequest, requestColumns } from './requests.ts';

/** In the order of the index `request_inbox`. What is overdue is over, whether somebody put that on record yet or not. */
const page = {
  name: 'request_inbox',
  text: `SELECT ${requestColumns} FROM request
    WHERE source = $1 AND state IN ('awaiting-approval', 'awaiting-source', 'partly-answered') AND state = ANY ($2::text[])
      AND (due_at IS NULL OR due_at > $3)
      AND ($4::timestamptz IS NULL OR (coalesce(due_at, received_at), id) > ($4, $5::uuid))
    ORDER BY coalesce(due_at, received_at), id LIMIT $6`,
};

/** Throws `Fault('database-unavailable')`. */
export function createInbox(pool: pg.Pool): InboxRequests {
  return {
    async page(source, { states, after, limit }, now) {
      const rows = await query(pool, page, [source, [...states], now, after?.at ?? null, after?.id ?? null, limit]);
      return rows.map(readRequest);
    },
  };
}
