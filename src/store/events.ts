import type pg from 'pg';
import { z } from 'zod';
import type { Instant, UnitId } from '../core/brand.ts';
import type { ToldEvent } from '../core/disclosure/change.ts';
import { query, transaction } from './pool.ts';

export interface NumberedEvent {
  readonly event: ToldEvent;
  /** Position in this unit's feed: from 1, in the order of the feed, without gaps until old events are purged. */
  readonly sequence: number;
}

const unnumbered = {
  name: 'event_unnumbered',
  text: 'SELECT 1 AS there FROM event WHERE unit_id = $1 AND sequence IS NULL LIMIT 1',
};
const openFeed = {
  name: 'event_feed_open',
  text: 'INSERT INTO event_feed (unit_id, last) VALUES ($1, 0) ON CONFLICT (unit_id) DO NOTHING',
};
const lockFeed = { name: 'event_feed_lock', text: 'SELECT last FROM event_feed WHERE unit_id = $1 FOR UPDATE' };
const number = {
  name: 'event_number',
  text: `
    WITH fresh AS (
      SELECT id, $2::bigint + row_number() OVER (ORDER BY position) AS sequence
        FROM event WHERE unit_id = $1 AND sequence IS NULL
    ), numbered AS (
      UPDATE event SET sequence = fresh.sequence FROM fresh WHERE event.id = fresh.id RETURNING event.sequence
    )
    UPDATE event_feed SET last = (SELECT max(sequence) FROM numbered)
      WHERE unit_id = $1 AND EXISTS (SELECT 1 FROM numbered)`,
};
const read = {
  name: 'event_read',
  text: `SELECT id, unit_id, type, time, dataref, sequence FROM event
    WHERE unit_id = $1 AND sequence > $2 ORDER BY sequence LIMIT $3`,
};

const row = z.strictObject({
  id: z.uuid(),
  unit_id: z.string(),
  type: z.string(),
  time: z.string(),
  dataref: z.string(),
  sequence: z.int(),
});

/**
 * Events of this unit after a position, at most `limit`. They get their numbers here, when they are
 * read, one reader of a feed at a time: an event that commits late is numbered late, so that a
 * reader who asks for what comes after the last number it saw misses nothing.
 */
export async function eventFeed(
  pool: pg.Pool,
  unit: UnitId,
  after: number,
  limit: number,
): Promise<readonly NumberedEvent[]> {
  const [waiting] = await query(pool, unnumbered, [unit]);
  if (waiting !== undefined) await numberEvents(pool, unit);
  const rows = await query(pool, read, [unit, after, limit]);
  return rows.map((found) => {
    const { id, unit_id, type, time, dataref, sequence } = row.parse(found);
    return { sequence, event: { id, unit: unit_id as UnitId, type, time: time as Instant, dataref } };
  });
}

/** The lock is a statement of its own: what reads after it must see what the previous holder wrote. */
async function numberEvents(pool: pg.Pool, unit: UnitId): Promise<void> {
  await transaction(pool, async (client) => {
    await query(client, openFeed, [unit]);
    const [feed] = await query<{ last: number }>(client, lockFeed, [unit]);
    if (feed === undefined) throw new Error('an event feed is neither new nor there');
    await query(client, number, [unit, feed.last]);
  });
}
