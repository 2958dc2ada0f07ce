import { z } from 'zod';
import type { FactId, SubjectId, UnitId } from '../core/brand.ts';
import type { Fact } from '../core/fact/fact.ts';
import type { KeyedCipher } from '../core/subject/ports.ts';
import { openSaid } from './said-text.ts';
import { toInstant } from './types.ts';

const columns = ['id', 'subject_id', 'type', 'from_at', 'until_at', 'attested_by', 'unit_id', 'state', 'attributes'];

/** SQL for a row of `fact` under this alias as the JSON that `toFact` reads. */
export function factJson(alias: string): string {
  const plain = columns.map((column) => `'${column}', ${alias}.${column}`);
  return `json_build_object(${plain.join(', ')}, 'reference', encode(${alias}.reference, 'hex'))`;
}

export const factRow = z.strictObject({
  id: z.uuid(),
  subject_id: z.uuid(),
  type: z.string(),
  from_at: z.string(),
  until_at: z.string().nullable(),
  attested_by: z.string(),
  unit_id: z.string().nullable(),
  reference: z.hex().nullable(),
  state: z.enum(['attested', 'disputed', 'corrected', 'ended']),
  attributes: z.record(z.string(), z.string()),
});

/** Throws when its reference is not intact. */
export function toFact(row: z.infer<typeof factRow>, cipher: Pick<KeyedCipher, 'decrypt'>): Fact {
  const reference = row.reference === null ? null : Buffer.from(row.reference, 'hex');
  return {
    id: row.id as FactId,
    subject: row.subject_id as SubjectId,
    type: row.type,
    from: toInstant(row.from_at),
    until: row.until_at === null ? null : toInstant(row.until_at),
    attestedBy: row.attested_by as UnitId,
    unit: row.unit_id as UnitId | null,
    reference: openSaid(cipher, 'fact.reference', row.id, reference),
    state: row.state,
    attributes: row.attributes,
  };
}
