import { z } from 'zod';

/** The forms of the catalogue's files, parsed once when a policy set is loaded. */
export const label = z.strictObject({ nl: z.string().trim().min(1), en: z.string().trim().min(1) });

export const status = z.enum(['unverified', 'design-default']);

export const citation = z.strictObject({
  act: z.string().min(1),
  article: z.string().min(1),
  status: status.optional(),
});

const word = z.string().regex(/^[a-zA-Z][a-zA-Z0-9]*(-[a-z0-9]+)*$/, 'must be a word: letters, digits and hyphens');
const words = z.array(word).min(1);

export const partnerKindsFile = z.record(
  word,
  z.strictObject({
    label,
    regime: z.enum(['avg', 'wjsg', 'wpg']),
    mayProcessBsn: z.boolean(),
    mayProcessSkn: z.boolean().default(false),
    attempts: z.enum(['shown', 'withheld']),
    audits: z.boolean().default(false),
    /** What its people may be called: who may be asked for, and who may approve. */
    roles: z.record(word, label).optional(),
  }),
);

const fieldClass = z.enum(['ordinary', 'health', 'criminal', 'number', 'secrecy']);

const fieldForm = z.strictObject({
  class: z.union([fieldClass, z.array(fieldClass).min(1)]),
  label,
  plain: label,
  type: z.enum(['text', 'texts', 'date', 'boolean', 'integer', 'bsn', 'skn']),
  maxLength: z.int().positive().max(10_000).optional(),
  maxItems: z.int().positive().max(1000).optional(),
  min: z.int().optional(),
  max: z.int().optional(),
  oneOf: z.array(z.string().min(1)).min(1).optional(),
  status: status.optional(),
});

export type FieldForm = z.infer<typeof fieldForm>;

const name = z.string().regex(/^[a-zA-Z]+$/, 'must consist of letters');

export const categoriesFile = z.record(
  name,
  z.strictObject({ label, plain: label, fields: z.record(name, fieldForm) }),
);

const purposeId = z.string().regex(/^[a-z][a-z0-9-]{1,62}$/, 'must be a purpose id: lower case and hyphens');

/** Purposes and groups of purposes; which members belong to which is checked where they are built. */
export const purposesFile = z.record(
  purposeId,
  z.strictObject({
    group: z.literal(true).optional(),
    label,
    plain: label.optional(),
    law: z.array(citation).min(1).optional(),
    within: purposeId.optional(),
    usesDataOf: z.array(purposeId).min(1).optional(),
  }),
);

const factWord = z.strictObject({
  label,
  attestedBy: words.optional(),
  about: words.optional(),
  byInvolvedOnly: words.optional(),
  byInvolvedAs: z.record(word, words).optional(),
  reference: z.literal('required').optional(),
  exclusive: word.optional(),
  representativeDecides: z.literal(true).optional(),
  claimable: z.literal(true).optional(),
  attestsNothing: z.literal(true).optional(),
});

export const factsFile = z.record(
  word,
  z.strictObject({
    label,
    attestedBy: words,
    byInvolvedOnly: words.optional(),
    unit: z.enum(['none', 'required']),
    reference: z.enum(['none', 'required']).optional(),
    attributes: z.record(word, z.record(word, factWord)).optional(),
    allowsCaseReference: z.boolean().optional(),
  }),
);

const duration = z.string().regex(/^P(T?)[0-9]+[YMWDHS]$/, 'must be an ISO 8601 duration of one unit');

/** A start that a fact tells: its beginning or its end, where `is` narrows which facts count. */
const startForm = z.strictObject({
  label,
  type: word,
  edge: z.enum(['start', 'end']),
  is: z.record(word, words).optional(),
  /** One that came before the request counts too. */
  earlier: z.literal(true).optional(),
});
const disclosureForm = z.strictObject({ label, event: z.literal('disclosure') });

const longPeriod = z.string().regex(/^P[1-9][0-9]{0,2}[YM]$/, 'must be an ISO 8601 duration in years or months');

export const retentionFile = z.strictObject({
  tables: z.record(
    z.string().regex(/^[a-z_.]+$/),
    z.strictObject({
      period: z.union([duration, z.literal('while-in-use')]),
      from: z.string().min(1).optional(),
      purge: z.enum(['timer', 'eraser', 'replaced', 'with-subject', 'never-by-itself']),
      status: status.optional(),
      why: z.string().min(1),
    }),
  ),
  entries: z
    .record(
      z.string().regex(/^[a-z][a-z-]*$/),
      z.strictObject({
        period: longPeriod,
        atLeast: longPeriod.optional(),
        law: citation.optional(),
        status: status.optional(),
      }),
    )
    .optional(),
  starts: z.record(
    word,
    z.union(
      [label, startForm, disclosureForm],
      'must be a label, { label, type, edge } of the fact that starts it, or { label, event: disclosure }',
    ),
  ),
  destruction: z
    .strictObject({
      remind: z.array(z.string().regex(/^P[1-9][0-9]{0,2}[MWD]$/, 'must be a period of one unit, such as P30D')),
      status: status.optional(),
    })
    .optional(),
});

const groundForm = z.strictObject({ label, consent: z.literal(true).optional(), waiver: z.literal(true).optional() });
const grounds = z.record(z.string().trim().min(1), groundForm);

/** Under which grounds special data may be processed, by class. */
export const groundsFile = z.strictObject({ criminal: grounds, health: grounds, secrecy: grounds });

export type GroundsFile = z.infer<typeof groundsFile>;
export type PartnerKindsFile = z.infer<typeof partnerKindsFile>;
export type CategoriesFile = z.infer<typeof categoriesFile>;
export type PurposesFile = z.infer<typeof purposesFile>;
export type FactsFile = z.infer<typeof factsFile>;
export type RetentionFile = z.infer<typeof retentionFile>;
