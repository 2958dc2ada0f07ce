// Keys, flush heads, marks and checkpoints: what is signed, and by whom (docs/ledger.md, C2SP signed-note and tlog-checkpoint).
import { createPublicKey, verify } from 'node:crypto';
import { decode, isUuid, sha256 } from './values.mjs';

const THUMBPRINT_MEMBERS = {
  OKP: ['crv', 'kty', 'x'],
  EC: ['crv', 'kty', 'x', 'y'],
  RSA: ['e', 'kty', 'n'],
  AKP: ['alg', 'kty', 'pub'],
};

/** RFC 7638; null for a kind of key that is not known here. */
export function thumbprint(jwk) {
  const members = THUMBPRINT_MEMBERS[jwk?.kty];
  if (!members || !members.every((name) => typeof jwk[name] === 'string')) return null;
  return sha256(JSON.stringify(Object.fromEntries(members.map((name) => [name, jwk[name]])))).toString('base64url');
}

/** id -> key for one use: the Ed25519 keys, each under its own thumbprint, whatever id stands beside it. */
export function trustedKeys(keys, use) {
  const trusted = new Map();
  for (const { jwk, use: itsUse } of keys) {
    const { kty, crv, x } = jwk;
    if (itsUse !== use || kty !== 'OKP' || crv !== 'Ed25519' || !decode(x, 'base64url', 32)) continue;
    trusted.set(thumbprint(jwk), {
      raw: Buffer.from(x, 'base64url'),
      key: createPublicKey({ key: { kty, crv, x }, format: 'jwk' }),
    });
  }
  return trusted;
}

export const isSignature = (key, text, signature) =>
  signature?.length === 64 && verify(null, Buffer.from(text), key.key, signature);

export function headText({ instance, number, first, count, root, previous }) {
  return `sluis-flush-v1\n${[instance, number, first, count, root, previous].join('\n')}\n`;
}

const LINE = '([^\\n]*)\n';
const NUMBER = '([1-9][0-9]{0,15})\n';
const MARK = new RegExp(
  `^(sluis-flush-v1\n${LINE}${NUMBER}${NUMBER}${NUMBER}${LINE}${LINE})\n— ([^ \n]+) ([^ \n]+)\n+$`,
);

/** Instance, number and head (base64url) of a mark that a trusted key signed, or null. */
export function openMark(bytes, keys) {
  const found = bytes.length <= 512 && MARK.exec(bytes.toString('utf8'));
  if (!found) return null;
  const [, text, instance, number, , , root, previous, keyId, signature] = found;
  const key = keys.get(keyId);
  if (!isUuid(instance) || !decode(root, 'base64url', 32) || !decode(previous, 'base64url', 32) || !key) return null;
  if (!isSignature(key, text, decode(signature, 'base64url', 64))) return null;
  return { instance, number: Number(number), head: sha256(text).toString('base64url') };
}

/** Size and root of a checkpoint of the log `origin` that a trusted key signed, or null. */
export function openCheckpoint(note, origin, keys) {
  const end = typeof note === 'string' ? note.lastIndexOf('\n\n') : -1;
  if (end < 0 || !note.isWellFormed() || /[\0-\x09\x0b-\x1f\x7f]/.test(note)) return null;
  const text = note.slice(0, end + 1);
  const found = /^([^\n]+)\n(0|[1-9][0-9]{0,15})\n([^\n]+)\n(?:[^\n]+\n)*$/.exec(text); // further lines mean nothing
  const root = found && decode(found[3], 'base64', 32);
  if (!root || found[1] !== origin || !note.endsWith('\n') || !Number.isSafeInteger(Number(found[2]))) return null;
  const byKeyId = new Map(
    [...keys.values()].map((key) => [sha256(`${origin}\n\x01`, key.raw).toString('hex', 0, 4), key]),
  );
  let signed = false;
  const lines = note.slice(end + 2, -1).split('\n');
  if (lines.length > 100) return null;
  for (const line of lines) {
    const parts = /^— ([^\p{White_Space}+]+) ([^ ]+)$/u.exec(line);
    const bytes = parts && decode(parts[2], 'base64');
    if (!bytes || bytes.length < 5) return null; // no signature line
    const key = parts[1] === origin && byKeyId.get(bytes.toString('hex', 0, 4));
    if (!key) continue;
    if (!isSignature(key, text, bytes.subarray(4))) return null; // by a known key, and bad: the whole note is refused
    signed = true;
  }
  return signed ? { size: Number(found[2]), root } : null;
}
