import { setImmediate as nextTurn, setTimeout as sleep } from 'node:timers/promises';
import { Fault } from '../../core/fault.ts';
import type { FlushAttempt } from './attempt-flush.ts';
import { LaneDown, type LaneWriter } from './lane-writer.ts';
import type { Fate, PendingWork } from './pending-work.ts';
import { pickBatch } from './pick-batch.ts';

export interface LaneLimits {
  /** Works that one flush holds at most. */
  readonly maxWorks: number;
  /** How long a work is tried again when a row that it needs stays locked. */
  readonly patienceMs: number;
  /** How long a caller waits for a database that is away. */
  readonly outageMs: number;
  /** Told after a commit that wrote events. */
  onEvents(): void;
}

/** Versions are changed in moments; a change that hangs is "being changed now", so decide again. */
const versionPatienceMs = 1000;
const sweepMs = 50;
const carefulMs = 1000;
const reconnectMs = 20;
/** While no caller waits, and the writer has something to find out or to write of its own. */
const idleReconnectMs = 100;

/**
 * The queue of the one writer of an instance. Works that arrive while a flush commits share the next
 * one; each caller is answered after its own COMMIT was acknowledged, and none waits longer than promised.
 */
export class Lane {
  readonly #writer: LaneWriter;
  readonly #limits: LaneLimits;
  #queue: PendingWork[] = [];
  /** Works whose flush the database refused: written one by one, so that only the guilty one fails. */
  #alone: PendingWork[] = [];
  #carefulUntilMs = 0;
  #running: Promise<void> | null = null;
  #isClosed = false;
  /** Until when the writer may try to write what it owes: without end while the lane is open and can write at all. */
  #owesUntilMs = Number.POSITIVE_INFINITY;
  #lastWrittenMs = performance.now();
  /** Ends the rest of a lane whose works all wait for rows that others hold: a new one does not wait for those. */
  #endRest: () => void = () => undefined;

  constructor(writer: LaneWriter, limits: LaneLimits) {
    this.#writer = writer;
    this.#limits = limits;
  }

  add(pending: PendingWork): void {
    if (this.#isClosed) {
      pending.settle(new Fault('ledger-unavailable', 'the journal is closed'));
      return;
    }
    this.#queue.push(pending);
    this.#owesUntilMs = Number.POSITIVE_INFINITY;
    this.#endRest();
    this.wake();
  }

  /** Has the writer write what it owes, though no caller waits for it. */
  wake(): void {
    this.#running ??= this.#run();
  }

  /** Since when nothing was put on record; null: nothing ever was. */
  get silentForMs(): number | null {
    return this.#writer.hasBegun ? performance.now() - this.#lastWrittenMs : null;
  }

  /** When everybody who waits is answered; nobody waits longer than promised. */
  async answered(): Promise<void> {
    while (this.#queue.length > 0) await sleep(reconnectMs);
  }

  /**
   * Answers everything that waits, then lets go of the connection. What the writer owes it may try to write for
   * as long as a caller waits for a database that is away.
   */
  async close(): Promise<void> {
    this.#isClosed = true;
    this.#owesUntilMs = performance.now() + this.#limits.outageMs;
    // Its own last word had its time.
    for (const pending of this.#queue.filter(({ isOwn }) => isOwn)) {
      pending.settle(new Fault('ledger-unavailable', 'the journal is closed'));
    }
    await this.#running;
    this.#writer.end();
  }

  async #run(): Promise<void> {
    // Everything that arrives in this turn of the event loop is gathered before the first flush.
    await nextTurn();
    const sweeper = setInterval(() => this.#sweep(), sweepMs);
    while (this.#queue.length > 0 || this.#mayWriteOwn) {
      await this.#step();
      this.#queue = this.#queue.filter(({ isSettled }) => !isSettled);
    }
    clearInterval(sweeper);
    this.#running = null;
  }

  async #step(): Promise<void> {
    const nowMs = performance.now();
    this.#alone = this.#alone.filter(({ isSettled }) => !isSettled);
    const guilty = this.#alone.shift();
    const batch = guilty ? { works: [guilty], turn: 'skip' as const } : this.#pick(nowMs);
    if (batch.works.length === 0 && !this.#writer.owes) {
      const nextMs = Math.min(...this.#queue.map(({ notBeforeMs }) => notBeforeMs));
      await this.#rest(Math.max(1, Math.min(nextMs - nowMs, sweepMs)));
      return;
    }
    try {
      this.#conclude(await this.#writer.write(batch.works, batch.turn));
    } catch (error) {
      if (!(error instanceof LaneDown)) this.#failAll(error);
      await sleep(this.#queue.length > 0 ? reconnectMs : idleReconnectMs);
    }
  }

  async #rest(ms: number): Promise<void> {
    await new Promise<void>((resolve) => {
      const timer = setTimeout(resolve, ms);
      this.#endRest = () => {
        clearTimeout(timer);
        resolve();
      };
    });
    // As before the first flush: what arrives in this turn goes together.
    await nextTurn();
  }

  /** After a flush that had to be taken apart, locks come first for a while: whoever held a row may hold it still. */
  #pick(nowMs: number) {
    const { works, turn } = pickBatch(this.#queue, nowMs, this.#limits.maxWorks);
    return { works, turn: turn === 'skip' && nowMs >= this.#carefulUntilMs ? ('at-once' as const) : turn };
  }

  get #mayWriteOwn(): boolean {
    return this.#writer.owes && performance.now() < this.#owesUntilMs;
  }

  #conclude({ durable, fates, left, alone }: FlushAttempt): void {
    if (durable !== null) this.#lastWrittenMs = performance.now();
    for (const [pending, receipts] of durable?.receipts ?? []) pending.settle({ outcome: 'durable', receipts });
    if (durable !== null && durable.rows.events.length > 0) this.#limits.onEvents();
    for (const [pending, fate] of fates) decideFate(pending, fate, this.#limits.patienceMs);
    if (!alone) return;
    this.#alone.push(...left);
    this.#carefulUntilMs = performance.now() + carefulMs;
  }

  /** What no reconnecting mends, such as two writers with one identity: nothing is given. */
  #failAll(error: unknown): void {
    const fault = new Fault('ledger-unavailable', 'the journal cannot write', { cause: error });
    for (const pending of this.#queue) pending.settle(fault);
    this.#owesUntilMs = 0;
  }

  #sweep(): void {
    const limitMs = this.#writer.isUp ? this.#limits.patienceMs * 2 : this.#limits.outageMs;
    const nowMs = performance.now();
    for (const pending of this.#queue.filter(({ arrivedMs }) => nowMs - arrivedMs > limitMs)) {
      pending.settle(new Fault('ledger-unavailable', 'the ledger could not be written in time'));
    }
  }
}

/** Answers a work that a flush left out, or has it wait and try again. */
function decideFate(pending: PendingWork, fate: Fate, patienceMs: number): void {
  const nowMs = performance.now();
  const waitedMs = nowMs - pending.arrivedMs;
  if (fate.type === 'answered') {
    pending.settle(fate.outcome);
  } else if (fate.type === 'failed') {
    pending.settle(fate.fault);
  } else if (fate.what === 'version') {
    if (waitedMs > versionPatienceMs) pending.settle({ outcome: 'stale' });
    pending.notBeforeMs = nowMs + 10;
  } else {
    if (waitedMs > patienceMs) pending.settle(new Fault('subject-busy', 'the person is being changed elsewhere'));
    pending.skips += 1;
    // Each turn of waiting costs the others a lock time-out, so the turns become rarer.
    pending.notBeforeMs = nowMs + Math.min(10 * 2 ** pending.skips, 400);
  }
}
