import type pg from 'pg';
import { z } from 'zod';
import type { Digest, Instant } from '../core/brand.ts';
import { signingKey } from '../core/partner/signing-key.ts';
import type { PlannedChange, PolicySetsOnRecord } from '../core/policy-set/activation.ts';
import type { Approver } from '../core/policy-set/approval.ts';
import type { PolicySetRecords, Recorded } from '../core/policy-set/ports.ts';
import { digestForm, policyStatement } from '../core/policy-set/statement.ts';
import { type Queryable, query, transaction } from './pool.ts';
import { toInstant } from './types.ts';

const plannedJson = `json_build_object('id', c.id, 'action', c.action, 'set', c.set_digest, 'from', c.from_at,
      'previous', c.previous, 'startsAt', c.starts_at, 'approvals', (
        SELECT coalesce(json_agg(json_build_object('approver', a.approver, 'thumbprint', a.thumbprint,
          'signature', a.signature, 'mark', a.mark) ORDER BY a.approver), '[]')
        FROM policy_approval a WHERE a.change_id = c.id))`;
const planned = 'c.carried_out_at IS NULL AND c.lapsed_at IS NULL';

/** One point in time, so that version, active set and history belong together. */
const whole = {
  name: 'policy_sets_on_record',
  text: `SELECT v.version AS "registryVersion", (SELECT digest FROM active_policy_set) AS active,
      (SELECT coalesce(json_agg(c.set_digest ORDER BY c.number DESC), '[]') FROM policy_change c
        WHERE c.action = 'activate' AND c.carried_out_at IS NOT NULL AND c.withdrawn_at IS NULL) AS standing,
      (SELECT coalesce(json_agg(${plannedJson} ORDER BY c.number), '[]') FROM policy_change c WHERE ${planned}) AS planned
    FROM registry_version v`,
};
const due = {
  name: 'policy_changes_due',
  text: `SELECT ${plannedJson} AS change FROM policy_change c WHERE ${planned} AND c.starts_at <= now() ORDER BY c.number`,
};
const approvers = {
  name: 'policy_approvers',
  text: 'SELECT name, jwk AS key, thumbprint, revoked_at AS "revokedAt" FROM policy_approver ORDER BY name, added_at',
};
/** A row that somebody is changing is waited for: what is in force must be what the approvers saw. */
const activeNow = { name: 'policy_set_active_locked', text: 'SELECT digest FROM active_policy_set FOR SHARE' };
const insertChange = {
  name: 'policy_change_insert',
  text: `INSERT INTO policy_change (id, action, set_digest, from_at, previous, starts_at, recorded_at)
    VALUES ($1, $2, $3, $4, $5, $6, $7) ON CONFLICT DO NOTHING RETURNING id`,
};
const insertApproval = {
  name: 'policy_approval_insert',
  text: `INSERT INTO policy_approval (mark, change_id, approver, thumbprint, signature) VALUES ($1, $2, $3, $4, $5)
    ON CONFLICT DO NOTHING RETURNING mark`,
};
const lapse = {
  name: 'policy_change_lapse',
  text: `UPDATE policy_change SET lapsed_at = $3, lapsed_why = $2
    WHERE id = $1 AND carried_out_at IS NULL AND lapsed_at IS NULL RETURNING id`,
};
const holds = { name: 'policy_set_holds', text: 'SELECT digest FROM policy_set WHERE digest = $1' };
const acceptedBy = {
  name: 'policy_sets_accepted_by',
  text: `SELECT set_digest AS "set", accepted_at AS "acceptedAt" FROM policy_acceptance WHERE unit_id = $1
    ORDER BY accepted_at DESC, set_digest`,
};

const approvalRow = z.strictObject({
  approver: z.string(),
  thumbprint: z.string(),
  signature: z.string(),
  mark: z.string(),
});
const changeRow = z
  .strictObject({
    id: z.uuid(),
    action: z.string(),
    set: z.string(),
    from: z.string().nullable(),
    previous: z.string().nullable(),
    startsAt: z.string(),
    approvals: z.array(approvalRow),
  })
  .transform(({ id, startsAt, approvals, from, ...rest }): PlannedChange => {
    const statement = policyStatement.parse({ ...rest, from: from === null ? null : toInstant(from) });
    return { id, statement, startsAt: toInstant(startsAt), approvals };
  });
const wholeRow = z.strictObject({
  registryVersion: z.int(),
  active: digestForm.nullable(),
  standing: z.array(digestForm),
  planned: z.array(changeRow),
});
const approverRow = z.strictObject({
  name: z.string(),
  key: signingKey,
  thumbprint: z.string(),
  revokedAt: z.custom<Instant>((value) => typeof value === 'string').nullable(),
});
const acceptanceRow = z.strictObject({
  set: digestForm,
  acceptedAt: z.custom<Instant>((value) => typeof value === 'string'),
});

/** Which sets are, were and will be in force, who approved them and which source accepted which. */
export function policySetRecords(pool: pg.Pool): PolicySetRecords {
  return {
    read: () => readWhole(pool),
    approvers: () => policyApprovers(pool),
    record: (change, at) => record(pool, change, at),
    due: async () => (await query<{ change: unknown }>(pool, due, [])).map(({ change }) => changeRow.parse(change)),
    lapse: async (id, why, at) => (await query(pool, lapse, [id, why, at])).length === 1,
    holds: async (set) => (await query(pool, holds, [set])).length === 1,
    acceptedBy: async (unit) => (await query(pool, acceptedBy, [unit])).map((row) => acceptanceRow.parse(row)),
  };
}

/** Everybody who may, or might, approve. */
export async function policyApprovers(pool: Queryable): Promise<readonly Approver[]> {
  return (await query(pool, approvers, [])).map((row) => approverRow.parse(row));
}

async function readWhole(pool: Queryable): Promise<PolicySetsOnRecord> {
  const [row] = await query(pool, whole, []);
  return wholeRow.parse(row);
}

/** Thrown to roll back, and answered. */
class NotRecorded extends Error {
  readonly why: Exclude<Recorded, 'recorded'>;

  constructor(why: Exclude<Recorded, 'recorded'>) {
    super(why);
    this.name = 'NotRecorded';
    this.why = why;
  }
}

async function record(
  pool: pg.Pool,
  { id, statement, startsAt, approvals }: PlannedChange,
  at: Instant,
): Promise<Recorded> {
  const { action, set, from, previous } = statement;
  try {
    await transaction(pool, async (client) => {
      const [active] = await query<{ digest: Digest }>(client, activeNow, []);
      // A rollback may also cancel what is planned, which is looked at again when it is carried out.
      if (action === 'activate' && (active?.digest ?? null) !== previous) throw new NotRecorded('previous-moved');
      const inserted = await query(client, insertChange, [id, action, set, from, previous, startsAt, at]);
      if (inserted.length === 0) throw new NotRecorded('another-is-planned');
      for (const { mark, approver, thumbprint, signature } of approvals) {
        const kept = await query(client, insertApproval, [mark, id, approver, thumbprint, signature]);
        if (kept.length === 0) throw new NotRecorded('approval-used');
      }
    });
    return 'recorded';
  } catch (error) {
    if (error instanceof NotRecorded) return error.why;
    throw error;
  }
}
