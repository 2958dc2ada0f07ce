import type { UnitId } from '../../core/brand.ts';
import type { CorrectionNotice, GivenThen } from '../../core/correction/correction.ts';
import type { Change } from '../../core/disclosure/change.ts';
import { isUnderWay } from '../under-way.ts';
import type { ColdStatement } from './cold-statement.ts';
import { waitForOffers } from './lock-offers.ts';

type CorrectionChange = Change & {
  readonly type: 'correction-made' | 'correction-confirmed' | 'correction-reached' | 'correction-followed';
};

/** What sources corrected, and what recipients did about it. */
export function correctionStatement(change: CorrectionChange): ColdStatement {
  switch (change.type) {
    case 'correction-made': {
      const { id, source, kind, fields, corrects, madeAt, entry } = change.correction;
      const notices = JSON.stringify(change.notices.map(noticeColumns));
      const { given, underWay } = change;
      const values = [
        id,
        source,
        kind,
        [...fields],
        corrects,
        madeAt,
        entry,
        notices,
        ...basisOf(given),
        [...underWay],
      ];
      return { ...make, values, first: waitFor(given, source), untouched: 'unique' };
    }
    case 'correction-confirmed': {
      const { id, recipient, at, how, requests, given } = change;
      const values = [id, recipient, at, how, ...basisOf(given), [...requests]];
      return { ...confirm, values, first: waitFor(given, recipient), untouched: 'state' };
    }
    case 'correction-reached': {
      const values = [change.id, change.request, JSON.stringify([noticeColumns(change.notice)])];
      return { ...reach, values, untouched: 'state' };
    }
    case 'correction-followed':
      return { ...follow, values: [change.id, change.recipient, change.seen, change.lookAt], untouched: 'state' };
  }
}

function noticeColumns({ recipient, requests, fields, givenOn, destroyed, dueAt, lookAt }: CorrectionNotice) {
  return { recipient, requests, fields, given_on: givenOn, destroyed, due_at: dueAt, look_at: lookAt };
}

function basisOf(given: GivenThen | undefined): readonly unknown[] {
  return [given?.subject ?? null, given === undefined ? null : [...given.seen]];
}

/** An answer that its people give at this moment is waited for: a statement sees no row that came after it began. */
function waitFor(given: GivenThen | undefined, source: UnitId) {
  return given === undefined ? null : { ...lockAnswers, values: [given.subject, source] };
}

/** What this source is about to give of its own: whoever answers or offers holds the lock until that is on record. */
const lockAnswers = {
  name: 'journal-correction-answers-locked',
  text: `WITH answers AS (
      SELECT 1 FROM request WHERE subject_id = (SELECT coalesce(merged_into, id) FROM subject WHERE id = $1) AND source = $2
        AND state IN ('awaiting-source', 'partly-answered') ORDER BY id FOR NO KEY UPDATE
    )
    SELECT count(*), ${waitForOffers(`coalesce((SELECT merged_into FROM subject WHERE id = $1), $1)`, '$2')} FROM answers`,
};

/** Nothing about the person is being given, or was, by a request that was not seen. $1: the person; $2: what was seen. */
const nothingUnseen = (subject: string, seen: string) => `(${subject}::uuid IS NULL OR NOT EXISTS (
        SELECT 1 FROM request
        WHERE subject_id = (SELECT coalesce(merged_into, id) FROM subject WHERE id = ${subject})
          AND (disclosed_at IS NOT NULL OR ${isUnderWay})
          AND id <> ALL (${seen}::uuid[])))`;

const noticeOf = `(recipient text, requests uuid[], fields text[], given_on uuid[],
        destroyed boolean, due_at timestamptz, look_at timestamptz)`;

/** With everybody whom it reaches, in one statement. What it passes on may be gone by now: then it is a first one. */
const make = {
  name: 'journal-correction-made',
  text: `WITH made AS (
      INSERT INTO correction (id, source, kind, fields, corrects, made_at, entry_id, under_way)
      SELECT $1, $2, $3, $4::text[], (SELECT id FROM correction WHERE id = $5), $6, $7, $11::uuid[]
      WHERE ${nothingUnseen('$9', '$10')}
      ON CONFLICT DO NOTHING RETURNING id
    ), told AS (
      INSERT INTO correction_notice (correction_id, recipient, requests, fields, given_on, destroyed, due_at,
        look_at)
      SELECT made.id, n.recipient, n.requests, n.fields, n.given_on, n.destroyed, n.due_at, n.look_at
      FROM made, jsonb_to_recordset($8::jsonb) AS n ${noticeOf}
    )
    SELECT 1 FROM made`,
};

/** What was there, and after it what is new. */
function together(column: string): string {
  return `before.${column} || ARRAY(SELECT one FROM unnest(EXCLUDED.${column}) AS one WHERE one <> ALL (before.${column}))`;
}

const confirm = {
  name: 'journal-correction-confirmed',
  text: `UPDATE correction_notice SET confirmed_at = $3, how = $4, look_at = NULL
    WHERE correction_id = $1 AND recipient = $2 AND confirmed_at IS NULL AND requests <@ $7::uuid[]
      AND ${nothingUnseen('$5', '$6')} RETURNING 1`,
};

/** One who was told before keeps what it had, and its time where it did not confirm yet; who did confirm is asked anew. */
const reach = {
  name: 'journal-correction-reached',
  text: `WITH ended AS (
      UPDATE correction SET under_way = array_remove(under_way, $2) WHERE id = $1 AND $2 = ANY (under_way) RETURNING id
    ), told AS (
      INSERT INTO correction_notice AS before (correction_id, recipient, requests, fields, given_on, destroyed, due_at,
        look_at)
      SELECT ended.id, n.recipient, n.requests, n.fields, n.given_on, n.destroyed, n.due_at, n.look_at
      FROM ended, jsonb_to_recordset($3::jsonb) AS n ${noticeOf}
      ON CONFLICT (correction_id, recipient) DO UPDATE SET
        requests = ${together('requests')}, fields = ${together('fields')}, given_on = ${together('given_on')},
        destroyed = before.destroyed AND EXCLUDED.destroyed, confirmed_at = NULL, how = NULL,
        due_at = CASE WHEN before.confirmed_at IS NULL THEN before.due_at ELSE EXCLUDED.due_at END,
        look_at = CASE WHEN before.confirmed_at IS NULL THEN before.look_at ELSE EXCLUDED.look_at END
    )
    SELECT 1 FROM ended`,
};

/** Of two gateways that look at once, one finds that what it saw was moved on. */
const follow = {
  name: 'journal-correction-followed',
  text: `UPDATE correction_notice SET look_at = $4
    WHERE correction_id = $1 AND recipient = $2 AND look_at = $3 AND confirmed_at IS NULL RETURNING 1`,
};
