import type pg from 'pg';
import { z } from 'zod';
import type { SubjectId, UnitId } from '../core/brand.ts';
import { claimedResources, type IdempotencyClaim } from '../core/disclosure/change.ts';
import type { Reading, Snapshots, SubjectLocator } from '../core/disclosure/ports.ts';
import type { IdentifierSecrets } from '../core/subject/ports.ts';
import type { SubjectIdentifiers } from '../core/subject/reference.ts';
import { askTogether } from './ask-together.ts';
import { bytea } from './bytea.ts';
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

/** One question of the statement, as JSON. `by` and `values`: how the person is named. */
interface Asked {
  readonly by: string;
  readonly values: readonly string[];
  readonly source: string;
  readonly recipient: string;
  readonly unit: string | null;
  readonly key: string | null;
}

/**
 * Everything that decisions rest on, for each question in one statement and so at one point in time. Always one row a
 * question: for a person nobody knows the same plan runs over nothing. Whoever was joined to another is that other.
 * OFFSET 0 keeps the parts from being joined over whole tables: each is looked up by its index, question by question.
 */
function snapshotStatement(name: string, who: string): Statement {
  return {
    name: `snapshots_${name}`,
    text: `
      SELECT s.id, s.epoch,
        (SELECT coalesce(json_agg(${factJson('f')} ORDER BY f.from_at, f.id), '[]') FROM fact f
          WHERE f.subject_id = s.id) AS facts,
        (SELECT coalesce(json_agg(${consentJson('c')} ORDER BY c.requested_at, c.id), '[]') FROM consent c
          WHERE c.subject_id = s.id AND c.source = asked.source AND c.recipient = asked.recipient) AS consents,
        (SELECT coalesce(json_agg(json_build_object('scheme', i.scheme,
            'ciphertext', translate(encode(i.ciphertext, 'base64'), E'\\n', ''))), '[]')
          FROM subject_identifier i WHERE i.subject_id = s.id) AS identifiers,
        (SELECT json_build_object('unit_id', k.unit_id, 'key', k.key, 'digest', k.digest,
            'resource_type', k.resource_type, 'resource_id', k.resource_id, 'claimed_at', k.claimed_at)
          FROM idempotency k WHERE k.unit_id = asked.unit AND k.key = asked.key) AS claim
      FROM ROWS FROM (json_to_recordset($1) AS (by text, values text[], source text, recipient text, unit text, key text))
          WITH ORDINALITY AS asked (by, values, source, recipient, unit, key, place)
        LEFT JOIN LATERAL (SELECT id, merged_into FROM subject WHERE id = (${who}) OFFSET 0) met ON true
        LEFT JOIN LATERAL (SELECT id, epoch FROM subject WHERE id = coalesce(met.merged_into, met.id) OFFSET 0) s ON true
      ORDER BY asked.place`,
  };
}

const statements = {
  number: snapshotStatement(
    'by_number',
    // Under several keys while one replaces another; found twice it is one person, or else an error.
    'SELECT DISTINCT subject_id FROM subject_identifier WHERE scheme = asked.by AND lookup = ANY (asked.values::bytea[])',
  ),
  pseudonym: snapshotStatement(
    'by_pseudonym',
    'SELECT subject_id FROM subject_pseudonym WHERE unit_id = asked.by AND pseudonym = asked.values[1]::uuid',
  ),
  caseReference: snapshotStatement(
    'by_case_reference',
    'SELECT DISTINCT subject_id FROM subject_case_reference WHERE unit_id = asked.by AND lookup = ANY (asked.values::bytea[])',
  ),
  id: snapshotStatement('by_id', 'SELECT asked.values[1]::uuid'),
};

/** `Snapshots` on PostgreSQL: one round trip, with whatever else is asked at the time. */
export function createSnapshots(pool: pg.Pool, secrets: IdentifierSecrets): Snapshots {
  const asking = (statement: Statement) =>
    askTogether((asked: readonly Asked[]) => query(pool, statement, [JSON.stringify(asked)]));
  const ask = {
    number: asking(statements.number),
    pseudonym: asking(statements.pseudonym),
    caseReference: asking(statements.caseReference),
    id: asking(statements.id),
  };
  return {
    async read({ subject, source, recipient, idempotency }): Promise<Reading> {
      const { name, by, values } = locate(subject, secrets);
      const { unit, key } = idempotency ?? { unit: null, key: null };
      const row = await ask[name]({ by, values, source, recipient, unit, key });
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
): Pick<Asked, 'by' | 'values'> & { readonly name: keyof typeof statements } {
  if (subject.by === 'id') return { name: 'id', by: 'id', values: [subject.id] };
  const { type, value } = subject.reference;
  switch (type) {
    case 'bsn':
    case 'skn':
      return { name: 'number', by: type, values: secrets.lookups(type, value).map(bytea) };
    case 'pseudonym':
      return { name: 'pseudonym', by: subject.unit, values: [value] };
    case 'caseReference': {
      const lookups = secrets.lookups('case-reference', caseReferenceValue(subject.unit, value));
      return { name: 'caseReference', by: subject.unit, values: lookups.map(bytea) };
    }
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
