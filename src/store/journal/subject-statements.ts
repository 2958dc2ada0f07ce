import type { Change } from '../../core/disclosure/change.ts';
import { waitingStates } from '../../core/disclosure/state.ts';
import type { Movable, SubjectChange } from '../../core/subject/subject-change.ts';
import { lockLookups } from '../lock-lookups.ts';
import type { ColdStatement } from './cold-statement.ts';

const subjectChanges: ReadonlySet<string> = new Set<SubjectChange['type']>([
  'subject-created',
  'subject-change-recorded',
  'subject-number-set',
  'subject-number-removed',
  'subject-rows-moved',
  'subject-rows-moved-back',
  'subject-joined',
  'subject-requests-stopped',
  'subject-sessions-ended',
  'subject-change-told',
]);

export function isSubjectChange(change: Change): change is SubjectChange {
  return subjectChanges.has(change.type);
}

export function subjectStatement(change: SubjectChange): ColdStatement {
  switch (change.type) {
    case 'subject-created':
      return { ...create, values: [change.id, change.at], untouched: 'unique' };
    case 'subject-change-recorded': {
      const { id, kind, subject, other, movedNumbers, withdrawnNumbers, at, entry, takesBack } = change.change;
      const values = [id, kind, subject, other, [...movedNumbers], [...withdrawnNumbers], at, entry, takesBack];
      return { ...record, values, untouched: 'state' };
    }
    case 'subject-number-set': {
      const { scheme, lookups, lookupKey, ciphertext } = change.number;
      const values = [change.subject, scheme, lookups[0], ciphertext, lookupKey, lookups];
      return { ...setNumber, values, untouched: 'unique', first: lockLookups(lookups) };
    }
    case 'subject-number-removed':
      return { ...removeNumber, values: [change.subject, change.scheme], untouched: 'state' };
    case 'subject-rows-moved': {
      const { change: id, what, from, to, rows } = change;
      if (rows === 'all') return { ...moveAll(what), values: [id, from, to], untouched: null };
      return { ...moveThese(what), values: [id, from, to, [...rows]], untouched: 'state' };
    }
    case 'subject-rows-moved-back': {
      const { change: id, takesBack, what, from, to } = change;
      return { ...moveBack(what), values: [id, from, to, takesBack], untouched: null };
    }
    case 'subject-joined':
      return { ...join, values: [change.subject, change.into], untouched: 'state' };
    case 'subject-requests-stopped':
      return { ...stop, values: [change.at, change.entry, [...change.subjects], waitingStates], untouched: null };
    case 'subject-sessions-ended':
      return { ...endSessions, values: [[...change.subjects]], untouched: null };
    case 'subject-change-told': {
      const { change: id, unit, before, persons } = change;
      return { ...tell, values: [id, unit, [...before], [...persons]], untouched: 'unique' };
    }
  }
}

/** Their key stands in the vault by now: the journal sees to that before it takes the work on. */
const create = {
  name: 'journal-subject-created',
  text: 'INSERT INTO subject (id, created_at) VALUES ($1, $2) RETURNING 1',
};

/** Of two who take back one joining at once, one finds it taken back. */
const record = {
  name: 'journal-subject-change-recorded',
  text: `INSERT INTO subject_change (id, kind, subject_id, other_id, moved_numbers, withdrawn_numbers, at, entry_id,
      takes_back)
    VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9) ON CONFLICT DO NOTHING RETURNING 1`,
};

/** A number that is somebody else's stays theirs, under whichever key it was found by. */
const setNumber = {
  name: 'journal-subject-number-set',
  text: `WITH old AS (DELETE FROM subject_identifier WHERE subject_id = $1 AND scheme = $2 AND lookup <> $3)
    INSERT INTO subject_identifier (scheme, lookup, subject_id, ciphertext, lookup_key)
    SELECT $2, $3, $1, $4, $5 WHERE NOT EXISTS (
      SELECT 1 FROM subject_identifier WHERE scheme = $2 AND lookup = ANY ($6::bytea[]) AND subject_id <> $1)
    ON CONFLICT DO NOTHING RETURNING 1`,
};

const removeNumber = {
  name: 'journal-subject-number-removed',
  text: 'DELETE FROM subject_identifier WHERE subject_id = $1 AND scheme = $2 RETURNING 1',
};

const join = {
  name: 'journal-subject-joined',
  text: `UPDATE subject SET merged_into = $2 WHERE id = $1 AND (merged_into IS NULL) <> ($2::uuid IS NULL) RETURNING 1`,
};

/** Told of at once, by whatever clock this was done: what looks waits for no moment that is still to come. */
const stop = {
  name: 'journal-subject-requests-stopped',
  text: `UPDATE request SET state = 'withdrawn', moved_at = $1, entry_id = $2, stopped_for = 'person',
      wakes_at = least($1::timestamptz, date_trunc('milliseconds', now()))
    WHERE subject_id = ANY ($3::uuid[]) AND state = ANY ($4::text[]) RETURNING 1`,
};

const endSessions = {
  name: 'journal-subject-sessions-ended',
  text: `WITH codes AS (DELETE FROM login_code WHERE subject_id = ANY ($1::uuid[]))
    DELETE FROM session WHERE subject_id = ANY ($1::uuid[]) RETURNING 1`,
};

const tell = {
  name: 'journal-subject-change-told',
  text: `INSERT INTO subject_change_told (change_id, unit_id, before, persons) VALUES ($1, $2, $3, $4)
    ON CONFLICT DO NOTHING RETURNING 1`,
};

/** Where each kind of row stands, the column that says whose it is, and how a row is named. */
const places: Readonly<Record<Movable, { readonly table: string; readonly owner: string; readonly row: string }>> = {
  fact: { table: 'fact', owner: 'subject_id', row: 'id::text' },
  consent: { table: 'consent', owner: 'subject_id', row: 'id::text' },
  request: { table: 'request', owner: 'subject_id', row: 'id::text' },
  notice: { table: 'notice', owner: 'subject_id', row: 'id::text' },
  timer: { table: 'timer', owner: 'subject_id', row: 'id::text' },
  claim: { table: 'involvement_claim', owner: 'subject_id', row: 'id::text' },
  pseudonym: { table: 'subject_pseudonym', owner: 'subject_id', row: 'pseudonym::text' },
  'case-reference': {
    table: 'subject_case_reference',
    owner: 'subject_id',
    row: `unit_id || ' ' || reference`,
  },
  person: { table: 'subject', owner: 'merged_into', row: 'id::text' },
};

function moving(what: Movable, which: string, more = ''): string {
  const { table, owner, row } = places[what];
  return `WITH moved AS (
      UPDATE ${table} SET ${owner} = $3::uuid${more} WHERE ${owner} = $2::uuid${which.replace('ROW', row)}
      RETURNING ${row} AS id
    ), kept AS (
      INSERT INTO subject_change_moved (change_id, what, row_id) SELECT $1, '${what}', id FROM moved RETURNING 1
    )`;
}

function moveAll(what: Movable) {
  return { name: `journal-subject-all-moved-${what}`, text: `${moving(what, '')} SELECT 1 FROM kept` };
}

/** All that were named or none. A pseudonym that is taken along no longer keeps its maker from another one. */
function moveThese(what: Movable) {
  const more = what === 'pseudonym' ? ', made_for = NULL' : '';
  const text = `${moving(what, ' AND ROW = ANY ($4::text[])', more)}
    SELECT 1 WHERE (SELECT count(*) FROM kept) = cardinality($4::text[])`;
  return { name: `journal-subject-these-moved-${what}`, text };
}

function moveBack(what: Movable) {
  const which = ` AND ROW IN (SELECT row_id FROM subject_change_moved WHERE change_id = $4 AND what = '${what}')`;
  return { name: `journal-subject-moved-back-${what}`, text: `${moving(what, which)} SELECT 1 FROM kept` };
}
