import { z } from 'zod';
import type { Instant } from '../brand.ts';
import type { SigningKey } from '../partner/signing-key.ts';
import { changeStatement } from './statement.ts';

export const approverName = z
  .string()
  .min(2)
  .max(120)
  .regex(/^\S(?:.*\S)?$/u, 'must not begin or end with a space');

/** What `policy sign` writes: who approves what, and the detached JWS over the canonical statement. */
export const approvalFile = z.strictObject({
  approver: approverName,
  statement: changeStatement,
  signature: z.string().min(1).max(4_096),
});

export type Approval = z.infer<typeof approvalFile>;

/** Somebody who may approve policies, by one key. A revoked key stays on record and counts no more. */
export interface Approver {
  readonly name: string;
  readonly key: SigningKey;
  readonly thumbprint: string;
  readonly revokedAt: Instant | null;
}
