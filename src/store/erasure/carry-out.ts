import type pg from 'pg';
import { z } from 'zod';
import type { Instant } from '../../core/brand.ts';
import { eachInTurn } from '../../core/disclosure/each-in-turn.ts';
import { query, transaction } from '../pool.ts';
import type { EraserPools } from '../vault/sweep-orphan-keys.ts';
import { forgetPerson } from './forget-person.ts';
import { heldSubjects } from './held-subjects.ts';
import { inRanges } from './in-ranges.ts';
import { lockForgetting } from './lock-forgetting.ts';

/** Each is durable before the next begins. */
export type ErasureStep = 'openings' | 'keys' | 'rows' | 'value' | 'leaves';

const ordered = {
  name: 'erasure_ordered',
  text: `SELECT id, scope, subjects FROM erasure WHERE done_at IS NULL ORDER BY ordered_at, id LIMIT 100`,
};

const job = z.strictObject({
  id: z.uuid(),
  scope: z.enum(['leaves', 'subject', 'value']),
  subjects: z.array(z.uuid()),
});

const batch = 2_000;

/** An erased opening leaves the digest of what was there: so that its leaf can still be checked. */
const emptied = 'ciphertext = NULL, digest = sha256(ciphertext), subject_id = NULL';

const emptyOpenings = {
  name: 'erasure_empty_openings',
  text: `WITH gone AS (
      UPDATE ledger_opening SET ${emptied} WHERE (entry_id, name) IN (
        SELECT entry_id, name FROM ledger_opening WHERE subject_id = ANY ($1::uuid[]) AND ciphertext IS NOT NULL
        ORDER BY entry_id, name LIMIT ${batch})
        AND ciphertext IS NOT NULL
      RETURNING 1)
    SELECT count(*) AS gone FROM gone`,
};

/** What was sealed under the key of nobody stays readable to the gateway: its openings are all that there is to destroy. */
const emptyBeforeKnown = {
  name: 'erasure_empty_before_known',
  text: `UPDATE ledger_opening SET ${emptied} WHERE subject_id IS NULL AND ciphertext IS NOT NULL
    AND entry_id IN (SELECT unnest(before_known) FROM erasure WHERE id = $1 AND done_at IS NULL)`,
};

const destroyKeys = {
  name: 'erasure_destroy_keys',
  text: 'DELETE FROM vault.subject_key WHERE subject_id = ANY ($1::uuid[])',
};

const emptyOpening = {
  name: 'erasure_empty_opening',
  text: `WITH job AS (UPDATE erasure SET done_at = $2 WHERE id = $1 AND done_at IS NULL RETURNING opening_entry, opening_name)
    UPDATE ledger_opening o SET ${emptied} FROM job
    WHERE o.entry_id = job.opening_entry AND o.name = job.opening_name AND o.ciphertext IS NOT NULL`,
};

/** One look, after the lock: what a hold keeps by now stays whole, and is ordered again when that is lifted. */
const emptyLeaves = {
  name: 'erasure_empty_leaves',
  text: `WITH named AS (
      SELECT e.id, EXISTS (SELECT 1 FROM ledger_opening o WHERE o.entry_id = e.id AND o.subject_id IN ${heldSubjects}) AS held
      FROM erasure x CROSS JOIN LATERAL ${inRanges('x.ranges')}
      WHERE x.id = $1 AND x.done_at IS NULL AND e.leaf IS NOT NULL
    ), dropped AS (
      DELETE FROM ledger_opening WHERE entry_id IN (SELECT id FROM named WHERE NOT held)
    ), emptied AS (
      UPDATE ledger_entry SET leaf = NULL, purpose = NULL, source = NULL, recipient = NULL, request_id = NULL
      WHERE id IN (SELECT id FROM named WHERE NOT held)
    )
    UPDATE erasure SET done_at = $2, kept = ARRAY(
        SELECT o.entry_id || '/' || o.name FROM ledger_opening o JOIN named ON named.id = o.entry_id
        WHERE named.held AND o.ciphertext IS NULL ORDER BY 1)
      WHERE id = $1 AND done_at IS NULL`,
};

/**
 * Carries out every erasure that is on record and not done, from its beginning: each step may be repeated, and two
 * gateways may do it at once. Resolves with how many were done. One that breaks keeps no other waiting. Throws
 * `Fault('database-unavailable')`; what was not done is done at the next turn.
 */
export async function carryOutErasures(
  erasers: EraserPools,
  now: () => Instant,
  afterStep: (step: ErasureStep) => Promise<void> = async () => undefined,
): Promise<number> {
  const jobs = (await query(erasers.ledger, ordered, [])).map((row) => job.parse(row));
  await eachInTurn(jobs, async ({ id, scope, subjects }) => {
    if (scope === 'subject') {
      await emptyAll(erasers.ledger, subjects);
      await query(erasers.ledger, emptyBeforeKnown, [id]);
      await afterStep('openings');
      await query(erasers.vault, destroyKeys, [subjects]);
      await afterStep('keys');
      await forgetPerson(erasers.ledger, { job: id, subjects, at: now() });
      await afterStep('rows');
    } else if (scope === 'value') {
      await query(erasers.ledger, emptyOpening, [id, now()]);
      await afterStep('value');
    } else {
      await transaction(erasers.ledger, async (client) => {
        await query(client, lockForgetting, []);
        await query(client, emptyLeaves, [id, now()]);
      });
      await afterStep('leaves');
    }
    return true;
  });
  return jobs.length;
}

/** In batches, so that nobody waits long for a row. */
async function emptyAll(ledger: pg.Pool, subjects: readonly string[]): Promise<void> {
  for (let gone = batch; gone === batch; ) {
    const [row] = await query<{ gone: number }>(ledger, emptyOpenings, [subjects]);
    gone = row?.gone ?? 0;
  }
}
