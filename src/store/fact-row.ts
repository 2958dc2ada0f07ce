import { z } from 'zod';
import type { FactId, SubjectId, UnitId } from '../core/brand.ts';
import type { Fact } from '../core/fact/fact.ts';
import { toInstant } from './types.ts';

const columns = [
  'id',
  'subject_id',
  'type',
  'from_at',
  'until_at',
  'attested_by',
  'unit_id',
  'reference',
  'state',
  'attributes',
];

/** SQL for a row of `fact` under this alias as the JSON that `toFact` reads. */
export function factJson(alias: string): string {
  return `json_build_object(${columns.map((column) => `'${column}', ${alias}.${column}`).join(', ')})`;
}

export const factRow = z.strictObject({
  id: z.uuid(),
  subject_id: z.uuid(),
  type: z.string(),
  from_at: z.string(),
  until_at: z.string().nullable(),
  attested_by: z.string(),
  unit_id: z.string().nullable(),
  reference: z.string().nullable(),
  state: z.enum(['attested', 'disputed', 'corrected', 'ended']),
  attributes: z.record(z.string(), z.string()),
});

export function toFact(row: z.infer<typeof factRow>): Fact {
  return {
    id: row.id as FactId,
    subject: row.subject_id as SubjectId,
    type: row.type,
    from: toInstant(row.from_at),
    until: row.until_at === null ? null : toInstant(row.until_at),
    attestedBy: row.attested_by as UnitId,
    unit: row.unit_id as UnitId | null,
    reference: row.reference,
    state: row.state,
    attributes: row.attributes,
  };
}
