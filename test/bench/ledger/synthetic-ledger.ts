import { randomBytes } from 'node:crypto';
import { v7 } from 'uuid';
import { type EntryId, type Instant, instant, type TraceId } from '../../../src/core/brand.ts';
import { signCheckpoint } from '../../../src/core/ledger/checkpoint.ts';
import { committedNames, openingsOf, saltBytes } from '../../../src/core/ledger/commitment.ts';
import { toBase64Url } from '../../../src/core/ledger/encoding.ts';
import type { EntryDraft } from '../../../src/core/ledger/entry.ts';
import { flushHeadHash, flushHeadText, noPreviousHead } from '../../../src/core/ledger/flush-head.ts';
import { type Place, writeLeaf } from '../../../src/core/ledger/leaf.ts';
import type { CheckpointRow, EntryRow, FlushRow, KeyRow, OpeningRow } from '../../../src/core/ledger/ledger-rows.ts';
import type { LedgerSource } from '../../../src/core/ledger/ledger-source.ts';
import { append, emptyFrontier, rootOf, treeOf } from '../../../src/core/ledger/merkle.ts';
import type { LedgerSigner } from '../../../src/core/ledger/ports.ts';
import { sealedDigest } from '../../../src/core/ledger/sealed-digest.ts';
import { fullWidth, growTiles, hashLength, type Tile } from '../../../src/core/ledger/tile.ts';
import { realDisclosure, realPermit } from '../../world/real-entries.ts';
import { activation, type Drafted, heartbeat, policyFiles, policySet } from '../../world/written-ledger.ts';

/** Writers at once. */
const instances = 4;
/** Of a flush that is full: as many permits as disclosures of earlier ones. */
const requestsInFlush = 16;
const checkpointCount = 1_000;
const started = Date.parse('2026-03-01T12:00:00.000Z');
const flushEveryMs = 10;
const pageLength = 512;

export interface SyntheticKeys {
  readonly ledger: LedgerSigner;
  readonly checkpoint: LedgerSigner;
}

/**
 * A ledger as gateways would have written it, of at least so many entries: real leaves of real requests, sealed
 * openings, four instances with signed and chained flushes of 32, one tree, a thousand signed checkpoints. Made
 * while `entries` is read, once and from the beginning: the rest of it is there afterwards.
 */
export function syntheticLedger(least: number, origin: string, keys: SyntheticKeys): LedgerSource {
  const rounds = Math.ceil(least / (instances * 2 * requestsInFlush));
  const size = 1 + instances * (2 + rounds * 2 * requestsInFlush);
  const flushes = new Map<string, FlushRow[]>();
  const tiles = new Map<string, Tile>();
  const checkpoints: CheckpointRow[] = [];
  let frontier = emptyFrontier;
  let made = 0;

  /** One flush in its place in the tree. */
  function write(instance: string, drafts: readonly Drafted[]): readonly EntryRow[] {
    const own = flushes.get(instance) ?? [];
    flushes.set(instance, own);
    const before = own.at(-1);
    const first = before === undefined ? 1 : before.first + before.count;
    const number = own.length + 1;
    const time = instant(new Date(started + flushEveryMs * made++));
    const written = drafts.map((draft, n) => leafOf(draft, time, { instance, sequence: first + n }));
    const hashes = written.map(({ hash }) => hash);
    const previous = before === undefined ? noPreviousHead : before.head;
    const head = { instance, number, first, count: hashes.length, root: treeOf(hashes).root, previous };
    const signature = keys.ledger.sign(flushHeadText(head));
    own.push({ ...head, head: flushHeadHash(head), key: keys.ledger.keyId, signature });
    const start = frontier.size;
    grow(hashes);
    return written.map(({ text, hash, openings }, n) => {
      const hashText = toBase64Url(hash);
      return { index: start + n, leaf: text, flush: number, hash: hashText, openings, columns: null, queued: null };
    });
  }

  function grow(hashes: readonly Buffer[]): void {
    const edge = [...edgeTiles(frontier.size)];
    for (const tile of growTiles(frontier.size, edge, hashes)) tiles.set(`${tile.level}/${tile.index}`, tile);
    const before = frontier.size;
    ({ frontier } = append(frontier, hashes));
    const every = Math.max(1, Math.floor(size / checkpointCount));
    if (Math.floor(before / every) < Math.floor(frontier.size / every) || frontier.size === size) sign();
  }

  function* edgeTiles(before: number): Generator<Tile> {
    for (let level = 0, count = before; count > 0; level++, count = Math.floor(count / fullWidth)) {
      const tile = tiles.get(`${level}/${Math.floor(count / fullWidth)}`);
      if (tile !== undefined && tile.hashes.length < fullWidth * hashLength) yield tile;
    }
  }

  function sign(): void {
    const root = rootOf(frontier);
    const { publicKey, sign: signer } = keys.checkpoint;
    const note = signCheckpoint({ origin, size: frontier.size, root }, { name: origin, publicKey }, signer);
    checkpoints.push({ note, stored: { size: frontier.size, root, at: instant(new Date(started)) } });
  }

  async function* entries(from: number): AsyncGenerator<readonly EntryRow[]> {
    if (from !== 0 || made > 0) throw new RangeError('a synthetic ledger is read once, from the beginning');
    const writers = Array.from({ length: instances }, () => ({ instance: v7(), open: [] as string[] }));
    for (const { instance } of writers) yield write(instance, [heartbeat('begin')]);
    yield write(writers[0]?.instance ?? '', [activation()]);
    for (let round = 0; round <= rounds; round += 1) {
      for (const writer of writers) {
        const asked = round === rounds ? [] : Array.from({ length: requestsInFlush }, () => v7());
        yield write(writer.instance, [...asked.map(permitOf), ...writer.open.map(disclosureOf)]);
        writer.open = asked;
      }
    }
    for (const { instance } of writers) yield write(instance, [heartbeat('end')]);
    if (frontier.size !== size) throw new RangeError('a synthetic ledger became another size than planned');
  }

  return {
    ...{ size, since: 0, entries },
    checkpoints: async () => checkpoints,
    pending: () => pages([]),
    instances: async () => [...flushes.keys()],
    flushes: (instance, from) => pages((flushes.get(instance) ?? []).filter(({ number }) => number >= from)),
    tile: async ({ level, index }) => tiles.get(`${level}/${index}`)?.hashes ?? null,
    tileParts: () =>
      pages([...tiles.values()].map(({ hashes, ...id }) => ({ ...id, width: hashes.length / hashLength }))),
    tiles: () => pages([...tiles.values()]),
    keys: async () => [keyRow('ledger', keys.ledger), keyRow('checkpoint', keys.checkpoint)],
    policySets: async () => [policySet],
    policyFiles: async () => policyFiles,
    marks: async () => [],
    timestamps: async () => [],
  };
}

function permitOf(request: string): Drafted {
  return { ...realPermit, policySet, body: { ...realPermit.body, request } };
}

function disclosureOf(request: string): Drafted {
  return { ...realDisclosure, policySet, body: { ...realDisclosure.body, request } };
}

/** A leaf with the digests of sealed openings that nobody kept. */
function leafOf(drafted: Drafted, time: Instant, place: Place) {
  const trace = randomBytes(16).toString('hex') as TraceId;
  const draft = { subject: null, ...drafted, id: v7() as EntryId, time, trace } as EntryDraft;
  const sealed = Object.keys(draft.personal)
    .sort()
    .map((name) => ({ name, digest: randomBytes(hashLength) }));
  const body = sealed.length === 0 ? draft.body : { ...draft.body, sealed: sealedDigest(sealed) };
  const salts = randomBytes(committedNames(draft).length * saltBytes);
  const { text, hash } = writeLeaf({ ...draft, body }, place, openingsOf(draft, salts));
  const openings = sealed.map(({ name, digest }): OpeningRow => [name, toBase64Url(digest), 'kept']);
  return { text, hash, openings };
}

function keyRow(use: string, { keyId, jwk }: LedgerSigner): KeyRow {
  return { id: keyId, use, alg: 'Ed25519', jwk, createdAt: instant(new Date(started)), retiredAt: null };
}

async function* pages<Row>(rows: readonly Row[]): AsyncGenerator<readonly Row[]> {
  for (let start = 0; start < rows.length; start += pageLength) yield rows.slice(start, start + pageLength);
}
