import { z } from 'zod';
import { type Queryable, query } from '../pool.ts';

/**
 * The right to sequence, on the database's clock. The fence is a number that grows with every new
 * holder: whoever slept through the end of its lease finds another fence, in its own transaction.
 */
export interface Lease {
  readonly holder: string;
  readonly fence: number;
}

const takeStatement = {
  name: 'sequencer-lease-take',
  text: `
    UPDATE sequencer_lease SET holder = $1, until = clock_timestamp() + $2 * interval '1 millisecond',
      fence = CASE WHEN holder = $1 THEN fence ELSE fence + 1 END
    WHERE holder = $1 OR holder IS NULL OR until < clock_timestamp()
    RETURNING fence, EXISTS (SELECT 1 FROM ledger_pending) AS pending`,
};

/**
 * Locks the lease for the rest of the transaction, so that nobody takes over between check and COMMIT.
 * A holder that freezes there is thrown out by the server, so that its lock does not outlive its lease.
 */
const holdStatement = {
  name: 'sequencer-lease-hold',
  text: `SELECT set_config('idle_in_transaction_session_timeout', '2000', true) FROM sequencer_lease
    WHERE holder = $1 AND fence = $2 FOR UPDATE`,
};

const giveUpStatement = {
  name: 'sequencer-lease-give-up',
  text: 'UPDATE sequencer_lease SET holder = NULL WHERE holder = $1',
};

const takenRow = z.strictObject({ fence: z.coerce.number(), pending: z.boolean() });

/** Takes or renews the lease; null while another holds it. */
export async function takeLease(
  on: Queryable,
  holder: string,
  durationMs: number,
): Promise<{ readonly lease: Lease; readonly pending: boolean } | null> {
  const [row] = await query(on, takeStatement, [holder, durationMs]);
  if (row === undefined) return null;
  const { fence, pending } = takenRow.parse(row);
  return { lease: { holder, fence }, pending };
}

/** Whether the lease is still this one. Call it first in every transaction that writes under it. */
export async function holdsLease(on: Queryable, lease: Lease): Promise<boolean> {
  return (await query(on, holdStatement, [lease.holder, lease.fence])).length === 1;
}

export async function giveUpLease(on: Queryable, holder: string): Promise<void> {
  await query(on, giveUpStatement, [holder]);
}
