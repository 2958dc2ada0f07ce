import type pg from 'pg';
import { leafHash } from '../../../src/core/ledger/tree-hash.ts';
import type { KeptOutside } from './kept-outside.ts';
import { prefixRoots } from './prefix-roots.ts';

/** What people hold against what the database has. Each list is empty in a ledger that lost nothing. */
export interface Losses {
  /** Disclosures that somebody was told of, and that are not on record. */
  readonly disclosuresWithoutEntry: readonly string[];
  /** Other entries that were acknowledged and are not there. */
  readonly entriesLost: readonly string[];
  /** The entry is there, and is not the one of the receipt. */
  readonly entriesChanged: readonly string[];
  /** Acknowledged, and under no checkpoint when all gateways are quiet. */
  readonly withoutCheckpoint: readonly string[];
  /** States that were signed or published and are no beginning of the one tree: not of each other, then. */
  readonly inconsistentCheckpoints: readonly string[];
}

interface StoredEntry {
  readonly id: string;
  readonly hash: Buffer;
  readonly index: number | null;
}

/** Whether all that is durable stands under a checkpoint. */
export async function isSettled(owner: pg.Pool): Promise<boolean> {
  const { rows } = await owner.query<{ settled: boolean }>(
    `SELECT NOT EXISTS (SELECT 1 FROM ledger_pending)
       AND (SELECT max(index) + 1 FROM ledger_tree) = (SELECT max(size) FROM ledger_checkpoint) AS settled`,
  );
  return rows[0]?.settled === true;
}

/** Call it when everybody is quiet. @param owner may read all tables */
export async function lookForLoss(owner: pg.Pool, kept: KeptOutside): Promise<Losses> {
  const notes = await owner.query<{ note: string }>('SELECT note FROM ledger_checkpoint');
  for (const { note } of notes.rows) kept.published(note);
  const { rows } = await owner.query<StoredEntry>(
    `SELECT e.id, e.leaf_hash AS hash, t.index FROM ledger_entry e LEFT JOIN ledger_tree t ON t.entry_id = e.id
     ORDER BY t.index`,
  );
  const stored = new Map(rows.map((row) => [row.id, row]));
  const acknowledged = [...kept.acknowledged];
  const missing = acknowledged.filter(([id]) => !stored.has(id));
  const isDisclosure = ([, { kind }]: (typeof missing)[number]) => kind === 'disclosure';
  const idOf = ([id]: (typeof missing)[number]) => id;
  const tree = rows.flatMap(({ hash, index }) => (index === null ? [] : [hash]));
  const states = [...kept.states.values()];
  const covered = Math.max(0, ...states.map(({ size }) => size));
  const roots = prefixRoots(tree, new Set(states.map(({ size }) => size)));
  return {
    disclosuresWithoutEntry: missing.filter(isDisclosure).map(idOf),
    entriesLost: missing.filter((each) => !isDisclosure(each)).map(idOf),
    entriesChanged: acknowledged
      .filter(([id, { receipt }]) => receipt !== null && stored.get(id)?.hash.equals(leafHash(receipt.leaf)) === false)
      .map(idOf),
    withoutCheckpoint: acknowledged.filter(([id]) => (stored.get(id)?.index ?? covered) >= covered).map(idOf),
    inconsistentCheckpoints: states
      .filter(({ size, root }) => roots.get(size)?.toString('base64') !== root)
      .map(({ size, root }) => `${size} ${root}`),
  };
}

export const noLoss: Losses = {
  disclosuresWithoutEntry: [],
  entriesLost: [],
  entriesChanged: [],
  withoutCheckpoint: [],
  inconsistentCheckpoints: [],
};
