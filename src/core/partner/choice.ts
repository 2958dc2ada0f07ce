import { z } from 'zod';
import { pointer, pointerOrWhole } from './pointer-form.ts';

/** Exactly this, of the same type; null: nothing stands there. */
const word = z.union([z.string().max(200), z.number(), z.boolean(), z.null()]);
const words = z.union([word, z.array(word).min(1).max(32)]);

/** By what the highest is found: whole numbers, also as text, or moments with their offset (ISO 8601). */
const highest = z.strictObject({ at: pointerOrWhole, as: z.enum(['integer', 'moment']) });

function stepsWith<Condition extends z.ZodType>(condition: Condition) {
  const where = z
    .record(pointerOrWhole, condition)
    .refine((conditions) => Object.keys(conditions).length > 0, 'must have a condition');
  const step = z.strictObject({
    /** Place within a member → what must stand there: this, or one of these. A member must meet all of it. */
    where: where.optional(),
    /** Of several that meet it, the one with the highest value here. */
    highest: highest.optional(),
    /** Where to go on within the member; left out: the member itself. */
    at: pointer.optional(),
  });
  return z.array(step).min(1).max(4);
}

/** Steps that know only the list in which they choose. */
export const plainChoiceForm = stepsWith(words);

/** What stands at another place of the same page or record, and what is written before it here. */
const sameAs = z.strictObject({
  sameAs: z.strictObject({ pointer, choose: plainChoiceForm.optional(), after: z.string().max(200).optional() }),
});

/**
 * How one member of a list is chosen, step by step: each step chooses in what the step before gave. A negation is not
 * among the conditions: a status that a vendor thinks up tomorrow would then be let through.
 */
export const choiceForm = stepsWith(z.union([words, sameAs]));

export type Choice = Readonly<z.infer<typeof choiceForm>>;
export type Condition = z.infer<typeof words> | z.infer<typeof sameAs>;
