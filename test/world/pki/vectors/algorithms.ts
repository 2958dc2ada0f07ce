import { type AlgorithmName, keysOf } from '../keys.ts';
import { type Scene, type SceneChanges, scene } from '../scene.ts';
import type { Vector } from './vector.ts';

/** A hierarchy in which every CA has such a key and signs this way, but for what is laid over it. */
function hierarchy(kind: string, algorithm: AlgorithmName, changes: SceneChanges = {}): Scene {
  const list = { algorithm, ...changes.issuingList };
  return scene({
    ...changes,
    root: { keys: keysOf(`${kind}:root`), algorithm },
    issuing: { keys: keysOf(`${kind}:issuing`), algorithm, ...changes.issuing },
    leaf: { algorithm, ...changes.leaf },
    rootList: { algorithm },
    issuingList: list,
  });
}

function signedWith(name: string, kind: string, good: AlgorithmName, leaf: AlgorithmName, stricter?: string): Vector {
  const make = () => hierarchy(kind, good, { leaf: { algorithm: leaf } });
  return { name, word: 'weak-algorithm', make, ...(stricter === undefined ? {} : { stricter }) };
}

function keyed(name: string, kind: string, stricter?: string): Vector {
  const make = () => scene({ leaf: { keys: keysOf(`${kind}:leaf`) } });
  return { name, word: 'weak-algorithm', make, ...(stricter === undefined ? {} : { stricter }) };
}

const level = 'looks at algorithms by a level of its own, which lets this pass';

/** Keys and signatures that the NCSC does not call good or sufficient. */
export const algorithmVectors: readonly Vector[] = [
  signedWith('signed with MD5', 'rsa2048', 'rsa-sha256', 'rsa-md5', level),
  signedWith('signed with RSA and SHA-1', 'rsa2048', 'rsa-sha256', 'rsa-sha1', level),
  signedWith('signed with ECDSA and SHA-1', 'p256', 'ecdsa-sha256', 'ecdsa-sha1', level),
  signedWith('signed with ECDSA and SHA-224', 'p256', 'ecdsa-sha256', 'ecdsa-sha224', level),
  signedWith('signed with PSS and SHA-1', 'rsa2048', 'pss-sha256', 'pss-sha1', level),
  signedWith('signed with PSS and a short salt', 'rsa2048', 'pss-sha256', 'pss-sha512-short-salt', level),
  signedWith('signed with PSS and another mask', 'rsa2048', 'pss-sha256', 'pss-sha512-other-mask'),
  keyed('with a key of RSA 1024', 'rsa1024', level),
  keyed('with an RSA key of exponent 3', 'rsa3exponent', level),
  keyed('with a key on secp256k1', 'secp256k1', level),
  {
    name: 'under an issuing CA that was signed with SHA-1',
    word: 'weak-algorithm',
    make: () => {
      const made = hierarchy('rsa2048', 'rsa-sha256', { issuing: { algorithm: 'rsa-sha1' } });
      return { ...made, cas: made.cas.slice(0, 1) };
    },
    stricter: level,
  },
  {
    name: 'under an issuing CA with a key of RSA 1024',
    word: 'weak-algorithm',
    make: () => {
      const keys = keysOf('rsa1024:issuing');
      const made = hierarchy('rsa2048', 'rsa-sha256', { issuing: { keys } });
      return { ...made, cas: made.cas.slice(0, 1) };
    },
    stricter: level,
  },
];

/** What has to be good. */
export const goodAlgorithms: readonly { readonly name: string; readonly make: () => Scene }[] = [
  { name: 'RSA with SHA-256', make: () => hierarchy('rsa2048', 'rsa-sha256') },
  { name: 'RSA with SHA-512', make: () => hierarchy('rsa3072', 'rsa-sha512') },
  { name: 'PSS with SHA-256', make: () => hierarchy('rsa2048', 'pss-sha256') },
  { name: 'PSS with SHA-512', make: () => hierarchy('rsa2048', 'pss-sha512') },
  { name: 'ECDSA on P-384 with SHA-384', make: () => hierarchy('p384', 'ecdsa-sha384') },
  { name: 'ECDSA on P-521 with SHA-512', make: () => hierarchy('p521', 'ecdsa-sha512') },
  { name: 'Ed25519', make: () => hierarchy('ed25519', 'ed25519') },
  { name: 'Ed448', make: () => hierarchy('ed448', 'ed448') },
];
