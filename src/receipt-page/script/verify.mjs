import { areEqual, bytesOf, fromBase64, fromBase64Url, isSignedBy, sha256, toBase64Url, toHex } from './bytes.mjs';
import { areOpened, areOpenings, hasExactly, isRecord, leafHash, readLeaf } from './leaf.mjs';
import {
  isLogLine,
  linesOf,
  logKeyType,
  readCheckpoint,
  readNote,
  verifierKey,
  witnessKeyType,
  witnessTime,
} from './note.mjs';
import { rootOfPath } from './tree.mjs';

/** Checks a receipt as docs/ledger.md says, from that page alone: it shares no code with the gateway. */

/** @typedef {import('./bytes.mjs').Bytes} Bytes */
/**
 * Whom this page believes: `keys` for flushes, `noteKeys` for checkpoints. `origin`: null, any log that one of those signed for. `witnesses`: null, none are known.
 * @typedef {{
 *   readonly origin: string | null, readonly keys: Readonly<Record<string, string>>, readonly noteKeys: readonly string[],
 *   readonly logKeys: readonly { readonly name: string, readonly key: string }[],
 *   readonly witnesses: { readonly quorum: number, readonly keys: readonly { readonly name: string, readonly key: string }[] } | null,
 * }} Trust
 */
/** @typedef {'not-a-receipt' | 'malformed' | 'misplaced' | 'unknown-key' | 'bad-signature' | 'false-witness' | 'unwitnessed' | 'bad-opening'} Problem */
/** @typedef {{ readonly name: string, readonly time: number }} Cosigner */
/**
 * @typedef {{
 *   readonly ok: true, readonly version: 1 | 2, readonly leaf: import('./leaf.mjs').Leaf,
 *   readonly openings: readonly import('./leaf.mjs').Opening[],
 *   readonly tree: { readonly origin: string, readonly index: number, readonly size: number, readonly cosigners: readonly Cosigner[] } | null,
 * }} Proved
 */
/** @typedef {Proved | { readonly ok: false, readonly problem: Problem }} Outcome */

/** @param {Problem} problem @returns {Outcome} */
function no(problem) {
  return { ok: false, problem };
}

/** @param {unknown} receipt @param {Trust} trust @returns {Promise<Outcome>} */
export async function verifyReceipt(receipt, trust) {
  if (!isRecord(receipt)) return no('not-a-receipt');
  if (receipt.v === 1) return verifyFirst(receipt, trust);
  return receipt.v === 2 ? verifyFinal(receipt, trust) : no('not-a-receipt');
}

const flushMembers = ['instance', 'number', 'first', 'count', 'index', 'path', 'previous', 'key', 'signature'];
const maxPath = 53;
const noPrevious = new Uint8Array(32);

/** Version 1: signed by the gateway at once. @param {Record<string, unknown>} receipt @param {Trust} trust @returns {Promise<Outcome>} */
async function verifyFirst(receipt, trust) {
  const { flush, openings, leaf: text } = receipt;
  if (!hasExactly(receipt, ['v', 'leaf', 'flush', 'openings']) || !hasExactly(flush, flushMembers))
    return no('malformed');
  const leaf = readLeaf(text);
  const place = isRecord(flush) ? readPlace(flush) : null;
  if (leaf === null || place === null || !areOpenings(openings)) return no('malformed');
  const { number, first, index, previous } = place;
  if (leaf.instance !== place.instance || leaf.sequence !== first + index) return no('misplaced');
  const isFirst = number === 1;
  if (isFirst !== (first === 1) || isFirst !== areEqual(previous, noPrevious)) return no('misplaced');
  const root = await rootOfPath(await leafHash(String(text)), index, place.count, place.path);
  if (root === null) return no('misplaced');
  const key = Object.hasOwn(trust.keys, place.key) ? fromBase64Url(trust.keys[place.key], 32) : null;
  if (key === null) return no('unknown-key');
  const lines = [
    'sluis-flush-v1',
    place.instance,
    number,
    first,
    place.count,
    toBase64Url(root),
    toBase64Url(previous),
  ];
  const head = bytesOf(lines.map((line) => `${line}\n`).join(''));
  if (!(await isSignedBy(key, head, place.signature))) return no('bad-signature');
  return (await areOpened(leaf, openings)) ? { ok: true, version: 1, leaf, openings, tree: null } : no('bad-opening');
}

/** @param {Record<string, unknown>} flush */
function readPlace({ instance, number, first, count, index, path, previous, key, signature }) {
  const counts = [number, first, count].every((value) => Number.isSafeInteger(value) && Number(value) >= 1);
  if (typeof instance !== 'string' || typeof key !== 'string' || !counts || !Number.isSafeInteger(index)) return null;
  const hashes = Array.isArray(path) && path.length <= maxPath ? path.map((hash) => fromBase64Url(hash, 32)) : [null];
  const before = fromBase64Url(previous, 32);
  const signed = fromBase64Url(signature, 64);
  if (before === null || signed === null || !hashes.every((hash) => hash !== null)) return null;
  const numbers = { number: Number(number), first: Number(first), count: Number(count), index: Number(index) };
  return { instance, key, ...numbers, path: hashes, previous: before, signature: signed };
}

/** Version 2: in the log that the witnesses saw. @param {Record<string, unknown>} receipt @param {Trust} trust @returns {Promise<Outcome>} */
async function verifyFinal(receipt, trust) {
  const { openings, leaf: text, proof: proofText } = receipt;
  if (!hasExactly(receipt, ['v', 'leaf', 'openings', 'proof'])) return no('malformed');
  const leaf = readLeaf(text);
  const proof = readProof(proofText);
  const note = proof && readNote(proof.note);
  const checkpoint = note && readCheckpoint(note.text);
  if (leaf === null || proof === null || note === null || checkpoint === null || !areOpenings(openings))
    return no('malformed');

  const signed = await isSignedByLog(note, checkpoint.origin, trust);
  if (signed !== true) return no(signed);
  const cosigners = await cosignersOf(note, trust.witnesses?.keys ?? []);
  if (cosigners === null) return no('false-witness');
  const root = await rootOfPath(await leafHash(String(text)), proof.index, checkpoint.size, proof.path);
  if (root === null || !areEqual(root, checkpoint.root)) return no('misplaced');
  if (!(await areOpened(leaf, openings))) return no('bad-opening');
  // Last: the page says of such a receipt that everything else is right.
  if (cosigners.length < (trust.witnesses?.quorum ?? 0)) return no('unwitnessed');
  const { origin, size } = checkpoint;
  return { ok: true, version: 2, leaf, openings, tree: { origin, index: proof.index, size, cosigners } };
}

/** C2SP tlog-proof. @param {unknown} text */
function readProof(text) {
  const border = typeof text === 'string' ? text.indexOf('\n\n') : -1;
  if (typeof text !== 'string' || border < 0) return null;
  const [first, indexLine = '', ...hashLines] = text.slice(0, border).split('\n');
  const [, digits] = /^index (0|[1-9][0-9]{0,15})$/.exec(indexLine) ?? [];
  const index = Number(digits ?? Number.NaN);
  const path = hashLines.map(fromBase64);
  if (first !== 'c2sp.org/tlog-proof@v1' || !Number.isSafeInteger(index) || path.length > maxPath) return null;
  return path.every((hash) => hash?.length === 32)
    ? { index, path: /** @type {Bytes[]} */ (path), note: text.slice(border + 2) }
    : null;
}

/**
 * @param {import('./note.mjs').Note} note @param {string} origin @param {Trust} trust
 * @returns {Promise<true | 'unknown-key' | 'bad-signature'>}
 */
async function isSignedByLog(note, origin, trust) {
  const anyName = trust.origin === null || trust.origin === origin ? trust.noteKeys : [];
  const named = trust.logKeys.filter(({ name }) => name === origin).map(({ key }) => key);
  let isSigned = false;
  for (const encoded of new Set([...anyName, ...named])) {
    const raw = fromBase64Url(encoded, 32);
    if (raw === null) continue;
    const key = await verifierKey(origin, logKeyType, raw);
    for (const line of linesOf(note, key)) {
      if (!(await isLogLine(note, key, line))) return 'bad-signature';
      isSigned = true;
    }
  }
  return isSigned || 'unknown-key';
}

/**
 * Who of these witnesses cosigned, and when; null when a line by one of them is not.
 * @param {import('./note.mjs').Note} note @param {readonly { readonly name: string, readonly key: string }[]} witnesses
 * @returns {Promise<readonly Cosigner[] | null>}
 */
async function cosignersOf(note, witnesses) {
  /** @type {Map<string, Cosigner>} */
  const cosigners = new Map();
  for (const { name, key: encoded } of witnesses) {
    const raw = fromBase64Url(encoded, 32);
    if (raw === null) continue;
    const key = await verifierKey(name, witnessKeyType, raw);
    for (const line of linesOf(note, key)) {
      const time = await witnessTime(note, key, line);
      if (time === null) return null;
      // A time of zero says that the witness does not know whether it saw a larger tree before.
      if (time > (cosigners.get(encoded)?.time ?? 0)) cosigners.set(encoded, { name, time });
    }
  }
  return [...cosigners.values()];
}

/** Twenty-four digits by which two people can compare a key over the telephone. @param {string} encoded */
export async function fingerprint(encoded) {
  const raw = fromBase64Url(encoded, 32);
  if (raw === null) return '';
  return (
    toHex(await sha256(raw))
      .slice(0, 24)
      .match(/.{4}/g) ?? []
  ).join(' ');
}
