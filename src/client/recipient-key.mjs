import { calculateJwkThumbprint, compactVerify, errors } from 'jose';
import { certificatePath } from './certificate-path.mjs';
import { hasExactly, isObject, objectIn } from './compact.mjs';
import { SealedError } from './sealed-error.mjs';

/** @typedef {import('./compact.mjs').JsonObject} JsonObject */

/** Of a proof, as the form says that its maker and the gateway keep to. */
const mostChars = 16_384;
const longestSeconds = 731 * 86_400;

/** One algorithm for each kind of key. */
/** @type {Readonly<Record<string, string>>} */
const algorithms = {
  rsa: 'PS256',
  prime256v1: 'ES256',
  secp384r1: 'ES384',
  secp521r1: 'ES512',
  ed25519: 'EdDSA',
};

/**
 * Whose key it is, by the recipient's own signature under a certificate that you trust: nobody in between, the gateway
 * included, can put another key in its place. Throws `SealedError`.
 * @type {import('./client-types.d.mts').CheckRecipientKey}
 */
export async function checkRecipientKey({ permit, recipientKey, anchors, crls, isRevoked, now = new Date() }) {
  const { jwk, proof } = isObject(recipientKey) ? recipientKey : {};
  if (!isObject(jwk) || typeof proof !== 'string') throw new SealedError('key-malformed', 'no key with its proof');
  const { header, claims } = readProof(proof);
  const proven = claims.jwk;
  if (!isObject(proven) || (await thumbprint(jwk)) !== permit.key || (await thumbprint(proven)) !== permit.key)
    throw new SealedError('key-other', 'another key than the permit and its proof name');
  if (claims.iss !== permit.recipient.unit || claims.oin !== permit.recipient.oin)
    throw new SealedError('key-of-other', 'the proof is by another than the recipient');
  const seconds = now.getTime() / 1_000;
  if (!(claims.nbf <= seconds && seconds < claims.exp))
    throw new SealedError('key-time', 'the proof is not in its time');
  const leaf = await certificatePath(header.x5c, { anchors, crls, isRevoked, now });
  const { serialNumber } = leaf.toLegacyObject().subject;
  if (serialNumber !== permit.recipient.oin)
    throw new SealedError('key-of-other', 'the certificate is of another organisation');
  if (claims.exp > Date.parse(leaf.validTo) / 1_000)
    throw new SealedError('key-time', 'the proof is for longer than its certificate');
  const own = algorithms[leaf.publicKey.asymmetricKeyDetails?.namedCurve ?? leaf.publicKey.asymmetricKeyType ?? ''];
  if (own === undefined || header.alg !== own)
    throw new SealedError('key-malformed', 'its proof has another algorithm');
  if ((await thumbprint(/** @type {JsonObject} */ (leaf.publicKey.export({ format: 'jwk' })))) === permit.key)
    throw new SealedError('key-of-certificate', 'the key of a certificate, to which nothing is sealed');
  try {
    await compactVerify(proof, leaf.publicKey, { algorithms: [own] });
  } catch (error) {
    if (!(error instanceof errors.JOSEError)) throw error;
    throw new SealedError('key-signature', 'the signature of its proof is not good');
  }
}

/** In its one form; who signed it is judged elsewhere. @param {string} proof */
function readProof(proof) {
  const [protectedPart, payloadPart] = proof.length <= mostChars ? proof.split('.') : [];
  const header = objectIn(protectedPart);
  const claims = objectIn(payloadPart);
  if (!isProof(header) || !areClaims(claims)) throw new SealedError('key-malformed', 'its proof has another form');
  return { header, claims };
}

/**
 * @param {JsonObject | null} claims
 * @returns {claims is JsonObject & { readonly nbf: number, readonly exp: number }}
 */
function areClaims(claims) {
  if (claims === null || !hasExactly(claims, ['iss', 'oin', 'jwk', 'nbf', 'exp'])) return false;
  const { nbf, exp } = claims;
  return isTime(nbf) && isTime(exp) && nbf < exp && exp - nbf <= longestSeconds;
}

/** @param {unknown} value @returns {value is number} whole seconds */
function isTime(value) {
  return typeof value === 'number' && Number.isSafeInteger(value) && value >= 0;
}

/**
 * @param {JsonObject | null} header
 * @returns {header is { readonly typ: string, readonly alg: string, readonly x5c: readonly string[] }}
 */
function isProof(header) {
  if (header === null || !hasExactly(header, ['typ', 'alg', 'x5c']) || header.typ !== 'sluis-encryption-key+jwt')
    return false;
  const { x5c } = header;
  return Array.isArray(x5c) && x5c.length > 0 && x5c.length <= 11 && x5c.every((der) => typeof der === 'string');
}

/** @param {JsonObject} jwk */
async function thumbprint(jwk) {
  try {
    return await calculateJwkThumbprint(/** @type {import('jose').JWK} */ (jwk), 'sha256');
  } catch (error) {
    if (error instanceof errors.JOSEError || error instanceof TypeError) return null;
    throw error;
  }
}
