import type { EmergencyChange } from '../../core/emergency/emergency-change.ts';
import type { ColdStatement } from './cold-statement.ts';

export function emergencyStatement(change: EmergencyChange): ColdStatement {
  switch (change.type) {
    case 'emergency-opened': {
      const { request, openedAt, secondBefore, until, reviewBefore } = change.emergency;
      return { ...open, values: [request, openedAt, secondBefore, until, reviewBefore], untouched: 'unique' };
    }
    case 'emergency-seconded':
      return { ...second, values: [change.id, change.at, change.role], untouched: 'state' };
    case 'emergency-revoked': {
      const { id, at, entry, decision, held } = change;
      const date = [held.retention?.startedAt ?? null, held.retention?.deleteBy ?? null, held.lookAt];
      return { ...revoke, values: [id, at, entry, JSON.stringify(decision), ...date], untouched: 'state' };
    }
    case 'emergency-reviewed':
      return { ...review, values: [change.id, change.at, change.verdict, change.seen], untouched: 'state' };
  }
}

const open = {
  name: 'journal-emergency-opened',
  text: `INSERT INTO emergency (request_id, opened_at, second_before, until, review_before)
    VALUES ($1, $2, $3, $4, $5) ON CONFLICT DO NOTHING RETURNING 1`,
};

const second = {
  name: 'journal-emergency-seconded',
  text: `UPDATE emergency SET second_at = $2, second_role = $3
    WHERE request_id = $1 AND second_at IS NULL AND revoked_at IS NULL RETURNING 1`,
};

/** What was given gets its date anew. What was destroyed by then was destroyed in time or late by the date that it had. */
const revoke = {
  name: 'journal-emergency-revoked',
  text: `WITH revoked AS (
      UPDATE emergency SET revoked_at = $2
      WHERE request_id = $1 AND second_at IS NULL AND revoked_at IS NULL RETURNING request_id
    ), dated AS (
      UPDATE request SET entry_id = $3, decision = $4::jsonb, reminded_at = NULL, source_knows = true,
        retention_began = $5::timestamptz, destroy_by = $6::timestamptz, duty_at = $7::timestamptz
      FROM revoked WHERE id = revoked.request_id AND disclosed_at IS NOT NULL AND destruction_confirmed_at IS NULL
    ), destroyed AS (
      UPDATE request SET entry_id = $3 FROM revoked
      WHERE id = revoked.request_id AND destruction_confirmed_at IS NOT NULL
    ) SELECT 1 FROM revoked`,
};

/** What is found unjustified is told anew, also where officers heard before that nobody reviewed it in time. */
const review = {
  name: 'journal-emergency-reviewed',
  text: `UPDATE emergency SET reviewed_at = $2, verdict = $3, overdue_told = overdue_told AND $3 <> 'unjustified'
    WHERE request_id = $1 AND reviewed_at IS NOT DISTINCT FROM $4::timestamptz
      AND (verdict IS NULL OR verdict = 'unclear') RETURNING 1`,
};
