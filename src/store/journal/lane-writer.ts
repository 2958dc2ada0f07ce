import pg from 'pg';
import { attemptFlush, CommitInDoubt, type FlushAttempt } from './attempt-flush.ts';
import type { ComposedFlush, FlushKeys } from './compose-flush.ts';
import { ConnectionLost, type LaneConnection } from './lane-connection.ts';
import type { PendingWork } from './pending-work.ts';
import { firstPosition, type Position } from './position.ts';
import { isDurableAfterAll } from './resolve-doubt.ts';

/** Nothing can be written now; what was asked may be asked again. */
export class LaneDown extends Error {
  constructor(cause: unknown) {
    super('the journal cannot reach the database', { cause });
    this.name = 'LaneDown';
  }
}

/**
 * Holds an instance's connection and its place in the ledger.
 * INVARIANT: a number is used once. After a COMMIT in doubt nothing else is written until a reading
 * has told whether it happened.
 */
export class LaneWriter {
  readonly #connect: () => Promise<LaneConnection>;
  readonly #keys: FlushKeys;
  #connection: LaneConnection | null = null;
  #position: Position;
  #inDoubt: ComposedFlush | null = null;

  constructor(instance: string, keys: FlushKeys, connect: () => Promise<LaneConnection>) {
    this.#connect = connect;
    this.#keys = keys;
    this.#position = firstPosition(instance);
  }

  get isUp(): boolean {
    return this.#connection !== null && this.#inDoubt === null;
  }

  /**
   * Writes one flush, after an earlier one in doubt was resolved: that one's works are then the answer,
   * if it turns out durable. Throws `LaneDown`.
   */
  async write(works: readonly PendingWork[], turn: 'skip' | 'wait'): Promise<FlushAttempt> {
    try {
      this.#connection ??= await this.#connect();
      const recovered = await this.#resolveDoubt(this.#connection);
      if (recovered !== null) return this.#moveOn({ durable: recovered, fates: new Map(), left: [], alone: false });
      // Who was told in the meantime that the ledger is away must not be found in it afterwards.
      const waiting = works.filter(({ isSettled }) => !isSettled);
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
    return isDurable ? doubted : null;
  }

  #moveOn(attempt: FlushAttempt): FlushAttempt {
    if (attempt.durable !== null) this.#position = attempt.durable.next;
    return attempt;
  }
}
