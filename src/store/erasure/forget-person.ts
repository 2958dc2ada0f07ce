import type pg from 'pg';
import type { Instant } from '../../core/brand.ts';
import { query, transaction } from '../pool.ts';

/**
 * Everybody who would still refer to these people waits, and then finds nobody. Those who are gone already are not
 * found: then all of the rest is nothing, and the job is done.
 */
const lock = {
  name: 'forget_lock',
  text: 'SELECT id FROM subject WHERE id = ANY ($1::uuid[]) ORDER BY id FOR UPDATE',
};

/** What units were told of, and what their calls stood for, by id: links to what is no more. */
const theirs = `(SELECT id FROM request WHERE subject_id = ANY ($1::uuid[])
    UNION ALL SELECT id FROM notice WHERE subject_id = ANY ($1::uuid[])
    UNION ALL SELECT id FROM fact WHERE subject_id = ANY ($1::uuid[])
    UNION ALL SELECT id FROM consent WHERE subject_id = ANY ($1::uuid[])
    UNION ALL SELECT id FROM involvement_claim WHERE subject_id = ANY ($1::uuid[])
    UNION ALL SELECT id FROM timer WHERE subject_id = ANY ($1::uuid[])
    UNION ALL SELECT id FROM rights_request WHERE request_id IN (SELECT id FROM request WHERE subject_id = ANY ($1::uuid[]))
    UNION ALL SELECT correction_id FROM correction_notice
      WHERE requests && ARRAY(SELECT id FROM request WHERE subject_id = ANY ($1::uuid[]))
    UNION ALL SELECT id FROM subject_change WHERE subject_id = ANY ($1::uuid[]) OR other_id = ANY ($1::uuid[]))`;

const requests = '(SELECT id FROM request WHERE subject_id = ANY ($1::uuid[]))';
/** Corrections of which nothing is about anybody else. */
const corrections = `(SELECT c.id FROM correction c WHERE c.id IN (
    SELECT correction_id FROM correction_notice WHERE requests && ARRAY${requests}
    UNION ALL SELECT id FROM correction WHERE under_way <> '{}' AND under_way && ARRAY${requests})
  AND c.under_way <@ ARRAY${requests} AND NOT EXISTS (
    SELECT 1 FROM correction_notice n WHERE n.correction_id = c.id AND NOT n.requests && ARRAY${requests}))`;

const changes = `(SELECT id FROM subject_change WHERE subject_id = ANY ($1::uuid[]) OR other_id = ANY ($1::uuid[]))`;
const facts = '(SELECT id FROM fact WHERE subject_id = ANY ($1::uuid[]))';

/** In this order: first what refers, then what it refers to. A test holds that no table with a subject is left out. */
export const forgotten: readonly { readonly name: string; readonly text: string }[] = [
  ['events', `DELETE FROM event WHERE split_part(dataref, '/', 4) IN (SELECT id::text FROM ${theirs} AS of_them)`],
  ['idempotency', `DELETE FROM idempotency WHERE resource_id IN ${theirs}`],
  ['sessions', 'DELETE FROM session WHERE subject_id = ANY ($1::uuid[])'],
  ['login_codes', 'DELETE FROM login_code WHERE subject_id = ANY ($1::uuid[])'],
  ['timers', `DELETE FROM timer WHERE subject_id = ANY ($1::uuid[]) OR fact_id IN ${facts}`],
  // A fact that came to somebody else when two people were parted may still name the one in whose place it stands.
  ['corrections', `UPDATE fact SET corrects = NULL WHERE corrects IN ${facts}`],
  ['facts', 'DELETE FROM fact WHERE subject_id = ANY ($1::uuid[])'],
  ['consents', 'DELETE FROM consent WHERE subject_id = ANY ($1::uuid[])'],
  ['notices', 'DELETE FROM notice WHERE subject_id = ANY ($1::uuid[])'],
  ['claims', 'DELETE FROM involvement_claim WHERE subject_id = ANY ($1::uuid[])'],
  ['made_corrections', `DELETE FROM correction WHERE id IN ${corrections}`],
  ['told_corrections', `DELETE FROM correction_notice WHERE requests && ARRAY${requests}`],
  ['requests', 'DELETE FROM request WHERE subject_id = ANY ($1::uuid[])'],
  ['told', `DELETE FROM subject_change_told WHERE change_id IN ${changes}`],
  ['moved', `DELETE FROM subject_change_moved WHERE change_id IN ${changes}`],
  ['changes', `DELETE FROM subject_change WHERE id IN ${changes} OR takes_back IN ${changes}`],
  ['references', 'DELETE FROM subject_case_reference WHERE subject_id = ANY ($1::uuid[])'],
  ['pseudonyms', 'DELETE FROM subject_pseudonym WHERE subject_id = ANY ($1::uuid[])'],
  ['makers', 'UPDATE subject_pseudonym SET made_for = NULL WHERE made_for = ANY ($1::uuid[])'],
  ['numbers', 'DELETE FROM subject_identifier WHERE subject_id = ANY ($1::uuid[])'],
  ['holds', 'DELETE FROM legal_hold WHERE subject_id = ANY ($1::uuid[])'],
  ['people', 'DELETE FROM subject WHERE id = ANY ($1::uuid[])'],
].map(([name, text]) => ({ name: `forget_${name}`, text: text ?? '' }));

const done = {
  name: 'forget_done',
  text: `UPDATE erasure SET done_at = $2, subjects = '{}', before_known = '{}' WHERE id = $1 AND done_at IS NULL`,
};

/** Removes everything that hangs on these people, and themselves, in one transaction with the end of the job. */
export function forgetPerson(
  ledger: pg.Pool,
  { job, subjects, at }: { readonly job: string; readonly subjects: readonly string[]; readonly at: Instant },
): Promise<void> {
  return transaction(ledger, async (client) => {
    await query(client, lock, [subjects]);
    for (const statement of forgotten) await query(client, statement, [subjects]);
    await query(client, done, [job, at]);
  });
}
