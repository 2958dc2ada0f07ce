import { calculateJwkThumbprint, compactDecrypt, errors, importJWK } from 'jose';
import { critical, sealedType } from './answer-sealed.mjs';
import { isObject, sha256 } from './compact.mjs';
import { reportableName } from './excess-names.mjs';
import { readPermit } from './read-permit.mjs';
import { SealedError } from './sealed-error.mjs';

const clockSkewS = 60;

/**
 * The recipient's end: opens what the source sealed, checks that each category belongs to this permit and request, and
 * gives the permitted fields. What is in it beside those is named and not given. Throws `SealedError`.
 * @type {import('./client-types.d.mts').OpenSealed}
 */
export async function openSealed(options) {
  const { parts, privateKey } = options;
  /** @type {[string, unknown][]} */
  const data = [];
  /** @type {string[]} */
  const excess = [];
  const seen = new Set();
  if (!Array.isArray(parts)) throw new SealedError('part-malformed', 'no list of parts');
  for (const part of parts) {
    if (typeof part !== 'object' || part === null) throw new SealedError('part-malformed', 'not a part');
    const { category, sealed, permit: jws } = part;
    const permit = await permitOf(jws, options);
    const fields = category !== null && Object.hasOwn(permit.fields, category) ? permit.fields[category] : undefined;
    if (category === null || fields === undefined || seen.has(category))
      throw new SealedError('part-category', 'a category that is not in its permit, or twice');
    seen.add(category);
    const key = await ownKey([privateKey].flat(), permit.key);
    const content = await opened(sealed, key, { permit, jws: String(jws), category });
    for (const [name, value] of Object.entries(content)) {
      if (fields.includes(name)) data.push([name, value]);
      else excess.push(reportableName(name, category));
    }
  }
  return { data: Object.fromEntries(data), excess: [...new Set(excess)].sort() };
}

/** For this recipient, and nobody else. @param {string | null} jws @param {import('./client-types.d.mts').OpenSealedOptions} own */
async function permitOf(jws, { request, unit, oin, gatewayKeys, gatewayOin }) {
  if (jws === null) throw new SealedError('permit-missing', 'sealed by the gateway and not by its source');
  const permit = await readPermit(jws, { gatewayKeys, gatewayOin, request });
  if (permit.recipient.unit !== unit || permit.recipient.oin !== oin)
    throw new SealedError('permit-recipient', 'for another recipient');
  return permit;
}

/** @param {readonly import('jose').JWK[]} keys @param {string} thumbprint */
async function ownKey(keys, thumbprint) {
  for (const { use: _use, kid: _kid, alg: _alg, ...key } of keys) {
    const jwk = /** @type {import('jose').JWK} */ (key);
    if ((await calculateJwkThumbprint(jwk, 'sha256')) !== thumbprint) continue;
    const alg = jwk.kty === 'RSA' ? 'RSA-OAEP-256' : 'ECDH-ES';
    return { key: await importJWK(jwk, alg), alg };
  }
  throw new SealedError('key-other', 'sealed to a key that is not given');
}

/**
 * @param {string} jwe
 * @param {Awaited<ReturnType<typeof ownKey>>} own
 * @param {{ readonly permit: import('./client-types.d.mts').Permit, readonly jws: string, readonly category: string }} binding
 */
async function opened(jwe, { key, alg }, { permit, jws, category }) {
  const { plaintext, protectedHeader } = await decrypted(jwe, key, alg);
  const { typ, kid, crit, permit: hash, category: named, request, iat } = protectedHeader;
  const isBound =
    typ === sealedType &&
    kid === permit.key &&
    JSON.stringify(crit) === JSON.stringify(critical) &&
    hash === sha256(jws) &&
    named === category &&
    request === permit.request;
  if (!isBound) throw new SealedError('part-binding', 'of another permit, request or category');
  const sealedAt = typeof iat === 'number' ? iat : Number.NaN;
  if (!(sealedAt >= permit.iat - clockSkewS && sealedAt <= permit.exp + clockSkewS))
    throw new SealedError('part-time', 'sealed outside the time of its permit');
  const content = objectOf(plaintext);
  if (content === null) throw new SealedError('part-content', 'holds no fields');
  return content;
}

/** @param {string} jwe @param {Awaited<ReturnType<typeof importJWK>>} key @param {string} alg */
async function decrypted(jwe, key, alg) {
  try {
    return await compactDecrypt(jwe, key, {
      keyManagementAlgorithms: [alg],
      contentEncryptionAlgorithms: ['A256GCM'],
      crit: { permit: true, category: true, request: true },
    });
  } catch (error) {
    if (!(error instanceof errors.JOSEError) && !(error instanceof TypeError)) throw error;
    throw new SealedError('part-locked', 'cannot be opened with this key');
  }
}

/** @param {Uint8Array} plaintext */
function objectOf(plaintext) {
  try {
    const value = JSON.parse(new TextDecoder('utf-8', { fatal: true }).decode(plaintext));
    return isObject(value) ? value : null;
  } catch (error) {
    // INVARIANT: without its cause, because a SyntaxError quotes the text that it could not read.
    if (error instanceof SyntaxError || error instanceof TypeError) return null;
    throw error;
  }
}
