import { z } from 'zod';
import { status } from '../category/catalogue-files.ts';

/** The form of one condition of a rule or of a prohibition's `unless`. */
const word = z.string().min(1).max(80);
const words = z.array(word).min(1);

/** `P6M`; one unit, and so one that compares. */
export const period = z
  .string()
  .regex(/^P[0-9]{1,3}[YMWD]$/, 'must be an ISO 8601 duration of one unit: P6M, P10Y, P28D');
const offset = z
  .string()
  .regex(/^-?P[0-9]{1,3}[YMWD]$/, 'must be an ISO 8601 duration of one unit, with - for before: -P3M, P10D');

const side = z.enum(['source', 'recipient']);
const is = z.record(word, words);

/** Which facts a condition speaks of: with these words, and about that side where they are about a unit. */
export interface FactsForm {
  readonly type: string;
  readonly is?: Readonly<Record<string, readonly string[]>> | undefined;
  readonly about?: 'source' | 'recipient' | undefined;
}

export interface WindowForm extends FactsForm {
  readonly edge: 'start' | 'end';
  readonly opens?: string | undefined;
  readonly closes?: string | undefined;
}

/** One condition as it is written: exactly one member besides `status`. */
export interface ConditionForm {
  readonly involved?: { readonly who: 'source' | 'recipient'; readonly as: readonly string[] } | undefined;
  readonly holds?: string | FactsForm | undefined;
  readonly phase?: readonly string[] | undefined;
  readonly member?: { readonly of: string } | undefined;
  readonly window?: WindowForm | undefined;
  readonly lasted?: (FactsForm & { readonly atLeast: string }) | undefined;
  readonly user?: { readonly role: readonly string[] } | undefined;
  readonly any?: readonly ConditionForm[] | undefined;
  readonly all?: readonly ConditionForm[] | undefined;
  /** Set where the legal catalogue marks the condition (U) or (D). */
  readonly status?: 'unverified' | 'design-default' | undefined;
}

/** Name of what a condition asks. */
export type ConditionName = Exclude<keyof ConditionForm, 'status'>;

const facts = { type: word, is: is.optional(), about: side.optional() };

const simple = {
  involved: z.strictObject({ who: side, as: words }).optional(),
  holds: z.union([word, z.strictObject(facts)]).optional(),
  phase: words.optional(),
  member: z.strictObject({ of: word }).optional(),
  window: z
    .strictObject({
      ...facts,
      edge: z.enum(['start', 'end']),
      opens: offset.optional(),
      closes: offset.optional(),
    })
    .refine(({ opens, closes }) => opens !== undefined || closes !== undefined, 'must say when it opens or closes')
    .optional(),
  lasted: z.strictObject({ ...facts, atLeast: period }).optional(),
  user: z.strictObject({ role: words }).optional(),
  status: status.optional(),
};

const oneMember = 'must name exactly one condition';

function namesOne({ status: _, ...members }: ConditionForm): boolean {
  return Object.values(members).filter((value) => value !== undefined).length === 1;
}

function over(member: z.ZodType<ConditionForm>): z.ZodType<ConditionForm> {
  const members = z.array(member).min(2);
  return z.strictObject({ ...simple, any: members.optional(), all: members.optional() }).refine(namesOne, oneMember);
}

/** Conditions: each is code in `condition/`, and an unknown one does not load. `any` and `all` nest three deep. */
export const condition: z.ZodType<ConditionForm> = over(over(over(z.strictObject(simple).refine(namesOne, oneMember))));
