import { constants, generateKeyPairSync, type KeyObject, sign } from 'node:crypto';
import type pg from 'pg';
import { type EncryptionKey, encryptionKey } from '../../src/core/partner/encryption-key.ts';
import { jwkThumbprint } from '../../src/core/partner/jwk-thumbprint.ts';
import type { KeyChecks } from '../../src/core/partner/key-check.ts';
import { keyChecks } from '../../src/crypto/encryption-key-proof.ts';
import { joseSealer } from '../../src/crypto/seal.ts';
import type { Trust } from '../../src/crypto/trust.ts';
import { certificateKeys } from '../../src/store/seen-certificates.ts';

/** A key that answers are sealed to, with the half that opens them. */
export interface EncryptionPair {
  readonly jwk: EncryptionKey;
  readonly privateKey: KeyObject;
  /** RFC 7638. */
  readonly thumbprint: string;
}

export function encryptionPair(kind: 'RSA' | 'EC' | 'OKP' = 'EC', extra: object = {}): EncryptionPair {
  const { publicKey, privateKey } = generate(kind);
  const jwk = encryptionKey.parse({ ...publicKey.export({ format: 'jwk' }), use: 'enc', ...extra });
  return { jwk, privateKey, thumbprint: jwkThumbprint(jwk) };
}

function generate(kind: 'RSA' | 'EC' | 'OKP') {
  if (kind === 'RSA') return generateKeyPairSync('rsa', { modulusLength: 2048 });
  return kind === 'EC' ? generateKeyPairSync('ec', { namedCurve: 'P-256' }) : generateKeyPairSync('x25519');
}

/** How a proof is put together; what is given stands in place of what a good one has, so that every mistake can be made. */
export interface ProofPlan {
  readonly jwk: object;
  readonly unit: string;
  readonly oin: string;
  /** DER: the unit's certificate, then each one's issuer. */
  readonly path: readonly Buffer[];
  readonly key: KeyObject;
  readonly header?: object;
  readonly claims?: object;
}

const daySeconds = 86_400;

export function forgeProof({ jwk, unit, oin, path, key, header, claims }: ProofPlan): string {
  const now = Math.floor(Date.now() / 1_000);
  const x5c = path.map((der) => der.toString('base64'));
  const said = { typ: 'sluis-encryption-key+jwt', alg: algOf(key), x5c, ...header };
  const claimed = { iss: unit, oin, jwk, nbf: now - 60, exp: now + 30 * daySeconds, ...claims };
  const input = [said, claimed].map((part) => Buffer.from(JSON.stringify(part)).toString('base64url')).join('.');
  return `${input}.${signature(input, key).toString('base64url')}`;
}

function algOf(key: KeyObject): string {
  const curve = key.asymmetricKeyDetails?.namedCurve;
  const byKind: Readonly<Record<string, string>> = { prime256v1: 'ES256', secp384r1: 'ES384', secp521r1: 'ES512' };
  return byKind[curve ?? ''] ?? (key.asymmetricKeyType === 'ed25519' ? 'EdDSA' : 'PS256');
}

function signature(input: string, key: KeyObject): Buffer {
  const bytes = Buffer.from(input);
  const alg = algOf(key);
  if (alg === 'EdDSA') return sign(null, bytes, key);
  if (alg === 'PS256') return sign('sha256', bytes, { key, padding: constants.RSA_PKCS1_PSS_PADDING, saltLength: 32 });
  return sign(`sha${alg.slice(2)}`, bytes, { key, dsaEncoding: 'ieee-p1363' });
}

/** Keys are judged as a gateway judges them, by what is trusted at that moment; by nothing when it is left out. */
export function keyChecksOn(pool: pg.Pool, trust?: () => Trust): KeyChecks {
  return keyChecks({
    sealer: joseSealer(),
    certificateKeys: (unit) => certificateKeys(pool, unit),
    rules: () => {
      if (trust === undefined) throw new Error('nobody is trusted here to sign for a key');
      return { trust: trust(), acceptTestOins: true };
    },
  });
}
