import { z } from 'zod';
import type { DecisionSummary } from '../core/disclosure/request.ts';

const label = z.strictObject({ nl: z.string(), en: z.string() });
const refusalClass = z.enum([
  'not-permitted',
  'prohibited',
  'not-available',
  'condition-not-met',
  'undecidable',
  'declined',
]);
const citation = z.strictObject({
  act: z.string(),
  article: z.string(),
  status: z.enum(['unverified', 'design-default']).optional(),
});
const reason = z.strictObject({
  class: refusalClass,
  rule: z.string().nullable(),
  text: label,
  remedy: label.nullable(),
});
/** Decisions that were stored before an obligation existed asked for none of it. */
export const retainRow = z.strictObject({
  until: z.string(),
  plus: z.string().nullable(),
  atLeast: z.string().nullable().default(null),
  status: z.enum(['law', 'unverified', 'design-default']),
});
const obligations = z.strictObject({
  retain: retainRow,
  informSubject: z.enum(['at-disclosure', 'delayed']),
  informAfter: z.string().nullable().default(null),
  approval: z.enum(['none', 'source-human', 'two-persons']),
  approvers: z.array(z.string()).default([]),
  seal: z.enum(['transport', 'recipient', 'end-to-end']),
  destruction: z.enum(['none', 'confirm']).default('none'),
});

/** One schema per member, so that a member added to the type does not compile until it is read here. */
const members: Readonly<Record<keyof DecisionSummary, z.ZodType>> = {
  outcome: z.enum(['permit', 'refusal']),
  class: refusalClass.nullable(),
  policyVersion: z.int().nullable(),
  policySet: z.string(),
  law: z.array(citation),
  regimes: z.strictObject({ source: z.string(), recipient: z.string() }),
  permitted: z.array(z.string()),
  refused: z.array(z.strictObject({ field: z.string(), reasons: z.array(reason) })),
  obligations: obligations.nullable(),
  // Older decisions did not say; `store/pages/sharings` takes that for the longest delay there is.
  obtained: z.record(z.string(), z.array(z.string())).default({}),
  informAfter: z.string().nullable().default(null),
  consented: z.boolean().nullable().default(null),
  // Older disclosures did not say; `givenFields` then counts all that was permitted.
  given: z
    .strictObject({ fields: z.array(z.string()), seen: z.boolean() })
    .nullable()
    .default(null),
  revokedAt: z.string().optional(),
  decidedAt: z.string(),
};

const summary = z.strictObject(members);

/** The decision as it was stored. Throws where it is not whole: half a decision decides nothing. */
export function toDecisionSummary(value: unknown): DecisionSummary {
  return summary.parse(value) as DecisionSummary;
}
