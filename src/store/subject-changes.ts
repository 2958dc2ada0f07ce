import type pg from 'pg';
import { z } from 'zod';
import type { EntryId, FactId, Instant, SubjectChangeId, SubjectId, TimerId, UnitId } from '../core/brand.ts';
import { requestStates } from '../core/disclosure/state.ts';
import type { Holdings, RecordedJoining, SubjectRecords } from '../core/subject/change-ports.ts';
import type { IdentifierSecrets } from '../core/subject/ports.ts';
import type { ToldChange } from '../core/subject/read-subject-change.ts';
import { movables, numberSchemes } from '../core/subject/subject-change.ts';
import { caseReferenceContext } from './case-reference.ts';
import { consentJson, consentRow, toConsent } from './consent-row.ts';
import { factJson, factRow, toFact } from './fact-row.ts';
import { identifierContext } from './identifier-context.ts';
import { query } from './pool.ts';
import { toInstant } from './types.ts';
import { isUuid } from './uuid.ts';

function listOf(json: string, table: string, order: string): string {
  return `(SELECT coalesce(json_agg(${json} ORDER BY ${order}), '[]') FROM ${table} WHERE t.subject_id = s.id)`;
}

const holdings = {
  name: 'subject_holdings',
  text: `SELECT s.id, s.epoch,
      ${listOf(factJson('t'), 'fact t', 't.from_at, t.id')} AS facts,
      ${listOf(consentJson('t'), 'consent t', 't.requested_at, t.id')} AS consents,
      ${listOf(`json_build_object('scheme', t.scheme, 'ciphertext', translate(encode(t.ciphertext, 'base64'), E'\\n', ''))`, 'subject_identifier t', 't.scheme')} AS numbers,
      ${listOf(`json_build_object('id', t.id, 'state', t.state)`, 'request t', 't.id')} AS requests,
      ${listOf('t.id', 'notice t', 't.id')} AS notices,
      ${listOf(`json_build_object('id', t.id, 'fact', t.fact_id)`, 'timer t', 't.id')} AS timers,
      ${listOf('t.id', 'involvement_claim t', 't.id')} AS claims,
      ${listOf(`json_build_object('unit', t.unit_id, 'pseudonym', t.pseudonym, 'givenAt', t.given_at)`, 'subject_pseudonym t', 't.given_at, t.pseudonym')} AS pseudonyms,
      ${listOf(`json_build_object('unit', t.unit_id, 'row', t.reference, 'ciphertext', encode(t.ciphertext, 'hex'))`, 'subject_case_reference t', 't.unit_id, t.reference')} AS references,
      (SELECT coalesce(json_agg(m.id ORDER BY m.id), '[]') FROM subject m WHERE m.merged_into = s.id) AS persons
    FROM subject s WHERE s.id = $1`,
};

const holdingsRow = z.strictObject({
  id: z.uuid(),
  epoch: z.int(),
  facts: z.array(factRow),
  consents: z.array(consentRow),
  numbers: z.array(z.strictObject({ scheme: z.enum(numberSchemes), ciphertext: z.base64() })),
  requests: z.array(z.strictObject({ id: z.uuid(), state: z.enum(requestStates) })),
  notices: z.array(z.uuid()),
  timers: z.array(z.strictObject({ id: z.uuid(), fact: z.uuid() })),
  claims: z.array(z.uuid()),
  pseudonyms: z.array(z.strictObject({ unit: z.string(), pseudonym: z.uuid(), givenAt: z.string() })),
  references: z.array(z.strictObject({ unit: z.string(), row: z.string(), ciphertext: z.hex() })),
  persons: z.array(z.uuid()),
});

/** What is still where the joining put it, by what it is. */
const left = `(SELECT coalesce(json_object_agg(what, rows), '{}') FROM (
      SELECT m.what, json_agg(m.row_id ORDER BY m.row_id) AS rows FROM subject_change_moved m WHERE m.change_id = c.id
        AND CASE m.what
          WHEN 'fact' THEN EXISTS (SELECT 1 FROM fact t WHERE t.id = m.row_id::uuid AND t.subject_id = c.subject_id)
          WHEN 'consent' THEN EXISTS (SELECT 1 FROM consent t WHERE t.id = m.row_id::uuid AND t.subject_id = c.subject_id)
          WHEN 'request' THEN EXISTS (SELECT 1 FROM request t WHERE t.id = m.row_id::uuid AND t.subject_id = c.subject_id)
          WHEN 'notice' THEN EXISTS (SELECT 1 FROM notice t WHERE t.id = m.row_id::uuid AND t.subject_id = c.subject_id)
          WHEN 'timer' THEN EXISTS (SELECT 1 FROM timer t WHERE t.id = m.row_id::uuid AND t.subject_id = c.subject_id)
          WHEN 'claim' THEN EXISTS
            (SELECT 1 FROM involvement_claim t WHERE t.id = m.row_id::uuid AND t.subject_id = c.subject_id)
          WHEN 'pseudonym' THEN EXISTS
            (SELECT 1 FROM subject_pseudonym t WHERE t.pseudonym = m.row_id::uuid AND t.subject_id = c.subject_id)
          WHEN 'case-reference' THEN EXISTS (SELECT 1 FROM subject_case_reference t
            WHERE t.unit_id = split_part(m.row_id, ' ', 1) AND t.reference = split_part(m.row_id, ' ', 2)
              AND t.subject_id = c.subject_id)
          WHEN 'person' THEN EXISTS (SELECT 1 FROM subject t WHERE t.id = m.row_id::uuid AND t.merged_into = c.subject_id)
        END
      GROUP BY m.what) AS still)`;

const joining = {
  name: 'subject_joining',
  text: `SELECT c.id, c.subject_id, c.other_id, c.moved_numbers, c.withdrawn_numbers, c.at, c.entry_id,
      EXISTS (SELECT 1 FROM subject_change b WHERE b.takes_back = c.id) AS taken_back,
      EXISTS (SELECT 1 FROM subject o JOIN subject s ON s.id = o.merged_into
        WHERE o.id = c.other_id AND s.id = c.subject_id AND s.merged_into IS NULL) AS stands,
      ${left} AS left
    FROM subject_change c WHERE c.id = $1 AND c.kind = 'merged'`,
};

const joiningRow = z.strictObject({
  id: z.uuid(),
  subject_id: z.uuid(),
  other_id: z.uuid(),
  moved_numbers: z.array(z.enum(numberSchemes)),
  withdrawn_numbers: z.array(z.enum(numberSchemes)),
  at: z.string(),
  entry_id: z.uuid(),
  taken_back: z.boolean(),
  stands: z.boolean(),
  left: z.partialRecord(z.enum(movables), z.array(z.string())),
});

/** `SubjectRecords` on PostgreSQL. Throws `Fault('database-unavailable')`. */
export function createSubjectRecords(pool: pg.Pool, secrets: Pick<IdentifierSecrets, 'decrypt'>): SubjectRecords {
  return {
    async holdings(subject): Promise<Holdings | null> {
      const [found] = await query(pool, holdings, [subject]);
      return found === undefined ? null : toHoldings(holdingsRow.parse(found), secrets);
    },
    async joining(id): Promise<RecordedJoining | null> {
      if (!isUuid(id)) return null;
      const [found] = await query(pool, joining, [id]);
      return found === undefined ? null : toJoining(joiningRow.parse(found));
    },
  };
}

function toHoldings(row: z.infer<typeof holdingsRow>, secrets: Pick<IdentifierSecrets, 'decrypt'>): Holdings {
  const id = row.id as SubjectId;
  return {
    subject: { id, epoch: row.epoch },
    numbers: Object.fromEntries(
      row.numbers.map(({ scheme, ciphertext }) => [
        scheme,
        secrets.decrypt(Buffer.from(ciphertext, 'base64'), identifierContext(scheme, id)),
      ]),
    ),
    facts: row.facts.map((fact) => toFact(fact, secrets)),
    consents: row.consents.map(toConsent),
    requests: row.requests,
    notices: row.notices,
    timers: row.timers.map((timer) => ({ id: timer.id as TimerId, fact: timer.fact as FactId })),
    claims: row.claims,
    pseudonyms: row.pseudonyms.map(({ unit, pseudonym, givenAt }) => ({
      unit: unit as UnitId,
      pseudonym,
      givenAt: toInstant(givenAt),
    })),
    caseReferences: row.references.map(({ unit, row: name, ciphertext }) => ({
      unit: unit as UnitId,
      reference: secrets.decrypt(Buffer.from(ciphertext, 'hex'), caseReferenceContext(unit, name)),
      row: `${unit} ${name}`,
    })),
    persons: row.persons as SubjectId[],
  };
}

function toJoining(row: z.infer<typeof joiningRow>): RecordedJoining {
  return {
    record: {
      id: row.id as SubjectChangeId,
      kind: 'merged',
      subject: row.subject_id as SubjectId,
      other: row.other_id as SubjectId,
      movedNumbers: row.moved_numbers,
      withdrawnNumbers: row.withdrawn_numbers,
      at: row.at as Instant,
      entry: row.entry_id as EntryId,
      takesBack: null,
    },
    isTakenBack: row.taken_back,
    stands: row.stands,
    left: {
      fact: row.left.fact ?? [],
      consent: row.left.consent ?? [],
      request: row.left.request ?? [],
      notice: row.left.notice ?? [],
      timer: row.left.timer ?? [],
      claim: row.left.claim ?? [],
      pseudonym: row.left.pseudonym ?? [],
      'case-reference': row.left['case-reference'] ?? [],
      person: row.left.person ?? [],
    },
  };
}

const told = {
  name: 'subject_change_told',
  text: `SELECT c.id, c.kind, c.at, t.before, t.persons FROM subject_change_told t JOIN subject_change c ON c.id = t.change_id
    WHERE t.unit_id = $1 AND t.change_id = $2`,
};

const toldRow = z.strictObject({
  id: z.uuid(),
  kind: z.enum(['identifier-corrected', 'merged', 'split']),
  at: z.string(),
  before: z.array(z.uuid()),
  persons: z.array(z.uuid()),
});

/** null to every unit that was not told. */
export async function toldChange(pool: pg.Pool, unit: UnitId, id: string): Promise<ToldChange | null> {
  if (!isUuid(id)) return null;
  const [found] = await query(pool, told, [unit, id]);
  if (found === undefined) return null;
  const { kind, at, before, persons, ...row } = toldRow.parse(found);
  return { id: row.id as SubjectChangeId, kind, at: at as Instant, before, persons: persons as SubjectId[] };
}

const whole = {
  name: 'subject_whole',
  text: 'SELECT id FROM subject WHERE id = $1 OR merged_into = $1 ORDER BY id',
};

/** Every id under whose key entries about this person are sealed: who is erased is erased under all of them. */
export async function sealedUnder(pool: pg.Pool, subject: SubjectId): Promise<readonly SubjectId[]> {
  return (await query<{ id: SubjectId }>(pool, whole, [subject])).map(({ id }) => id);
}
