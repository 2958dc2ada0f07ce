import { z } from 'zod';
import type { Digest, Instant, UnitId } from '../brand.ts';
import { canonical } from '../ledger/canonical.ts';

/** `sha256:` and 64 lower-case hexadecimal digits, as a border takes it. */
export const digestForm = z
  .string()
  .regex(/^sha256:[0-9a-f]{64}$/)
  .transform((text) => text as Digest);
const instantForm = z.iso
  .datetime({ precision: 3 })
  .regex(/Z$/)
  .transform((text) => text as Instant);

/**
 * What two approvers sign: which set is to be in force, from when (null: at once), and which one it
 * replaces (null: there was none), so that an approval cannot be used in another situation.
 */
export interface PolicyStatement {
  readonly action: 'activate' | 'rollback';
  readonly set: Digest;
  readonly from: Instant | null;
  readonly previous: Digest | null;
}

/**
 * What two approvers sign of a change of the partners: the change itself by its digest, from when (null: at
 * once), and what stood on record of all that it touches.
 */
export interface PartnerStatement {
  readonly action: 'partner';
  readonly change: Digest;
  readonly from: Instant | null;
  readonly previous: Digest;
}

/** What nobody changes alone. */
export type ChangeStatement = PolicyStatement | PartnerStatement;

/** What a source signs: it discloses under this set from now on, once the set is in force. */
export interface AcceptanceStatement {
  readonly action: 'accept';
  readonly set: Digest;
  readonly unit: UnitId;
}

export const policyStatement = z.strictObject({
  action: z.enum(['activate', 'rollback']),
  set: digestForm,
  from: instantForm.nullable(),
  previous: digestForm.nullable(),
});

export const partnerStatement = z.strictObject({
  action: z.literal('partner'),
  change: digestForm,
  from: instantForm.nullable(),
  previous: digestForm,
});

export const changeStatement = z.discriminatedUnion('action', [policyStatement, partnerStatement]);

/** The exact text that is signed: canonical JSON (RFC 8785), so that one statement has one spelling. */
export function statementText(statement: ChangeStatement | AcceptanceStatement): string {
  return canonical({ ...statement });
}
