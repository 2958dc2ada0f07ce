import { hash } from 'node:crypto';
import { fromBase64Url } from '../encoding.ts';
import type { Leaf } from '../entry.ts';
import { leafReader } from '../leaf-reader.ts';
import type { EntryRow } from '../ledger-rows.ts';
import type { LedgerSource } from '../ledger-source.ts';
import { hashLength, type Tile, widthIn } from '../tile.ts';
import { checkGiven, type GivenProofs } from './check-given.ts';
import { checkKeys } from './check-keys.ts';
import { checkOpenings } from './check-openings.ts';
import { checkWitnesses, type OutsideTrust } from './check-witnesses.ts';
import { type Checkpoints, checkNewest, checkpoints, type NoteTrust } from './checkpoints.ts';
import { entryLinks } from './entry-links.ts';
import { type EntryPlace, entryPlace } from './entry-place.ts';
import { erasures } from './erasures.ts';
import { type Findings, type Found, findings } from './findings.ts';
import { type GrowingTree, growTree } from './grow-tree.ts';
import { heartbeats } from './heartbeats.ts';
import { type FlushTrust, type InstanceLanes, instanceLanes, type Lane } from './instance-lanes.ts';
import { knownHeads } from './known-heads.ts';
import { policyLinks } from './policy-links.ts';

export interface LedgerTrust extends FlushTrust, NoteTrust, GivenProofs, OutsideTrust {
  /** Entries before this position were verified earlier. */
  readonly since?: number;
}

export interface LedgerReport extends Found {
  readonly entries: number;
  readonly flushes: number;
  readonly instances: number;
  readonly treeSize: number;
  /** Entries that are durable and signed, and wait for their place in the tree. */
  readonly pending: number;
  readonly checkpoints: number;
  /** Size of the largest good checkpoint; null without one. */
  readonly checkpointSize: number | null;
  /** Size of the largest one that enough witnesses saw; null when none were named. */
  readonly witnessedSize: number | null;
}

export type OnProgress = (done: number, total: number) => void;

/**
 * Recomputes a ledger in one pass in the order of the tree, and then what waits for it: docs/ledger.md § What is
 * checked. Its memory does not grow with the ledger. Throws what the source throws.
 */
export async function verifyLedger(
  source: LedgerSource,
  trust: LedgerTrust,
  onProgress: OnProgress = () => undefined,
): Promise<LedgerReport> {
  const found = findings();
  const since = beginning(source, trust, found);
  const pass = entryPass(source, since, trust, found);
  const rows = await source.checkpoints();
  const ofReceipts = await checkGiven(source, trust, pass.heads, found);
  const notes = checkpoints(rows, since, { ...trust, notes: [...trust.notes, ...ofReceipts] }, found);
  if (source.newestNote !== undefined) checkNewest(await source.newestNote(), rows, found);
  if (source.size > 0 && notes.good.length === 0) found.problem('checkpoint-none', `tree/${source.size}`);
  if (trust.notes.length + ofReceipts.length === 0) {
    found.notChecked('whether others saw this history', "no checkpoint of one's own was given (--checkpoint)");
  }
  const witnessedSize = await checkWitnesses(source, rows, trust, found);
  await checkKeys(source, found);
  const tree = await passTree(source, since, notes, pass, found, onProgress);
  let pending = 0;
  for await (const page of source.pending()) {
    for (const row of page) {
      await pass.take(row);
      if (row.flush !== null) pending += 1;
      checkQueued(row, found);
    }
  }
  await pass.end();
  tellUncovered(source.size - Math.min(source.size, notes.largest ?? 0) + pending, found);
  const { checked, ...rest } = found.end();
  return {
    entries: checked.entries,
    flushes: checked.flushes,
    instances: checked.instances,
    treeSize: tree.size(),
    pending,
    checkpoints: notes.good.length,
    checkpointSize: notes.largest,
    witnessedSize,
    checked,
    ...rest,
  };
}

/** The first position that is read. What was verified before cannot be more than there is. */
function beginning(source: LedgerSource, trust: LedgerTrust, found: Findings): number {
  const since = Math.max(source.since, trust.since ?? 0);
  if (since > 0) found.notChecked(`entries before position ${since}`, 'it was asked to begin there');
  if (since > source.size) found.problem('tree-gap', `tree/${source.size}`);
  return Math.min(since, source.size);
}

/** Only marks, receipts and the heartbeats of others would show that more of these stood here. */
function tellUncovered(entries: number, found: Findings): void {
  if (found.checked.marks === 0) found.notChecked('the end of each instance', 'there are no high-water marks (--mark)');
  if (entries > 0) {
    found.notChecked(`${entries} entries beyond the last checkpoint`, 'they rest on the signatures of their flushes');
  }
}

/** The tree as exactly those entries; every tile and every checkpoint as one that it passes through. */
async function passTree(
  source: LedgerSource,
  since: number,
  notes: Checkpoints,
  pass: EntryPass,
  found: Findings,
  onProgress: OnProgress,
): Promise<GrowingTree> {
  const tree = await growTree(since, source.size, async (id, width) => {
    const stored = await source.tile(id, width);
    if (stored === null) found.problem('tile', `tile/${id.level}/${id.index}`);
    return stored ?? Buffer.alloc(width * hashLength);
  });
  const compareRoot = (): void => {
    if (notes.next() === tree.size()) notes.compare(tree.root());
  };
  compareRoot();
  for await (const page of source.entries(since)) {
    for (const row of page) {
      if (row.index !== tree.size()) found.problem('tree-gap', `tree/${row.index}`);
      const waits = pass.take(row);
      if (waits !== undefined) await waits;
      tree.append(pass.hash, 0);
      compareRoot();
    }
    await compareTiles(source, tree.takeFull(), found);
    onProgress(tree.size(), source.size);
  }
  if (tree.size() !== source.size) found.problem('tree-gap', `tree/${tree.size()}`);
  await compareTiles(source, tree.edge(), found);
  await countTiles(source, since, found);
  notes.end();
  return tree;
}

async function compareTiles(source: LedgerSource, tiles: readonly Tile[], found: Findings): Promise<void> {
  for (const { level, index, hashes } of tiles) {
    found.checked.tiles += 1;
    const stored = await source.tile({ level, index }, hashes.length / hashLength);
    if (stored?.equals(hashes) !== true) found.problem('tile', `tile/${level}/${index}`);
  }
}

/** A tile that the tree does not have. */
async function countTiles(source: LedgerSource, since: number, found: Findings): Promise<void> {
  for await (const page of source.tileParts(since)) {
    for (const { level, index, width } of page) {
      if (width !== widthIn(source.size, { level, index })) found.problem('tile', `tile/${level}/${index}`);
    }
  }
}

function checkQueued(row: EntryRow, found: Findings): void {
  const where = row.columns?.id ?? 'pending';
  if (row.flush === null) found.problem('pending', where);
  else if (row.queued === null) found.problem('tree-missing', idOf(row));
  else if (row.queued !== row.hash) found.problem('pending', idOf(row));
}

function idOf(row: EntryRow): string {
  return entryPlace(row)?.id ?? 'pending';
}

interface EntryPass {
  /** Leaf hash of the entry that was taken last, 32 bytes: written over by the next. */
  readonly hash: Buffer;
  readonly heads: ReturnType<typeof knownHeads>;
  /** What it returns must be waited for before the next one. */
  take(row: EntryRow): Promise<void> | undefined;
  end(): Promise<void>;
}

/** A row of which an entry is stored. */
type StoredRow = EntryRow & { readonly flush: number; readonly hash: string };

/** Each entry by itself, in its flush, and with the entries that it speaks of. */
function entryPass(source: LedgerSource, since: number, trust: LedgerTrust, found: Findings): EntryPass {
  const heads = knownHeads(source, since, found);
  const lanes: InstanceLanes = instanceLanes(source, since, trust, heads, found);
  const links = entryLinks(found);
  const policies = policyLinks(found);
  const gone = erasures(found);
  const beats = heartbeats(heads, found);
  const readLeaf = leafReader();
  const leafHash = Buffer.alloc(hashLength);

  const content = (leaf: Leaf, row: StoredRow, lane: Lane): Promise<void> | undefined => {
    checkOpenings(leaf, row.openings, gone, found);
    links.leaf(leaf);
    policies.leaf(leaf);
    gone.leaf(leaf);
    return beats.leaf(leaf, lane, row.flush);
  };
  /** What an entry without a good leaf was about, nobody can tell any more. */
  const silent = (row: StoredRow, { id, sequence }: EntryPlace, lane: Lane): void => {
    beats.untold(lane);
    if (row.leaf !== null) return;
    gone.goneLeaf(lane.instance, sequence, id);
    links.gone(row.columns?.kind ?? '');
    policies.gone(row.columns?.kind ?? '');
    // They go with their leaf.
    if (row.openings.length > 0) found.problem('opening-sealed', id);
  };
  const entry = (row: StoredRow): Promise<void> | undefined => {
    const leaf = row.leaf === null ? null : readLeaf(row.leaf);
    const place = leaf !== null && row.columns === null ? leaf : entryPlace(row);
    const where = place?.id ?? (row.index === null ? 'pending' : `tree/${row.index}`);
    takeHash(row, leafHash, where, found);
    if (row.leaf !== null && leaf === null) found.problem('leaf', where);
    if (row.leaf !== null && leaf !== null && row.columns !== null) found.problem('leaf-copy', where);
    if (place === null) {
      // A reader gives the columns of what has no leaf: this one did not.
      if (row.leaf === null) found.problem('leaf', where);
      return undefined;
    }
    const lane = lanes.of(place.instance);
    const waits = lanes.take(lane, { id: place.id, sequence: place.sequence, flush: row.flush }, leafHash, 0);
    if (leaf === null) {
      silent(row, place, lane);
      return waits;
    }
    return waits === undefined ? content(leaf, row, lane) : waits.then(() => content(leaf, row, lane));
  };
  return {
    hash: leafHash,
    heads,
    take(row) {
      if (isStored(row)) {
        found.checked.entries += 1;
        return entry(row);
      }
      leafHash.fill(0);
      if (row.index !== null) found.problem('entry-missing', `tree/${row.index}`);
      return undefined;
    },
    async end() {
      await lanes.end();
      await heads.end();
      links.end(since);
      gone.end(since);
      beats.end();
      await policies.end(source, since);
    },
  };
}

function isStored(row: EntryRow): row is StoredRow {
  return row.flush !== null && row.hash !== null;
}

/** The hash that the tree commits to: of the leaf where its text is there, else as it is stored. */
function takeHash({ leaf, hash: stored }: StoredRow, into: Buffer, where: string, found: Findings): void {
  const isText = leaf?.startsWith('{') === true;
  const hashed = isText ? hash('sha256', `\0${leaf}`, 'base64url') : stored;
  const isWrong = isText ? hashed !== stored : fromBase64Url(stored, hashLength) === null;
  if (isWrong) found.problem('leaf-hash', where);
  const written = into.write(hashed, 0, hashLength, 'base64url');
  if (written < hashLength) into.fill(0, written);
}
