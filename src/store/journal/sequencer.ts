import { randomUUID } from 'node:crypto';
import { setTimeout as sleep } from 'node:timers/promises';
import type pg from 'pg';
import { Fault } from '../../core/fault.ts';
import { defaultLeaseMs, giveUpLease, takeLease } from './lease.ts';
import { LedgerAlarm } from './ledger-alarm.ts';
import { moveQueue } from './move-queue.ts';
import { type CheckpointDuty, signTree } from './sign-tree.ts';
import { thinCheckpoints } from './thin-checkpoints.ts';

export interface SequencerOptions extends CheckpointDuty {
  readonly intervalMs: number;
  /** Told once for each new reason why nothing is signed, and of errors; nothing personal in it. */
  readonly onAlarm: (alarm: string, refused: LedgerAlarm | null) => void;
  /** How long a leader that says nothing keeps the others waiting. */
  readonly leaseMs?: number;
  /** Entries that one transaction moves at most. Default 5000. */
  readonly batch?: number;
}

export interface Sequencer {
  /** Its name in the lease. */
  readonly holder: string;
  /** Ends after the round that is under way, and gives up the lease. */
  stop(): Promise<void>;
}

const thinEveryMs = 600_000;

/**
 * Moves durable entries into the one tree over all instances and has it signed. Every gateway runs one;
 * the lease lets one of them work. Entries are given out without waiting for it: a sequencer that
 * stands still delays checkpoints, never an answer.
 */
export function startSequencer(options: SequencerOptions): Sequencer {
  const { pool, intervalMs, leaseMs = defaultLeaseMs } = options;
  const holder = randomUUID();
  const stopping = new AbortController();
  const lead = leading(options, holder, leaseMs);
  let told: string | null = null;

  const run = async (): Promise<void> => {
    while (!stopping.signal.aborted) {
      const started = performance.now();
      let waitMs = intervalMs;
      try {
        if (await lead.round()) told = null;
      } catch (error) {
        lead.distrust();
        told = tell(error, told, options.onAlarm);
        // Somebody whose own store is in order may go on.
        if (error instanceof LedgerAlarm) {
          await giveUp(pool, holder);
          waitMs = Math.max(intervalMs, leaseMs);
        }
      }
      await pause(waitMs - (performance.now() - started), stopping.signal);
    }
    await giveUp(pool, holder);
  };
  const running = run();
  return {
    holder,
    async stop() {
      stopping.abort();
      await running;
    },
  };
}

/** The rounds of one sequencer, and what it knows from one to the next. */
function leading(options: SequencerOptions, holder: string, leaseMs: number) {
  const { pool, batch = 5000 } = options;
  /** Fence under which the tree was found to continue what was signed. */
  let trusted: number | null = null;
  /** Fence under which everything that was in the tree is signed: nothing to do until something is queued. */
  let settled: number | null = null;
  let thinned = performance.now();

  return {
    distrust() {
      trusted = null;
      settled = null;
    },
    /** Whether it led, and everything in the tree is signed. */
    async round(): Promise<boolean> {
      const takenAt = performance.now();
      const taken = await takeLease(pool, holder, leaseMs);
      if (taken === null) return false;
      const { pending } = taken;
      let { lease } = taken;
      if (settled === lease.fence && !pending) return true;
      settled = null;
      // A tree that is not the signed one is left as it was found, for whoever must look into it.
      if (trusted !== lease.fence && !(await signTree(options, lease))) return false;
      trusted = lease.fence;
      if (pending) {
        await moveQueue(pool, lease, batch);
        // Renewed where moving much took long.
        const isOld = performance.now() - takenAt > leaseMs / 3;
        const renewed = isOld ? (await takeLease(pool, holder, leaseMs))?.lease : lease;
        if (renewed?.fence !== lease.fence) return false;
        lease = renewed;
      }
      if (!(await signTree(options, lease))) return false;
      settled = lease.fence;
      if (performance.now() - thinned > thinEveryMs) {
        thinned = performance.now();
        await thinCheckpoints(pool);
      }
      return true;
    },
  };
}

/**
 * A database that is away is no alarm: the queue waits in it. Anything else is told, once; a refusal by what it is, since
 * its words name sizes that grow while another signs. Returns what was told last.
 */
function tell(error: unknown, told: string | null, onAlarm: SequencerOptions['onAlarm']): string | null {
  if (error instanceof Fault && error.code === 'database-unavailable') return told;
  const alarm = error instanceof Error ? error.message : 'the sequencer failed';
  const refused = error instanceof LedgerAlarm ? error : null;
  const reason = refused?.refusal ?? alarm;
  if (reason !== told) onAlarm(alarm, refused);
  return reason;
}

async function pause(ms: number, signal: AbortSignal): Promise<void> {
  try {
    await sleep(Math.max(0, ms), undefined, { signal });
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
