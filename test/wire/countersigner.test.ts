import { generateKeyPairSync } from 'node:crypto';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, expect, test } from 'vitest';
import { openCheckpoint, signCheckpoint } from '../../src/core/ledger/checkpoint.ts';
import { leafHash } from '../../src/core/ledger/tree-hash.ts';
import { readMlDsaKey } from '../../src/crypto/ml-dsa-key.ts';
import { checkerOf } from '../../src/crypto/raw-key.ts';
import { countersigner } from '../../src/wire/countersigner.ts';
import { newSigner } from '../world/ledger-keys.ts';

const origin = 'sluis.example/ledger';
const folder = mkdtempSync(join(tmpdir(), 'sluis-ml-dsa-'));
afterAll(() => rmSync(folder, { recursive: true }));

function keyFile(kind: 'ed25519' | 'ml-dsa-44' | 'ml-dsa-65'): string {
  const file = join(folder, `${kind}.pem`);
  // The types of Node do not know every kind of key that it makes.
  const { privateKey } = generateKeyPairSync(kind as 'ed25519');
  writeFileSync(file, privateKey.export({ format: 'pem', type: 'pkcs8' }));
  return file;
}

const signer = newSigner();
const log = { name: origin, publicKey: signer.publicKey, check: signer.check };
const checkpoint = { origin, size: 7, root: leafHash('root') };
const note = signCheckpoint(checkpoint, log, signer.sign);

test('a checkpoint gets a second line by the ML-DSA-44 key of the log, and without one stays as it is', () => {
  const mlDsaKey = keyFile('ml-dsa-44');
  const signed = countersigner({ mlDsaKey, origin })(note, checkpoint);
  expect(signed.startsWith(note)).toBe(true);
  const { publicKey } = readMlDsaKey(mlDsaKey);
  const own = { name: origin, publicKey, check: checkerOf(publicKey) };
  expect(openCheckpoint(signed, origin, log, own)).toEqual(checkpoint);
  expect(openCheckpoint(signed.replace('\n7\n', '\n8\n'), origin, own)).toBeNull();
  expect(countersigner({ mlDsaKey: null, origin })(note, checkpoint)).toBe(note);
});

test.each(['ed25519', 'ml-dsa-65'] as const)('a key of another kind is refused: %s', (kind) => {
  expect(() => countersigner({ mlDsaKey: keyFile(kind), origin })).toThrow('is no ML-DSA-44 key');
});

test('a file that holds no key is refused, without a word of what it holds', () => {
  const file = join(folder, 'none.pem');
  writeFileSync(file, 'secret words');
  expect(() => countersigner({ mlDsaKey: file, origin })).toThrow(`${file}: is no ML-DSA-44 key in PKCS#8 PEM`);
});
