import type pg from 'pg';
import type { Instant } from '../core/brand.ts';
import type { SigningKey } from '../core/partner/signing-key.ts';
import { sameText } from '../core/policy-set/check-approvals.ts';
import { query } from './pool.ts';

const insert = {
  name: 'policy_approver_insert',
  text: `INSERT INTO policy_approver (thumbprint, name, person, jwk, added_at) VALUES ($1, $2, $3, $4, $5)
    ON CONFLICT DO NOTHING RETURNING thumbprint`,
};
const revoke = {
  name: 'policy_approver_revoke',
  // The version moves with it, so that no change is carried out that was looked at before.
  text: `WITH revoked AS (
      UPDATE policy_approver SET revoked_at = $2 WHERE person = $1 AND revoked_at IS NULL RETURNING thumbprint
    ), moved AS (UPDATE registry_version SET version = version + 1 WHERE EXISTS (SELECT 1 FROM revoked))
    SELECT thumbprint FROM revoked`,
};

/**
 * Registers somebody who may approve policies. False: the person has a key in force, or the key is, or
 * was, registered: a key that was revoked does not come back, and one key stands for one person.
 */
export async function addPolicyApprover(
  owner: pg.Pool,
  approver: { readonly name: string; readonly key: SigningKey; readonly thumbprint: string },
  at: Instant,
): Promise<boolean> {
  const { name, key, thumbprint } = approver;
  const values = [thumbprint, name, sameText(name), JSON.stringify(key), at];
  return (await query(owner, insert, values)).length === 1;
}

/** From its commit on, nothing that this person signed counts any more. The thumbprint; null: nobody of this name has a key in force. */
export async function revokePolicyApprover(owner: pg.Pool, name: string, at: Instant): Promise<string | null> {
  const [revoked] = await query<{ thumbprint: string }>(owner, revoke, [sameText(name), at]);
  return revoked?.thumbprint ?? null;
}
