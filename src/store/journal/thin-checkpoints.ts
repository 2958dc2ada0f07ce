import { type Queryable, query } from '../pool.ts';

/** As many are always there, however old: whoever proves that one continues another finds it. */
const kept = 1000;

/**
 * Beyond the latest and the last day one an hour is enough: the largest that witnesses cosigned, or the largest
 * where none is. Whatever an authority dated stays.
 */
const thinStatement = {
  name: 'ledger-thin-checkpoints',
  text: `
    WITH old AS (
      SELECT size, timestamp_token IS NOT NULL AS dated,
        row_number() OVER (PARTITION BY date_trunc('hour', at) ORDER BY witnessed DESC, size DESC) AS place
      FROM ledger_checkpoint
      WHERE at < clock_timestamp() - interval '1 day'
        AND size <= (SELECT size FROM ledger_checkpoint ORDER BY size DESC OFFSET $1 LIMIT 1)
    ), many AS (SELECT size FROM old WHERE place > 1 AND NOT dated ORDER BY size LIMIT $2)
    DELETE FROM ledger_checkpoint c USING many WHERE c.size = many.size RETURNING 1`,
};

const mostAtOnce = 5000;

/** Removes checkpoints that no longer tell anything of their own; resolves with how many. */
export async function thinCheckpoints(on: Queryable): Promise<number> {
  return (await query(on, thinStatement, [kept, mostAtOnce])).length;
}
