import { z } from 'zod';
import { citation, label, status } from '../category/catalogue-files.ts';

/** The form of `NAME.policy.yaml`. What is not named here is an error, never something to skip. */
const word = z.string().min(1).max(80);
const words = z.array(word).min(1);
const regime = z.enum(['avg', 'wjsg', 'wpg']);
/** AVG 6(1), in words. */
const basis = z.enum(['consent', 'legal-obligation', 'vital-interest', 'public-task', 'legitimate-interest']);

const simpleConditions = {
  involved: z.strictObject({ who: z.enum(['source', 'recipient']), as: words }).optional(),
  holds: word.optional(),
  phase: words.optional(),
};

const oneMember = 'must name exactly one condition';
const named = (condition: Readonly<Record<string, unknown>>): boolean =>
  Object.values(condition).filter((value) => value !== undefined).length === 1;

const simpleCondition = z.strictObject(simpleConditions).refine(named, oneMember);

/** Conditions: each is code in `condition.ts`, and an unknown one does not load. */
const condition = z
  .strictObject({ ...simpleConditions, any: z.array(simpleCondition).min(2).optional() })
  .refine(named, oneMember);

const retain = z.strictObject({
  until: word,
  plus: z
    .string()
    .regex(/^P[0-9]{1,3}[YMWD]$/, 'must be an ISO 8601 duration of one unit: P6M, P10Y, P28D')
    .optional(),
  status: status.optional(),
});

const recipient = z.strictObject({
  kind: word,
  regime,
  basis,
  /** The ground under which this recipient may process Art. 10 data, for example `UAVG 33 lid 1 onder a`. */
  'criminal-data': z.string().min(1).optional(),
  /** The ground under which this recipient may process Art. 9 data. */
  'health-data': z.string().min(1).optional(),
  retain,
});

const rule = z.strictObject({
  id: z.string().regex(/^[a-z][a-z0-9-]{1,62}$/, 'must be a rule id: lower case and hyphens'),
  from: z.strictObject({ kind: word, regime, basis }),
  to: z.array(recipient).min(1),
  /** Each by name: a wildcard would permit what is added later. */
  fields: words,
  when: z.array(condition).min(1),
  consent: z.enum(['irrelevant', 'invalid', 'required']),
  obligations: z.strictObject({
    'inform-subject': z.enum(['at-disclosure', 'delayed']),
    approval: z.enum(['none', 'source-human']),
    seal: z.enum(['transport', 'recipient', 'end-to-end']),
  }),
});

export const policyFile = z.strictObject({
  purpose: word,
  version: z.int().positive(),
  title: label,
  trigger: z.enum(['pull', 'push', 'both']),
  law: z.array(citation).min(1),
  /** What the subject is shown before deciding on consent; a new version asks anew. */
  notice: z.strictObject({ version: z.int().positive(), text: label }).optional(),
  rules: z.array(rule).min(1),
});

export type PolicyForm = z.infer<typeof policyFile>;
export type RuleForm = z.infer<typeof rule>;
export type RecipientForm = z.infer<typeof recipient>;
export type ConditionForm = z.infer<typeof condition>;
