import { createHash } from 'node:crypto';
import type pg from 'pg';
import type { Instant, UnitId } from '../core/brand.ts';
import { query } from './pool.ts';

/** An event that rests on no entry of the ledger: it tells a unit of its own connection, and of nobody. */
export interface OwnEvent {
  readonly id: string;
  readonly type: string;
  readonly time: Instant;
  readonly dataref: string;
}

/**
 * What puts an event, and its deliveries beside it, on record: the end of a statement whose part `due` has one row with
 * the `unit_id` to tell, or none. `$n` is the first of the event's four values. One row comes back where it was told.
 */
export function tellingStatement(n: number): string {
  return `, told AS (
      INSERT INTO event (id, unit_id, type, time, dataref) SELECT $${n}, unit_id, $${n + 1}, $${n + 2}, $${n + 3} FROM due
      ON CONFLICT (id) DO NOTHING RETURNING id, unit_id, type
    ), fanned AS (
      INSERT INTO delivery (event_id, subscription_id)
      SELECT told.id, subscription.id FROM told
      JOIN subscription ON subscription.unit_id = told.unit_id AND subscription.ended_at IS NULL
        AND (subscription.types = '{}' OR told.type = ANY (subscription.types))
    )
    SELECT id FROM told`;
}

export function tellingValues({ id, type, time, dataref }: OwnEvent): readonly unknown[] {
  return [id, type, time, dataref];
}

const tell = { name: 'event_tell', text: `WITH due AS (SELECT $1::text AS unit_id)${tellingStatement(2)}` };

/**
 * Tells a unit once for each mark, as long as events are kept: the mark is what the event's id is made of, so that of
 * gateways that look at the same moment one tells it. Throws `Fault('database-unavailable')`.
 */
export async function tellOnce(
  pool: pg.Pool,
  unit: UnitId,
  mark: string,
  event: Omit<OwnEvent, 'id'>,
): Promise<boolean> {
  const id = idOf(`${event.type}\n${unit}\n${mark}`);
  return (await query(pool, tell, [unit, ...tellingValues({ ...event, id })])).length === 1;
}

/** UUIDv8 (RFC 9562) of a text. */
function idOf(text: string): string {
  const hash = createHash('sha256').update(text, 'utf8').digest();
  hash[6] = ((hash[6] ?? 0) & 0x0f) | 0x80;
  hash[8] = ((hash[8] ?? 0) & 0x3f) | 0x80;
  const hex = hash.toString('hex');
  return [hex.slice(0, 8), hex.slice(8, 12), hex.slice(12, 16), hex.slice(16, 20), hex.slice(20, 32)].join('-');
}
