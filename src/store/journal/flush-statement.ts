import { z } from 'zod';
import type { Instant } from '../../core/brand.ts';
import { isWaiting, type RequestState } from '../../core/disclosure/state.ts';
import { type FlushHead, flushHeadHash } from '../../core/ledger/flush-head.ts';
import { requestOf, type WrittenLeaf } from '../../core/ledger/leaf.ts';
import { bytea } from '../bytea.ts';
import { type HotChange, isHot } from './cold-changes.ts';
import type { EventRow } from './event-row.ts';
import type { LaneConnection } from './lane-connection.ts';
import type { PendingWork } from './pending-work.ts';

export interface SealedOpening {
  readonly entry: string;
  readonly name: string;
  readonly subject: string | null;
  readonly ciphertext: Buffer;
}

/** Everything that one commit writes besides the changes that have statements of their own. */
export interface FlushRows {
  readonly works: readonly PendingWork[];
  readonly head: FlushHead;
  readonly key: string;
  readonly signature: Buffer;
  readonly leaves: readonly WrittenLeaf[];
  readonly openings: readonly SealedOpening[];
  readonly events: readonly EventRow[];
}

/**
 * One statement for the whole flush: measured, round trips cost more than rows. Rows travel as JSON,
 * one parameter a table. What was not in the state that its work expects is absent from the answer.
 */
const flushStatement = {
  name: 'journal-flush',
  text: `
    WITH epochs AS (
      UPDATE subject SET epoch = epoch + 1 WHERE id = ANY ($1::uuid[])
    ), claimed AS (
      INSERT INTO idempotency (unit_id, key, digest, resource_type, resource_id, claimed_at)
      SELECT * FROM json_to_recordset($2) AS given
        (unit text, key text, digest text, type text, resource uuid, at timestamptz)
      ON CONFLICT DO NOTHING RETURNING 'claim ' || unit_id || ' ' || key AS done
    ), opened AS (
      INSERT INTO request (id, trace, direction, recipient, source, purpose, subject_id, fields, state, decision,
        received_at, moved_at, entry_id, user_role, asker, approvals, due_at, wakes_at, opened_by)
      SELECT * FROM json_to_recordset($3) AS given
        (id uuid, trace text, direction text, recipient text, source text, purpose text, subject uuid, fields text[],
        state text, decision jsonb, received_at timestamptz, moved_at timestamptz, entry uuid,
        user_role text, asker text, approvals jsonb, due_at timestamptz, wakes_at timestamptz, opened_by uuid)
      ON CONFLICT DO NOTHING RETURNING 'request ' || id AS done
    ), moved AS (
      UPDATE request SET state = given.to_state, moved_at = given.at, entry_id = given.entry,
        decision = coalesce(given.decision, request.decision),
        approvals = coalesce(given.approvals, request.approvals),
        due_at = coalesce(given.due_at, request.due_at), wakes_at = given.wakes_at,
        reminded = CASE WHEN given.due_at IS NULL THEN request.reminded ELSE 0 END,
        stopped_for = coalesce(given.stopped_for, request.stopped_for),
        disclosed_at = coalesce(given.disclosed_at, request.disclosed_at),
        retention_began = coalesce(given.retention_began, request.retention_began),
        destroy_by = coalesce(given.destroy_by, request.destroy_by),
        source_knows = coalesce(given.source_knows, request.source_knows),
        duty_at = coalesce(given.duty_at, request.duty_at)
      FROM json_to_recordset($4) AS given
        (id uuid, from_state text, to_state text, at timestamptz, entry uuid, decision jsonb,
        approvals jsonb, seen uuid, due_at timestamptz, wakes_at timestamptz, stopped_for text,
        disclosed_at timestamptz, retention_began timestamptz, destroy_by timestamptz, source_knows boolean,
        duty_at timestamptz)
      WHERE request.id = given.id AND request.state = given.from_state
        -- Two who agree at once: the second did not see the first, nor what it struck, and reads again.
        AND (given.seen IS NULL OR request.entry_id = given.seen)
      RETURNING 'request ' || request.id AS done
    ), emitted AS (
      -- Whoever reads a commit before it writes comes behind it: positions are given in that order.
      INSERT INTO event (id, unit_id, type, time, dataref)
      SELECT id, unit, type, time, dataref FROM json_to_recordset($5) AS given
        (place integer, id uuid, unit text, type text, time timestamptz, dataref text)
      ORDER BY given.place
      ON CONFLICT DO NOTHING RETURNING 'event ' || id AS done
    ), fanned AS (
      INSERT INTO delivery (event_id, subscription_id, order_key)
      SELECT given.id, subscription.id, given.order_key FROM json_to_recordset($5) AS given
        (place integer, id uuid, unit text, type text, order_key text)
      JOIN subscription ON subscription.unit_id = given.unit AND subscription.ended_at IS NULL
        AND (subscription.types = '{}' OR given.type = ANY (subscription.types))
      ORDER BY given.place
      ON CONFLICT DO NOTHING
    ), flush AS (
      INSERT INTO ledger_flush (instance, number, first, count, root, previous, head, key_id, signature)
      SELECT * FROM json_to_record($6) AS given
        (instance uuid, number bigint, first bigint, count integer, root bytea, previous bytea, head bytea, key text,
        signature bytea)
      -- Without its row none of its entries can be written: nothing is, where the locks that it rests on are not held.
      WHERE $9 = 'nothing' OR current_setting('sluis.basis', true) = 'locked'
    ), leaf AS MATERIALIZED (
      SELECT * FROM json_to_recordset($7) AS given
        (id uuid, instance uuid, sequence bigint, flush bigint, kind text, time timestamptz, purpose text, source text,
        recipient text, request uuid, leaf text, hash bytea)
    ), entry AS (
      INSERT INTO ledger_entry (id, instance, sequence, flush, kind, time, purpose, source, recipient, request_id, leaf,
        leaf_hash)
      SELECT * FROM leaf
    ), pending AS (
      INSERT INTO ledger_pending (entry_id, instance, sequence, leaf_hash)
      SELECT id, instance, sequence, hash FROM leaf
    ), opening AS (
      INSERT INTO ledger_opening (entry_id, name, subject_id, ciphertext)
      SELECT * FROM json_to_recordset($8) AS given (entry uuid, name text, subject uuid, ciphertext bytea)
    )
    SELECT done FROM claimed UNION ALL SELECT done FROM opened UNION ALL SELECT done FROM moved
      UNION ALL SELECT done FROM emitted`,
};

const doneRow = z.strictObject({ done: z.string() });

/**
 * Writes the rows. Resolves with the works whose hot changes were not all carried out: somebody else
 * was first. Then nothing of the transaction may be kept. `rests`: what of the journal's own rests on nothing.
 */
export async function writeFlush(
  connection: LaneConnection,
  rows: FlushRows,
  rests: 'locked' | 'nothing' = 'locked',
): Promise<ReadonlyMap<PendingWork, HotChange>> {
  const hot = rows.works.flatMap(({ work }) => work.changes.filter(isHot));
  const moving = new Set(rows.works.flatMap(({ subjects, isMover }) => (isMover ? subjects : [])));
  const answer = await connection.query(flushStatement, [
    [...moving],
    JSON.stringify(hot.flatMap(claimRow)),
    JSON.stringify(hot.flatMap(openedRow)),
    JSON.stringify(hot.flatMap(movedRow)),
    JSON.stringify(rows.events),
    JSON.stringify(flushRow(rows)),
    JSON.stringify(rows.leaves.map((leaf) => leafRow(leaf, rows.head.number))),
    JSON.stringify(rows.openings.map((opening) => ({ ...opening, ciphertext: bytea(opening.ciphertext) }))),
    rests,
  ]);
  const done = new Set(answer.map((row) => doneRow.parse(row).done));
  const losers = new Map<PendingWork, HotChange>();
  for (const pending of rows.works) {
    const lost = pending.work.changes.filter(isHot).find((change) => !done.has(markOf(change)));
    if (lost !== undefined) losers.set(pending, lost);
  }
  return losers;
}

/** As the statement names what it did. */
function markOf(change: HotChange): string {
  if (change.type === 'idempotency-claimed') return `claim ${change.claim.unit} ${change.claim.key}`;
  if (change.type === 'event-emitted') return `event ${change.event.id}`;
  return `request ${change.type === 'request-opened' ? change.request.id : change.id}`;
}

function claimRow(change: HotChange) {
  if (change.type !== 'idempotency-claimed') return [];
  const { unit, key, digest, resource, claimedAt } = change.claim;
  return [{ unit, key, digest, type: resource.type, resource: resource.id, at: claimedAt }];
}

function openedRow(change: HotChange) {
  if (change.type !== 'request-opened') return [];
  const {
    receivedAt,
    movedAt,
    userRole,
    dueAt,
    openedBy,
    destructionConfirmedAt: _,
    destroyedHow: __,
    held: ___,
    ...request
  } = change.request;
  const wakes_at = wakesAt(request.state, movedAt);
  const dates = { received_at: receivedAt, moved_at: movedAt, due_at: dueAt, wakes_at };
  return [{ ...request, ...dates, user_role: userRole, opened_by: openedBy }];
}

function movedRow(change: HotChange) {
  if (change.type !== 'request-moved') return [];
  const { id, from, to, at, entry, decision, approvals, seen, dueAt, stoppedFor } = change;
  const waits = { due_at: dueAt, wakes_at: wakesAt(to, at), stopped_for: stoppedFor };
  const moved = { id, from_state: from, to_state: to, at, entry, decision, approvals, seen };
  return [{ ...moved, ...waits, ...heldRow(change) }];
}

/** Where it is left out and something was given, the database has it looked at. */
function heldRow({ held }: HotChange & { readonly type: 'request-moved' }) {
  if (held === undefined) return {};
  const { disclosedAt, retention, sourceKnows, lookAt } = held;
  const dates = { retention_began: retention?.startedAt ?? null, destroy_by: retention?.deleteBy ?? null };
  return { ...dates, disclosed_at: disclosedAt, source_knows: sourceKnows, duty_at: lookAt };
}

/** Whatever comes to wait is looked at at once, and then as its deadlines say; whatever does not is never looked at. */
function wakesAt(state: RequestState, at: Instant): Instant | null {
  return isWaiting(state) ? at : null;
}

function flushRow({ head, key, signature }: FlushRows) {
  return {
    ...head,
    root: bytea(head.root),
    previous: bytea(head.previous),
    head: bytea(flushHeadHash(head)),
    key,
    signature: bytea(signature),
  };
}

function leafRow({ leaf, text, hash }: WrittenLeaf, flush: number) {
  const { id, instance, sequence, kind, time, purpose, source, recipient } = leaf;
  const request = requestOf(leaf.body);
  return {
    id,
    instance,
    sequence,
    flush,
    kind,
    time,
    purpose,
    source,
    recipient,
    request,
    leaf: text,
    hash: bytea(hash),
  };
}
