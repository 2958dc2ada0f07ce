import { z } from 'zod';
import type { Clock } from '../../core/disclosure/ports.ts';
import type { NamedHead } from '../../core/ledger/own-entries.ts';
import type { LaneStatement } from './lane-connection.ts';

/** Asks the database: on the lane's own connection, or on any other. */
export type Read = (statement: LaneStatement, values: readonly unknown[]) => Promise<readonly unknown[]>;

export type OtherHead = NamedHead & { readonly instance: string };

/** As many as fit in an entry of 65,535 bytes; who is left out comes next. */
const mostNamed = 400;
/** Who wrote nothing for so long has ended; should it come back, it names the others itself. */
const memoryMs = 24 * 3_600_000;

/** The latest flush of each, by the index on (instance, number), and when it was: once, at the beginning. */
const firstLook = {
  name: 'journal-other-heads-first',
  text: `SELECT i.id AS instance, f.number AS flush, f.head FROM instance i
    CROSS JOIN LATERAL
      (SELECT number, first, head FROM ledger_flush WHERE instance = i.id ORDER BY number DESC LIMIT 1) f
    JOIN ledger_entry e ON e.instance = i.id AND e.sequence = f.first
    WHERE i.id <> $1 AND e.time >= $2 ORDER BY e.time DESC LIMIT ${mostNamed}`,
};

/** Of those who were there before, and of those who came since. */
const nextLook = {
  name: 'journal-other-heads',
  text: `SELECT i.id AS instance, f.number AS flush, f.head FROM instance i
    CROSS JOIN LATERAL
      (SELECT number, head FROM ledger_flush WHERE instance = i.id ORDER BY number DESC LIMIT 1) f
    WHERE i.id <> $1 AND (i.started_at >= $2 OR i.id = ANY ($3::uuid[]))`,
};

const headRow = z.strictObject({ instance: z.string(), flush: z.coerce.number(), head: z.instanceof(Buffer) });

/** Which heads of other instances were named, so that each heartbeat names those who wrote since the last one. */
export class OtherHeads {
  readonly #instance: string;
  readonly #clock: Pick<Clock, 'now'>;
  readonly #known = new Map<string, { readonly flush: number; readonly seenMs: number }>();
  #hasLooked = false;

  constructor(instance: string, clock: Pick<Clock, 'now'>) {
    this.#instance = instance;
    this.#clock = clock;
  }

  /** Throws as `read`. */
  async read(read: Read): Promise<readonly OtherHead[]> {
    const nowMs = Date.parse(this.#clock.now());
    const since = new Date(nowMs - memoryMs).toISOString();
    const rows = this.#hasLooked
      ? await read(nextLook, [this.#instance, since, [...this.#known.keys()]])
      : await read(firstLook, [this.#instance, since]);
    return rows
      .map((row) => headRow.parse(row))
      .filter(({ instance, flush }) => flush > (this.#known.get(instance)?.flush ?? 0))
      .slice(0, mostNamed)
      .map(({ instance, flush, head }) => ({ instance, flush, head: head.toString('base64url') }));
  }

  /** They stand in a heartbeat that is durable. */
  named(heads: readonly OtherHead[]): void {
    const seenMs = Date.parse(this.#clock.now());
    this.#hasLooked = true;
    for (const { instance, flush } of heads) this.#known.set(instance, { flush, seenMs });
    for (const [instance, known] of this.#known) if (seenMs - known.seenMs > memoryMs) this.#known.delete(instance);
  }
}
