import type pg from 'pg';
import { v7 } from 'uuid';
import type { Digest } from '../../src/core/brand.ts';

/** A set that was activated and that every unit accepted, as rows alone: for tests of something else. */
export async function seedPolicySet(owner: pg.Pool, digest: Digest): Promise<void> {
  await owner.query('INSERT INTO policy_set VALUES ($1, now()) ON CONFLICT DO NOTHING', [digest]);
  await owner.query(
    `INSERT INTO policy_change (id, action, set_digest, starts_at, recorded_at, carried_out_at, entry_id)
     VALUES ($1, 'activate', $2, now(), now(), now(), $1)`,
    [v7(), digest],
  );
  await owner.query(
    `INSERT INTO active_policy_set (digest, activated_at) VALUES ($1, now())
     ON CONFLICT (one) DO UPDATE SET digest = excluded.digest, reckoned_before = active_policy_set.reckoned, reckoned = NULL`,
    [digest],
  );
  await owner.query(
    `INSERT INTO policy_acceptance (unit_id, set_digest, signature, accepted_at, entry_id)
     SELECT id, $1, 'seeded', now(), $2 FROM unit ON CONFLICT DO NOTHING`,
    [digest, v7()],
  );
}
