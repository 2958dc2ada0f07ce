import type pg from 'pg';
import type { Instant } from '../core/brand.ts';
import { query } from './pool.ts';

const read = { name: 'database_time', text: 'SELECT clock_timestamp() AS now' };

/** What the clock of the database says, which is the same for every gateway. Throws `Fault('database-unavailable')`. */
export async function databaseTime(pool: pg.Pool): Promise<Instant> {
  const [found] = await query<{ now: Instant }>(pool, read, []);
  if (found === undefined) throw new RangeError('a statement without a table answers one row');
  return found.now;
}
