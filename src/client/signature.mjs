import { constants, verify } from 'node:crypto';
import { contentOf, inside, tags, unreadable } from './der.mjs';

/** @typedef {{ readonly hash: string | null, readonly salt?: number }} Algorithm salt: bytes, for RSASSA-PSS */
/**
 * What authorities sign with and the NCSC calls good or sufficient, by all that is in the `AlgorithmIdentifier`, in
 * hexadecimal: parameters have room for anything, so they are as they must be or the algorithm is not known. RFC 4055
 * lets those of RSA be NULL or absent.
 */
/** @type {ReadonlyMap<string, Algorithm>} */
const algorithms = new Map([
  ['06092a864886f70d01010b0500', { hash: 'sha256' }],
  ['06092a864886f70d01010c0500', { hash: 'sha384' }],
  ['06092a864886f70d01010d0500', { hash: 'sha512' }],
  ['06092a864886f70d01010b', { hash: 'sha256' }],
  ['06092a864886f70d01010c', { hash: 'sha384' }],
  ['06092a864886f70d01010d', { hash: 'sha512' }],
  ['06082a8648ce3d040302', { hash: 'sha256' }],
  ['06082a8648ce3d040303', { hash: 'sha384' }],
  ['06082a8648ce3d040304', { hash: 'sha512' }],
  ['06032b6570', { hash: null }],
  ['06032b6571', { hash: null }],
]);
/** The same hash for content and mask, and the length of its salt: with PSS all three stand in the parameters. */
const pss =
  /^30..06092a864886f70d01010a30..a0..30..060960864801650304020([123])(?:0500)?a1..30..06092a864886f70d01010830..060960864801650304020\1(?:0500)?a2030201(20|30|40)$/;
/** @type {Readonly<Record<string, Algorithm>>} */
const pssAlgorithms = {
  '1 20': { hash: 'sha256', salt: 32 },
  '2 30': { hash: 'sha384', salt: 48 },
  '3 40': { hash: 'sha512', salt: 64 },
};
const curves = ['prime256v1', 'secp384r1', 'secp521r1'];

/** @typedef {import('./der.mjs').Der} Der */
/** A body, how it is signed, and the signature, as certificates and revocation lists alike have them. */
/** @typedef {{ readonly body: Der, readonly algorithm: Algorithm | null, readonly signature: Buffer }} Signed */

/**
 * Throws `SealedError` where the algorithm outside the body, which nobody signed, is not the one that stands inside: the
 * first list in it, after the version and the number that some of them have.
 *
 * @param {Der} item
 * @returns {Signed}
 */
export function signedIn(item) {
  const [body, identifier, signature, ...others] = inside(item);
  if (body === undefined || identifier === undefined || others.length > 0) throw unreadable();
  const bits = contentOf(signature, tags.bitString);
  const inner = inside(body).find(({ tag }) => tag === tags.list);
  if (bits[0] !== 0 || inner === undefined || !inner.bytes.equals(identifier.bytes)) throw unreadable();
  return { body, algorithm: algorithmOf(identifier), signature: bits.subarray(1) };
}

/** @param {Der} identifier @returns {Algorithm | null} null: none that is strong enough */
function algorithmOf(identifier) {
  const [, hash, salt] = identifier.bytes.toString('hex').match(pss) ?? [];
  if (hash !== undefined) return pssAlgorithms[`${hash} ${salt}`] ?? null;
  return algorithms.get(contentOf(identifier, tags.list).toString('hex')) ?? null;
}

/** Whether this key signed it. @param {Signed} signed @param {import('node:crypto').KeyObject} key */
export function isSignedBy({ body, algorithm, signature }, key) {
  if (algorithm === null || !isStrong(key)) return false;
  const { hash, salt } = algorithm;
  const how = salt === undefined ? {} : { padding: constants.RSA_PKCS1_PSS_PADDING, saltLength: salt };
  try {
    return verify(hash, body.bytes, { key, ...how }, signature);
  } catch (error) {
    // OpenSSL throws where a key does not go with the algorithm.
    if (error instanceof Error && 'code' in error && String(error.code).startsWith('ERR_OSSL')) return false;
    throw error;
  }
}

/** @param {import('node:crypto').KeyObject} key */
export function isStrong({ asymmetricKeyType: type, asymmetricKeyDetails: details = {} }) {
  if (type === 'rsa' || type === 'rsa-pss') return (details.modulusLength ?? 0) >= 2_048;
  return type === 'ec' ? curves.includes(details.namedCurve ?? '') : type === 'ed25519' || type === 'ed448';
}
