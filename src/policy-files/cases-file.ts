import { z } from 'zod';

/** The form of `NAME.cases.yaml`: what a policy must say in given situations, written beside it. */
const word = z.string().min(1);
const instant = z.iso.datetime({ precision: 3, message: 'must be a UTC instant: 2026-03-10T09:00:00.000Z' });

const fact = z.strictObject({
  type: word,
  from: instant,
  until: instant.optional(),
  unit: word.optional(),
  attributes: z.record(word, word).optional(),
  state: z.enum(['attested', 'disputed', 'corrected', 'ended']).optional(),
});

const consent = z.strictObject({
  categories: z.array(word).min(1),
  state: z.enum(['requested', 'given', 'refused', 'withdrawn', 'expired']),
  decided: instant.optional(),
  until: instant,
  notice: z.int().positive().optional(),
  source: word.optional(),
  recipient: word.optional(),
});

const reasonClass = z.enum(['not-permitted', 'prohibited', 'not-available', 'condition-not-met', 'undecidable']);

const expectation = z.strictObject({
  /** `permit`, or the class of the refusal of the whole. */
  verdict: z.enum(['permit', ...reasonClass.options]),
  /** Fields permitted, in the order asked; left out: every one that was asked. */
  permitted: z.array(word).optional(),
  /** Rules that permit, all of them. */
  rules: z.array(word).optional(),
  obligations: z.strictObject({ retain: word, inform: word, approval: word, seal: word }).partial().optional(),
  /** Every reason of every refused field, each once: `class` or `class rule`. */
  reasons: z.array(word).optional(),
});

const testCase = z.strictObject({
  name: word,
  source: word,
  recipient: word,
  purpose: word.optional(),
  trigger: z.enum(['pull', 'push']).optional(),
  now: instant.optional(),
  person: z.enum(['known', 'unknown']).optional(),
  fields: z.array(word).min(1),
  facts: z.array(word),
  consents: z.array(word).optional(),
  expect: expectation,
});

export const casesFile = z.strictObject({
  purpose: word,
  now: instant,
  /** Unit → its partner kind. */
  units: z.record(word, word),
  /** Facts and consents by name, so that a case reads as a list of what is so. */
  facts: z.record(word, fact),
  consents: z.record(word, consent).optional(),
  cases: z.array(testCase).min(1),
});

export type CasesForm = z.infer<typeof casesFile>;
export type CaseForm = CasesForm['cases'][number];
export type FactForm = CasesForm['facts'][string];
export type ConsentForm = NonNullable<CasesForm['consents']>[string];
