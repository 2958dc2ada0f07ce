import type pg from 'pg';
import { z } from 'zod';
import type { FactId, SubjectId, UnitId } from '../core/brand.ts';
import type { Facts } from '../core/disclosure/ports.ts';
import type { Dispute, Fact } from '../core/fact/fact.ts';
import type { KeyedCipher } from '../core/subject/ports.ts';
import { factJson, factRow, toFact } from './fact-row.ts';
import { query } from './pool.ts';
import { openSaid } from './said-text.ts';
import { toInstant } from './types.ts';
import { isUuid } from './uuid.ts';

const byId = { name: 'fact_by_id', text: `SELECT ${factJson('f')} AS fact FROM fact f WHERE f.id = $1` };
const bySubject = {
  name: 'facts_by_subject',
  text: `SELECT ${factJson('f')} AS fact FROM fact f WHERE f.subject_id = $1 ORDER BY f.from_at, f.id`,
};
const disputeOf = {
  name: 'fact_dispute',
  text: `SELECT disputed_by, disputed_at, dispute_ground FROM fact WHERE id = $1 AND state = 'disputed'`,
};

const disputeRow = z.strictObject({
  disputed_by: z.string(),
  disputed_at: z.string(),
  // null: from before it was encrypted; the ledger's entry has it.
  dispute_ground: z.instanceof(Buffer).nullable(),
});

export function createFacts(pool: pg.Pool, cipher: Pick<KeyedCipher, 'decrypt'>): Facts {
  return {
    async find(id: FactId): Promise<Fact | null> {
      if (!isUuid(id)) return null;
      const [row] = await query<{ fact: unknown }>(pool, byId, [id]);
      return row === undefined ? null : toFact(factRow.parse(row.fact), cipher);
    },
    async of(subject: SubjectId): Promise<readonly Fact[]> {
      if (!isUuid(subject)) return [];
      const rows = await query<{ fact: unknown }>(pool, bySubject, [subject]);
      return rows.map((row) => toFact(factRow.parse(row.fact), cipher));
    },
    async dispute(id: FactId): Promise<Dispute | null> {
      if (!isUuid(id)) return null;
      const [found] = await query(pool, disputeOf, [id]);
      if (found === undefined) return null;
      const { disputed_by: by, disputed_at: at, dispute_ground: ground } = disputeRow.parse(found);
      return {
        by: by as UnitId,
        at: toInstant(at),
        ground: openSaid(cipher, 'fact.dispute_ground', id, ground) ?? '',
      };
    },
  };
}
