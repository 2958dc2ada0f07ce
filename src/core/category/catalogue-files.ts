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
  }),
);

const fieldForm = z.strictObject({
  class: z.enum(['ordinary', 'health', 'criminal', 'number', 'secrecy']),
  label,
  plain: label,
  type: z.enum(['text', 'texts', 'date', 'boolean', 'integer', 'bsn', 'skn']),
  maxLength: z.int().positive().max(10_000).optional(),
  maxItems: z.int().positive().max(1000).optional(),
  min: z.int().optional(),
  max: z.int().optional(),
  oneOf: z.array(z.string().min(1)).min(1).optional(),
});

export type FieldForm = z.infer<typeof fieldForm>;

const name = z.string().regex(/^[a-zA-Z]+$/, 'must consist of letters');

export const categoriesFile = z.record(
  name,
  z.strictObject({ label, plain: label, fields: z.record(name, fieldForm) }),
);

export const purposesFile = z.record(
  z.string().regex(/^[a-z][a-z0-9-]{1,62}$/, 'must be a purpose id: lower case and hyphens'),
  z.strictObject({ label, plain: label, law: z.array(citation).min(1) }),
);

const factWord = z.strictObject({
  label,
  attestedBy: words.optional(),
  about: words.optional(),
  byInvolvedOnly: words.optional(),
});

export const factsFile = z.record(
  word,
  z.strictObject({
    label,
    attestedBy: words,
    byInvolvedOnly: words.optional(),
    unit: z.enum(['none', 'required']),
    attributes: z.record(word, z.record(word, factWord)).optional(),
    allowsCaseReference: z.boolean().optional(),
  }),
);

export const prohibitionsFile = z.array(
  z.strictObject({
    id: word,
    recipients: z.union([words, z.strictObject({ mayProcessBsn: z.literal(false) })]).optional(),
    sources: words.optional(),
    purposes: words.optional(),
    exceptPurposes: words.optional(),
    categories: words.optional(),
    fields: z.array(z.string().min(1)).min(1).optional(),
    classes: z.array(fieldForm.shape.class).min(1).optional(),
    text: label,
    law: z.array(citation).min(1),
  }),
);

const duration = z.string().regex(/^P(T?)[0-9]+[YMWDHS]$/, 'must be an ISO 8601 duration of one unit');

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
  starts: z.record(word, label),
});

export type PartnerKindsFile = z.infer<typeof partnerKindsFile>;
export type CategoriesFile = z.infer<typeof categoriesFile>;
export type PurposesFile = z.infer<typeof purposesFile>;
export type FactsFile = z.infer<typeof factsFile>;
export type ProhibitionsFile = z.infer<typeof prohibitionsFile>;
export type RetentionFile = z.infer<typeof retentionFile>;
