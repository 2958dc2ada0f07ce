import { type Brand, type FieldId, mint } from '../brand.ts';
import type { Catalogue, FieldValue, Label } from '../category/catalogue.ts';
import { wrongForm } from '../category/wanted-form.ts';
import type { Permit } from '../policy/decision.ts';
import { ok, type Result, refuse } from '../result.ts';

/** What may leave: permitted fields only, each valid to the catalogue. Minted by `minimise` alone. */
export type Minimised = Brand<{ readonly data: Readonly<Record<FieldId, FieldValue>> }, 'Minimised'>;

export interface InvalidField {
  readonly field: FieldId;
  /** What is expected; never the value. */
  readonly problem: Label;
}

const unknownField: Label = { nl: 'staat niet in de catalogus', en: 'is not in the catalogue' };

/**
 * Copies the permitted fields out of a source's answer. Nothing is removed from a whole: what is
 * not named cannot pass. A field that the source does not hold stays absent; one that it holds in
 * another form refuses the whole answer, for then the source speaks of something else.
 *
 * INVARIANT: the members of `data` are a subset of `permit.permitted`, in its order.
 */
export function minimise(
  catalogue: Catalogue,
  permit: Permit,
  answer: Readonly<Record<string, unknown>>,
): Result<Minimised, InvalidField> {
  const kept: (readonly [FieldId, FieldValue])[] = [];
  for (const field of permit.permitted) {
    // Own members only: an answer must not reach a field through a prototype.
    if (!Object.hasOwn(answer, field) || answer[field] === undefined) continue;
    const known = catalogue.fields.get(field);
    if (known === undefined) return refuse({ field, problem: unknownField });
    const parsed = known.schema.safeParse(answer[field]);
    if (!parsed.success) return refuse({ field, problem: wrongForm(known.form) });
    kept.push([field, parsed.data]);
  }
  return ok(mint<Minimised>({ data: Object.fromEntries(kept) }));
}
