import type { RightsChange } from '../../core/rights/rights-request.ts';
import type { ColdStatement } from './cold-statement.ts';

/** What persons ask of sources, and what those decide. */
export function rightsStatement(change: RightsChange): ColdStatement {
  if (change.type === 'rights-request-decided') {
    const { id, to, at, entry, lookAt } = change;
    return { ...decide, values: [id, to, at, entry, lookAt], untouched: 'state' };
  }
  if (change.type === 'rights-request-carried-out') {
    // Carried out before, by another correction.
    return { ...carryOut, values: [change.id, change.at, change.as], untouched: null };
  }
  if (change.type === 'rights-request-followed') {
    return { ...follow, values: [change.id, change.seen, change.at, change.lookAt], untouched: 'state' };
  }
  const { id, request, source, field, wish, madeBy, madeAt, dueAt, entry } = change.rights;
  return {
    ...make,
    values: [id, request, source, field, wish, madeBy, madeAt, dueAt, entry, change.lookAt],
    untouched: 'unique',
  };
}

const make = {
  name: 'journal-rights-request-made',
  text: `INSERT INTO rights_request (id, request_id, source, field, wish, made_by, made_at, due_at, entry_id, look_at)
    VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10) ON CONFLICT DO NOTHING RETURNING 1`,
};

const decide = {
  name: 'journal-rights-request-decided',
  text: `UPDATE rights_request SET state = $2, decided_at = $3, decision_entry = $4, look_at = $5 WHERE id = $1 AND state = 'open' RETURNING 1`,
};

const carryOut = {
  name: 'journal-rights-request-carried-out',
  text: `UPDATE rights_request SET carried_out_at = $2, carried_out_as = $3, look_at = NULL
    WHERE id = $1 AND state = 'upheld' AND carried_out_at IS NULL RETURNING 1`,
};

/** Of two gateways that look at once, one finds that what it saw was moved on. */
const follow = {
  name: 'journal-rights-request-followed',
  text: `UPDATE rights_request SET look_at = $4, reminded_at = $3
    WHERE id = $1 AND look_at = $2 RETURNING 1`,
};
