import type pg from 'pg';
import { z } from 'zod';
import type { UnitId } from '../../core/brand.ts';
import type { EmergencyRequest } from '../../core/emergency/emergency.ts';
import { emergencyRows, readEmergency } from '../emergencies.ts';
import { query } from '../pool.ts';

/** What gave something and was not reviewed, or not clearly. */
const toReview = `(disclosed_at IS NOT NULL AND (reviewed_at IS NULL OR verdict = 'unclear'))`;
const ofViewer = '($1::text IS NULL OR recipient = $1 OR source = $1)';

const list = {
  name: 'pages-emergencies',
  text: `${emergencyRows} WHERE ${ofViewer}
    ORDER BY ${toReview} DESC, CASE WHEN ${toReview} THEN review_before END, opened_at DESC LIMIT $2`,
};
const waiting = {
  name: 'pages-emergencies-waiting',
  text: `SELECT count(*) AS count FROM emergency JOIN request ON id = request_id WHERE ${ofViewer} AND ${toReview}`,
};
const countRow = z.strictObject({ count: z.int() });

/** What the pages of officers read. Throws `Fault('database-unavailable')`. */
export class StoredEmergencies {
  readonly #pool: pg.Pool;

  constructor(pool: pg.Pool) {
    this.#pool = pool;
  }

  async list(viewer: UnitId | null, limit: number): Promise<readonly EmergencyRequest[]> {
    return (await query<object>(this.#pool, list, [viewer, limit])).map(readEmergency);
  }

  async waiting(viewer: UnitId | null): Promise<number> {
    const [found] = await query(this.#pool, waiting, [viewer]);
    return countRow.parse(found).count;
  }
}
