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
  /** The case, plan or decision that the fact belongs to, where its type has one. */
  reference: word.optional(),
});

const consent = z.strictObject({
  /** Left out: consent. A waiver lifts professional secrecy and is a separate object. */
  kind: z.enum(['consent', 'waiver']).optional(),
  /** Left out: the subject, unless nothing is decided yet. */
  decidedBy: z.enum(['subject', 'representative']).optional(),
  /** Left out: the purpose of the file. */
  purpose: word.optional(),
  categories: z.array(word).min(1),
  state: z.enum(['requested', 'given', 'refused', 'withdrawn', 'expired']),
  decided: instant.optional(),
  until: instant,
  notice: z.int().positive().optional(),
  source: word.optional(),
  recipient: word.optional(),
});

const reasonClass = z.enum(['not-permitted', 'prohibited', 'not-available', 'condition-not-met', 'undecidable']);

/** `retain` is written `start` or `start + P6M`; what is not named is not compared. */
const obligations = z
  .strictObject({
    retain: word,
    /** A duration, or `none`. */
    atLeast: word,
    inform: z.enum(['at-disclosure', 'delayed']),
    /** A duration, or `none`. */
    informAfter: word,
    approval: z.enum(['none', 'source-human', 'two-persons']),
    /** Roles of those who must approve; an empty list: anybody of the source. */
    approvers: z.array(word),
    seal: z.enum(['transport', 'recipient', 'end-to-end']),
    destruction: z.enum(['none', 'confirm']),
  })
  .partial();

const expectation = z.strictObject({
  /** `permit`, or the class of the refusal of the whole. */
  verdict: z.enum(['permit', ...reasonClass.options]),
  /** Fields permitted, in the order asked; left out: every one that was asked. */
  permitted: z.array(word).optional(),
  /** Rules that permit, all of them. */
  rules: z.array(word).optional(),
  obligations: obligations.optional(),
  /** Every reason of every refused field, each once: `class` or `class rule`. */
  reasons: z.array(word).optional(),
});

/** One unit, or several: then the case holds for every pair of two different ones. */
const side = z.union([word, z.array(word).min(1)]).transform((units) => (typeof units === 'string' ? [units] : units));

const asked = {
  purpose: word.optional(),
  trigger: z.enum(['pull', 'push']).optional(),
  now: instant.optional(),
  person: z.enum(['known', 'unknown']).optional(),
  /** Role of the person for whom the recipient asks; left out: nobody is named. */
  user: word.optional(),
  /** `every`: all fields of the catalogue, so that a case also sees what is added there later. */
  fields: z.union([z.array(word).min(1), z.literal('every')]),
  facts: z.array(word),
  consents: z.array(word).optional(),
};

const writtenCase = z.strictObject({ name: word, source: side, recipient: side, ...asked, expect: expectation });

type WrittenCase = z.infer<typeof writtenCase>;

/** What a case asks of one pair of units; `index` is its place in the file. */
function pairs(written: WrittenCase, index: number) {
  const { source: sources, recipient: recipients, ...asked } = written;
  const several = sources.length > 1 || recipients.length > 1;
  return sources.flatMap((source) =>
    recipients
      .filter((recipient) => recipient !== source)
      .map((recipient) => ({
        ...asked,
        name: several ? `${asked.name} (${source} → ${recipient})` : asked.name,
        index,
        source,
        recipient,
      })),
  );
}

const situation = {
  /** Version of this form; left out: 1. A file of a later form must not be half understood. */
  format: z.literal(1).optional(),
  purpose: word,
  now: instant,
  /** Unit → its partner kind. */
  units: z.record(word, word),
  /** Facts and consents by name, so that a case reads as a list of what is so. */
  facts: z.record(word, fact),
  consents: z.record(word, consent).optional(),
};

export const casesFile = z.strictObject({
  ...situation,
  cases: z
    .array(writtenCase)
    .min(1)
    .transform((written, context) =>
      written.flatMap((one, index) => {
        const asked = pairs(one, index);
        if (asked.length === 0)
          context.addIssue({
            code: 'custom',
            path: [index],
            message: 'asks nothing: source and recipient are one unit',
          });
        return asked;
      }),
    ),
});

/** The form of a question to explain: as a file of cases, with one `request` that expects nothing. */
export const requestFile = z.strictObject({
  ...situation,
  request: z.strictObject({ source: word, recipient: word, ...asked }),
});

export type CasesForm = z.infer<typeof casesFile>;
export type CaseForm = CasesForm['cases'][number];
export type RequestForm = z.infer<typeof requestFile>;
export type SituationForm = Omit<RequestForm, 'request'>;
export type AskedForm = RequestForm['request'];
export type FactForm = CasesForm['facts'][string];
export type ConsentForm = NonNullable<CasesForm['consents']>[string];
export type ObligationsExpected = z.infer<typeof obligations>;
