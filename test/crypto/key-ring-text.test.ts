import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { newKey } from '../../src/crypto/key-files.ts';
import { parseRing, type WrittenKey, type WrittenRing, writeRing } from '../../src/crypto/key-ring-text.ts';

const secret = newKey('data');
const signing = newKey('ledger');
const token: WrittenKey = { form: 'token', text: 'sluis-data-1' };

const key = fc.oneof(
  fc
    .uint8Array({ minLength: 32, maxLength: 32 })
    .map((bytes): WrittenKey => ({ form: 'secret', text: Buffer.from(bytes).toString('base64url') })),
  fc.constant(signing),
  fc.stringMatching(/^[A-Za-z0-9][A-Za-z0-9._-]{0,63}$/).map((text): WrittenKey => ({ form: 'token', text })),
);
const ring: fc.Arbitrary<WrittenRing> = fc.record({
  current: key,
  next: fc.option(key),
  old: fc.array(key, { maxLength: 3 }),
  retired: fc.constant([]),
});

describe('a file of keys', () => {
  test('reads as it was written, whatever the keys', () => {
    fc.assert(
      fc.property(ring, (written) => {
        expect(parseRing(writeRing(written))).toEqual(written);
      }),
    );
  });

  test('with one line, as the first gateways made it, holds the current key', () => {
    expect(parseRing(`${secret.text}\n`)).toEqual({ current: secret, next: null, old: [], retired: [] });
    expect(parseRing(`\n ${secret.text} \r\n\r\n`)).toMatchObject({ current: secret });
  });

  test('cut off anywhere is whole or is refused, and never quoted', () => {
    const text = writeRing({ current: signing, next: signing, old: [token], retired: [] });
    for (let at = 0; at < text.length; at += 1) {
      const cut = parseRing(text.slice(0, at));
      if ('problem' in cut) expect(cut.problem).not.toMatch(/MC4C|[A-Za-z0-9_-]{20}/);
      else expect(writeRing(cut).length).toBeLessThanOrEqual(at + 1);
    }
  });

  test.each<[string, string, RegExp]>([
    ['nothing', '', /holds no key/],
    ['a word', 'geheim-woord', /line 1 that is no whole key/],
    ['a key and a word', `${secret.text}\ngeheim-woord`, /line 2 that is no whole key/],
    ['a coming key alone', `next\n${secret.text}`, /begins with the coming key/],
    [
      'two coming keys',
      `${secret.text}\nnext\n${newKey('data').text}\nnext\n${newKey('data').text}`,
      /more than one coming/,
    ],
    ['a word next with nothing behind it', `${secret.text}\nnext\n`, /ends after the word next/],
    ['half of a PEM', signing.text.slice(0, 60), /line 1 that is no whole key/],
    ['a path in place of a label', 'pkcs11:../x', /no whole key/],
  ])('with %s is refused', (_, text, problem) => {
    const parsed = parseRing(text);
    expect(parsed).toMatchObject({ problem: expect.stringMatching(problem) });
    expect(JSON.stringify(parsed)).not.toContain('geheim');
  });
});
