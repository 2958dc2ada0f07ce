import { describe, expect, test } from 'vitest';
import {
  readVerifierKey,
  signatureTypes,
  verifierKeyId,
  writeVerifierKey,
} from '../../../src/core/ledger/verifier-key.ts';
import { newWitness } from '../../world/witness-keys.ts';

/** Verifier keys that others published: of the Go checksum database, and the example of its package for notes. */
const published = [
  'sum.golang.org+033de0ae+Ac4zctda0e5eza+HJyk9SxEdh+s3Ux18htTTAD8OuAn8',
  'PeterNeumann+c74f20a3+ARpc2QcUPDhMQegwxbzhKqiBfsVkmqq/LDE4izWy10TW',
];

describe('a verifier key', () => {
  test.each(published)('that others published is read, and written as it was: %s', (text) => {
    const key = readVerifierKey(text);
    expect(key).toMatchObject({ name: text.split('+')[0], type: signatureTypes.ed25519 });
    if (key === null) return;
    expect(verifierKeyId(key).toString('hex')).toBe(text.split('+')[1]);
    expect(writeVerifierKey(key)).toBe(text);
  });

  test.each([['ed25519'] as const, ['ml-dsa-44'] as const])('of a cosigner with %s comes back as it was', (kind) => {
    const { name, publicKey } = newWitness('witness.example/w1', kind);
    const type = kind === 'ed25519' ? signatureTypes.ed25519Cosignature : signatureTypes.mlDsa44Cosignature;
    expect(readVerifierKey(writeVerifierKey({ name, type, publicKey }))).toEqual({ name, type, publicKey });
  });

  test('is nothing in any other spelling', () => {
    const [text = ''] = published;
    const [name = '', id = '', material = ''] = text.split('+');
    for (const bad of [
      '',
      name,
      `${name}+${id}`,
      `${name}+${id.toUpperCase()}+${material}`,
      `${name}+00000000+${material}`,
      `${name}2+${id}+${material}`,
      `${name}+${id}+${material}=`,
      `${name}+${id}+${material.slice(0, -2)}`,
      ` ${text}`,
      `${text}\n`,
      `${name} x+${id}+${material}`,
      `+${id}+${material}`,
    ])
      expect(readVerifierKey(bad)).toBeNull();
    for (let at = 0; at < text.length; at++) {
      const other = text[at] === 'A' ? 'B' : 'A';
      expect(readVerifierKey(text.slice(0, at) + other + text.slice(at + 1))).toBeNull();
    }
  });

  test('of a type that is not known, or of another length than its type has, is nothing', () => {
    const publicKey = Buffer.alloc(32, 7);
    for (const [type, key] of [
      [0x02, publicKey],
      [0xff, publicKey],
      [signatureTypes.ed25519, Buffer.alloc(31)],
      [signatureTypes.ed25519Cosignature, Buffer.alloc(33)],
      [signatureTypes.mlDsa44Cosignature, publicKey],
    ] as const)
      expect(readVerifierKey(writeVerifierKey({ name: 'x', type, publicKey: key }))).toBeNull();
  });
});
