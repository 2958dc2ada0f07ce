import { z } from 'zod';

/** Evaluations in one call: each is decided and put on record on its own. */
export const maxEvaluations = 50;

/**
 * What AuthZEN sends. The members that we know are typed and bounded, others are ignored, as the standard
 * asks. A word that means nothing to us is no fault of form: it is answered by a denial.
 */
const word = z.string().min(1).max(64);
const identifier = z.string().min(1).max(128);

const accessSubject = z.object({
  type: word,
  id: identifier,
  /** The role of the user for whom is asked. */
  properties: z.object({ role: word.optional() }).optional(),
});

/** An address or a number of a register of processing activities, never free text. */
const processingActivity = z.union([
  z.uuid(),
  z
    .string()
    .max(255)
    .regex(/^(https:\/\/|urn:)[\x21-\x7e]+$/),
]);

const accessAction = z.object({
  name: word,
  properties: z.object({ processing_activity_id: processingActivity.optional() }).optional(),
});

const accessResource = z.object({
  type: word,
  id: identifier,
  properties: z
    .object({
      identifiedBy: word.optional(),
      source: word.optional(),
      fields: z.array(identifier).max(64).optional(),
    })
    .optional(),
});

const accessContext = z.object({
  time: z.iso.datetime({ offset: true }).optional(),
  traceparent: z
    .string()
    .regex(/^00-(?!0{32})[0-9a-f]{32}-(?!0{16})[0-9a-f]{16}-[0-9a-f]{2}$/)
    .optional(),
});

/** Body of `POST /access/v1/evaluation`. */
export const accessEvaluation = z.object({
  subject: accessSubject,
  action: accessAction,
  resource: accessResource,
  context: accessContext.optional(),
});

export type AccessEvaluation = z.output<typeof accessEvaluation>;

export const semantics = ['execute_all', 'deny_on_first_deny', 'permit_on_first_permit'] as const;
export type Semantic = (typeof semantics)[number];

/** What a call with several evaluations comes to: each whole, in the order asked. */
export interface AccessEvaluations {
  /** False: the call named none, and is answered as a single one is. */
  readonly several: boolean;
  readonly semantic: Semantic;
  readonly evaluations: readonly AccessEvaluation[];
}

const partial = accessEvaluation.partial();
const required = ['subject', 'action', 'resource'] as const;

/**
 * Body of `POST /access/v1/evaluations`. A member of an evaluation takes the place of the same member at
 * the top, as a whole; nothing of the two is mixed.
 */
export const accessEvaluations = partial
  .extend({
    evaluations: z.array(partial).max(maxEvaluations).optional(),
    options: z.object({ evaluations_semantic: z.enum(semantics).optional() }).optional(),
  })
  .transform(({ evaluations = [], options, ...defaults }, context): AccessEvaluations => {
    const several = evaluations.length > 0;
    const whole = (several ? evaluations : [{}]).flatMap((own, index): AccessEvaluation[] => {
      const { subject, action, resource, ...rest } = { ...defaults, ...own };
      if (subject !== undefined && action !== undefined && resource !== undefined)
        return [{ subject, action, resource, ...rest }];
      for (const member of required) {
        if ({ subject, action, resource }[member] !== undefined) continue;
        const path = several ? ['evaluations', index, member] : [member];
        context.addIssue({ code: 'custom', message: 'is required', path });
      }
      return [];
    });
    return { several, semantic: options?.evaluations_semantic ?? 'execute_all', evaluations: whole };
  });
