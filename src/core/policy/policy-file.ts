import { z } from 'zod';
import { citation, label, status } from '../category/catalogue-files.ts';
import { type ConditionForm, condition } from './condition-form.ts';
import { obligations, retain } from './obligation-form.ts';

/** The form of `NAME.policy.yaml`. What is not named here is an error, never something to skip. */
const word = z.string().min(1).max(80);
const words = z.array(word).min(1);
const regime = z.enum(['avg', 'wjsg', 'wpg']);
/** AVG 6(1), in words. */
export const basisWord = z.enum([
  'consent',
  'legal-obligation',
  'vital-interest',
  'public-task',
  'legitimate-interest',
]);
const basis = z.union([basisWord, z.array(basisWord).min(1)]);
export const consentRole = z.enum(['irrelevant', 'invalid', 'required', 'waiver']);
/** Under which purposes the source holds what it gives; `own`: its own registration. */
const obtained = z.union([z.literal('own'), words]);
const ground = z.string().min(1);

const source = z.strictObject({ kind: word, regime, basis, obtained: obtained.optional() });

const recipient = z.strictObject({
  kind: word,
  regime,
  basis,
  /** The ground under which this recipient may process Art. 10 data, for example `UAVG 33 lid 1 onder a`. */
  'criminal-data': ground.optional(),
  /** The ground under which this recipient may process Art. 9 data. */
  'health-data': ground.optional(),
  /** The ground under which this recipient may process data under professional secrecy. */
  'secrecy-data': ground.optional(),
  retain,
});

/** One of those that exchange: it gives as a source and gets as a recipient. */
const member = recipient.extend({ obtained: obtained.optional() });

const rule = z.strictObject({
  id: z.string().regex(/^[a-z][a-z0-9-]{1,62}$/, 'must be a rule id: lower case and hyphens'),
  from: source.optional(),
  to: z.array(recipient).min(1).optional(),
  among: z.array(member).min(2).optional(),
  /** Each by name: a wildcard would permit what is added later. */
  fields: words,
  when: z.array(condition).min(1),
  consent: consentRole,
  obligations,
});

export const policyFile = z.strictObject({
  /** Version of this form; left out: 1. A file of a later form must not be half understood. */
  format: z.literal(1).optional(),
  purpose: word,
  version: z.int().positive(),
  title: label,
  trigger: z.enum(['pull', 'push', 'both']),
  law: z.array(citation).min(1),
  /** Further points for a jurist to settle. */
  open: z
    .array(z.strictObject({ status, what: z.string().min(1) }))
    .min(1)
    .optional(),
  /** What the subject is shown before deciding on consent; a new version asks anew. */
  notice: z.strictObject({ version: z.int().positive(), text: label }).optional(),
  rules: z.array(rule).min(1),
});

export type PolicyForm = z.infer<typeof policyFile>;
/** `from` and `to`, or `among`: which, is checked where the rule is compiled. */
export type RuleForm = z.infer<typeof rule>;
export type SourceForm = z.infer<typeof source>;
export type RecipientForm = z.infer<typeof recipient>;
export type BasisWord = z.infer<typeof basisWord>;
export type { ConditionForm };
