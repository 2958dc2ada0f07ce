import type { KeyChange } from '../../core/key/key-change.ts';
import type { ColdStatement } from './cold-statement.ts';

/** Whoever is first puts it on record; of the others nothing is written. */
export function keyStatement({ type, use, id, at, entry }: KeyChange): ColdStatement {
  const statement = type === 'key-activated' ? activate : retire;
  return { ...statement, values: type === 'key-activated' ? [use, id, at, entry] : [use, id, at], untouched: 'state' };
}

const activate = {
  name: 'journal-key-activated',
  text: `UPDATE key_version SET activated_at = $3, entry_id = $4
    WHERE use = $1 AND id = $2 AND activated_at IS NULL AND retired_at IS NULL RETURNING 1`,
};

const retire = {
  name: 'journal-key-retired',
  text: `WITH published AS (
      UPDATE key SET retired_at = $3 WHERE id = $2 AND use = $1 AND retired_at IS NULL
    )
    UPDATE key_version SET retired_at = $3 WHERE use = $1 AND id = $2 AND retired_at IS NULL RETURNING 1`,
};
