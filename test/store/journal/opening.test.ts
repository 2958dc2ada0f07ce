import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { openOpening, sealOpening } from '../../../src/store/journal/opening.ts';
import { newCipher } from '../../world/ledger-keys.ts';
import { shippedSet } from '../../world/shipped-set.ts';
import { variedDecisions } from '../../world/varied-decisions.ts';

const cipher = newCipher();
const key = cipher.newKey();
const salt = Buffer.alloc(16, 7).toString('base64url');
const seal = (name: string, value: string) => sealOpening(cipher, key, 'entry', { name, salt, value });
const open = (name: string, ciphertext: Buffer) => openOpening(cipher, key, 'entry', { name, ciphertext });

test('opens as what was sealed, whatever it says and however long it is', () => {
  const value = fc.oneof(
    fc.string({ unit: 'grapheme', maxLength: 400 }),
    fc.integer({ min: 0, max: 20_000 }).map((length) => 'ab'.repeat(length)),
    fc.uint8Array({ minLength: 100, maxLength: 3_000 }).map((bytes) => Buffer.from(bytes).toString('base64')),
  );
  const bytes = fc
    .uint8Array({ minLength: 16, maxLength: 16 })
    .map((salted) => Buffer.from(salted).toString('base64url'));
  fc.assert(
    fc.property(fc.constantFrom('subject', 'conditions'), bytes, value, (name, salted, said) => {
      const opening = { name, salt: salted, value: said };
      const ciphertext = sealOpening(cipher, key, 'entry', opening);
      expect(openOpening(cipher, key, 'entry', { name, ciphertext })).toEqual(opening);
    }),
  );
});

test('opens nowhere else: not of another entry, name or person, and not when a byte of it changed', () => {
  const ciphertext = seal('subject', 'somebody');
  expect(() => open('reference', ciphertext)).toThrow();
  expect(() => openOpening(cipher, key, 'other entry', { name: 'subject', ciphertext })).toThrow();
  expect(() => openOpening(cipher, cipher.newKey(), 'entry', { name: 'subject', ciphertext })).toThrow();
  for (let at = 0; at < ciphertext.length; at += 1) {
    const changed = Buffer.from(ciphertext);
    changed[at] = (changed[at] ?? 0) ^ 1;
    expect(() => open('subject', changed)).toThrow();
  }
});

describe('openings from before', () => {
  test.each([256, 4_096])('JSON in %i bytes, still open', (long) => {
    const text = JSON.stringify({ salt, value: '{"type":"bsn","value":"900000041"}' }).padEnd(long, ' ');
    const ciphertext = cipher.encrypt(key, Buffer.from(text), 'ledger-opening/entry/reference');
    expect(open('reference', ciphertext)).toEqual({
      name: 'reference',
      salt,
      value: '{"type":"bsn","value":"900000041"}',
    });
  });

  test('or of a form that is not known are refused', () => {
    const ciphertext = cipher.encrypt(key, Buffer.alloc(64, 9), 'ledger-opening/entry/reference');
    expect(() => open('reference', ciphertext)).toThrow(TypeError);
  });
});

describe('how long it is', () => {
  const overhead = cipher.encrypt(key, Buffer.alloc(0), '').length;
  const lengths = (name: string, values: readonly string[]) =>
    new Set(values.map((value) => seal(name, value).length - overhead));

  test('tells nothing of which person, number or case it is', () => {
    const ids = ['01890a5d-ac96-774b-bcce-b302099a8057', '01890a5d-ac96-774b-bcce-b302099a8058'];
    expect(lengths('subject', ids)).toEqual(new Set([64]));
    const references = ['{"type":"bsn","value":"900000041"}', '{"type":"skn","value":"1234567"}'];
    expect(lengths('reference', references)).toEqual(new Set([64]));
    expect(lengths('caseReference', ['Z-1', 'Z-2026-0000001-zwolle'])).toEqual(new Set([64]));
  });

  test('tells nothing of what a person’s record holds: the conditions of hundreds of decisions are of one length', () => {
    const decisions = [...variedDecisions(shippedSet(), 500)];
    const texts = decisions.map(({ conditions }) => JSON.stringify(conditions));
    expect(new Set(texts.map(({ length }) => length)).size).toBeGreaterThan(50);
    expect(lengths('conditions', ['[]', ...texts])).toEqual(new Set([480]));
  });

  test('tells of what people wrote only the order of size', () => {
    const words = Array.from({ length: 64 }, (_, n) => String.fromCodePoint(0x4e00 + n * 97)).join('');
    const texts = Array.from({ length: 65 }, (_, n) => words.slice(0, n));
    expect(lengths('justification', texts).size).toBeLessThanOrEqual(3);
  });
});
