import { createHash } from 'node:crypto';
import { expect, test } from 'vitest';
import { sealedDigest } from '../../../src/core/ledger/sealed-digest.ts';

const sha256 = (text: string | Buffer) => createHash('sha256').update(text).digest();
const subject = { name: 'subject', digest: sha256('one ciphertext') };
const justification = { name: 'justification', digest: sha256('another') };

test('is what the page on the ledger says', () => {
  const bytes = Buffer.concat([
    Buffer.from('justification\0'),
    sha256('another'),
    Buffer.from('subject\0'),
    sha256('one ciphertext'),
  ]);
  expect(sealedDigest([subject, justification])).toBe(sha256(bytes).toString('base64url'));
});

test('is the same whatever order they come in, by code unit rather than by any language', () => {
  expect(sealedDigest([justification, subject])).toBe(sealedDigest([subject, justification]));
  const [upper, lower] = [
    { name: 'Z', digest: sha256('1') },
    { name: 'a', digest: sha256('2') },
  ];
  const bytes = Buffer.concat([Buffer.from('Z\0'), sha256('1'), Buffer.from('a\0'), sha256('2')]);
  expect(sealedDigest([lower, upper])).toBe(sha256(bytes).toString('base64url'));
});

test('changes when an opening is changed, swapped with another, left out or added', () => {
  const whole = sealedDigest([subject, justification]);
  expect(sealedDigest([subject])).not.toBe(whole);
  expect(sealedDigest([subject, justification, { name: 'more', digest: sha256('') }])).not.toBe(whole);
  expect(
    sealedDigest([
      { ...subject, digest: justification.digest },
      { ...justification, digest: subject.digest },
    ]),
  ).not.toBe(whole);
  expect(sealedDigest([subject, { ...justification, name: 'reference' }])).not.toBe(whole);
});
