import type pg from 'pg';
import type { Instant, SubjectId } from '../../core/brand.ts';
import { query } from '../pool.ts';

const add = {
  name: 'vault_add_key',
  text: 'INSERT INTO vault.subject_key (subject_id, wrapped, created_at) VALUES ($1, $2, $3)',
};

/**
 * Gives somebody new a key. INVARIANT: it is durable before the subject is, so that nobody stands on
 * record whose openings could not be sealed; a key that nobody came to have harms nobody and is swept
 * (`sweepOrphanKeys`). Throws `Fault('database-unavailable')`.
 */
export async function addSubjectKey(
  vault: pg.Pool,
  { id, wrappedKey, at }: { readonly id: SubjectId; readonly wrappedKey: Buffer; readonly at: Instant },
): Promise<void> {
  await query(vault, add, [id, wrappedKey, at]);
}
