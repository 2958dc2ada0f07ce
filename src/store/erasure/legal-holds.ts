import type pg from 'pg';
import { z } from 'zod';
import type { Instant } from '../../core/brand.ts';
import type { LegalHold } from '../../core/erasure/ports.ts';
import type { KeyedCipher } from '../../core/subject/ports.ts';
import { query } from '../pool.ts';
import { openSaid } from '../said-text.ts';

const all = {
  name: 'legal_hold_all',
  text: 'SELECT id, said, placed_at, lifted_at FROM legal_hold ORDER BY placed_at, id',
};

const row = z.strictObject({
  id: z.uuid(),
  said: z.instanceof(Buffer),
  placed_at: z.string(),
  lifted_at: z.string().nullable(),
});
const said = z.strictObject({ by: z.string(), ground: z.string() });

/** The oldest first; never whom they are on. Throws `Fault('database-unavailable')`, and for one that is not intact. */
export async function legalHolds(pool: pg.Pool, cipher: Pick<KeyedCipher, 'decrypt'>): Promise<readonly LegalHold[]> {
  return (await query(pool, all, [])).map((found) => {
    const { id, said: sealed, placed_at, lifted_at } = row.parse(found);
    const { by, ground } = said.parse(JSON.parse(openSaid(cipher, 'legal_hold.said', id, sealed) ?? ''));
    return { id, by, ground, placedAt: placed_at as Instant, liftedAt: lifted_at as Instant | null };
  });
}
