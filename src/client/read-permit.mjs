import { calculateJwkThumbprint, compactVerify, errors, importJWK } from 'jose';
import { hasExactly, isObject, objectIn } from './compact.mjs';
import { SealedError } from './sealed-error.mjs';

/** @typedef {import('./client-types.d.mts').Permit} Permit */

const members = ['iss', 'aud', 'jti', 'request', 'purpose', 'recipient', 'fields', 'key', 'iat', 'nbf', 'exp'];
const longestSeconds = 86_400;
/** Clocks of two parties are never quite the same. */
const clockSkewS = 60;

/**
 * A permit by the gateway itself, for this request and, where `unit` is given, for this source, in its time.
 * @type {import('./client-types.d.mts').ReadPermit}
 */
export async function readPermit(jws, { gatewayKeys, gatewayOin, request, unit, now = new Date() }) {
  const [protectedPart, payloadPart] = typeof jws === 'string' ? jws.split('.') : [];
  const header = objectIn(protectedPart);
  const permit = permitIn(objectIn(payloadPart));
  if (header === null || permit === null || !hasExactly(header, ['typ', 'alg', 'kid'])) throw malformed();
  const { typ, alg, kid } = header;
  if (typ !== 'sluis-permit+jwt' || alg !== 'EdDSA' || typeof kid !== 'string') throw malformed();
  await insistOnSignature(jws, kid, gatewayKeys);
  if (permit.iss !== `urn:nld:oin:${gatewayOin}`) throw new SealedError('permit-issuer', 'of another gateway');
  if (permit.request !== request) throw new SealedError('permit-request', 'for another request');
  if (unit === undefined) return permit;
  if (permit.aud !== unit) throw new SealedError('permit-audience', 'for another source');
  const seconds = now.getTime() / 1_000;
  if (seconds < permit.nbf - clockSkewS) throw new SealedError('permit-time', 'not valid yet');
  if (seconds >= permit.exp) throw new SealedError('permit-time', 'not valid any more');
  return permit;
}

/** By a key that the gateway published for what it states outside its ledger, and by no other of its keys. */
/** @param {string} jws @param {string} kid @param {{ readonly keys: readonly import('./client-types.d.mts').PublishedKey[] }} published */
async function insistOnSignature(jws, kid, { keys }) {
  const key = keys.find((one) => one.kid === kid && one.sluis_use === 'answers');
  if (key === undefined || (await calculateJwkThumbprint(key, 'sha256')) !== kid)
    throw new SealedError('permit-key', 'by a key that is not known');
  const { kty, crv, x } = key;
  try {
    await compactVerify(jws, await importJWK(/** @type {import('jose').JWK} */ ({ kty, crv, x }), 'EdDSA'), {
      algorithms: ['EdDSA'],
    });
  } catch (error) {
    if (!(error instanceof errors.JOSEError)) throw error;
    throw new SealedError('permit-signature', 'its signature is not good');
  }
}

/** @param {import('./compact.mjs').JsonObject | null} said @returns {Permit | null} */
function permitIn(said) {
  if (said === null || !hasExactly(said, members)) return null;
  const texts = [said.iss, said.aud, said.jti, said.request, said.purpose, said.key];
  const times = [said.iat, said.nbf, said.exp].map((time) => (typeof time === 'number' ? time : Number.NaN));
  const [, nbf = Number.NaN, exp = Number.NaN] = times;
  if (!texts.every((text) => typeof text === 'string') || !times.every(Number.isSafeInteger)) return null;
  if (exp <= nbf || exp - nbf > longestSeconds) return null;
  const { recipient, fields } = said;
  if (!isObject(recipient) || !hasExactly(recipient, ['unit', 'oin']) || !isObject(fields)) return null;
  if (!Object.entries(fields).every(([category, within]) => areFields(category, within))) return null;
  return /** @type {Permit} */ (/** @type {object} */ (said));
}

/** @param {string} category @param {unknown} within */
function areFields(category, within) {
  return (
    Array.isArray(within) &&
    within.length > 0 &&
    within.every((field) => typeof field === 'string' && field.startsWith(`${category}.`))
  );
}

function malformed() {
  return new SealedError('permit-malformed', 'not a permit');
}
