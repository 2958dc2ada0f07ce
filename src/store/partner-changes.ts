import type pg from 'pg';
import { z } from 'zod';
import type { Instant } from '../core/brand.ts';
import { changeText } from '../core/partner-change/change-statement.ts';
import { closing, partnerChange } from '../core/partner-change/partner-change.ts';
import type { PartnerChangeRecords, PlannedPartnerChange } from '../core/partner-change/ports.ts';
import { partnerStatement } from '../core/policy-set/statement.ts';
import type { KeyedCipher } from '../core/subject/ports.ts';
import { policyApprovers } from './policy-set-records.ts';
import { query, transaction } from './pool.ts';
import { readRegistry } from './registry.ts';
import { openSaid, sealSaid } from './said-text.ts';
import { toInstant } from './types.ts';

const planned = 'c.carried_out_at IS NULL AND c.lapsed_at IS NULL';
const columns = `SELECT c.id, c.change, c.digest, c.previous, c.from_at AS "from", c.starts_at AS "startsAt", c.said, (
      SELECT coalesce(json_agg(json_build_object('approver', a.approver, 'thumbprint', a.thumbprint,
        'signature', a.signature, 'mark', a.mark) ORDER BY a.approver), '[]')
      FROM partner_approval a WHERE a.change_id = c.id) AS approvals
    FROM partner_change c WHERE ${planned}`;
const due = { name: 'partner_changes_due', text: `${columns} AND c.starts_at <= now() ORDER BY c.number` };
const waiting = { name: 'partner_changes_planned', text: `${columns} ORDER BY c.starts_at, c.number` };
/** A closing is carried out at once, so that nobody has to be able to open who and why to read this. */
const listed = {
  name: 'partner_changes_listed',
  text: `${columns} AND c.said IS NULL ORDER BY c.starts_at, c.number`,
};
const insertChange = {
  name: 'partner_change_insert',
  text: `INSERT INTO partner_change (id, change, digest, previous, from_at, starts_at, recorded_at, said)
    VALUES ($1, $2, $3, $4, $5, $6, $7, $8)`,
};
const insertApproval = {
  name: 'partner_approval_insert',
  text: `INSERT INTO partner_approval (mark, change_id, approver, thumbprint, signature) VALUES ($1, $2, $3, $4, $5)
    ON CONFLICT DO NOTHING RETURNING mark`,
};
const lapse = {
  name: 'partner_change_lapse',
  text: `UPDATE partner_change SET lapsed_at = $3, lapsed_why = $2, said = NULL
    WHERE id = $1 AND carried_out_at IS NULL AND lapsed_at IS NULL RETURNING id`,
};
const fate = {
  name: 'partner_change_fate',
  text: `SELECT CASE WHEN c.carried_out_at IS NOT NULL THEN 'done' WHEN c.lapsed_at IS NOT NULL THEN 'lapsed'
      ELSE 'planned' END AS fate FROM partner_change c WHERE c.id = $1`,
};

const changeRow = z.strictObject({
  id: z.uuid(),
  change: z.string(),
  digest: z.string(),
  previous: z.string(),
  from: z.string().nullable(),
  startsAt: z.string(),
  said: z.instanceof(Buffer).nullable(),
  approvals: z.array(
    z.strictObject({ approver: z.string(), thumbprint: z.string(), signature: z.string(), mark: z.string() }),
  ),
});

type Cipher = Pick<KeyedCipher, 'encrypt' | 'decrypt'>;

function plannedOf(cipher: Pick<Cipher, 'decrypt'>, row: unknown): PlannedPartnerChange {
  const { id, change, digest, previous, from, startsAt, said, approvals } = changeRow.parse(row);
  const opened = openSaid(cipher, 'partner_change.said', id, said);
  const given = { ...JSON.parse(change), ...(opened === null ? {} : closing.parse(JSON.parse(opened))) };
  const starts = { from: from === null ? null : toInstant(from), startsAt: toInstant(startsAt) };
  const statement = partnerStatement.parse({ action: 'partner', change: digest, from: starts.from, previous });
  return {
    id,
    change: partnerChange.parse(given),
    statement,
    startsAt: starts.startsAt,
    approvals,
  };
}
const fateRow = z.strictObject({ fate: z.enum(['planned', 'done', 'lapsed']) });

/** What was planned of the partners, who approved it and what became of it. Who closed a unit and why is under `cipher`. */
export function partnerChangeRecords(pool: pg.Pool, cipher: Cipher): PartnerChangeRecords {
  return {
    async read() {
      const { registry, activePolicySet } = await readRegistry(pool);
      return { registryVersion: registry.version, activePolicySet, units: registry.units };
    },
    approvers: () => policyApprovers(pool),
    record: (change, at) => record(pool, cipher, change, at),
    planned: async () => (await query(pool, waiting, [])).map((row) => plannedOf(cipher, row)),
    due: async () => (await query(pool, due, [])).map((row) => plannedOf(cipher, row)),
    lapse: async (id, why, at) => (await query(pool, lapse, [id, why, at])).length === 1,
    fate: async (id) => fateRow.parse((await query(pool, fate, [id]))[0]).fate,
  };
}

/** Planned changes of which nothing is encrypted, for whoever has no key. */
export async function listPartnerChanges(pool: pg.Pool): Promise<readonly PlannedPartnerChange[]> {
  const decrypt = (): string => {
    throw new TypeError('nothing is encrypted in what is listed');
  };
  return (await query(pool, listed, [])).map((row) => plannedOf({ decrypt }, row));
}

/** Thrown to roll back, and answered. */
class ApprovalUsed extends Error {
  constructor() {
    super('an approval was used before');
    this.name = 'ApprovalUsed';
  }
}

async function record(
  pool: pg.Pool,
  cipher: Pick<Cipher, 'encrypt'>,
  { id, change, statement, startsAt, approvals }: PlannedPartnerChange,
  at: Instant,
): Promise<'recorded' | 'approval-used'> {
  const words = change.action === 'suspend' ? JSON.stringify({ by: change.by, ground: change.ground }) : null;
  const said = sealSaid(cipher, 'partner_change.said', id, words);
  const values = [id, changeText(change), statement.change, statement.previous, statement.from, startsAt, at, said];
  try {
    await transaction(pool, async (client) => {
      await query(client, insertChange, values);
      for (const { mark, approver, thumbprint, signature } of approvals) {
        const kept = await query(client, insertApproval, [mark, id, approver, thumbprint, signature]);
        if (kept.length === 0) throw new ApprovalUsed();
      }
    });
    return 'recorded';
  } catch (error) {
    if (error instanceof ApprovalUsed) return 'approval-used';
    throw error;
  }
}
