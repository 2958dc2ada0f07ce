import type pg from 'pg';
import { v7 } from 'uuid';
import type { Instant, SubjectId, UnitId } from '../../src/core/brand.ts';
import { partnersFile } from '../../src/core/partner/partners-file.ts';
import { applyPartners } from '../../src/store/partners.ts';

export const at = '2026-11-21T10:00:00.000Z' as Instant;
export const unit = (id: string): UnitId => id as UnitId;

/** An organisation's number of test form: prefix, nine digits and three zeros. */
export function testOin(number: number): string {
  return `00000099${String(number).padStart(9, '0')}000`;
}

export function partners(...ids: readonly string[]): ReturnType<typeof partnersFile.parse> {
  return partnersFile.parse({
    organisations: ids.map((id, index) => ({
      oin: testOin(index + 1),
      name: `Organisatie ${id}`,
      units: [{ id, name: id, kind: 'prison' }],
    })),
  });
}

export async function seedUnits(pool: pg.Pool, ...ids: readonly string[]): Promise<void> {
  await applyPartners(pool, partners(...ids));
}

export async function seedFact(
  pool: pg.Pool,
  fact: { readonly subject: SubjectId; readonly unit: string | null; readonly by: string; readonly type?: string },
): Promise<string> {
  const id = v7();
  await pool.query(
    `INSERT INTO fact (id, subject_id, type, from_at, until_at, attested_by, unit_id, state, attributes)
     VALUES ($1, $2, $3, $4, NULL, $5, $6, 'attested', '{"role":"r"}')`,
    [id, fact.subject, fact.type ?? 'involvement', at, fact.by, fact.unit],
  );
  return id;
}

export async function seedConsent(
  pool: pg.Pool,
  consent: { readonly subject: SubjectId | null; readonly source: string; readonly recipient: string },
): Promise<string> {
  const id = v7();
  await pool.query(
    `INSERT INTO consent (id, subject_id, source, recipient, purpose, categories, state, requested_by, requested_at,
       decided_at, valid_until, notice_version, language)
     VALUES ($1, $2, $3, $4, 'p', '{housing,identity}', 'requested', $4, $5, NULL, '2027-11-21T10:00:00Z', 3, 'nl')`,
    [id, consent.subject, consent.source, consent.recipient, at],
  );
  return id;
}
