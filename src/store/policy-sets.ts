import type pg from 'pg';
import { z } from 'zod';
import type { Digest, Instant } from '../core/brand.ts';
import { query } from './pool.ts';

const activate = {
  name: 'policy_set_activate',
  text: `INSERT INTO active_policy_set (digest, activated_at) VALUES ($1, $2)
    ON CONFLICT (one) DO UPDATE SET digest = excluded.digest, activated_at = excluded.activated_at
      WHERE active_policy_set.digest <> excluded.digest
    RETURNING digest`,
};
const active = { name: 'policy_set_active', text: 'SELECT digest FROM active_policy_set' };

const digest = z.string().regex(/^sha256:[0-9a-f]{64}$/);

/**
 * From its commit on, work that was decided under another set is stale and decided again.
 * True when this set was not the active one before.
 */
export async function activatePolicySet(pool: pg.Pool, set: Digest, at: Instant): Promise<boolean> {
  const changed = await query(pool, activate, [digest.parse(set), at]);
  return changed.length === 1;
}

/** null: none was ever activated. */
export async function activePolicySet(pool: pg.Pool): Promise<Digest | null> {
  const [row] = await query<{ digest: string }>(pool, active, []);
  return row === undefined ? null : (digest.parse(row.digest) as Digest);
}
