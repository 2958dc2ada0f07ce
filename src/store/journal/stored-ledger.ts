import type pg from 'pg';
import type { Digest } from '../../core/brand.ts';
import type { LedgerSource, MarkFile } from '../../core/ledger/ledger-source.ts';
import { fullWidth, hashLength } from '../../core/ledger/tile.ts';
import { query, transaction } from '../pool.ts';
import { entryPages, flushPages, pendingPages, tilePages, tilePartPages } from './ledger-pages.ts';

/** What belongs to the ledger and is kept outside its database. */
export interface OutsideLedger {
  /** The last checkpoint, where it is kept. */
  readonly note: string | null;
  readonly marks: readonly MarkFile[];
}

const sizeStatement = {
  name: 'stored-ledger-size',
  text: 'SELECT coalesce(max(index) + 1, 0)::bigint AS size FROM ledger_tree',
};
const checkpointStatement = {
  name: 'stored-ledger-checkpoints',
  text: 'SELECT size, root, note, at FROM ledger_checkpoint ORDER BY size',
};
const timestampStatement = {
  name: 'stored-ledger-timestamps',
  text: 'SELECT size, timestamp_token AS token FROM ledger_checkpoint WHERE timestamp_token IS NOT NULL ORDER BY size',
};
const instanceStatement = {
  name: 'stored-ledger-instances',
  text: 'SELECT instance FROM ledger_flush GROUP BY instance ORDER BY instance',
};
const tileStatement = {
  name: 'stored-ledger-tile',
  text: 'SELECT hashes FROM ledger_tile WHERE level = $1 AND index = $2',
};
const keyStatement = {
  name: 'stored-ledger-keys',
  text: `SELECT id, use, alg, jwk, created_at AS "createdAt", retired_at AS "retiredAt" FROM key
    ORDER BY created_at, id`,
};
const setStatement = {
  name: 'stored-ledger-policy-sets',
  text: 'SELECT digest FROM policy_set ORDER BY recorded_at, digest',
};
const fileStatement = {
  name: 'stored-ledger-policy-files',
  text: 'SELECT name AS file, bytes FROM policy_set_file WHERE set_digest = $1 ORDER BY name COLLATE "C"',
};

interface StoredCheckpoint {
  readonly size: number;
  readonly root: Buffer;
  readonly note: string;
  readonly at: string;
}

/** The ledger as a transaction sees it, which must see one moment only. */
export async function storedLedger(client: pg.PoolClient, { note, marks }: OutsideLedger): Promise<LedgerSource> {
  const [{ size } = { size: 0 }] = await query<{ size: number }>(client, sizeStatement, []);
  return {
    size,
    since: 0,
    entries: (from) => entryPages(client, from),
    pending: () => pendingPages(client),
    flushes: (instance, from) => flushPages(client, instance, from),
    tileParts: (beyond) => tilePartPages(client, beyond),
    tiles: (beyond) => tilePages(client, beyond),
    marks: () => Promise.resolve(marks),
    keys: () => query(client, keyStatement, []),
    policyFiles: (digest) => query(client, fileStatement, [digest]),
    timestamps: () => query(client, timestampStatement, []),
    async checkpoints() {
      const stored = await query<StoredCheckpoint>(client, checkpointStatement, []);
      const rows = stored.map(({ note: text, ...beside }) => ({ note: text, stored: beside }));
      return note === null ? rows : [...rows, { note, stored: null }];
    },
    async instances() {
      return (await query<{ instance: string }>(client, instanceStatement, [])).map(({ instance }) => instance);
    },
    async policySets() {
      return (await query<{ digest: Digest }>(client, setStatement, [])).map(({ digest }) => digest);
    },
    async tile({ level, index }, width) {
      const [found] = await query<{ hashes: Buffer }>(client, tileStatement, [level, index]);
      if (found === undefined || width > fullWidth) return null;
      // To the width that was asked for, unless somebody made it narrower or added to it.
      return found.hashes.length === width * hashLength ? found.hashes : null;
    },
  };
}

/**
 * Works on the ledger as it is at one moment, while gateways write on. Throws `Fault('database-unavailable')`.
 * @param outside read before that moment: what was signed by then must be in it
 */
export function withStoredLedger<T>(
  pool: pg.Pool,
  outside: () => Promise<OutsideLedger>,
  work: (source: LedgerSource) => Promise<T>,
): Promise<T> {
  return outside().then((before) =>
    transaction(pool, async (client) => {
      await client.query('SET TRANSACTION ISOLATION LEVEL REPEATABLE READ, READ ONLY');
      // Whoever reads on may write or calculate for long in between.
      await client.query(`SET LOCAL idle_in_transaction_session_timeout = '15min'`);
      return work(await storedLedger(client, before));
    }),
  );
}
