import type pg from 'pg';
import { z } from 'zod';
import type { EntryId, FieldId, Instant, PurposeId, RequestId, SubjectId, TraceId, UnitId } from '../core/brand.ts';
import { dueAtOnce } from '../core/disclosure/each-in-turn.ts';
import type { Requests } from '../core/disclosure/ports.ts';
import type { RequestRecord } from '../core/disclosure/request.ts';
import { requestStates, stopCauses, waitingStates } from '../core/disclosure/state.ts';
import { destructionWays } from '../core/duty/destruction-ways.ts';
import type { Held } from '../core/duty/held.ts';
import { toDecisionSummary } from './decision-summary-row.ts';
import { query } from './pool.ts';
import { isUuid } from './uuid.ts';

export const requestColumns = `id, trace, direction, recipient, source, purpose, subject_id, fields, state, decision, received_at,
  moved_at, entry_id, user_role, asker, approvals, destruction_confirmed_at, destroyed_how, disclosed_at, retention_began,
  destroy_by, source_knows, reminded_at, duty_at, due_at, stopped_for, opened_by`;
const byId = { name: 'request_by_id', text: `SELECT ${requestColumns} FROM request WHERE id = $1` };
const fetchingSince = {
  name: 'request_under_way',
  text: `SELECT ${requestColumns} FROM request WHERE state = 'fetching'
      -- further away than any gateway's clock may be: set by one that was wrong, and gone since
      AND (moved_at < $1 OR moved_at > now() + interval '1 day') ORDER BY moved_at, id LIMIT ${dueAtOnce} OFFSET $2`,
};

const twinOf = {
  name: 'request_twin',
  text: `SELECT id FROM request WHERE subject_id = $1 AND source = $2 AND recipient = $3 AND purpose = $4 AND fields && $5
      AND direction = 'pull' AND received_at <= $6 AND id <> $7
      AND state IN (${waitingStates.map((state) => `'${state}'`).join(', ')})
    ORDER BY received_at DESC LIMIT 1`,
};

const aboutSubject = {
  name: 'request_disclosed_about',
  text: `SELECT ${requestColumns} FROM request WHERE subject_id = $1 AND state IN ('delivered', 'collected') ORDER BY received_at`,
};

const row = z.strictObject({
  id: z.uuid(),
  trace: z.string(),
  direction: z.enum(['pull', 'push', 'break-glass']),
  recipient: z.string(),
  source: z.string(),
  purpose: z.string(),
  subject_id: z.uuid().nullable(),
  fields: z.array(z.string()),
  state: z.enum(requestStates),
  decision: z.unknown(),
  received_at: z.string(),
  moved_at: z.string(),
  entry_id: z.uuid(),
  user_role: z.string().nullable(),
  asker: z.string().nullable(),
  approvals: z.array(z.strictObject({ by: z.string(), role: z.string() })),
  destruction_confirmed_at: z.string().nullable(),
  destroyed_how: z.enum(destructionWays).nullable(),
  disclosed_at: z.string().nullable(),
  retention_began: z.string().nullable(),
  destroy_by: z.string().nullable(),
  source_knows: z.boolean(),
  reminded_at: z.string().nullable(),
  duty_at: z.string().nullable(),
  due_at: z.string().nullable(),
  stopped_for: z.enum(stopCauses).nullable(),
  opened_by: z.uuid().nullable(),
});

const twinRow = z.strictObject({ id: z.uuid() });

export function createRequests(pool: pg.Pool): Requests {
  return {
    async find(id: RequestId): Promise<RequestRecord | null> {
      if (!isUuid(id)) return null;
      const [found] = await query(pool, byId, [id]);
      return found === undefined ? null : readRequest(found);
    },
    async underWay(before: Instant, passed: number): Promise<readonly RequestRecord[]> {
      return (await query(pool, fetchingSince, [before, passed])).map(readRequest);
    },
    async twinOf({ subject, source, recipient, purpose, fields, receivedAt, id }): Promise<RequestId | null> {
      const [found] = await query(pool, twinOf, [subject, source, recipient, purpose, fields, receivedAt, id]);
      return found === undefined ? null : (twinRow.parse(found).id as RequestId);
    },
    async disclosedAbout(subject: SubjectId): Promise<readonly RequestRecord[]> {
      return (await query(pool, aboutSubject, [subject])).map(readRequest);
    },
  };
}

/** A row of `requestColumns`. */
export function readRequest(read: unknown): RequestRecord {
  const found = row.parse(read);
  return {
    id: found.id as RequestId,
    trace: found.trace as TraceId,
    direction: found.direction,
    recipient: found.recipient as UnitId,
    source: found.source as UnitId,
    purpose: found.purpose as PurposeId,
    subject: found.subject_id as SubjectId | null,
    fields: found.fields as FieldId[],
    state: found.state,
    decision: toDecisionSummary(found.decision),
    receivedAt: found.received_at as Instant,
    movedAt: found.moved_at as Instant,
    entry: found.entry_id as EntryId,
    userRole: found.user_role,
    asker: found.asker,
    approvals: found.approvals,
    destructionConfirmedAt: found.destruction_confirmed_at as Instant | null,
    destroyedHow: found.destroyed_how,
    held: heldOf(found),
    dueAt: found.due_at as Instant | null,
    stoppedFor: found.stopped_for,
    openedBy: found.opened_by as EntryId | null,
  };
}

function heldOf(found: z.infer<typeof row>): Held | null {
  const { disclosed_at, retention_began, destroy_by, source_knows, reminded_at, duty_at } = found;
  if (disclosed_at === null) return null;
  const isDated = retention_began !== null && destroy_by !== null;
  return {
    disclosedAt: disclosed_at as Instant,
    retention: isDated ? { startedAt: retention_began as Instant, deleteBy: destroy_by as Instant } : null,
    sourceKnows: source_knows,
    remindedAt: reminded_at as Instant | null,
    lookAt: duty_at as Instant | null,
  };
}
