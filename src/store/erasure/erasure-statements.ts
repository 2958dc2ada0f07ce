import type { Change } from '../../core/disclosure/change.ts';
import type { ErasureChange } from '../../core/erasure/erasure-change.ts';
import type { KeyedCipher } from '../../core/subject/ports.ts';
import type { ColdStatement } from '../journal/cold-statement.ts';
import { sealSaid } from '../said-text.ts';
import { erasedIn } from './erased-in.ts';
import { heldSubjects } from './held-subjects.ts';
import { inRanges } from './in-ranges.ts';
import { lockForgetting } from './lock-forgetting.ts';

const erasureChanges: ReadonlySet<string> = new Set<ErasureChange['type']>([
  'subject-erasure-ordered',
  'value-erasure-ordered',
  'leaves-erasure-ordered',
  'legal-hold-placed',
  'legal-hold-lifted',
]);

export function isErasureChange(change: Change): change is ErasureChange {
  return erasureChanges.has(change.type);
}

/** Each looks again, under lock, whether what is ordered may go; untouched: something is in the way since it was read. */
export function erasureStatement(change: ErasureChange, cipher: Pick<KeyedCipher, 'encrypt'>): ColdStatement {
  switch (change.type) {
    case 'subject-erasure-ordered': {
      const { id, entry, at, subjects, beforeKnown, openings, mayGo } = change;
      const [kinds, untils] = [mayGo.map(({ kind }) => kind), mayGo.map(({ until }) => until)];
      const values = [id, entry, at, [...subjects], kinds, untils, openings, [...beforeKnown]];
      return { ...orderSubject, values, untouched: 'state', first: { ...lockPeople, values: [[...subjects]] } };
    }
    case 'value-erasure-ordered': {
      const { id, entry, at, opening, mayGo } = change;
      const [kinds, untils] = [mayGo.map(({ kind }) => kind), mayGo.map(({ until }) => until)];
      const values = [id, entry, at, opening.entry, opening.name, kinds, untils];
      return { ...orderValue, values, untouched: 'state', first: { ...lockForgetting, values: [] } };
    }
    case 'leaves-erasure-ordered': {
      const { id, entry, at, ranges, leaves, erased } = change;
      const values = [id, entry, at, JSON.stringify(ranges), leaves, erased];
      return { ...orderLeaves, values, untouched: 'state', first: { ...lockForgetting, values: [] } };
    }
    case 'legal-hold-placed': {
      const { id, entry, at, subject, by, ground } = change;
      const said = sealSaid(cipher, 'legal_hold.said', id, JSON.stringify({ by, ground }));
      return {
        ...placeHold,
        values: [id, entry, at, subject, said],
        untouched: 'state',
        first: { ...lockForgetting, values: [] },
      };
    }
    case 'legal-hold-lifted':
      return { ...liftHold, values: [change.id, change.entry, change.at], untouched: 'state' };
  }
}

/** Waits for everybody who is writing something about these people, and has others wait; orders stand in line first. */
const lockPeople = {
  name: 'journal-erasure-lock-people',
  text: `WITH turn AS MATERIALIZED (${lockForgetting.text})
    SELECT subject.id FROM subject, turn WHERE subject.id = ANY ($1::uuid[]) ORDER BY subject.id FOR UPDATE OF subject`,
};

/** What an order counts must not go by another that is under way: the verifier adds up what all of them say. */
const noneOpen = (scopes: string): string =>
  `NOT EXISTS (SELECT 1 FROM erasure under_way WHERE under_way.done_at IS NULL AND under_way.scope ${scopes})`;

/** `null` in a list of moments: whenever. A kind that is not listed may lose nothing. */
const mayGo = (kinds: string, untils: string): string =>
  `EXISTS (SELECT 1 FROM unnest(${kinds}::text[], ${untils}::timestamptz[]) AS rule (kind, until)
        WHERE rule.kind = e.kind AND (rule.until IS NULL OR e.time <= rule.until))`;

const theirOpenings = `(o.subject_id = ANY ($4::uuid[])
      OR o.entry_id = ANY ($8::uuid[]) AND o.subject_id IS NULL AND o.ciphertext IS NOT NULL)`;

const orderSubject = {
  name: 'journal-subject-erasure-ordered',
  text: `WITH ordered AS (
      INSERT INTO erasure (id, entry_id, scope, subjects, before_known, marks, ordered_at)
      SELECT $1, $2, 'subject', $4::uuid[], $8::uuid[],
        ARRAY(SELECT sha256(convert_to('sluis-erased' || E'\\n' || one, 'UTF8')) FROM unnest($4::uuid[]) AS one), $3
      WHERE NOT EXISTS (SELECT 1 FROM ledger_opening o JOIN ledger_entry e ON e.id = o.entry_id
          WHERE ${theirOpenings} AND NOT ${mayGo('$5', '$6')})
        AND (SELECT count(*) FROM ledger_opening o WHERE ${theirOpenings}) = $7
        AND NOT EXISTS (SELECT 1 FROM unnest($4::uuid[]) AS one WHERE one IN ${heldSubjects})
        AND NOT EXISTS (SELECT 1 FROM subject s
          WHERE s.merged_into = ANY ($4::uuid[]) AND NOT s.id = ANY ($4::uuid[]))
        AND (SELECT count(*) FROM subject s WHERE s.id = ANY ($4::uuid[]) AND s.erasing_since IS NULL)
          = cardinality($4::uuid[])
        AND ${noneOpen(`= 'leaves'`)}
      RETURNING subjects
    ), marked AS (
      UPDATE subject SET erasing_since = $3 FROM ordered WHERE id = ANY (ordered.subjects)
    )
    SELECT 1 FROM ordered`,
};

const orderValue = {
  name: 'journal-value-erasure-ordered',
  text: `INSERT INTO erasure (id, entry_id, scope, opening_entry, opening_name, ordered_at)
    SELECT $1, $2, 'value', o.entry_id, o.name, $3 FROM ledger_opening o JOIN ledger_entry e ON e.id = o.entry_id
    WHERE o.entry_id = $4 AND o.name = $5 AND o.ciphertext IS NOT NULL AND ${mayGo('$6', '$7')}
      AND (o.subject_id IS NULL OR o.subject_id NOT IN ${heldSubjects}) AND ${noneOpen(`= 'leaves'`)}
    RETURNING 1`,
};

const orderLeaves = {
  name: 'journal-leaves-erasure-ordered',
  text: `INSERT INTO erasure (id, entry_id, scope, ranges, ordered_at)
    SELECT $1, $2, 'leaves', $4::jsonb, $3
    WHERE (SELECT count(*) FROM ${inRanges('$4')}
      WHERE e.leaf IS NOT NULL AND NOT EXISTS (SELECT 1 FROM ledger_opening o
        WHERE o.entry_id = e.id AND o.subject_id IN ${heldSubjects})) = $5
      AND ${erasedIn('$4')} = $6 AND ${noneOpen(`<> 'leaves'`)}
    ON CONFLICT DO NOTHING RETURNING 1`,
};

const placeHold = {
  name: 'journal-legal-hold-placed',
  text: `INSERT INTO legal_hold (id, subject_id, said, placed_at, placed_entry)
    SELECT $1, s.id, $5, $3, $2 FROM subject s WHERE s.id = $4 AND s.erasing_since IS NULL RETURNING 1`,
};

const liftHold = {
  name: 'journal-legal-hold-lifted',
  text: `UPDATE legal_hold SET lifted_at = $3, lifted_entry = $2 WHERE id = $1 AND lifted_at IS NULL RETURNING 1`,
};
