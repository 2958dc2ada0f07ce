import type { Change } from '../../core/disclosure/change.ts';
import { waitingStates } from '../../core/disclosure/state.ts';
import type { ColdStatement } from './cold-statement.ts';

type WaitingChange = Change & { readonly type: 'request-reminded' | 'request-stop-told' | 'requests-woken' };

/** Changes of a request that is not moved by them. */
export function waitingStatement(change: WaitingChange): ColdStatement {
  switch (change.type) {
    case 'request-reminded':
      return { ...remind, values: [change.id, change.told, change.before, change.seen], untouched: 'state' };
    case 'request-stop-told':
      return { ...tellOfStop, values: [change.id, change.entry], untouched: 'state' };
    case 'requests-woken':
      return { ...wake, values: [change.subject, change.at, waitingStates], untouched: null };
  }
}

/** What took a step since is told of its own term: this would use up a reminder of that. */
const remind = {
  name: 'journal-request-reminded',
  text: 'UPDATE request SET reminded = $2 WHERE id = $1 AND reminded = $3 AND entry_id = $4 RETURNING 1',
};

const tellOfStop = {
  name: 'journal-request-stop-told',
  text: `UPDATE request SET wakes_at = NULL, entry_id = $2
    WHERE id = $1 AND state = 'withdrawn' AND wakes_at IS NOT NULL RETURNING 1`,
};

/**
 * Under the lock of the person: what opens at the same moment is seen here, or finds the epoch moved. Never at a moment that
 * is still to come, by whatever clock that of the gateway is: it may be gone before its next turn.
 */
const wake = {
  name: 'journal-requests-woken',
  text: `UPDATE request SET wakes_at = least($2::timestamptz, date_trunc('milliseconds', now()))
    WHERE subject_id = $1 AND state = ANY ($3::text[]) RETURNING 1`,
};
