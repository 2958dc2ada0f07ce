import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { canonical, maxCanonicalBytes, parseCanonical } from '../../../src/core/ledger/canonical.ts';
import type { JsonValue } from '../../../src/core/ledger/entry.ts';

const json: fc.Arbitrary<JsonValue> = fc.letrec<{ value: JsonValue }>((tie) => ({
  value: fc.oneof(
    { maxDepth: 4 },
    fc.string({ unit: 'binary' }),
    fc.maxSafeInteger(),
    fc.boolean(),
    fc.constant(null),
    fc.array(tie('value'), { maxLength: 4 }),
    fc.dictionary(fc.string({ unit: 'binary' }), tie('value'), { maxKeys: 4 }),
  ),
})).value;

describe('canonical text', () => {
  test('sorts names by UTF-16 code units and escapes as RFC 8785 does', () => {
    expect(canonical({ '\u20ac': 1, '\r': 2, '1': 3, '\u{1f600}': 4, '\ufb33': 5 })).toBe(
      '{"\\r":2,"1":3,"\u20ac":1,"\u{1f600}":4,"\ufb33":5}',
    );
    expect(canonical({ b: [true, null, -7], a: '\u000f"\\' })).toBe('{"a":"\\u000f\\"\\\\","b":[true,null,-7]}');
  });

  test('is read back as the same value, and only in its one spelling', () => {
    fc.assert(
      fc.property(json, (value) => {
        const text = canonical(value);
        const back = parseCanonical(text);
        expect(back).toEqual(value === null ? null : JSON.parse(text));
        expect(value === null ? text : canonical(back)).toBe(text);
        expect(parseCanonical(` ${text}`)).toBeNull();
      }),
    );
  });

  test.each(['{"b":1,"a":2}', '{"a":1,"a":1}', '{"a":1.0}', '{"a":1e2}', '{"a": 1}', '["\\u0041"]', '{', ''])(
    'a text with another spelling is no text: %s',
    (text) => expect(parseCanonical(text)).toBeNull(),
  );

  test.each([
    ['a fraction', 0.5],
    ['an unsafe integer', 2 ** 53],
    ['no number', Number.NaN],
    ['infinity', Number.POSITIVE_INFINITY],
    ['a lone surrogate', '\ud800'],
    ['a lone surrogate as a name', { '\udc00': 1 }],
    ['nothing', { a: undefined }],
    ['a hole', [undefined]],
    ['a date', { a: new Date(0) }],
    ['a large integer', 1n],
    ['a function', () => 1],
  ])('refuses %s', (_, value) => {
    expect(() => canonical(value as JsonValue)).toThrow(TypeError);
  });

  test('refuses one byte more than fits, counted in UTF-8', () => {
    expect(canonical('a'.repeat(maxCanonicalBytes - 2))).toHaveLength(maxCanonicalBytes);
    expect(() => canonical('a'.repeat(maxCanonicalBytes - 1))).toThrow('too large');
    expect(() => canonical('\u20ac'.repeat(22_000))).toThrow('too large');
  });

  test('an error names the place and never the value', () => {
    expect(() => canonical({ body: { list: ['fine', 0.25] } })).toThrow('$.body.list[1] is not a safe integer');
  });
});
