import type pg from 'pg';
import type { SubjectId } from '../core/brand.ts';
import type { Reckonings } from '../core/timer/reckon-anew.ts';
import { StatementFailed } from './database-fault.ts';
import { dutyStatement } from './journal/duty-changes.ts';
import { timerStatement } from './journal/timer-changes.ts';
import { query, transaction } from './pool.ts';

/** What was reckoned by the same terms under the set right before need not be again. */
const isDone = {
  name: 'reckoning_done',
  text: `WITH same AS (
      UPDATE active_policy_set SET reckoned = $1 WHERE digest = $2 AND reckoned IS NULL AND reckoned_before = $1 RETURNING 1
    )
    SELECT 1 FROM same UNION ALL SELECT 1 FROM active_policy_set WHERE digest = $2 AND reckoned = $1`,
};
const note = { name: 'reckoning_note', text: 'UPDATE active_policy_set SET reckoned = $1 WHERE digest = $2' };
const people = {
  name: 'reckoning_people',
  text: `SELECT id FROM subject WHERE merged_into IS NULL AND ($1::uuid IS NULL OR id > $1) ORDER BY id LIMIT $2`,
};
/** Who changes the person meanwhile, or the set in force, comes before this or after it. */
const stands = {
  name: 'reckoning_stands',
  text: `SELECT 1 FROM subject s, active_policy_set p
    WHERE s.id = $1 AND s.epoch = $2 AND p.digest = $3 FOR SHARE OF s, p`,
};

/** Throws `Fault('database-unavailable')`. */
export function createReckonings(pool: pg.Pool): Reckonings {
  return {
    isDone: async (terms, policySet) => (await query(pool, isDone, [terms, policySet])).length === 1,
    async people(after, atMost) {
      return (await query<{ id: string }>(pool, people, [after, atMost])).map(({ id }) => id as SubjectId);
    },
    write: (rests, changes) => transaction(pool, (client) => writeIn(client, rests, changes)).catch(whereInTheWay),
    async done(terms, policySet) {
      await query(pool, note, [terms, policySet]);
    },
  };
}

async function writeIn(
  client: pg.PoolClient,
  { subject, policySet }: Parameters<Reckonings['write']>[0],
  changes: Parameters<Reckonings['write']>[1],
): Promise<boolean> {
  if ((await query(client, stands, [subject.id, subject.epoch, policySet])).length === 0) return false;
  for (const change of changes) {
    const statement = change.type === 'duties-woken' ? dutyStatement(change) : timerStatement(change);
    await query(client, statement, statement.values);
  }
  return true;
}

const deadlock = '40P01';

/** A flush that writes about several requests of one person may stand in the way: then it is read and written anew. */
function whereInTheWay(error: unknown): boolean {
  if (error instanceof StatementFailed && error.sqlState === deadlock) return false;
  throw error;
}
