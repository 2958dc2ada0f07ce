import type pg from 'pg';
import type { FactId, SubjectId } from '../core/brand.ts';
import type { Facts } from '../core/disclosure/ports.ts';
import type { Fact } from '../core/fact/fact.ts';
import { factJson, factRow, toFact } from './fact-row.ts';
import { query } from './pool.ts';
import { isUuid } from './uuid.ts';

const byId = { name: 'fact_by_id', text: `SELECT ${factJson('f')} AS fact FROM fact f WHERE f.id = $1` };
const bySubject = {
  name: 'facts_by_subject',
  text: `SELECT ${factJson('f')} AS fact FROM fact f WHERE f.subject_id = $1 ORDER BY f.from_at, f.id`,
};

export function createFacts(pool: pg.Pool): Facts {
  return {
    async find(id: FactId): Promise<Fact | null> {
      if (!isUuid(id)) return null;
      const [row] = await query<{ fact: unknown }>(pool, byId, [id]);
      return row === undefined ? null : toFact(factRow.parse(row.fact));
    },
    async of(subject: SubjectId): Promise<readonly Fact[]> {
      if (!isUuid(subject)) return [];
      const rows = await query<{ fact: unknown }>(pool, bySubject, [subject]);
      return rows.map((row) => toFact(factRow.parse(row.fact)));
    },
  };
}
