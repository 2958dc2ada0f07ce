import { z } from 'zod';
import { type Queryable, query } from '../pool.ts';

/**
 * The right to sequence, on the database's clock. The fence is a number that grows with every new
 * holder: whoever slept through the end of its lease finds another fence, in its own transaction.
 */
export interface Lease {
  readonly holder: string;
  readonly fence: number;
  /** By `performance.now()` of this process: never later than by the database's clock. */
  readonly endsMs: number;
}

/**
 * How long a leader that says nothing keeps the others waiting, in milliseconds. With how often they look
 * and what they do first it is how long a takeover takes: two seconds at most.
 */
export const defaultLeaseMs = 1000;

/**
 * A leader that freezes in a transaction is thrown out by the server after this long: its lock must not
 * outlive its lease.
 */
const idleLimitMs = 800;

/** Who finds the row locked does not wait: somebody is at work. */
const takeStatement = {
  name: 'sequencer-lease-take',
  text: `
    UPDATE sequencer_lease SET holder = $1, until = clock_timestamp() + $2 * interval '1 millisecond',
      fence = CASE WHEN holder = $1 THEN fence ELSE fence + 1 END
    WHERE one = (SELECT one FROM sequencer_lease
      WHERE holder = $1 OR holder IS NULL OR until < clock_timestamp() FOR UPDATE SKIP LOCKED)
    RETURNING fence, EXISTS (SELECT 1 FROM ledger_pending) AS pending`,
};

/** Locks the lease for the rest of the transaction, so that nobody takes over between check and COMMIT. */
const holdStatement = {
  name: 'sequencer-lease-hold',
  text: `SELECT set_config('idle_in_transaction_session_timeout', '${idleLimitMs}', true) FROM sequencer_lease
    WHERE holder = $1 AND fence = $2 FOR UPDATE`,
};

/** Without the lock, and only while it has not ended: for what is no transaction. */
const standsStatement = {
  name: 'sequencer-lease-stands',
  text: 'SELECT 1 FROM sequencer_lease WHERE holder = $1 AND fence = $2 AND until > clock_timestamp()',
};

const giveUpStatement = {
  name: 'sequencer-lease-give-up',
  text: 'UPDATE sequencer_lease SET holder = NULL WHERE holder = $1',
};

const takenRow = z.strictObject({ fence: z.coerce.number(), pending: z.boolean() });

/** Takes or renews the lease, for so many milliseconds from now; null while another holds it. */
export async function takeLease(
  on: Queryable,
  holder: string,
  durationMs: number,
): Promise<{ readonly lease: Lease; readonly pending: boolean } | null> {
  const endsMs = performance.now() + durationMs;
  const [row] = await query(on, takeStatement, [holder, durationMs]);
  if (row === undefined) return null;
  const { fence, pending } = takenRow.parse(row);
  return { lease: { holder, fence, endsMs }, pending };
}

/** Whether the lease is still this one. Call it first in what writes under it, in one transaction with that. */
export async function holdsLease(on: Queryable, lease: Lease): Promise<boolean> {
  return (await query(on, holdStatement, [lease.holder, lease.fence])).length === 1;
}

/**
 * Whether the lease is this one and runs on: by the database's clock, and by our own when its answer is here.
 * Whoever was frozen while that was on its way would otherwise wake up with an answer from before.
 */
export async function leaseStands(on: Queryable, lease: Lease): Promise<boolean> {
  const stood = (await query(on, standsStatement, [lease.holder, lease.fence])).length === 1;
  return stood && performance.now() < lease.endsMs;
}

export async function giveUpLease(on: Queryable, holder: string): Promise<void> {
  await query(on, giveUpStatement, [holder]);
}
