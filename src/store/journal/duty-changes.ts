import type { Change } from '../../core/disclosure/change.ts';
import type { ColdStatement } from './cold-statement.ts';

type DutyChange = Change & { readonly type: 'destruction-confirmed' | 'duties-woken' | 'duty-followed' };

/** What becomes of what recipients hold: dated, reminded of, destroyed. */
export function dutyStatement(change: DutyChange): ColdStatement {
  switch (change.type) {
    case 'destruction-confirmed':
      return { ...confirmDestruction, values: [change.id, change.at, change.how], untouched: 'state' };
    case 'duties-woken':
      return { ...wake, values: [[...change.subjects], change.until && [...change.until], change.at], untouched: null };
    case 'duty-followed': {
      const { retention, sourceKnows, remindedAt, lookAt } = change.held;
      const date = [retention?.startedAt ?? null, retention?.deleteBy ?? null];
      return {
        ...follow,
        values: [change.id, change.seen, ...date, sourceKnows, remindedAt, lookAt],
        untouched: 'state',
      };
    }
  }
}

/** What its recipient destroyed is kept here no longer, nor given again. */
const confirmDestruction = {
  name: 'journal-destruction-confirmed',
  text: `WITH destroyed AS (
      UPDATE request SET destruction_confirmed_at = $2, destroyed_how = $3, duty_at = NULL
        WHERE id = $1 AND destruction_confirmed_at IS NULL AND disclosed_at IS NOT NULL RETURNING id
    ), gone AS (
      DELETE FROM answer WHERE request_id IN (SELECT id FROM destroyed)
    )
    SELECT 1 FROM destroyed`,
};

/**
 * Always to another moment than it had: whoever is looking now by older facts must not find what it saw. Never to one that
 * is still to come, by whatever clock that of the gateway is.
 */
const wake = {
  name: 'journal-duties-woken',
  text: `UPDATE request
    SET duty_at = CASE WHEN duty_at = moment.woken THEN moment.woken - interval '1 millisecond' ELSE moment.woken END
    FROM (SELECT least($3::timestamptz, date_trunc('milliseconds', now())) AS woken) moment
    WHERE subject_id = ANY ($1::uuid[]) AND disclosed_at IS NOT NULL AND destruction_confirmed_at IS NULL
      AND ($2::text[] IS NULL OR decision #>> '{obligations,retain,until}' = ANY ($2::text[])) RETURNING 1`,
};

/** Of two gateways that look at once, one finds that what it saw was moved on. */
const follow = {
  name: 'journal-duty-followed',
  text: `UPDATE request
    SET retention_began = $3, destroy_by = $4, source_knows = $5, reminded_at = $6, duty_at = $7
    WHERE id = $1 AND duty_at = $2 AND destruction_confirmed_at IS NULL RETURNING 1`,
};
