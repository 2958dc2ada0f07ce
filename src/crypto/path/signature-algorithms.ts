import { constants, createPublicKey, type KeyObject, type VerifyKeyObjectInput, verify } from 'node:crypto';

interface SignatureAlgorithm {
  /** null: the algorithm hashes by itself. */
  readonly hash: string | null;
  /** Bytes of salt, for RSASSA-PSS. */
  readonly salt: number | null;
  readonly keys: readonly string[];
}

const hashes = [
  { name: 'sha256', size: 32, digest: '608648016503040201', rsa: '0b', ecdsa: '02' },
  { name: 'sha384', size: 48, digest: '608648016503040202', rsa: '0c', ecdsa: '03' },
  { name: 'sha512', size: 64, digest: '608648016503040203', rsa: '0d', ecdsa: '04' },
] as const;

export type DigestName = (typeof hashes)[number]['name'];

/**
 * What certificates and lists may be signed with, by the whole DER `AlgorithmIdentifier`: whatever is
 * spelt otherwise (SHA-1, MD5, PSS with another mask, a short salt) is not on the list and so not allowed.
 */
const signatureAlgorithms: ReadonlyMap<string, SignatureAlgorithm> = new Map([
  ...hashes.flatMap(({ name, size, digest, rsa, ecdsa }): [string, SignatureAlgorithm][] => [
    [sequence(oid(`2a864886f70d0101${rsa}`), '0500'), { hash: name, salt: null, keys: ['rsa'] }],
    [sequence(oid(`2a8648ce3d0403${ecdsa}`)), { hash: name, salt: null, keys: ['ec'] }],
    ...pssIdentifiers(digest, size).map((identifier): [string, SignatureAlgorithm] => [
      identifier,
      { hash: name, salt: size, keys: ['rsa', 'rsa-pss'] },
    ]),
  ]),
  [sequence(oid('2b6570')), { hash: null, salt: null, keys: ['ed25519'] }],
  [sequence(oid('2b6571')), { hash: null, salt: null, keys: ['ed448'] }],
]);

/** Keys by the `AlgorithmIdentifier` in front of them, so that a curve can only come by its name. */
const keyAlgorithms: ReadonlySet<string> = new Set([
  sequence(oid('2a864886f70d010101'), '0500'),
  sequence(oid('2a864886f70d01010a')),
  ...hashes.flatMap(({ digest, size }) => pssIdentifiers(digest, size)),
  ...['2a8648ce3d030107', '2b81040022', '2b81040023'].map((curve) => sequence(oid('2a8648ce3d0201'), oid(curve))),
  sequence(oid('2b6570')),
  sequence(oid('2b6571')),
]);

/** A longer modulus than any authority uses costs time and proves nothing. */
const rsaBits = { least: 2_048, most: 8_192 };
const rsaLeastExponent = 65_537n;

/** Whether the NCSC calls the algorithm good or sufficient. @param identifier hexadecimal DER */
export function isAllowedSignature(identifier: string): boolean {
  return signatureAlgorithms.has(identifier);
}

/** @param identifier hexadecimal DER of the `AlgorithmIdentifier` in the certificate's key */
export function isAllowedKey(identifier: string, key: KeyObject): boolean {
  if (!keyAlgorithms.has(identifier)) return false;
  const { modulusLength, publicExponent } = key.asymmetricKeyDetails ?? {};
  if (modulusLength === undefined) return !String(key.asymmetricKeyType).startsWith('rsa');
  const exponent = publicExponent ?? 0n;
  return (
    modulusLength >= rsaBits.least &&
    modulusLength <= rsaBits.most &&
    exponent >= rsaLeastExponent &&
    exponent % 2n === 1n
  );
}

/**
 * The algorithm of a CMS signature by its own identifier and that of its digest, as certificates name it: CMS may call
 * a key of RSA an algorithm and leave the hash to the digest. Null where the two do not belong together.
 */
export function cmsAlgorithm(signature: string, digest: DigestName): string | null {
  const { rsa } = hashes.find(({ name }) => name === digest) ?? hashes[0];
  const named =
    signature === sequence(oid('2a864886f70d010101'), '0500')
      ? sequence(oid(`2a864886f70d0101${rsa}`), '0500')
      : signature;
  return signatureAlgorithms.get(named)?.hash === digest ? named : null;
}

/** The hash of a whole `AlgorithmIdentifier`, with NULL as its parameters or none. @param identifier hexadecimal DER */
export function digestNamed(identifier: string): DigestName | null {
  const found = hashes.find(({ digest }) =>
    [sequence(oid(digest), '0500'), sequence(oid(digest))].includes(identifier),
  );
  return found?.name ?? null;
}

/** Whether `signature` over `bytes` is of this key; false too where the algorithm is not allowed. */
export function isSignedBy(
  key: KeyObject,
  { bytes, algorithm, signature }: { readonly bytes: Buffer; readonly algorithm: string; readonly signature: Buffer },
): boolean {
  const found = signatureAlgorithms.get(algorithm);
  if (found === undefined || !found.keys.includes(String(key.asymmetricKeyType))) return false;
  const options: VerifyKeyObjectInput =
    found.salt === null ? { key } : { key, padding: constants.RSA_PKCS1_PSS_PADDING, saltLength: found.salt };
  try {
    return verify(found.hash, bytes, options, signature);
  } catch (error) {
    // OpenSSL throws where the key does not allow the algorithm, for example a key bound to another hash.
    if (error instanceof Error && 'code' in error && String(error.code).startsWith('ERR_OSSL')) return false;
    throw error;
  }
}

/** The key of a `SubjectPublicKeyInfo`, or null when OpenSSL cannot read it. */
export function readPublicKey(spki: Buffer): KeyObject | null {
  try {
    return createPublicKey({ key: spki, format: 'der', type: 'spki' });
  } catch (error) {
    // OpenSSL tells some keys that it cannot read with a code and others without.
    if (error instanceof Error) return null;
    throw error;
  }
}

/** RFC 4055 lets the parameters of a hash be NULL or absent, and everybody accept both. */
function pssIdentifiers(digest: string, size: number): string[] {
  const spellings = [sequence(oid(digest), '0500'), sequence(oid(digest))];
  return spellings.flatMap((hash) =>
    spellings.map((inMask) => {
      const mask = sequence(oid('2a864886f70d010108'), inMask);
      const salt = `0201${size.toString(16)}`;
      return sequence(
        oid('2a864886f70d01010a'),
        sequence(element('a0', hash), element('a1', mask), element('a2', salt)),
      );
    }),
  );
}

function oid(body: string): string {
  return element('06', body);
}

function sequence(...members: readonly string[]): string {
  return element('30', members.join(''));
}

/** Nothing here is longer than 127 bytes. */
function element(tag: string, body: string): string {
  return `${tag}${(body.length / 2).toString(16).padStart(2, '0')}${body}`;
}
