import type pg from 'pg';
import { z } from 'zod';
import type { SubjectId, UnitId } from '../core/brand.ts';
import { claimedResources, type IdempotencyClaim } from '../core/disclosure/change.ts';
import type { Reading, Snapshots, SubjectLocator } from '../core/disclosure/ports.ts';
import type { IdentifierSecrets } from '../core/subject/ports.ts';
import type { SubjectIdentifiers } from '../core/subject/reference.ts';
import { caseReferenceValue } from './case-reference.ts';
import { consentJson, consentRow, toConsent } from './consent-row.ts';
import { factJson, factRow, toFact } from './fact-row.ts';
import { identifierContext } from './identifier-context.ts';
import { query, type Statement } from './pool.ts';
import { toInstant } from './types.ts';

const claimRow = z.strictObject({
  unit_id: z.string(),
  key: z.string(),
  digest: z.string(),
  resource_type: z.enum(claimedResources),
  resource_id: z.uuid(),
  claimed_at: z.string(),
});

const reading = z.strictObject({
  id: z.uuid().nullable(),
  epoch: z.int().nullable(),
  facts: z.array(factRow),
  consents: z.array(consentRow),
  identifiers: z.array(z.strictObject({ scheme: z.enum(['bsn', 'skn']), ciphertext: z.base64() })),
  claim: claimRow.nullable(),
});

/**
 * Everything that a decision rests on, in one statement and so at one point in time. Always one row:
 * for a person nobody knows the same plan runs over nothing. Whoever was joined to another is that other.
 * $1, $2: how the person is named; $3: source; $4: recipient; $5, $6: idempotency key.
 */
function snapshotStatement(name: string, who: string): Statement {
  return {
    name: `snapshot_${name}`,
    text: `
      WITH who AS MATERIALIZED (${who})
      SELECT s.id, s.epoch,
        (SELECT coalesce(json_agg(${factJson('f')} ORDER BY f.from_at, f.id), '[]') FROM fact f
          WHERE f.subject_id = s.id) AS facts,
        (SELECT coalesce(json_agg(${consentJson('c')} ORDER BY c.requested_at, c.id), '[]') FROM consent c
          WHERE c.subject_id = s.id AND c.source = $3 AND c.recipient = $4) AS consents,
        (SELECT coalesce(json_agg(json_build_object('scheme', i.scheme,
            'ciphertext', translate(encode(i.ciphertext, 'base64'), E'\\n', ''))), '[]')
          FROM subject_identifier i WHERE i.subject_id = s.id) AS identifiers,
        (SELECT json_build_object('unit_id', k.unit_id, 'key', k.key, 'digest', k.digest,
            'resource_type', k.resource_type, 'resource_id', k.resource_id, 'claimed_at', k.claimed_at)
          FROM idempotency k WHERE k.unit_id = $5 AND k.key = $6) AS claim
      FROM (SELECT (SELECT id FROM who) AS id) AS named
        LEFT JOIN subject met ON met.id = named.id
        LEFT JOIN subject s ON s.id = coalesce(met.merged_into, met.id)`,
  };
}

const byNumber = snapshotStatement(
  'by_number',
  // Under several keys while one replaces another; found twice it is one person, or else an error.
  'SELECT DISTINCT subject_id AS id FROM subject_identifier WHERE scheme = $1::text AND lookup = ANY ($2::bytea[])',
);
const byPseudonym = snapshotStatement(
  'by_pseudonym',
  'SELECT subject_id AS id FROM subject_pseudonym WHERE unit_id = $1::text AND pseudonym = $2::uuid',
);
const byCaseReference = snapshotStatement(
  'by_case_reference',
  'SELECT DISTINCT subject_id AS id FROM subject_case_reference WHERE unit_id = $1::text AND lookup = ANY ($2::bytea[])',
);
const byId = snapshotStatement('by_id', `SELECT $2::uuid AS id WHERE $1::text = 'id'`);

/** `Snapshots` on PostgreSQL: one round trip. */
export function createSnapshots(pool: pg.Pool, secrets: IdentifierSecrets): Snapshots {
  return {
    async read({ subject, source, recipient, idempotency }): Promise<Reading> {
      const { statement, name } = locate(subject, secrets);
      const values = [...name, source, recipient, idempotency?.unit ?? null, idempotency?.key ?? null];
      const [row] = await query(pool, statement, values);
      const { id, epoch, facts, consents, identifiers, claim } = reading.parse(row);
      return {
        snapshot: {
          subject: id === null || epoch === null ? null : { id: id as SubjectId, epoch },
          facts: facts.map((fact) => toFact(fact, secrets)),
          consents: consents.map(toConsent),
        },
        identifiers: id === null ? unknownPerson(secrets) : decrypt(identifiers, id as SubjectId, secrets),
        claim: claim === null ? null : toClaim(claim),
      };
    },
  };
}

function locate(
  subject: SubjectLocator,
  secrets: IdentifierSecrets,
): { readonly statement: Statement; readonly name: readonly [string, string | readonly Buffer[]] } {
  if (subject.by === 'id') return { statement: byId, name: ['id', subject.id] };
  const { type, value } = subject.reference;
  switch (type) {
    case 'bsn':
    case 'skn':
      return { statement: byNumber, name: [type, secrets.lookups(type, value)] };
    case 'pseudonym':
      return { statement: byPseudonym, name: [subject.unit, value] };
    case 'caseReference':
      return {
        statement: byCaseReference,
        name: [subject.unit, secrets.lookups('case-reference', caseReferenceValue(subject.unit, value))],
      };
  }
}

function decrypt(
  rows: z.infer<typeof reading>['identifiers'],
  subject: SubjectId,
  secrets: IdentifierSecrets,
): SubjectIdentifiers {
  return Object.fromEntries(
    rows.map(({ scheme, ciphertext }) => [
      scheme,
      secrets.decrypt(Buffer.from(ciphertext, 'base64'), identifierContext(scheme, subject)),
    ]),
  );
}

/** Nothing to decrypt; the cipher runs all the same, so that an unknown person costs what a known one costs. */
function unknownPerson(secrets: IdentifierSecrets): SubjectIdentifiers {
  secrets.encrypt('000000000', 'unknown person');
  return {};
}

function toClaim(row: z.infer<typeof claimRow>): IdempotencyClaim {
  return {
    unit: row.unit_id as UnitId,
    key: row.key,
    digest: row.digest,
    resource: { type: row.resource_type, id: row.resource_id },
    claimedAt: toInstant(row.claimed_at),
  };
}
