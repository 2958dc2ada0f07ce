import type pg from 'pg';
import { v7 } from 'uuid';
import type { Change } from '../../../src/core/disclosure/change.ts';
import type { Leaf } from '../../../src/core/ledger/entry.ts';
import { requestOf } from '../../../src/core/ledger/leaf.ts';
import { composeFlush, type FlushKeys } from '../../../src/store/journal/compose-flush.ts';
import type { SealedOpening } from '../../../src/store/journal/flush-statement.ts';
import { connectLane } from '../../../src/store/journal/lane-connection.ts';
import { lockBasis } from '../../../src/store/journal/lock-basis.ts';
import { firstPosition } from '../../../src/store/journal/position.ts';
import type { Disclosures } from './disclosures.ts';
import { pending, persist, type Transactions, timeouts } from './transactions-alone.ts';

/**
 * What any log keeps of a disclosure: the same bytes, to be found by the same columns. Nothing in it is hashed, numbered,
 * signed, queued or held by another row. `bench_insert` is less: a row to be found by its id alone.
 */
const tables = [
  `CREATE TABLE bench_entry (id uuid PRIMARY KEY, kind text NOT NULL, time timestamptz NOT NULL, purpose text, source text,
    recipient text, request_id uuid, leaf text NOT NULL)`,
  'CREATE INDEX bench_entry_request ON bench_entry (request_id)',
  'CREATE INDEX bench_entry_time ON bench_entry (time DESC)',
  'CREATE INDEX bench_entry_kind ON bench_entry (kind, time)',
  `CREATE TABLE bench_opening (entry_id uuid NOT NULL, name text NOT NULL, subject_id uuid, ciphertext bytea NOT NULL,
    PRIMARY KEY (entry_id, name))`,
  'CREATE INDEX bench_opening_subject ON bench_opening (subject_id)',
  'CREATE TABLE bench_insert (id uuid PRIMARY KEY, leaf text NOT NULL, opening bytea NOT NULL)',
];

const logStatement = {
  name: 'bench-log',
  text: `WITH moved AS (
      UPDATE request SET state = given.to_state, moved_at = given.at, entry_id = given.entry
      FROM json_to_recordset($1) AS given (id uuid, from_state text, to_state text, at timestamptz, entry uuid)
      WHERE request.id = given.id AND request.state = given.from_state
    ), entry AS (
      INSERT INTO bench_entry VALUES ($2, $3, $4, $5, $6, $7, $8, $9)
    )
    INSERT INTO bench_opening VALUES ($2, $10, $11, $12)`,
};

const insertStatement = { name: 'bench-insert', text: 'INSERT INTO bench_insert VALUES ($1, $2, $3)' };

export async function createPlainTables(owner: pg.Pool, servedBy: string): Promise<void> {
  for (const statement of tables) await owner.query(statement);
  await owner.query(`GRANT INSERT ON bench_entry, bench_opening, bench_insert TO "${servedBy}"`);
}

/** One entry as the ledger stores it, made once: so a plain row costs nothing but its writing. */
export interface EntryBytes {
  readonly leaf: Leaf;
  readonly text: string;
  readonly opening: SealedOpening;
}

export function entryBytes(keys: FlushKeys, works: Disclosures): EntryBytes {
  const { flush } = composeFlush([pending(works)], firstPosition(v7()), keys);
  const [written] = flush?.rows.leaves ?? [];
  const [opening] = flush?.rows.openings ?? [];
  if (written === undefined || opening === undefined) throw new Error('a disclosure was not composed');
  return { leaf: written.leaf, text: written.text, opening };
}

/** The same transaction as the ledger's, with rows of a log in place of its own. */
export async function plainTransactions(
  serve: pg.Pool,
  works: Disclosures,
  { leaf, text, opening }: EntryBytes,
): Promise<Transactions> {
  const connection = await connectLane(serve, timeouts);
  const { kind, time, purpose, source, recipient, body } = leaf;
  const row = [kind, time, purpose, source, recipient, requestOf(body), text];
  const sealed = [opening.name, opening.subject, opening.ciphertext];
  return {
    async once() {
      const each = pending(works);
      const moved = JSON.stringify(each.work.changes.map(movedRow));
      await persist(async () => {
        await connection.command('BEGIN');
        const isHeld = (await lockBasis(connection, [each])).holding.length === 1;
        if (isHeld) await connection.query(logStatement, [moved, v7(), ...row, ...sealed]);
        await connection.command(isHeld ? 'COMMIT' : 'ROLLBACK');
        return isHeld;
      });
    },
    end: () => connection.end(),
  };
}

/** One row, one statement, one commit, and nothing else. */
export async function plainInserts(serve: pg.Pool, { text, opening }: EntryBytes): Promise<Transactions> {
  const connection = await connectLane(serve, timeouts);
  return {
    async once() {
      await connection.query(insertStatement, [v7(), text, opening.ciphertext]);
    },
    end: () => connection.end(),
  };
}

function movedRow(change: Change) {
  if (change.type !== 'request-moved') throw new TypeError('a disclosure moves a request');
  return { id: change.id, from_state: change.from, to_state: change.to, at: change.at, entry: change.entry };
}
