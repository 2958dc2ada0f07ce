import type pg from 'pg';
import { z } from 'zod';
import type { NoteVerifier } from '../../core/ledger/checkpoint.ts';
import type { EntryRow, FlushRow } from '../../core/ledger/ledger-rows.ts';
import type { TreeNode } from '../../core/ledger/merkle.ts';
import type { CheckpointStore, KeyRing } from '../../core/ledger/ports.ts';
import { type LedgerReport, type LedgerVerification, verifyLedger } from '../../core/ledger/verify.ts';
import { query, transaction } from '../pool.ts';
import { checkpoints, entries, flushes, pendingEntries, treeLeaves } from './ledger-pages.ts';

export interface VerifyLedgerOptions {
  /** A login that may read the ledger. */
  readonly pool: pg.Pool;
  /** Keys of the instances: best from outside the database, whose owner could add one. */
  readonly keys: KeyRing;
  /** Name of the log, and its checkpoint key. */
  readonly origin: string;
  readonly checkpointKey: NoteVerifier;
  /** Keys that signed checkpoints before it. */
  readonly formerCheckpointKeys?: readonly NoteVerifier[];
  /** Where the last checkpoint stands outside the database. */
  readonly store?: CheckpointStore;
  readonly onProgress?: (progress: { readonly entries: number; readonly treeLeaves: number }) => void;
}

const nodesPerQuestion = 1000;
const progressEvery = 1000;

/**
 * Reads the whole ledger at one point in time, in pages, and recomputes everything from its leaves.
 * The gateways work on meanwhile. Throws `Fault('database-unavailable')`.
 */
export async function verifyStoredLedger(options: VerifyLedgerOptions): Promise<LedgerReport> {
  // Before the snapshot: what was signed by then must be in it.
  const outside = (await options.store?.read()) ?? null;
  return transaction(options.pool, async (client) => {
    await client.query('SET TRANSACTION ISOLATION LEVEL REPEATABLE READ, READ ONLY');
    const stored = await Array.fromAsync(checkpoints(client));
    const notes = [...stored.map(({ note }) => note), ...(outside === null ? [] : [outside])];
    const { keys, origin, checkpointKey, formerCheckpointKeys = [] } = options;
    const verification = verifyLedger({ keys, origin, checkpointKey, formerCheckpointKeys, notes });
    for (const { size, root, note } of stored) {
      const [, statedSize, statedRoot] = note.split('\n');
      if (statedSize !== String(size) || statedRoot !== root.toString('base64')) {
        verification.problem({ code: 'checkpoint', where: `checkpoint/${size}` });
      }
    }
    await verifyFlushes(client, verification, options);
    await verifyTree(client, verification, options);
    for await (const row of pendingEntries(client)) verification.pending(row);
    return verification.end();
  });
}

/** Brings flushes and entries together; both come by instance, then in the order in which they were written. */
async function verifyFlushes(
  client: pg.PoolClient,
  verification: LedgerVerification,
  { onProgress }: VerifyLedgerOptions,
): Promise<void> {
  const source = entries(client);
  let next = await source.next();
  let seen = 0;
  for await (const flush of flushes(client)) {
    const own: EntryRow[] = [];
    while (next.done !== true && !comesAfter(next.value, flush)) {
      if (next.value.instance === flush.instance && next.value.flush === flush.number) own.push(next.value);
      else verification.problem({ code: 'sequence-gap', where: next.value.id });
      next = await source.next();
    }
    verification.flush(flush, own);
    const before = seen;
    seen += own.length;
    if (Math.floor(before / progressEvery) < Math.floor(seen / progressEvery)) {
      onProgress?.({ entries: seen, treeLeaves: 0 });
    }
  }
  for (; next.done !== true; next = await source.next()) {
    verification.problem({ code: 'sequence-gap', where: next.value.id });
  }
  onProgress?.({ entries: seen, treeLeaves: 0 });
}

function comesAfter(entry: EntryRow, flush: FlushRow): boolean {
  if (entry.instance !== flush.instance) return entry.instance > flush.instance;
  return entry.flush > flush.number && entry.sequence >= flush.first + flush.count;
}

async function verifyTree(
  client: pg.PoolClient,
  verification: LedgerVerification,
  { onProgress }: VerifyLedgerOptions,
): Promise<void> {
  let seen = 0;
  let nodeCount = 0;
  let nodes: TreeNode[] = [];
  const compare = async (): Promise<void> => {
    nodeCount += nodes.length;
    for (const where of await differingNodes(client, nodes)) verification.problem({ code: 'tree-node', where });
    nodes = [];
  };
  for await (const leaf of treeLeaves(client)) {
    nodes.push(...verification.treeLeaf(leaf));
    seen += 1;
    if (nodes.length >= nodesPerQuestion) await compare();
    if (seen % progressEvery === 0) onProgress?.({ entries: 0, treeLeaves: seen });
  }
  await compare();
  if ((await countNodes(client)) !== nodeCount) verification.problem({ code: 'tree-node', where: 'tree' });
  onProgress?.({ entries: 0, treeLeaves: seen });
}

const nodesStatement = {
  name: 'verify-nodes',
  text: `SELECT 'node/' || asked.level || '/' || asked.index AS place
    FROM unnest($1::integer[], $2::bigint[], $3::bytea[]) AS asked (level, index, hash)
    LEFT JOIN ledger_node n ON n.level = asked.level AND n.index = asked.index
    WHERE n.hash IS DISTINCT FROM asked.hash`,
};

const countStatement = { name: 'verify-node-count', text: 'SELECT count(*) AS count FROM ledger_node' };

async function differingNodes(client: pg.PoolClient, nodes: readonly TreeNode[]): Promise<readonly string[]> {
  if (nodes.length === 0) return [];
  const found = await query(client, nodesStatement, [
    nodes.map(({ level }) => level),
    nodes.map(({ index }) => index),
    nodes.map(({ hash }) => hash),
  ]);
  return found.map((row) => z.strictObject({ place: z.string() }).parse(row).place);
}

async function countNodes(client: pg.PoolClient): Promise<number> {
  const [row] = await query(client, countStatement, []);
  return z.strictObject({ count: z.coerce.number() }).parse(row).count;
}
