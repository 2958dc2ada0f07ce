import { z } from 'zod';
import { status } from '../category/catalogue-files.ts';
import { period } from './condition-form.ts';

/** The form of what a rule attaches to a permit. */
const word = z.string().min(1).max(80);

export const retain = z.strictObject({
  /** A start of retention. */
  until: word,
  /** The longest period after it. */
  plus: period.optional(),
  /** The shortest period after it. */
  atLeast: period.optional(),
  status: status.optional(),
});

const longestDelayDays = 30;

/** Whether a delay is of at most 30 days, counted in units that have a fixed number of days. */
function isShort(delay: string): boolean {
  const days = Number(delay.slice(1, -1)) * (delay.endsWith('W') ? 7 : 1);
  return days > 0 && days <= longestDelayDays;
}

const delayed = z.strictObject({
  /** After this the delay must be reviewed: until then the subject is not shown the disclosure. */
  delayed: z
    .string()
    .regex(/^P[0-9]{1,3}[WD]$/, 'must be a number of days or weeks: P30D')
    .refine(isShort, `must be reviewed within ${longestDelayDays} days`),
  ground: z.string().min(1),
  status: status.optional(),
});

/** Who must agree at the source, and in which roles. */
export const approval = z.union([
  z.enum(['none', 'source-human', 'two-persons']),
  z.strictObject({
    by: z.enum(['source-human', 'two-persons']),
    roles: z.array(word).min(1).max(2),
    status: status.optional(),
  }),
]);

export const obligations = z.strictObject({
  'inform-subject': z.union([z.literal('at-disclosure'), delayed]),
  approval,
  seal: z.enum(['transport', 'recipient', 'end-to-end']),
  destruction: z.enum(['none', 'confirm']).optional(),
});

export type ApprovalForm = z.infer<typeof approval>;
export type ObligationsForm = z.infer<typeof obligations>;
export type RetainForm = z.infer<typeof retain>;
