import type { Change } from '../../core/disclosure/change.ts';
import type { ColdStatement } from './cold-statement.ts';

export type TimerChange = Change & { readonly type: 'timers-reckoned' | 'timer-fired' };

export function timerStatement(change: TimerChange): ColdStatement {
  switch (change.type) {
    case 'timers-reckoned':
      return { ...reckon, values: [change.subject, JSON.stringify(change.marks), change.now], untouched: null };
    case 'timer-fired':
      return { ...fire, values: [change.id, change.now], untouched: 'state' };
  }
}

/**
 * Against what waits on record, and not against what an earlier set of policies would have set. A moment that was
 * cancelled may come back; one that has fired does not fire again. One that was set while its fact was with somebody else
 * goes to whom the fact is about now.
 */
const reckon = {
  name: 'journal-timers-reckoned',
  text: `WITH mark AS (
      SELECT * FROM json_to_recordset($2) AS given (id uuid, word text, kind text, fact uuid, at timestamptz, "isLate" boolean)
    ), cancelled AS (
      UPDATE timer SET state = 'cancelled', moved_at = $3
      WHERE subject_id = $1 AND state = 'waiting' AND NOT EXISTS (SELECT 1 FROM mark
        WHERE fact = timer.fact_id AND mark.word = timer.word AND mark.kind = timer.kind AND mark.at = timer.at)
    )
    INSERT INTO timer AS set_before (id, word, kind, subject_id, fact_id, at, state, moved_at)
    SELECT DISTINCT ON (fact, word, kind, at) id, word, kind, $1::uuid, fact, at, 'waiting', $3::timestamptz
      FROM mark WHERE NOT "isLate"
    ON CONFLICT ON CONSTRAINT timer_once DO UPDATE SET subject_id = excluded.subject_id,
      state = CASE set_before.state WHEN 'cancelled' THEN excluded.state ELSE set_before.state END,
      moved_at = CASE set_before.state WHEN 'cancelled' THEN excluded.moved_at ELSE set_before.moved_at END
    WHERE set_before.state = 'cancelled' OR set_before.subject_id <> excluded.subject_id RETURNING 1`,
};

/** Of two instances that fire it at once, one finds it locked or fired already, and writes nothing. */
const fire = {
  name: 'journal-timer-fired',
  text: `UPDATE timer SET state = 'fired', moved_at = $2
    WHERE id = (SELECT id FROM timer WHERE id = $1 AND state = 'waiting' FOR UPDATE SKIP LOCKED) RETURNING 1`,
};
