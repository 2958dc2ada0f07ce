import { randomUUID } from 'node:crypto';
import { setTimeout as sleep } from 'node:timers/promises';
import type pg from 'pg';
import { z } from 'zod';
import { Fault } from '../../core/fault.ts';
import { query, transaction } from '../pool.ts';
import { giveUpLease, holdsLease, type Lease, takeLease } from './lease.ts';
import { type CheckpointDuty, signTree } from './sign-tree.ts';
import { appendQueued, frontierOf, treeSize } from './stored-tree.ts';

export interface SequencerOptions extends CheckpointDuty {
  readonly intervalMs: number;
  /** Told once for each new reason why nothing is signed, and of errors; nothing personal in it. */
  readonly onAlarm: (alarm: string) => void;
  /** How long a leader that says nothing keeps the others waiting. Default 2000. */
  readonly leaseMs?: number;
  /** Entries that one transaction moves at most. Default 5000. */
  readonly batch?: number;
}

export interface Sequencer {
  /** Ends after the round that is under way, and gives up the lease. */
  stop(): Promise<void>;
}

const queueStatement = {
  name: 'sequencer-queue',
  text: 'SELECT entry_id, leaf_hash FROM ledger_pending ORDER BY instance, sequence LIMIT $1',
};

const queueRow = z.strictObject({ entry_id: z.string(), leaf_hash: z.instanceof(Buffer) });

/**
 * Moves durable entries into the one tree over all instances and has it signed. Every gateway runs one;
 * the lease lets one of them work. Entries are given out without waiting for it: a sequencer that
 * stands still delays checkpoints, never an answer.
 */
export function startSequencer(options: SequencerOptions): Sequencer {
  const holder = randomUUID();
  const stopping = new AbortController();
  let alarm: string | null = null;
  /** Fence under which everything that was in the tree is signed: nothing to do until something is queued. */
  let settled: number | null = null;

  const round = async (): Promise<void> => {
    const taken = await takeLease(options.pool, holder, options.leaseMs ?? 2000);
    if (taken === null) return;
    const { lease, pending } = taken;
    if (settled === lease.fence && !pending) return;
    settled = null;
    // A tree that is not the signed one is left as it was found, for whoever must look into it.
    if (alarm !== null) await signTree(options, lease);
    if (pending) await moveQueue(options.pool, lease, options.batch ?? 5000);
    if (await signTree(options, lease)) settled = lease.fence;
    alarm = null;
  };
  const run = async (): Promise<void> => {
    while (!stopping.signal.aborted) {
      try {
        await round();
      } catch (error) {
        alarm = tell(error, alarm, options.onAlarm);
      }
      await pause(options.intervalMs, stopping.signal);
    }
    await giveUp(options.pool, holder);
  };
  const running = run();
  return {
    async stop() {
      stopping.abort();
      await running;
    },
  };
}

/** Moves what is queued into the tree, in one transaction under the lease's fence. Resolves with how many. */
export async function moveQueue(pool: pg.Pool, lease: Lease, batch: number): Promise<number> {
  return transaction(pool, async (client) => {
    if (!(await holdsLease(client, lease))) return 0;
    const rows = (await query(client, queueStatement, [batch])).map((row) => queueRow.parse(row));
    if (rows.length === 0) return 0;
    const frontier = await frontierOf(client, await treeSize(client));
    const queued = rows.map(({ entry_id, leaf_hash }) => ({ entry: entry_id, hash: leaf_hash }));
    await appendQueued(client, frontier, queued);
    return rows.length;
  });
}

/** A database that is away is no alarm: the queue waits in it. Anything else is told, once. */
function tell(error: unknown, told: string | null, onAlarm: (alarm: string) => void): string | null {
  if (error instanceof Fault && error.code === 'database-unavailable') return told;
  const alarm = error instanceof Error ? error.message : 'the sequencer failed';
  if (alarm !== told) onAlarm(alarm);
  return alarm;
}

async function pause(ms: number, signal: AbortSignal): Promise<void> {
  try {
    await sleep(ms, undefined, { signal });
  } catch (error) {
    if (!signal.aborted) throw error;
  }
}

/** Best effort: a lease that is not given up ends by itself. */
async function giveUp(pool: pg.Pool, holder: string): Promise<void> {
  try {
    await giveUpLease(pool, holder);
  } catch (error) {
    if (!(error instanceof Fault)) throw error;
  }
}
