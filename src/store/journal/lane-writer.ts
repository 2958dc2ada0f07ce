import pg from 'pg';
import { flushHeadHash } from '../../core/ledger/flush-head.ts';
import type { Mark } from '../../core/ledger/mark.ts';
import type { MarkStore } from '../../core/ledger/ports.ts';
import { attemptFlush, CommitInDoubt, type FlushAttempt, type Turn, writeAgain } from './attempt-flush.ts';
import { type ComposedFlush, composeFlush, type FlushKeys } from './compose-flush.ts';
import { ConnectionLost, type LaneConnection } from './lane-connection.ts';
import type { OwnWords } from './own-words.ts';
import type { PendingWork } from './pending-work.ts';
import { firstPosition, type Position } from './position.ts';
import { isDurableAfterAll } from './resolve-doubt.ts';

/** Nothing can be written now; what was asked may be asked again. */
export class LaneDown extends Error {
  constructor(cause: unknown) {
    super('the journal cannot write now', { cause });
    this.name = 'LaneDown';
  }
}

export interface LaneKeeping {
  readonly words: OwnWords;
  readonly marks: MarkStore;
  onAlarm(alarm: string): void;
}

/**
 * Holds an instance's connection and its place in the ledger.
 * INVARIANT: a number is used once. After a COMMIT in doubt nothing else is written until a reading has told
 * whether it happened; numbers that were signed and are not there go to void entries, before anything else.
 */
export class LaneWriter {
  readonly #connect: () => Promise<LaneConnection>;
  readonly #keys: FlushKeys;
  readonly #keeping: LaneKeeping;
  #connection: LaneConnection | null = null;
  #position: Position;
  #inDoubt: ComposedFlush | null = null;
  /** The journal's own words: composed once, so that however often they are sent there is one signed head. */
  #own: ComposedFlush | null = null;
  /** The head of a durable flush that could not be kept outside the database. */
  #unkept: Mark | null = null;

  constructor(instance: string, keys: FlushKeys, keeping: LaneKeeping, connect: () => Promise<LaneConnection>) {
    this.#connect = connect;
    this.#keys = keys;
    this.#keeping = keeping;
    this.#position = firstPosition(instance);
  }

  get isUp(): boolean {
    return this.#connection !== null && this.#inDoubt === null && this.#unkept === null;
  }

  /** Whether it has something to find out or to write that no caller waits for. */
  get owes(): boolean {
    return this.#inDoubt !== null || this.#own !== null || this.#unkept !== null || this.#mustBegin;
  }

  /** Whether anything is on record of this instance. */
  get hasBegun(): boolean {
    return this.#position.number > 1;
  }

  get #mustBegin(): boolean {
    return this.#keeping.words.beginsAtOnce && !this.hasBegun;
  }

  /**
   * Writes one flush, after an earlier one in doubt was resolved: that one's works are then the answer,
   * if it turns out durable. Throws `LaneDown`.
   */
  async write(works: readonly PendingWork[], turn: Turn): Promise<FlushAttempt> {
    this.#keepAgain();
    try {
      this.#connection ??= await this.#connect();
      const recovered = await this.#resolveDoubt(this.#connection);
      if (recovered !== null) return this.#moveOn({ ...nothing, durable: recovered });
      await this.#writeOwn(this.#connection);
      // Who was told in the meantime that the ledger is away must not be found in it afterwards.
      const waiting = works.filter(({ isSettled }) => !isSettled);
      if (waiting.length === 0 || this.#unkept !== null) return nothing;
      return this.#moveOn(await attemptFlush(this.#connection, waiting, this.#position, this.#keys, turn));
    } catch (error) {
      this.end();
      if (error instanceof CommitInDoubt) this.#inDoubt = error.flush;
      const isPassing =
        error instanceof CommitInDoubt || error instanceof ConnectionLost || error instanceof pg.DatabaseError;
      throw isPassing ? new LaneDown(error) : error;
    }
  }

  end(): void {
    this.#connection?.end();
    this.#connection = null;
  }

  /** The flush in doubt if it is durable after all; null if there is none, or it never happened. */
  async #resolveDoubt(connection: LaneConnection): Promise<ComposedFlush | null> {
    const doubted = this.#inDoubt;
    if (doubted === null) return null;
    const isDurable = await isDurableAfterAll(connection, doubted);
    this.#inDoubt = null;
    if (isDurable) return doubted;
    if (doubted !== this.#own) {
      const { head } = doubted.rows;
      const aborted = { flush: head.number, head: flushHeadHash(head).toString('base64url') };
      this.#own = this.#compose(this.#keeping.words.voids(aborted, head.count));
    }
    return null;
  }

  /** What must be on record before anything else: the beginning of this instance, or numbers that became void. */
  async #writeOwn(connection: LaneConnection): Promise<void> {
    if (!this.hasBegun && this.#own === null) {
      const begin = await this.#keeping.words.begin((statement, values) => connection.query(statement, values));
      if (begin !== null) this.#own = this.#compose(begin);
    }
    if (this.#own === null) return;
    await writeAgain(connection, this.#own);
    this.#moveOn({ ...nothing, durable: this.#own });
  }

  #compose(own: PendingWork): ComposedFlush {
    const { flush, fates } = composeFlush([own], this.#position, this.#keys);
    const fate = fates.get(own);
    if (flush === null) throw fate?.type === 'failed' ? fate.fault : new Error('own words gave no flush');
    return flush;
  }

  /**
   * INVARIANT: a flush is marked outside the database before anybody is told that it is durable. When the disk refuses
   * the mark, this one flush is told without it (it is durable, and a caller must not ask again), with an alarm, and
   * nothing more is written until its mark is.
   */
  #moveOn(attempt: FlushAttempt): FlushAttempt {
    if (attempt.durable === null) return attempt;
    const { next, rows } = attempt.durable;
    this.#position = next;
    this.#keep({ head: rows.head, key: rows.key, signature: rows.signature });
    if (attempt.durable === this.#own) {
      this.#own = null;
      for (const [own, receipts] of attempt.durable.receipts) own.settle({ outcome: 'durable', receipts });
    }
    return attempt;
  }

  /** What is durable stays so and is told; but nothing more is written while its head cannot be kept. */
  #keep(mark: Mark): void {
    const wasKept = this.#unkept === null;
    try {
      this.#keeping.marks.write(mark);
      this.#unkept = null;
    } catch (error) {
      this.#unkept = mark;
      if (wasKept) this.#keeping.onAlarm('the mark of the ledger cannot be written outside the database');
      else throw new LaneDown(error);
    }
  }

  #keepAgain(): void {
    if (this.#unkept !== null) this.#keep(this.#unkept);
  }
}

const nothing: FlushAttempt = { durable: null, fates: new Map(), left: [], alone: false };
