import { z } from 'zod';
import type { SubjectId } from '../brand.ts';

const bsnWeights = [9, 8, 7, 6, 5, 4, 3, 2, -1];

/** Eleven-test of the citizen service number: nine digits whose weighted sum is divisible by 11. */
export function isBsn(value: string): boolean {
  if (!/^[0-9]{9}$/.test(value) || value === '000000000') return false;
  const sum = bsnWeights.reduce((total, weight, index) => total + weight * Number(value[index]), 0);
  return sum % 11 === 0;
}

/**
 * How a partner says whom it means. A union from the first day: not every partner may hold a BSN.
 * `pseudonym` and `caseReference` mean something only to the unit that uses them.
 */
export const subjectReference = z.discriminatedUnion('type', [
  z.strictObject({ type: z.literal('bsn'), value: z.string().refine(isBsn, 'must be a valid citizen service number') }),
  z.strictObject({
    type: z.literal('skn'),
    value: z.string().regex(/^[0-9]{7,10}$/, 'must be a criminal chain number'),
  }),
  z.strictObject({ type: z.literal('pseudonym'), value: z.uuid() }),
  z.strictObject({ type: z.literal('caseReference'), value: z.string().regex(/^[A-Za-z0-9][A-Za-z0-9/-]{2,63}$/) }),
]);

export type SubjectReference = z.infer<typeof subjectReference>;

/** By what a source knows the subject; decrypted only to ask that source. */
export interface SubjectIdentifiers {
  readonly bsn?: string;
  readonly skn?: string;
  /** The source's own, where its connector asks by it. */
  readonly caseReference?: string;
}

export interface Subject {
  readonly id: SubjectId;
  /** Moved by every change of a fact, consent, waiver or restriction. */
  readonly epoch: number;
}
