import type pg from 'pg';
import { z } from 'zod';
import { consistencyRanges } from '../../core/ledger/merkle.ts';
import { type Queryable, query } from '../pool.ts';
import { hashesOf, treeSize } from './stored-tree.ts';

/** A checkpoint as it is published, with what others have said of it so far. */
export interface PublishedCheckpoint {
  readonly size: number;
  readonly note: string;
  readonly witnessed: boolean;
  readonly timestamped: boolean;
}

/** How far witnessing and dating have come. */
export interface DutyState {
  /** Largest witnessed size; null: none. */
  readonly witnessedSize: number | null;
  /** Seconds since the first checkpoint after it was signed; null: there is none. */
  readonly waitingSeconds: number | null;
  /** Seconds since the last token; null: there is none. */
  readonly timestampAgeSeconds: number | null;
}

/** What is done with checkpoints after they were signed. Every method throws `Fault('database-unavailable')`. */
export interface CheckpointDuties {
  /** One gateway at a time, on the database's clock, so that all witnesses see the same checkpoint. */
  takeTurn(holder: string, durationMs: number): Promise<boolean>;
  giveUpTurn(holder: string): Promise<void>;
  /** Names of witnesses that saw another history and have not cosigned since, whichever gateway asked them. */
  forked(): Promise<readonly string[]>;
  keepForked(witness: string, isForked: boolean): Promise<void>;
  newest(): Promise<PublishedCheckpoint | null>;
  /** Those that count as witnessed, largest first. */
  witnessed(limit: number): Promise<readonly PublishedCheckpoint[]>;
  state(): Promise<DutyState>;
  /** False when the note is another one by now. */
  addLines(checkpoint: PublishedCheckpoint, lines: string, witnessed: boolean): Promise<boolean>;
  /** A checkpoint that counted as witnessed does so no longer. */
  unwitness(size: number): Promise<void>;
  /** Without witnesses there is nothing to wait for. */
  witnessAll(): Promise<void>;
  keepTimestamp(size: number, token: Buffer, time: Date): Promise<void>;
  prove(older: number, newer: number): Promise<readonly Buffer[]>;
  treeSize(): Promise<number>;
}

const takeTurn = {
  name: 'witness-turn-take',
  text: `UPDATE witness_turn SET holder = $1, until = clock_timestamp() + $2 * interval '1 millisecond'
    WHERE holder = $1 OR holder IS NULL OR until < clock_timestamp() RETURNING one`,
};
const giveUpTurn = {
  name: 'witness-turn-give-up',
  text: 'UPDATE witness_turn SET holder = NULL WHERE holder = $1',
};
const forked = { name: 'witness-forked', text: 'SELECT forked FROM witness_turn' };
const keepForked = {
  name: 'witness-keep-forked',
  text: `UPDATE witness_turn SET forked = array_remove(forked, $1::text) || CASE WHEN $2::boolean THEN ARRAY[$1::text] ELSE '{}' END`,
};
const columns = 'size, note, witnessed, timestamp_token IS NOT NULL AS timestamped';
const newest = {
  name: 'checkpoint-newest',
  text: `SELECT ${columns} FROM ledger_checkpoint ORDER BY size DESC LIMIT 1`,
};
const witnessed = {
  name: 'checkpoint-witnessed',
  text: `SELECT ${columns} FROM ledger_checkpoint WHERE witnessed ORDER BY size DESC LIMIT $1`,
};
const state = {
  name: 'checkpoint-duty-state',
  text: `
    WITH last AS (SELECT max(size) AS size FROM ledger_checkpoint WHERE witnessed)
    SELECT last.size AS witnessed_size,
      (SELECT extract(epoch FROM clock_timestamp() - at) FROM ledger_checkpoint
        WHERE size > coalesce(last.size, -1) ORDER BY size LIMIT 1) AS waiting_seconds,
      (SELECT extract(epoch FROM clock_timestamp() - timestamped_at) FROM ledger_checkpoint
        WHERE timestamp_token IS NOT NULL ORDER BY size DESC LIMIT 1) AS timestamp_age
    FROM last`,
};
const addLines = {
  name: 'checkpoint-add-lines',
  text: `UPDATE ledger_checkpoint SET note = note || $3, witnessed = witnessed OR $4,
      witnessed_at = CASE WHEN witnessed THEN witnessed_at WHEN $4 THEN clock_timestamp() END
    WHERE size = $1 AND note = $2 RETURNING size`,
};
const unwitness = {
  name: 'checkpoint-unwitness',
  text: 'UPDATE ledger_checkpoint SET witnessed = false, witnessed_at = NULL WHERE size = $1 AND witnessed',
};
const witnessAll = {
  name: 'checkpoint-witness-all',
  text: `UPDATE ledger_checkpoint SET witnessed = true, witnessed_at = clock_timestamp()
    WHERE NOT witnessed AND size = (SELECT max(size) FROM ledger_checkpoint)`,
};
const keepTimestamp = {
  name: 'checkpoint-keep-timestamp',
  text: `UPDATE ledger_checkpoint SET timestamp_token = $2, timestamped_at = $3
    WHERE size = $1 AND timestamp_token IS NULL`,
};

const checkpointRow = z
  .strictObject({ size: z.coerce.number(), note: z.string(), witnessed: z.boolean(), timestamped: z.boolean() })
  .readonly();
const forkedRow = z.strictObject({ forked: z.array(z.string()) });
const optionalNumber = z.union([z.null(), z.coerce.number()]);
const stateRow = z.strictObject({
  witnessed_size: optionalNumber,
  waiting_seconds: optionalNumber,
  timestamp_age: optionalNumber,
});

export function checkpointDuties(pool: pg.Pool): CheckpointDuties {
  const checkpoints = async (on: Queryable, statement: { name: string; text: string }, values: readonly unknown[]) =>
    (await query(on, statement, [...values])).map((row) => checkpointRow.parse(row));
  return {
    takeTurn: async (holder, durationMs) => (await query(pool, takeTurn, [holder, durationMs])).length === 1,
    async giveUpTurn(holder) {
      await query(pool, giveUpTurn, [holder]);
    },
    async forked() {
      const [row] = await query(pool, forked, []);
      return forkedRow.parse(row).forked;
    },
    async keepForked(witness, isForked) {
      await query(pool, keepForked, [witness, isForked]);
    },
    newest: async () => (await checkpoints(pool, newest, []))[0] ?? null,
    witnessed: (limit) => checkpoints(pool, witnessed, [limit]),
    async state() {
      const [row] = await query(pool, state, []);
      const { witnessed_size, waiting_seconds, timestamp_age } = stateRow.parse(row);
      return { witnessedSize: witnessed_size, waitingSeconds: waiting_seconds, timestampAgeSeconds: timestamp_age };
    },
    addLines: async ({ size, note }, lines, reached) =>
      (await query(pool, addLines, [size, note, lines, reached])).length === 1,
    async unwitness(size) {
      await query(pool, unwitness, [size]);
    },
    async witnessAll() {
      await query(pool, witnessAll, []);
    },
    async keepTimestamp(size, token, time) {
      await query(pool, keepTimestamp, [size, token, time.toISOString()]);
    },
    prove: (older, newer) => hashesOf(pool, consistencyRanges(older, newer)),
    treeSize: () => treeSize(pool),
  };
}
