import { z } from 'zod';
import type { SubjectId } from '../core/brand.ts';
import type { IdentifierSecrets, KeyedCipher } from '../core/subject/ports.ts';
import { caseReferenceContext, caseReferenceValue } from './case-reference.ts';
import { identifierContext } from './identifier-context.ts';
import type { Statement } from './pool.ts';
import { type SaidColumn, saidContext } from './said-text.ts';
import { userTokenContext } from './user-token-context.ts';

/** Whose rows these are: the keys, and which of each use is the current one. */
export interface RowKeys {
  readonly identifiers: IdentifierSecrets;
  readonly subjects: { rewrap(wrappedKey: Buffer): Buffer };
  readonly users: KeyedCipher;
  current(use: string): string;
}

/** Rows of one table that are stored under keys of one use. */
export interface StoredRows {
  readonly database: 'ledger' | 'vault';
  readonly table: string;
  readonly columns: string;
  /** Holds for a row that is under another key than $1. */
  readonly other: string;
  /** Touches only what is still as it was read: what changed meanwhile is read again. */
  readonly update: Statement;
  values(rows: readonly unknown[], keys: RowKeys): readonly unknown[];
}

/** A ciphertext names its key after the byte that says its form; one of the first form names none. */
const underOther = (column: string): string =>
  `(get_byte(${column}, 0) <> 2 OR substring(${column} FROM 2 FOR 8) <> decode($1, 'hex'))`;

const numberRow = z.strictObject({
  scheme: z.enum(['bsn', 'skn']),
  lookup: z.instanceof(Buffer),
  subject_id: z.string(),
  ciphertext: z.instanceof(Buffer),
});
const wrappedRow = z.strictObject({ subject_id: z.string(), wrapped: z.instanceof(Buffer) });
const userRow = z.strictObject({
  unit_id: z.string(),
  jti: z.instanceof(Buffer),
  token_hash: z.instanceof(Buffer),
  ciphertext: z.instanceof(Buffer),
});

function numberOf({ scheme, subject_id, ciphertext }: z.infer<typeof numberRow>, { identifiers }: RowKeys): string {
  return identifiers.decrypt(ciphertext, identifierContext(scheme, subject_id as SubjectId));
}

const referenceRow = z.strictObject({
  unit_id: z.string(),
  reference: z.string(),
  lookup: z.instanceof(Buffer),
  ciphertext: z.instanceof(Buffer),
});

function referenceOf(
  { unit_id, reference, ciphertext }: z.infer<typeof referenceRow>,
  { identifiers }: RowKeys,
): string {
  return identifiers.decrypt(ciphertext, caseReferenceContext(unit_id, reference));
}

const referenceLookups: StoredRows = {
  database: 'ledger',
  table: 'subject_case_reference',
  columns: 'unit_id, reference, lookup, ciphertext',
  other: 'lookup_key IS DISTINCT FROM $1',
  update: {
    name: 'key_rows_reference_lookup_update',
    text: `UPDATE subject_case_reference r SET lookup = given.after, lookup_key = $1
      FROM unnest($2::text[], $3::text[], $4::bytea[], $5::bytea[]) AS given (unit, reference, before, after)
      WHERE r.unit_id = given.unit AND r.reference = given.reference AND r.lookup = given.before`,
  },
  values(found, keys) {
    const rows = found.map((row) => referenceRow.parse(row));
    const after = rows.map((row) =>
      keys.identifiers.lookup('case-reference', caseReferenceValue(row.unit_id, referenceOf(row, keys))),
    );
    const names = [rows.map(({ unit_id }) => unit_id), rows.map(({ reference }) => reference)];
    return [keys.identifiers.lookupKey, ...names, rows.map(({ lookup }) => lookup), after];
  },
};

const referenceTexts: StoredRows = {
  database: 'ledger',
  table: 'subject_case_reference',
  columns: 'unit_id, reference, lookup, ciphertext',
  other: underOther('ciphertext'),
  update: {
    name: 'key_rows_reference_text_update',
    text: `UPDATE subject_case_reference r SET ciphertext = given.after
      FROM unnest($1::text[], $2::text[], $3::bytea[], $4::bytea[]) AS given (unit, reference, before, after)
      WHERE r.unit_id = given.unit AND r.reference = given.reference AND r.ciphertext = given.before`,
  },
  values(found, keys) {
    const rows = found.map((row) => referenceRow.parse(row));
    const after = rows.map((row) =>
      keys.identifiers.encrypt(referenceOf(row, keys), caseReferenceContext(row.unit_id, row.reference)),
    );
    const names = [rows.map(({ unit_id }) => unit_id), rows.map(({ reference }) => reference)];
    return [...names, rows.map(({ ciphertext }) => ciphertext), after];
  },
};

const saidRow = z.strictObject({ id: z.string(), sealed: z.instanceof(Buffer) });

/** A column in which somebody's own words stand. */
function said(name: SaidColumn, table: string, column: string): StoredRows {
  return {
    database: 'ledger',
    table,
    columns: `id, ${column} AS sealed`,
    other: `${column} IS NOT NULL AND ${underOther(column)}`,
    update: {
      name: `key_rows_${table}_${column}_update`,
      text: `UPDATE ${table} t SET ${column} = given.after
        FROM unnest($1::uuid[], $2::bytea[], $3::bytea[]) AS given (id, before, after)
        WHERE t.id = given.id AND t.${column} = given.before`,
    },
    values(found, { identifiers }) {
      const rows = found.map((row) => saidRow.parse(row));
      const after = rows.map(({ id, sealed }) => {
        const context = saidContext(name, id);
        return identifiers.encrypt(identifiers.decrypt(sealed, context), context);
      });
      return [rows.map(({ id }) => id), rows.map(({ sealed }) => sealed), after];
    },
  };
}

/** By use of key: everything that is stored under it. */
export const storedRows: Readonly<Record<string, readonly StoredRows[]>> = {
  lookup: [
    {
      database: 'ledger',
      table: 'subject_identifier',
      columns: 'scheme, lookup, subject_id, ciphertext',
      other: 'lookup_key IS DISTINCT FROM $1',
      update: {
        name: 'key_rows_lookup_update',
        text: `UPDATE subject_identifier i SET lookup = given.after, lookup_key = $1
        FROM unnest($2::text[], $3::bytea[], $4::bytea[]) AS given (scheme, before, after)
        WHERE i.scheme = given.scheme AND i.lookup = given.before`,
      },
      values(found, keys) {
        const rows = found.map((row) => numberRow.parse(row));
        const after = rows.map((row) => keys.identifiers.lookup(row.scheme, numberOf(row, keys)));
        return [keys.identifiers.lookupKey, rows.map(({ scheme }) => scheme), rows.map(({ lookup }) => lookup), after];
      },
    },
    referenceLookups,
  ],
  data: [
    {
      database: 'ledger',
      table: 'subject_identifier',
      columns: 'scheme, lookup, subject_id, ciphertext',
      other: underOther('ciphertext'),
      update: {
        name: 'key_rows_data_update',
        text: `UPDATE subject_identifier i SET ciphertext = given.after
        FROM unnest($1::text[], $2::uuid[], $3::bytea[], $4::bytea[]) AS given (scheme, subject, before, after)
        WHERE i.scheme = given.scheme AND i.subject_id = given.subject AND i.ciphertext = given.before`,
      },
      values(found, keys) {
        const rows = found.map((row) => numberRow.parse(row));
        const after = rows.map((row) =>
          keys.identifiers.encrypt(numberOf(row, keys), identifierContext(row.scheme, row.subject_id as SubjectId)),
        );
        const [schemes, subjects] = [rows.map(({ scheme }) => scheme), rows.map(({ subject_id }) => subject_id)];
        return [schemes, subjects, rows.map(({ ciphertext }) => ciphertext), after];
      },
    },
    referenceTexts,
    said('fact.reference', 'fact', 'reference'),
    said('fact.dispute_ground', 'fact', 'dispute_ground'),
    said('involvement_claim.justification', 'involvement_claim', 'justification'),
    said('partner_change.said', 'partner_change', 'said'),
    said('legal_hold.said', 'legal_hold', 'said'),
    said('request_message.said', 'request_message', 'said'),
  ],
  wrapping: [
    {
      database: 'vault',
      table: 'vault.subject_key',
      columns: 'subject_id, wrapped',
      other: underOther('wrapped'),
      update: {
        name: 'key_rows_wrapping_update',
        text: `UPDATE vault.subject_key k SET wrapped = given.after
        FROM unnest($1::uuid[], $2::bytea[], $3::bytea[]) AS given (subject, before, after)
        WHERE k.subject_id = given.subject AND k.wrapped = given.before`,
      },
      values(found, { subjects }) {
        const rows = found.map((row) => wrappedRow.parse(row));
        const after = rows.map(({ wrapped }) => subjects.rewrap(wrapped));
        return [rows.map(({ subject_id }) => subject_id), rows.map(({ wrapped }) => wrapped), after];
      },
    },
  ],
  users: [
    {
      database: 'ledger',
      table: 'acting_user',
      columns: 'unit_id, jti, token_hash, ciphertext',
      other: underOther('ciphertext'),
      update: {
        name: 'key_rows_users_update',
        text: `UPDATE acting_user u SET ciphertext = given.after
        FROM unnest($1::text[], $2::bytea[], $3::bytea[], $4::bytea[]) AS given (unit, jti, before, after)
        WHERE u.unit_id = given.unit AND u.jti = given.jti AND u.ciphertext = given.before`,
      },
      values(found, { users }) {
        const rows = found.map((row) => userRow.parse(row));
        const after = rows.map(({ unit_id, token_hash, ciphertext }) => {
          const context = userTokenContext(unit_id, token_hash.toString('base64url'));
          return users.encrypt(users.decrypt(ciphertext, context), context);
        });
        const [units, jtis] = [rows.map(({ unit_id }) => unit_id), rows.map(({ jti }) => jti)];
        return [units, jtis, rows.map(({ ciphertext }) => ciphertext), after];
      },
    },
  ],
};
