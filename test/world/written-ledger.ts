import { createHash } from 'node:crypto';
import type { Digest, EntryId, Instant } from '../../src/core/brand.ts';
import { signCheckpoint } from '../../src/core/ledger/checkpoint.ts';
import { openingsOf } from '../../src/core/ledger/commitment.ts';
import type { EntryDraft, JsonValue, Receipt } from '../../src/core/ledger/entry.ts';
import { flushHeadHash, flushHeadText, noPreviousHead } from '../../src/core/ledger/flush-head.ts';
import { writeLeaf } from '../../src/core/ledger/leaf.ts';
import type { CheckpointRow, EntryRow, FlushRow, KeyRow, OpeningRow } from '../../src/core/ledger/ledger-rows.ts';
import type { LedgerSource, MarkFile, PolicyFile } from '../../src/core/ledger/ledger-source.ts';
import { markText } from '../../src/core/ledger/mark.ts';
import { treeOf } from '../../src/core/ledger/merkle.ts';
import { writeReceipt } from '../../src/core/ledger/receipt.ts';
import { sealedDigest } from '../../src/core/ledger/sealed-digest.ts';
import { growTiles, hashLength, type Tile, type TileId } from '../../src/core/ledger/tile.ts';
import { policyDigest } from '../../src/core/ledger/verify/policy-links.ts';
import type { LedgerTrust } from '../../src/core/ledger/verify/verify-ledger.ts';
import { draft } from '../core/ledger/drafts.ts';
import { newSigner } from './ledger-keys.ts';

export const origin = 'sluis.test/ledger';

/** A ledger as its rows, which a test may change before they are verified or exported. */
export interface LedgerRows {
  since: number;
  size: number;
  entries: EntryRow[];
  pending: EntryRow[];
  readonly flushes: Map<string, FlushRow[]>;
  readonly tiles: Map<string, Tile>;
  checkpoints: CheckpointRow[];
  keys: KeyRow[];
  marks: MarkFile[];
  readonly policies: Map<string, PolicyFile[]>;
  timestamps: { size: number; token: Buffer }[];
}

/** Writes entries as a gateway does, without a database: several instances, their flushes, one tree. */
export interface WrittenLedger {
  readonly rows: LedgerRows;
  readonly trust: LedgerTrust;
  /** One flush of an instance; resolves to its leaves' ids. */
  flush(instance: string, drafts: readonly Drafted[]): readonly string[];
  /** Takes up what waits, and signs the tree. Returns the note. */
  sequence(count?: number): string;
  mark(instance: string): MarkFile;
  receipt(instance: string, number: number, index: number): Receipt;
  head(instance: string): { readonly instance: string; readonly flush: number; readonly head: string };
  /** A key in the place of the one that signs flushes and checkpoints; while `overlap`, both sign notes. */
  rotate(): void;
}

export type Drafted = Partial<EntryDraft> & Pick<EntryDraft, 'kind'>;

export const policyFiles: PolicyFile[] = [
  { file: 'catalogue/purposes.yaml', bytes: Buffer.from('purposes: []\n') },
  { file: 'some.policy.yaml', bytes: Buffer.from('rules: []\n') },
];
export const policySet = policyDigest(policyFiles) as Digest;

const sha256 = (text: string): Buffer => createHash('sha256').update(text).digest();
let entriesMade = 0;

export function instanceId(n: number): string {
  return `01920000-0000-7000-b000-${n.toString(16).padStart(12, '0')}`;
}

/** Bodies and commitments that are not those of a permit. */
export function plain(
  kind: EntryDraft['kind'],
  body: Record<string, JsonValue>,
  changes: Partial<EntryDraft> = {},
): Drafted {
  return {
    kind,
    body,
    personal: {},
    fleeting: {},
    purpose: null,
    source: null,
    recipient: null,
    policySet: null,
    ...changes,
  };
}

export function permit(request: string, changes: Partial<EntryDraft> = {}): Drafted {
  return { kind: 'permit', policySet, ...changes, body: { ...draft(1).body, request } };
}

export function disclosure(request: string, changes: Partial<EntryDraft> = {}): Drafted {
  return {
    kind: 'disclosure',
    policySet,
    body: { v: 2, request, fields: ['a.b'], form: 'clear' },
    personal: { subject: 'somebody' },
    fleeting: { payload: 'sha256:of the payload' },
    ...changes,
  };
}

export function heartbeat(phase: 'begin' | 'beat' | 'end', others: readonly JsonValue[] = [], changes = {}): Drafted {
  return plain('heartbeat', { phase, everySeconds: 60, others }, changes);
}

export function activation(): Drafted {
  const body = { v: 2, change: instanceId(99), set: policySet, approvals: 0 };
  return plain('policy-activated', body, { personal: { approvals: '[]' } });
}

export function writtenLedger(): WrittenLedger {
  let ledger = newSigner();
  let checkpoint = newSigner();
  const ledgerKeys = new Map([[ledger.keyId, ledger.check]]);
  const noteKeys = [{ name: origin, publicKey: checkpoint.publicKey, check: checkpoint.check }];
  const signers = [checkpoint];
  const rows: LedgerRows = {
    ...{ since: 0, size: 0, entries: [], pending: [], flushes: new Map(), tiles: new Map(), checkpoints: [] },
    ...{ keys: [], marks: [], policies: new Map([[policySet as string, [...policyFiles]]]), timestamps: [] },
  };
  const keyRow = (use: string, { keyId, jwk }: typeof ledger): KeyRow => {
    return { id: keyId, use, alg: 'Ed25519', jwk, createdAt: '2026-01-01T00:00:00.000Z', retiredAt: null };
  };
  rows.keys.push(keyRow('ledger', ledger), keyRow('checkpoint', checkpoint));
  const last = (instance: string) => rows.flushes.get(instance)?.at(-1) ?? null;

  return {
    rows,
    trust: { keys: ledgerKeys, origin, checkpointKeys: noteKeys, notes: [], signatures: true },
    flush(instance, drafts) {
      const before = last(instance);
      const first = before === null ? 1 : before.first + before.count;
      const number = (before?.number ?? 0) + 1;
      const entries = drafts.map((each, n) => entryRow(each, { instance, sequence: first + n }, number));
      const root = treeOf(entries.map(({ hash }) => Buffer.from(hash ?? '', 'base64url'))).root;
      const previous = before === null ? noPreviousHead : flushHeadHash(before);
      const head = { instance, number, first, count: entries.length, root, previous };
      const signature = ledger.sign(flushHeadText(head));
      const flush = { ...head, head: flushHeadHash(head), key: ledger.keyId, signature };
      rows.flushes.set(instance, [...(rows.flushes.get(instance) ?? []), flush]);
      rows.pending.push(...entries);
      return entries.map(({ leaf }) => JSON.parse(leaf ?? '').id);
    },
    sequence(count = rows.pending.length) {
      const taken = rows.pending.splice(0, count);
      const edge = [...rows.tiles.values()].filter(({ hashes }) => hashes.length < 256 * hashLength);
      const leaves = taken.map(({ hash }) => Buffer.from(hash ?? '', 'base64url'));
      for (const tile of growTiles(rows.size, edge, leaves)) rows.tiles.set(`${tile.level}/${tile.index}`, tile);
      for (const row of taken) rows.entries.push({ ...row, index: rows.size++, queued: null });
      const root = treeOf(rows.entries.map(({ hash }) => Buffer.from(hash ?? '', 'base64url'))).root;
      const signer = signers[0] ?? checkpoint;
      const note = signCheckpoint(
        { origin, size: rows.size, root },
        { name: origin, publicKey: signer.publicKey },
        signer.sign,
      );
      rows.checkpoints.push({ note, stored: { size: rows.size, root, at: '2026-03-01T12:00:00.000Z' } });
      return note;
    },
    mark(instance) {
      const head = last(instance);
      if (head === null) throw new RangeError('an instance that wrote nothing');
      return { instance, text: markText({ head, key: head.key, signature: head.signature }) };
    },
    receipt(instance, number, index) {
      const flush = rows.flushes.get(instance)?.find((each) => each.number === number);
      const own = [...rows.entries, ...rows.pending].filter(
        ({ leaf, flush: its }) => its === number && JSON.parse(leaf ?? '{}').instance === instance,
      );
      if (flush === undefined) throw new RangeError('no such flush');
      const path = treeOf(own.map(({ hash }) => Buffer.from(hash ?? '', 'base64url'))).inclusion(index);
      return writeReceipt(
        { text: own[index]?.leaf ?? '', index, path },
        { head: flush, key: flush.key, signature: flush.signature },
        [],
      );
    },
    head(instance) {
      const flush = last(instance);
      if (flush === null) throw new RangeError('an instance that wrote nothing');
      return { instance, flush: flush.number, head: flush.head.toString('base64url') };
    },
    rotate() {
      ledger = newSigner();
      checkpoint = newSigner();
      ledgerKeys.set(ledger.keyId, ledger.check);
      noteKeys.push({ name: origin, publicKey: checkpoint.publicKey, check: checkpoint.check });
      signers.unshift(checkpoint);
      rows.keys.push(keyRow('ledger', ledger), keyRow('checkpoint', checkpoint));
    },
  };
}

function entryRow(changes: Drafted, place: { instance: string; sequence: number }, flush: number): EntryRow {
  const each = draft(++entriesMade, changes);
  // A permit's body is the default of a draft's.
  if (changes.body !== undefined) Object.assign(each, { body: changes.body });
  const openings = Object.keys(each.personal)
    .sort()
    .map((name): OpeningRow => {
      return [name, sha256(`${each.id} ${name}`).toString('base64url'), 'kept'];
    });
  const digests = openings.map(([name, digest]) => ({ name, digest: Buffer.from(digest, 'base64url') }));
  const sealed = openings.length === 0 ? {} : { sealed: sealedDigest(digests) };
  const names = Object.keys(each.personal).length + Object.keys(each.fleeting).length;
  const written = writeLeaf(
    { ...each, body: { ...each.body, ...sealed } },
    place,
    openingsOf(each, Buffer.alloc(16 * names, 7)),
  );
  const hash = written.hash.toString('base64url');
  return { index: null, leaf: written.text, flush, hash, openings, columns: null, queued: hash };
}

async function* pages<Row>(rows: readonly Row[], size = 3): AsyncGenerator<readonly Row[]> {
  for (let start = 0; start < rows.length; start += size) yield rows.slice(start, start + size);
}

/** What a reader makes of these rows. */
export function sourceOf(rows: LedgerRows): LedgerSource {
  return {
    size: rows.size,
    since: rows.since,
    checkpoints: async () => rows.checkpoints,
    entries: (from) => pages(rows.entries.filter(({ index }) => (index ?? 0) >= from)),
    pending: () => pages(rows.pending),
    instances: async () => [...rows.flushes.keys()],
    flushes: (instance, from) => pages((rows.flushes.get(instance) ?? []).filter(({ number }) => number >= from)),
    async tile({ level, index }: TileId, width) {
      const found = rows.tiles.get(`${level}/${index}`)?.hashes;
      return found?.length === width * hashLength ? found : null;
    },
    tileParts: (beyond) =>
      pages(
        [...rows.tiles.values()]
          .filter(({ level, index }) => index >= Math.floor(beyond / 256 ** (level + 1)))
          .map(({ hashes, ...id }) => ({ ...id, width: hashes.length / hashLength })),
      ),
    tiles: (beyond) =>
      pages([...rows.tiles.values()].filter(({ level, index }) => index >= Math.floor(beyond / 256 ** (level + 1)))),
    keys: async () => rows.keys,
    policySets: async () => [...rows.policies.keys()] as Digest[],
    policyFiles: async (digest) => rows.policies.get(digest) ?? [],
    marks: async () => rows.marks,
    timestamps: async () => rows.timestamps,
  };
}

export function at(seconds: number): { readonly time: Instant } {
  const minutes = Math.floor(seconds / 60);
  const pad = (value: number) => String(value).padStart(2, '0');
  return {
    time: `2026-03-01T${pad(12 + Math.floor(minutes / 60))}:${pad(minutes % 60)}:${pad(seconds % 60)}.000Z` as Instant,
  };
}

export function entryId(n: number): EntryId {
  return `01920000-0000-7000-8000-${n.toString(16).padStart(12, '0')}` as EntryId;
}
