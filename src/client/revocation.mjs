import { bits, fullNames } from './certificate-form.mjs';
import { booleanOf, contentOf, derItems, extensionsIn, inside, onlyItem, tags, timeOf, unreadable } from './der.mjs';
import { isSignedBy, signedIn } from './signature.mjs';

/** @typedef {import('./certificate-form.mjs').Form} Form */
/** @typedef {import('./client-types.d.mts').Revocation} Options */

/**
 * How a certificate is found to be taken back: by the lists that are given, or by your own `isRevoked`. Throws `TypeError`
 * where neither is given, or both: nobody is trusted by leaving it out.
 *
 * @param {Options} options @param {Date} now
 * @returns {(form: Form, issuer: Form) => Promise<'good' | 'revoked' | 'unknown'>}
 */
export function revocationBy({ crls, isRevoked }, now) {
  if ((crls === undefined) === (typeof isRevoked !== 'function'))
    throw new TypeError('give either crls or isRevoked: by one of them a certificate is found to be taken back');
  if (crls === undefined) {
    return async ({ certificate }, issuer) => {
      const answer = await isRevoked?.(certificate, issuer.certificate);
      return typeof answer === 'boolean' ? (answer ? 'revoked' : 'good') : 'unknown';
    };
  }
  const lists = [crls].flat().flatMap(listsIn);
  return async (form, issuer) => {
    const covering = lists.filter((list) => isOf(list, issuer) && covers(list, form) && isCurrent(list, now));
    const [newest] = covering.sort((one, other) => other.from - one.from);
    if (newest === undefined) return 'unknown';
    return isNamed(newest, form.serial) ? 'revoked' : 'good';
  };
}

/** One in DER, or any number in PEM. @param {string | Uint8Array} given */
function listsIn(given) {
  if (typeof given !== 'string') return [listOf(Buffer.from(given))];
  const blocks = [...given.matchAll(/-----BEGIN X509 CRL-----([^-]+)-----END X509 CRL-----/g)];
  if (blocks.length === 0) throw new TypeError('crls must hold revocation lists, in PEM as text or in DER as bytes');
  return blocks.map(([, text = '']) => listOf(Buffer.from(text, 'base64')));
}

/** @typedef {ReturnType<typeof listOf>} List */

/** RFC 5280 §5; the numbers in it are read when they are asked for. @param {Buffer} der */
function listOf(der) {
  const signed = signedIn(onlyItem(der));
  const members = inside(signed.body);
  if (members[0]?.tag === tags.integer) members.shift();
  const [, issuer, thisUpdate, ...rest] = members;
  if (issuer === undefined) throw unreadable();
  const hasEnd = rest[0]?.tag === tags.utcTime || rest[0]?.tag === tags.time;
  // One without an end may be as old as it likes, and says nothing.
  const until = hasEnd ? timeOf(rest.shift()) : 0;
  const entries = rest[0]?.tag === tags.list ? rest.shift() : undefined;
  const [wrapped, ...others] = rest;
  if (others.length > 0 || (wrapped !== undefined && wrapped.tag !== 0xa0)) throw unreadable();
  const extensions = wrapped === undefined ? [] : extensionsIn(onlyItem(wrapped.value));
  const from = timeOf(thisUpdate);
  return { signed, issuer: issuer.bytes.toString('hex'), from, until, entries, scope: scopeOf(extensions) };
}

/**
 * Which certificates a list is about; null: it is not one that can be judged alone (a delta, for some reasons, or with a
 * critical extension that is not known here).
 * @param {readonly import('./der.mjs').Extension[]} extensions
 * @returns {{ readonly only: 'user' | 'ca' | null, readonly names: readonly string[] | null } | null}
 */
function scopeOf(extensions) {
  const [number, delta, point, authorityKey] = ['551d14', '551d1b', '551d1c', '551d23'];
  const isKnown = extensions.every(({ oid, isCritical }) => !isCritical || [number, point, authorityKey].includes(oid));
  if (!isKnown || extensions.some(({ oid }) => oid === delta)) return null;
  const found = extensions.find(({ oid }) => oid === point);
  const within = found === undefined ? [] : inside(onlyItem(found.value));
  const flag = (/** @type {number} */ tag) =>
    within.some((item) => item.tag === tag && booleanOf({ ...item, tag: tags.boolean }));
  const [user, ca] = [flag(0x81), flag(0x82)];
  if ((user && ca) || within.some(({ tag }) => ![0xa0, 0x81, 0x82].includes(tag))) return null;
  const name = within.find(({ tag }) => tag === 0xa0);
  return { only: user ? 'user' : ca ? 'ca' : null, names: name === undefined ? null : fullNames(name) };
}

/** @param {List} list @param {Form} issuer */
function isOf({ issuer: name, signed }, issuer) {
  return name === issuer.subject && issuer.uses.has(bits.cRLSign) && isSignedBy(signed, issuer.certificate.publicKey);
}

/** @param {List} list @param {Form} form */
function covers({ scope }, { isAuthority, listNames }) {
  if (scope === null || (scope.only !== null && (scope.only === 'ca') !== isAuthority)) return false;
  return scope.names === null || scope.names.some((name) => listNames.includes(name));
}

/** @param {List} list @param {Date} now */
function isCurrent({ from, until }, now) {
  return from <= now.getTime() && now.getTime() < until;
}

/** On hold is taken back too. @param {List} list @param {string} serial */
function isNamed({ entries }, serial) {
  for (const entry of entries === undefined ? [] : derItems(entries.value)) {
    const [number] = derItems(contentOf(entry, tags.list));
    if (contentOf(number, tags.integer).toString('hex') === serial) return true;
  }
  return false;
}
