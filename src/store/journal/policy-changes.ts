import type { PolicySetChange } from '../../core/policy-set/policy-set-change.ts';
import type { ColdStatement } from './cold-statement.ts';

/** Each in one statement with the registry's version, which moves only if the rest was carried out. */
export function policyStatement(change: PolicySetChange): ColdStatement {
  switch (change.type) {
    case 'policy-activated':
      return { ...activate, values: [change.id, change.at, change.entry], untouched: 'state' };
    case 'policy-rolled-back': {
      const { id, at, entry, previous, cancels } = change;
      return { ...rollBack, values: [id, at, entry, previous, cancels], untouched: 'state' };
    }
    case 'policy-accepted': {
      const { unit, set, signature, at, entry } = change;
      return { ...accept, values: [unit, set, signature, at, entry], untouched: 'unique' };
    }
  }
}

const carriedOut = `carried AS (
      UPDATE policy_change SET carried_out_at = $2, entry_id = $3
      WHERE id = $1 AND carried_out_at IS NULL AND lapsed_at IS NULL RETURNING set_digest
    ), active AS (
      INSERT INTO active_policy_set (digest, activated_at) SELECT set_digest, $2 FROM carried
      ON CONFLICT (one) DO UPDATE SET digest = excluded.digest, activated_at = excluded.activated_at,
        reckoned_before = active_policy_set.reckoned, reckoned = NULL RETURNING 1
    ), moved AS (
      UPDATE registry_version SET version = version + 1 WHERE EXISTS (SELECT 1 FROM carried) RETURNING 1
    )`;

const activate = {
  name: 'journal-policy-activated',
  text: `WITH ${carriedOut} SELECT 1 FROM carried, active, moved`,
};

/** Whatever activated the set that goes: a set that was withdrawn binds nobody, also not by an earlier activation. */
const rollBack = {
  name: 'journal-policy-rolled-back',
  text: `WITH ${carriedOut}, withdrawn AS (
      UPDATE policy_change SET
        withdrawn_at = CASE WHEN $5 THEN withdrawn_at ELSE $2 END,
        lapsed_at = CASE WHEN $5 THEN $2 ELSE lapsed_at END,
        lapsed_why = CASE WHEN $5 THEN 'cancelled' ELSE lapsed_why END
      WHERE set_digest = $4 AND action = 'activate' AND (carried_out_at IS NULL) = $5
        AND lapsed_at IS NULL AND withdrawn_at IS NULL AND EXISTS (SELECT 1 FROM carried) RETURNING 1
    )
    SELECT 1 FROM carried, active, moved WHERE EXISTS (SELECT 1 FROM withdrawn)`,
};

const accept = {
  name: 'journal-policy-accepted',
  text: `WITH accepted AS (
      INSERT INTO policy_acceptance (unit_id, set_digest, signature, accepted_at, entry_id) VALUES ($1, $2, $3, $4, $5)
      ON CONFLICT DO NOTHING RETURNING 1
    ), moved AS (
      UPDATE registry_version SET version = version + 1 WHERE EXISTS (SELECT 1 FROM accepted) RETURNING 1
    )
    SELECT 1 FROM accepted, moved`,
};
