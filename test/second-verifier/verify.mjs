// Checks an export of the ledger with nothing but trusted public keys. Written from docs/ledger.md and docs/ledger-entries.md alone.
//
//   node verify.mjs EXPORT_DIR --keys KEYS.json [--checkpoint NOTE_FILE]... [--mark FILE]...
//
// KEYS.json has the form of `keys.json` in an export. Prints { ok, entries, problems: [{ code, where }] }, the first hundred of each
// code. Exit code 0: whole; 1: there are problems; 2: it could not be read. What is not checked is named on stderr.
import { readFileSync } from 'node:fs';
import { readExport, readKeys, readText } from './export.mjs';
import { isOfItsKind } from './forms.mjs';
import { headText, isSignature, openCheckpoint, openMark, thumbprint, trustedKeys } from './signatures.mjs';
import { checkErasures, checkHeartbeatsAndVoids, checkLinks, checkPolicies } from './statements.mjs';
import { growingTree, leafHash, readTilePath, rootOf, tilePath, widthOf } from './tree.mjs';
import { decode, isInteger, isLeafText, isObject, isUuid, sha256 } from './values.mjs';

const USAGE = 'usage: verify.mjs EXPORT_DIR --keys KEYS.json [--checkpoint NOTE_FILE]... [--mark FILE]...';
const ZEROES = Buffer.alloc(32).toString('base64url');
const base64url = (hash) => hash.toString('base64url');

class Verifier {
  problems = [];
  counts = new Map(); // code -> how many
  heads = new Map(); // `<instance>/<number>` of a flush -> what is known of it
  passed = []; // the entries, in the order of the pass
  hashes = []; // leaf hashes from `since` on, as the rows come
  entries = 0;

  constructor(exported, keys) {
    this.exported = exported;
    this.since = exported.manifest.since;
    this.keys = keys;
    this.ledgerKeys = trustedKeys(keys, 'ledger');
    this.checkpointKeys = trustedKeys(keys, 'checkpoint');
  }

  problem(code, where) {
    const count = (this.counts.get(code) ?? 0) + 1;
    this.counts.set(code, count);
    if (count <= 100) this.problems.push({ code, where });
  }

  check(notes, marks) {
    this.checkKeys();
    this.checkFlushes();
    this.readEntries();
    this.checkEntriesOfFlushes();
    const good = this.openNotes(notes);
    this.checkTree(good);
    for (const { where, bytes } of [...this.exported.marks, ...marks]) this.checkMark(where, bytes);
    checkHeartbeatsAndVoids(this);
    checkErasures(this);
    checkLinks(this);
    checkPolicies(this);
  }

  checkKeys() {
    for (const key of this.exported.keys) if (thumbprint(key.jwk) !== key.id) this.problem('key', `key ${key.id}`);
  }

  // ---- Flushes: one after the other, by instance

  checkFlushes() {
    for (const flushes of this.exported.flushes.values()) {
      let before = null;
      for (const flush of flushes) {
        this.checkFlush(flush, before);
        before = flush;
      }
    }
  }

  checkFlush(flush, before) {
    const where = `flush ${flush.instance}/${flush.number}`;
    const text = headText(flush);
    flush.calculated = base64url(sha256(text));
    flush.entries = [];
    this.heads.set(`${flush.instance}/${flush.number}`, flush);

    const beganBefore = before === null && this.since > 0 && flush.number !== 1; // what it follows is not in the export
    if (!beganBefore) {
      if (flush.number !== (before?.number ?? 0) + 1) this.problem('flush-gap', where);
      if (flush.first !== (before ? before.first + before.count : 1)) this.problem('flush-place', where);
      if (flush.previous !== (before?.calculated ?? ZEROES)) this.problem('flush-chain', where);
    }
    if (flush.head !== flush.calculated) this.problem('flush-head', where);
    const key = this.ledgerKeys.get(flush.key);
    if (!key) this.problem('unknown-key', where);
    else if (!isSignature(key, text, decode(flush.signature, 'base64url', 64))) this.problem('flush-signature', where);
  }

  // ---- The pass: the tree in its order, then the pending entries

  readEntries() {
    const { stored, pending, manifest } = this.exported;
    let next = this.since;
    for (const { row, ...rest } of stored) {
      const where = `position ${row.index ?? '?'}`;
      if (row.index !== next) this.problem('tree-gap', where);
      const hash = this.readEntry({ row, where, ...rest });
      this.hashes.push(hash ?? Buffer.alloc(32));
      if (!hash) this.problem('entry-missing', where);
      next += 1;
    }
    if (next !== manifest.size) this.problem('tree-gap', `position ${next}`);

    for (const [at, { row, ...rest }] of pending.entries()) {
      const where = `pending ${at + 1}`;
      const hash = this.readEntry({ row, where, ...rest });
      if (!hash) this.problem('pending', where);
      else if (row.queued === undefined) this.problem('tree-missing', where);
      else if (row.queued !== row.hash) this.problem('pending', where);
    }
  }

  /** Checks an entry by itself and in its instance. Its leaf hash; null when no entry is stored. */
  readEntry({ text, gone, row, openings, where }) {
    if (row.flush === undefined) return null;
    this.entries += 1;
    const read = text === null ? null : parsed(text);
    const leaf = text !== null && isLeafText(text, read) && isOfItsKind(read) ? read : null; // what is not good says nothing
    const { id, instance, sequence } = { ...read, ...row.columns };
    const isPlaced = isUuid(id) && isUuid(instance) && isInteger(sequence) && sequence >= 1;
    const stored = decode(row.hash, 'base64url', 32);
    const hash = text === null ? (stored ?? Buffer.alloc(32)) : leafHash(text);
    if (!stored?.equals(hash)) this.problem('leaf-hash', where);
    if ((!gone && !leaf) || !isPlaced) this.problem('leaf', where);
    if (leaf && row.columns) this.problem('leaf-copy', where);
    if (!isPlaced) return hash;
    const entry = {
      where,
      leaf,
      gone,
      openings,
      id,
      instance,
      sequence,
      hash,
      body: leaf?.body ?? {},
      flush: row.flush,
      place: this.passed.length,
      kind: leaf?.kind, // of a leaf that is gone `columns` tell it, and nothing vouches for that
      goneKind: gone ? row.columns?.kind : undefined,
      time: Date.parse(leaf?.time),
      request: isUuid(leaf?.body.request) ? leaf.body.request : undefined,
    };
    this.checkSequence(entry);
    if (leaf) this.checkOpenings(entry);
    else if (gone && openings.length > 0) this.problem('opening-sealed', where);
    this.passed.push(entry);
    return hash;
  }

  instances = new Map(); // the instance so far

  checkSequence(entry) {
    const { instance, sequence, where, flush: number, leaf, kind, body } = entry;
    const soFar = this.instances.get(instance);
    const beganBefore = !soFar && this.since > 0 && sequence > 1;
    if (!beganBefore && sequence !== (soFar?.sequence ?? 0) + 1) this.problem('sequence-gap', where);
    const state = soFar ?? {
      sequence: 0,
      first: sequence,
      firstFlush: number,
      flush: 0,
      spoken: beganBefore ? 'yes' : 'no',
      ended: false,
    };
    this.instances.set(instance, state);
    state.sequence = Math.max(state.sequence, sequence);

    const flush = this.heads.get(`${instance}/${number}`);
    if (number < state.flush) this.problem('flush-place', where);
    else if (!flush) {
      this.problem('flush-missing', where);
      state.flush = number;
    } else {
      if (!(sequence >= flush.first && sequence < flush.first + flush.count)) this.problem('flush-place', where);
      flush.entries.push(entry);
      state.flush = number;
    }

    // `begin` is the first entry but for `void`s, and no other heartbeat is; what cannot be read may have been either.
    if (!leaf) {
      if (state.spoken === 'no') state.spoken = 'perhaps';
      return;
    }
    if (state.ended) this.problem('heartbeat', where);
    if (kind === 'heartbeat' && state.spoken !== 'perhaps' && (body.phase === 'begin') !== (state.spoken === 'no')) {
      this.problem('heartbeat', where);
    }
    if (kind !== 'void') state.spoken = 'yes';
    if (kind === 'heartbeat') state.ended = body.phase === 'end';
  }

  checkOpenings({ leaf, body, openings, where }) {
    const names = openings.map(([name]) => name);
    let good = names.every((name, at) => Object.hasOwn(leaf.commitments, name) && (at === 0 || names[at - 1] < name));
    if (body.sealed !== undefined) {
      const parts = openings.flatMap(([name, digest]) => [
        `${name}\0`,
        decode(digest, 'base64url', 32) ?? 'not a digest',
      ]);
      good &&= body.sealed === base64url(sha256(...parts));
    }
    if (!good) this.problem('opening-sealed', where);
  }

  checkEntriesOfFlushes() {
    for (const [instance, flushes] of this.exported.flushes) {
      const state = this.instances.get(instance);
      if (this.since > 0 && !state) continue;
      for (const flush of flushes) {
        // With `since`: entries of the first flush may lie before it.
        if (this.since > 0 && flush.number === state.firstFlush && flush.first !== state.first) continue;
        const where = `flush ${instance}/${flush.number}`;
        const hashes = flush.entries.map((entry) => entry.hash);
        if (hashes.length !== flush.count) this.problem('flush-count', where);
        if (hashes.length > 0 && base64url(rootOf(hashes)) !== flush.root) this.problem('flush-root', where);
      }
    }
  }

  // ---- Tree, tiles and checkpoints

  openNotes(further) {
    const { checkpoint, checkpoints, manifest } = this.exported;
    const notes = checkpoints.map((beside, at) => ({
      where: `checkpoints.ndjson ${at + 1}`,
      note: beside.note,
      beside,
    }));
    const sizeIn = ({ note }) => (isInteger(Number(note.split('\n')[1])) ? Number(note.split('\n')[1]) : -1);
    const largest = Math.max(...checkpoints.map(sizeIn));
    const newest = checkpoints.filter((line) => sizeIn(line) === largest).map(({ note }) => note);
    if (checkpoint === null ? newest.length > 0 : !newest.includes(checkpoint))
      this.problem('checkpoint', 'checkpoint');
    const good = [];
    for (const { where, note, beside } of [...notes, ...further]) {
      const opened = openCheckpoint(note, manifest.origin, this.checkpointKeys);
      const compared = opened && beside && beside.outside !== true;
      const differs = compared && (beside.size !== opened.size || beside.root !== base64url(opened.root));
      if (!opened || differs) this.problem('checkpoint', where);
      if (opened) good.push({ where, ...opened });
    }
    if (manifest.size > 0 && good.length === 0) this.problem('checkpoint-none', `tree/${manifest.size}`);
    return good;
  }

  checkTree(notes) {
    const { tiles, manifest } = this.exported;
    const tree = growingTree(this.since, (level, number) => {
      const width = widthOf(manifest.size, level, number);
      const bytes = tiles.get(tilePath(level, number, width));
      if (bytes?.length !== width * 32) this.problem('tile', `tile/${tilePath(level, number, width)}`);
      return bytes?.length === width * 32 ? bytes : Buffer.alloc(width * 32);
    });
    const due = Map.groupBy(
      notes.filter(({ size }) => size >= this.since),
      ({ size }) => size,
    );
    if (this.since > 0 && due.size === 0) this.problem('checkpoint-root', `since ${this.since}`);
    for (let at = 0; at <= this.hashes.length; at += 1) {
      for (const { where, root } of due.get(tree.size) ?? [])
        if (!tree.root().equals(root)) this.problem('checkpoint-root', where);
      due.delete(tree.size);
      if (at < this.hashes.length) tree.add(this.hashes[at]);
    }
    for (const { where } of [...due.values()].flat()) this.problem('checkpoint-root', where);

    for (const [path, bytes] of tree.tiles()) if (!tiles.get(path)?.equals(bytes)) this.problem('tile', `tile/${path}`);
    for (const path of tiles.keys()) {
      const { level, number, width } = readTilePath(path) ?? {}; // what is not spelled as a tile is passed over
      const isLeft = number < Math.floor(this.since / 256 ** (level + 1));
      if (level !== undefined && !isLeft && width !== widthOf(manifest.size, level, number))
        this.problem('tile', `tile/${path}`);
    }
  }

  /** The head of a flush of this ledger; undefined where the export begins after it, null where it should be there. */
  headOf(instance, number) {
    const flush = this.heads.get(`${instance}/${number}`);
    if (flush) return flush.calculated;
    const first = this.exported.flushes.get(instance)?.[0];
    return this.since > 0 && (!first || number < first.number) ? undefined : null;
  }

  checkMark(where, bytes) {
    const mark = openMark(bytes, this.ledgerKeys);
    if (!mark) return this.problem('mark', where);
    const head = this.headOf(mark.instance, mark.number);
    if (head !== undefined && head !== mark.head) this.problem('mark-missing', where);
  }

  ofKind(...kinds) {
    return this.passed.filter(({ kind }) => kinds.includes(kind));
  }
}

function parsed(text) {
  try {
    const value = JSON.parse(text);
    return isObject(value) ? value : null;
  } catch {
    return null;
  }
}

function readArguments(args) {
  const given = { folder: undefined, keys: undefined, notes: [], marks: [] };
  for (let at = 0; at < args.length; at += 1) {
    if (args[at] === '--keys') given.keys = readKeys(args[(at += 1)]);
    else if (args[at] === '--checkpoint') given.notes.push({ where: args[(at += 1)], note: readText(args[at]) });
    else if (args[at] === '--mark') given.marks.push({ where: args[(at += 1)], bytes: readFileSync(args[at]) });
    else if (given.folder === undefined && !args[at].startsWith('--')) given.folder = args[at];
    else throw new Error(`unknown: ${args[at]}`);
  }
  if (!given.folder || !given.keys) throw new Error(USAGE);
  return given;
}

let result = { ok: false, entries: 0, problems: [] };
let exitCode = 2;
try {
  const { folder, keys, notes, marks } = readArguments(process.argv.slice(2));
  const exported = readExport(folder);
  const verifier = new Verifier(exported, keys);
  verifier.check(notes, marks);
  const { problems } = verifier;
  result = { ok: problems.length === 0, entries: verifier.entries, problems };
  exitCode = result.ok ? 0 : 1;
  if (exported.timestamps.length > 0) console.error(`not checked: ${exported.timestamps.length} timestamps`);
} catch (error) {
  console.error(`could not be read: ${error.message}`);
}
console.log(JSON.stringify(result, null, 1));
process.exitCode = exitCode;
