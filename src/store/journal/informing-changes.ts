import type { InformingDelayChange } from '../../core/informing/informing-delay.ts';
import type { ColdStatement } from './cold-statement.ts';

/** A decision that a person is told later, and that its source was reminded of it. */
export function informingStatement(change: InformingDelayChange): ColdStatement {
  if (change.type === 'informing-followed') {
    const { request, seen, at, lookAt } = change;
    return { ...follow, values: [request, seen, at, lookAt], untouched: 'state' };
  }
  const { entry, request, ground, tellWhy, deciderRole, decidedAt, reviewAt } = change.delay;
  return {
    ...putOff,
    values: [entry, request, ground, tellWhy, deciderRole, decidedAt, reviewAt, change.seen],
    first: { ...lockRequest, values: [request] },
    untouched: 'state',
  };
}

/** A decision that is being written at this moment is waited for: a statement sees no row that came after it began. */
const lockRequest = {
  name: 'journal-informing-request-locked',
  text: 'SELECT 1 FROM request WHERE id = $1 FOR NO KEY UPDATE',
};

/** Of two that decide at once, who decided on an older decision looks again, whatever clocks say. Whoever follows it begins anew. */
const putOff = {
  name: 'journal-informing-delayed',
  text: `WITH delayed AS (
      INSERT INTO informing_delay (entry_id, request_id, ground, tell_why, decider_role, decided_at, review_at)
      SELECT $1, $2::uuid, $3, $4, $5, $6, $7
      WHERE $8::uuid IS NOT DISTINCT FROM
        (SELECT entry_id FROM informing_delay WHERE request_id = $2::uuid ORDER BY decided_at DESC LIMIT 1)
      RETURNING request_id
    )
    UPDATE request SET informing_look_at = NULL FROM delayed WHERE id = delayed.request_id RETURNING 1`,
};

/** Of two gateways that look at once, one finds that what it saw was moved on. */
const follow = {
  name: 'journal-informing-followed',
  text: `UPDATE request SET informing_look_at = coalesce($4::timestamptz, 'infinity'), informing_reminded_at = $3
    WHERE id = $1 AND informing_look_at IS NOT DISTINCT FROM $2::timestamptz RETURNING 1`,
};
