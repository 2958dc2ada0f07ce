import { createHash, generateKeyPairSync, type KeyObject, sign } from 'node:crypto';
import { bitString, context, nothing, octets, oid, sequence, whole } from './der-write.ts';

export interface Keys {
  readonly publicKey: KeyObject;
  readonly privateKey: KeyObject;
}

const made = new Map<string, Keys>();

/**
 * Keys by kind and name, made once: `p256:root`. Kinds: p256, p384, p521, secp256k1, rsa1024, rsa2048, rsa3072, rsa4096,
 * ed25519, ed448.
 */
export function keysOf(name: string): Keys {
  const found = made.get(name) ?? generate(name.split(':')[0] ?? '');
  made.set(name, found);
  return found;
}

function generate(kind: string): Keys {
  if (kind === 'rsa3exponent') return generateKeyPairSync('rsa', { modulusLength: 2_048, publicExponent: 3 });
  if (kind.startsWith('rsa')) return generateKeyPairSync('rsa', { modulusLength: Number(kind.slice(3)) });
  if (kind === 'ed25519') return generateKeyPairSync('ed25519');
  if (kind === 'ed448') return generateKeyPairSync('ed448');
  const curves: Readonly<Record<string, string>> = {
    p256: 'P-256',
    p384: 'P-384',
    p521: 'P-521',
    secp256k1: 'secp256k1',
  };
  return generateKeyPairSync('ec', { namedCurve: curves[kind] ?? kind, paramEncoding: 'named' });
}

/** The same key on a curve that is spelt out instead of named. */
export function explicitCurve(): Keys {
  return generateKeyPairSync('ec', { namedCurve: 'P-256', paramEncoding: 'explicit' });
}

export function spkiOf({ publicKey }: Keys): Buffer {
  return publicKey.export({ type: 'spki', format: 'der' });
}

export function keyIdOf(keys: Keys): Buffer {
  return createHash('sha1').update(spkiOf(keys)).digest();
}

interface Algorithm {
  readonly identifier: Buffer;
  readonly sign: (bytes: Buffer, key: KeyObject) => Buffer;
}

const digests = {
  sha1: '1.3.14.3.2.26',
  sha256: '2.16.840.1.101.3.4.2.1',
  sha384: '2.16.840.1.101.3.4.2.2',
  sha512: '2.16.840.1.101.3.4.2.3',
};

function rsa(hash: string, arc: number): Algorithm {
  return {
    identifier: sequence(oid(`1.2.840.113549.1.1.${arc}`), nothing),
    sign: (bytes, key) => sign(hash, bytes, key),
  };
}

function ecdsa(hash: string, arc: number): Algorithm {
  return { identifier: sequence(oid(`1.2.840.10045.4.3.${arc}`)), sign: (bytes, key) => sign(hash, bytes, key) };
}

function pss(hash: keyof typeof digests, saltLength: number, mask: keyof typeof digests = hash): Algorithm {
  const of = (digest: keyof typeof digests) => sequence(oid(digests[digest]), nothing);
  const mgf = sequence(oid('1.2.840.113549.1.1.8'), of(mask));
  const parameters = sequence(context(0, true, of(hash)), context(1, true, mgf), context(2, true, whole(saltLength)));
  return {
    identifier: sequence(oid('1.2.840.113549.1.1.10'), parameters),
    sign: (bytes, key) => sign(hash, bytes, { key, padding: 6, saltLength }),
  };
}

export const algorithms = {
  'rsa-md5': rsa('md5', 4),
  'rsa-sha1': rsa('sha1', 5),
  'rsa-sha256': rsa('sha256', 11),
  'rsa-sha384': rsa('sha384', 12),
  'rsa-sha512': rsa('sha512', 13),
  'ecdsa-sha1': { ...ecdsa('sha1', 2), identifier: sequence(oid('1.2.840.10045.4.1')) },
  'ecdsa-sha224': ecdsa('sha224', 1),
  'ecdsa-sha256': ecdsa('sha256', 2),
  'ecdsa-sha256-with-parameters': {
    ...ecdsa('sha256', 2),
    identifier: sequence(oid('1.2.840.10045.4.3.2'), octets(Buffer.from('wat men wil'))),
  },
  'ecdsa-sha384': ecdsa('sha384', 3),
  'ecdsa-sha512': ecdsa('sha512', 4),
  'pss-sha1': pss('sha1', 20),
  'pss-sha256': pss('sha256', 32),
  'pss-sha512': pss('sha512', 64),
  'pss-sha512-short-salt': pss('sha512', 20),
  'pss-sha512-other-mask': pss('sha512', 64, 'sha256'),
  ed25519: {
    identifier: sequence(oid('1.3.101.112')),
    sign: (bytes: Buffer, key: KeyObject) => sign(null, bytes, key),
  },
  ed448: { identifier: sequence(oid('1.3.101.113')), sign: (bytes: Buffer, key: KeyObject) => sign(null, bytes, key) },
} satisfies Readonly<Record<string, Algorithm>>;

export type AlgorithmName = keyof typeof algorithms;

/** Body, algorithm and signature: a certificate or a list. */
export function signed(body: Buffer, algorithm: AlgorithmName, { privateKey }: Keys): Buffer {
  const { identifier, sign: signing } = algorithms[algorithm];
  return sequence(body, identifier, bitString(signing(body, privateKey)));
}
