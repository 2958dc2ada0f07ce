import { z } from 'zod';
import { citation, label } from '../category/catalogue-files.ts';
import { condition } from './condition-form.ts';
import { approval } from './obligation-form.ts';
import { basisWord, consentRole } from './policy-file.ts';

/** The form of `prohibitions.yaml`. */
const word = z.string().min(1).max(80);
const words = z.array(word).min(1);

const unless = z
  .strictObject({
    when: z.array(condition).min(1).optional(),
    consent: z.array(consentRole).min(1).optional(),
    approval: approval.optional(),
  })
  .refine((members) => Object.values(members).some((value) => value !== undefined), 'must say what lifts it');

export const prohibitionsFile = z.array(
  z.strictObject({
    id: word,
    recipients: z.union([words, z.strictObject({ mayProcessBsn: z.literal(false) })]).optional(),
    sources: words.optional(),
    /** Purposes and groups of purposes. */
    purposes: words.optional(),
    exceptPurposes: words.optional(),
    categories: words.optional(),
    fields: words.optional(),
    classes: z
      .array(z.enum(['ordinary', 'health', 'criminal', 'number', 'secrecy']))
      .min(1)
      .optional(),
    exceptFields: words.optional(),
    obtained: words.optional(),
    bases: z.array(basisWord).min(1).optional(),
    consent: z.array(consentRole).min(1).optional(),
    unless: unless.optional(),
    text: label,
    law: z.array(citation).min(1),
  }),
);

export type ProhibitionsFile = z.infer<typeof prohibitionsFile>;
