import type pg from 'pg';
import { z } from 'zod';
import type { EntryId, FieldId, Instant, PurposeId, SubjectId, UnitId } from '../../core/brand.ts';
import { isNeverOffered } from '../../core/disclosure/accept-offer.ts';
import type { DecisionSummary } from '../../core/disclosure/request.ts';
import { type RequestState, requestStates, type StopCause, stopCauses } from '../../core/disclosure/state.ts';
import { type Verdict, verdicts } from '../../core/emergency/emergency.ts';
import { toDecisionSummary } from '../decision-summary-row.ts';
import { query } from '../pool.ts';

/** Same shape as the pages' `Sharing`. */
interface Sharing {
  readonly id: string;
  readonly at: Instant;
  readonly movedAt: Instant;
  readonly source: UnitId;
  readonly recipient: UnitId;
  readonly purpose: PurposeId;
  readonly fields: readonly FieldId[];
  readonly isOffer: boolean;
  readonly reached: boolean;
  readonly later: { readonly why: string | null } | null;
  readonly step: {
    readonly state: RequestState;
    readonly decision: DecisionSummary;
    readonly stoppedFor: StopCause | null;
  } | null;
  readonly emergency?: { readonly seconded: boolean; readonly revoked: boolean; readonly verdict: Verdict | null };
}

/**
 * Requests and notices about one subject, newest first. What was delivered is shown whoever got it;
 * an attempt or a notice only where its recipient ($2) may be shown. What is to be told later is shown
 * from its review date on, counted from its last step, whatever came of it: not before and not never.
 * A decision that does not say whether it waits, waits as long as any may; where its source put it off, the last such
 * decision says until when.
 */
const shown = `SELECT id, received_at AS at, moved_at, source, recipient, purpose, fields, state, decision,
        put_off.ground, put_off.tell_why, second_at IS NOT NULL AS seconded, revoked_at IS NOT NULL AS revoked, verdict,
        emergency.request_id IS NOT NULL AS emergency, direction = 'push' AS is_offer, approvals,
        stopped_for
      FROM request LEFT JOIN emergency ON emergency.request_id = request.id
        LEFT JOIN LATERAL (SELECT d.ground, d.tell_why, d.review_at FROM informing_delay d
          WHERE d.request_id = request.id ORDER BY d.decided_at DESC LIMIT 1) AS put_off ON true
      WHERE subject_id = $1
        AND (state IN ('delivered', 'collected') OR recipient = ANY($2::text[]))
        AND $3::timestamptz >= coalesce(put_off.review_at, (coalesce(disclosed_at, moved_at) AT TIME ZONE 'UTC' + coalesce(CASE
          WHEN decision ? 'informAfter' THEN decision ->> 'informAfter'
          WHEN decision #>> '{obligations,informSubject}' = 'at-disclosure' THEN NULL
          ELSE coalesce(decision #>> '{obligations,informAfter}', 'P30D')
        END, 'PT0S')::interval) AT TIME ZONE 'UTC')
      UNION ALL
      SELECT id, at, at AS moved_at, source, recipient, purpose, fields, NULL, NULL, NULL, NULL, false, false, NULL, false, false, NULL,
        NULL
      FROM notice
      WHERE subject_id = $1 AND recipient = ANY($2::text[])
        AND $3::timestamptz >= (at AT TIME ZONE 'UTC' + coalesce(inform_after, 'PT0S')::interval) AT TIME ZONE 'UTC'`;

const page = {
  name: 'pages-sharings',
  text: `SELECT * FROM (${shown}) AS shared
    WHERE $4::timestamptz IS NULL OR (at, id) < ($4::timestamptz, $5::uuid)
    ORDER BY at DESC, id DESC
    LIMIT $6`,
};

/**
 * The entry that says best what came of it: where data was given the disclosure, also after later steps; else the
 * latest step, or that of the notice.
 */
const entryOf = {
  name: 'pages-sharing-entry',
  text: `SELECT coalesce(
      (SELECT e.id FROM ledger_entry e WHERE e.request_id = shared.id AND e.kind = 'disclosure'
        ORDER BY e.time DESC, e.id DESC LIMIT 1),
      (SELECT entry_id FROM request WHERE id = shared.id),
      (SELECT entry_id FROM notice WHERE id = shared.id)) AS entry
    FROM (${shown}) AS shared WHERE id = $4::uuid`,
};

const entryRow = z.strictObject({ entry: z.string().nullable() });
const row = z.strictObject({
  id: z.string(),
  at: z.string(),
  moved_at: z.string(),
  source: z.string(),
  recipient: z.string(),
  purpose: z.string(),
  fields: z.array(z.string()),
  state: z.enum(requestStates).nullable(),
  decision: z.unknown(),
  ground: z.string().nullable(),
  tell_why: z.boolean().nullable(),
  seconded: z.boolean(),
  revoked: z.boolean(),
  verdict: z.enum(verdicts).nullable(),
  emergency: z.boolean(),
  is_offer: z.boolean(),
  approvals: z.array(z.strictObject({ by: z.string(), role: z.string() })).nullable(),
  stopped_for: z.enum(stopCauses).nullable(),
});

/** The pages' `Sharings`. Throws `Fault('database-unavailable')`. */
export class StoredSharings {
  readonly #pool: pg.Pool;

  constructor(pool: pg.Pool) {
    this.#pool = pool;
  }

  async page(
    subject: SubjectId,
    attemptsShown: readonly UnitId[],
    now: Instant,
    after: { readonly time: Instant; readonly id: string } | null,
    limit: number,
  ): Promise<readonly Sharing[]> {
    const values = [subject, attemptsShown, now, after?.time ?? null, after?.id ?? null, limit];
    const rows = await query(this.#pool, page, values);
    return rows.map((each) => toSharing(row.parse(each)));
  }

  async entry(subject: SubjectId, attemptsShown: readonly UnitId[], now: Instant, id: string): Promise<EntryId | null> {
    const [found] = await query(this.#pool, entryOf, [subject, attemptsShown, now, id]);
    return found === undefined ? null : (entryRow.parse(found).entry as EntryId | null);
  }
}

function toSharing(each: z.infer<typeof row>): Sharing {
  const { state, stopped_for: stoppedFor } = each;
  const step = state === null ? null : { state, decision: toDecisionSummary(each.decision), stoppedFor };
  return {
    id: each.id,
    at: each.at as Instant,
    movedAt: each.moved_at as Instant,
    source: each.source as UnitId,
    recipient: each.recipient as UnitId,
    purpose: each.purpose as PurposeId,
    fields: each.fields as FieldId[],
    isOffer: each.is_offer,
    later: each.ground === null ? null : { why: each.tell_why === true ? each.ground : null },
    reached: step === null || hasReached(each, step.decision),
    step,
    ...(each.emergency ? { emergency: { seconded: each.seconded, revoked: each.revoked, verdict: each.verdict } } : {}),
  };
}

function hasReached(each: z.infer<typeof row>, decision: DecisionSummary): boolean {
  const recipient = each.recipient as UnitId;
  const direction = each.is_offer ? 'push' : 'pull';
  return !isNeverOffered({ direction, recipient, decision, approvals: each.approvals ?? [] }, recipient);
}
