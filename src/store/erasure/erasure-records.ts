import type pg from 'pg';
import { z } from 'zod';
import type { Instant, SubjectId } from '../../core/brand.ts';
import type { LeafRange } from '../../core/erasure/erasure-change.ts';
import type { ErasureRecords, PersonOnRecord, Sealed } from '../../core/erasure/ports.ts';
import { entryKinds } from '../../core/ledger/entry.ts';
import { query } from '../pool.ts';
import { toInstant } from '../types.ts';
import { isUuid } from '../uuid.ts';
import { erasedIn } from './erased-in.ts';
import { heldSubjects } from './held-subjects.ts';

const person = {
  name: 'erasure_person',
  text: `WITH standing AS (SELECT coalesce(merged_into, id) AS id FROM subject WHERE id = $1),
    people AS (SELECT s.* FROM subject s, standing WHERE s.id = standing.id OR s.merged_into = standing.id),
    openings AS (SELECT o.entry_id FROM ledger_opening o WHERE o.subject_id IN (SELECT id FROM people)),
    entries AS (SELECT e.kind, e.time FROM ledger_entry e WHERE e.id IN (SELECT entry_id FROM openings))
    SELECT
      (SELECT json_agg(json_build_object('id', id, 'epoch', epoch) ORDER BY merged_into NULLS FIRST, id) FROM people) AS people,
      (SELECT count(*) FROM openings) AS openings,
      (SELECT coalesce(json_agg(json_build_object('kind', kind, 'entries', entries, 'last', last) ORDER BY kind), '[]')
        FROM (SELECT kind, count(*) AS entries, max(time) AS last FROM entries GROUP BY kind) AS by_kind) AS touched,
      (SELECT coalesce(json_agg(h.id ORDER BY h.placed_at, h.id), '[]') FROM legal_hold h
        WHERE h.subject_id IN (SELECT id FROM people) AND h.lifted_at IS NULL) AS holds,
      EXISTS (SELECT 1 FROM people WHERE erasing_since IS NOT NULL) AS "isBeingErased"`,
};

const sealed = z.strictObject({ id: z.uuid(), epoch: z.int() });
const kind = z.enum(entryKinds);
const personRow = z.strictObject({
  people: z.array(sealed).nullable(),
  openings: z.coerce.number(),
  touched: z.array(z.strictObject({ kind, entries: z.int(), last: z.string() })),
  holds: z.array(z.uuid()),
  isBeingErased: z.boolean(),
});

const opening = {
  name: 'erasure_opening',
  text: `SELECT e.kind, e.time, o.ciphertext IS NULL OR EXISTS (SELECT 1 FROM erasure x
        WHERE x.opening_entry = o.entry_id AND x.opening_name = o.name AND x.done_at IS NULL) AS "isErased",
      CASE WHEN s.id IS NOT NULL THEN json_build_object('id', s.id, 'epoch', s.epoch) END AS subject,
      (SELECT coalesce(json_agg(h.id ORDER BY h.placed_at, h.id), '[]') FROM legal_hold h
        JOIN subject held ON held.id = h.subject_id
        WHERE h.lifted_at IS NULL AND coalesce(held.merged_into, held.id) = coalesce(s.merged_into, s.id)) AS holds
    FROM ledger_opening o JOIN ledger_entry e ON e.id = o.entry_id LEFT JOIN subject s ON s.id = o.subject_id
    WHERE o.entry_id = $1 AND o.name = $2`,
};

const openingRow = z.strictObject({
  kind,
  time: z.string(),
  isErased: z.boolean(),
  subject: sealed.nullable(),
  holds: z.array(z.uuid()),
});

const holder = {
  name: 'erasure_holder',
  text: `SELECT s.id, s.epoch FROM legal_hold h JOIN subject s ON s.id = h.subject_id WHERE h.id = $1 AND h.lifted_at IS NULL`,
};

/** Kind by kind, so that what is kept for longer is not walked past again each time. */
const expired = {
  name: 'erasure_expired',
  text: `SELECT old.instance, old.sequence
    FROM unnest($1::text[], $2::timestamptz[]) AS rule (kind, until)
    CROSS JOIN LATERAL (
      SELECT e.instance, e.sequence, e.time FROM ledger_entry e
      WHERE e.kind = rule.kind AND e.leaf IS NOT NULL AND e.time <= rule.until
        AND EXISTS (SELECT 1 FROM ledger_tree t WHERE t.entry_id = e.id
          AND t.index < (SELECT coalesce(max(size), 0) FROM ledger_checkpoint))
        AND NOT EXISTS (SELECT 1 FROM ledger_opening o WHERE o.entry_id = e.id AND o.subject_id IN ${heldSubjects})
      ORDER BY e.time LIMIT $3) AS old
    ORDER BY old.time LIMIT $3`,
};

const counted = {
  name: 'erasure_counted',
  text: `SELECT ${erasedIn('$1')} AS erased`,
};

const expiredRow = z.strictObject({ instance: z.uuid(), sequence: z.coerce.number() });
const countedRow = z.strictObject({ erased: z.coerce.number() });

/** As many as fit in an entry of 65,535 bytes, each written out in full. */
const mostRanges = 500;

/** `ErasureRecords` on PostgreSQL. */
export function createErasureRecords(pool: pg.Pool): ErasureRecords {
  return {
    async person(subject): Promise<PersonOnRecord | null> {
      const [found] = await query(pool, person, [subject]);
      const { people, touched, ...rest } = personRow.parse(found);
      const [standing, ...others] = (people ?? []) as Sealed[];
      if (standing === undefined) return null;
      return {
        ...rest,
        people: [standing, ...others],
        touched: touched.map(({ last, ...each }) => ({ ...each, last: toInstant(last) })),
      };
    },
    async opening(entry, name) {
      if (!isUuid(entry)) return null;
      const [found] = await query(pool, opening, [entry, name]);
      if (found === undefined) return null;
      const { time, subject, ...rest } = openingRow.parse(found);
      const whom = subject === null ? null : { ...subject, id: subject.id as SubjectId };
      return { ...rest, time: time as Instant, subject: whom };
    },
    async holder(hold) {
      if (!isUuid(hold)) return null;
      const [found] = await query(pool, holder, [hold]);
      if (found === undefined) return null;
      const { id, epoch } = sealed.parse(found);
      return { id: id as SubjectId, epoch };
    },
    async expired(mayGo, limit) {
      const [kinds, untils] = [mayGo.map((rule) => rule.kind), mayGo.map((rule) => rule.until)];
      const rows = await query(pool, expired, [kinds, untils, limit]);
      const found = inRanges(rows.map((row) => expiredRow.parse(row)));
      const [row] = await query(pool, counted, [JSON.stringify(found.ranges)]);
      return { ...found, erased: countedRow.parse(row).erased };
    },
  };
}

/** Neighbours together; what does not fit waits for the next time. */
function inRanges(rows: readonly z.infer<typeof expiredRow>[]): { ranges: LeafRange[]; leaves: number } {
  const ranges: { instance: string; from: number; to: number }[] = [];
  const ordered = rows.toSorted((a, b) =>
    a.instance < b.instance ? -1 : a.instance > b.instance ? 1 : a.sequence - b.sequence,
  );
  for (const { instance, sequence } of ordered) {
    const last = ranges.at(-1);
    if (last?.instance === instance && last.to === sequence - 1) last.to = sequence;
    else ranges.push({ instance, from: sequence, to: sequence });
  }
  const fitting = ranges.slice(0, mostRanges);
  return { ranges: fitting, leaves: fitting.reduce((sum, { from, to }) => sum + to - from + 1, 0) };
}
