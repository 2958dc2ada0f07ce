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

  /** RFC 8785, 3.2.3: the names of its example, in the order that it prescribes. */
  test('sorts the example of the RFC as it does', () => {
    const names = ['\r', '1', '\u0080', '\u00f6', '\u20ac', '\u{1f600}', '\ufb33'];
    const given = ['\u20ac', '\r', '\ufb33', '1', '\u{1f600}', '\u0080', '\u00f6'];
    expect(Object.keys(JSON.parse(canonical(Object.fromEntries(given.map((name) => [name, 'x']))))).sort()).toEqual(
      [...names].sort(),
    );
    const text = canonical(Object.fromEntries(given.map((name) => [name, 'x'])));
    expect(text).toBe('{"\\r":"x","1":"x","\u0080":"x","\u00f6":"x","\u20ac":"x","\u{1f600}":"x","\ufb33":"x"}');
    expect(parseCanonical(text)).not.toBeNull();
  });

  /** RFC 8785, 3.2.2 and 3.2.4: text and literals of its example, and the bytes of the result. */
  test('spells the text and literals of the RFC as it does', () => {
    const given = JSON.parse(
      String.raw`{"string":"\u20ac$\u000F\u000aA'\u0042\u0022\u005c\\\"\/","literals":[null,true,false]}`,
    );
    const expected = String.raw`{"literals":[null,true,false],"string":"€$\u000f\nA'B\"\\\\\"/"}`;
    expect(canonical(given)).toBe(expected);
    expect(Buffer.from(canonical(given)).toString('hex')).toContain('e282ac245c75303030665c6e4127425c225c5c5c5c5c222f');
    expect(parseCanonical(expected)).toEqual(given);
  });

  /** RFC 8785, appendix B: numbers by their IEEE 754 bits. All that is no safe integer is refused here. */
  test.each<[string, string | null]>([
    ['0000000000000000', '0'],
    ['8000000000000000', '0'],
    ['0000000000000001', null],
    ['8000000000000001', null],
    ['7fefffffffffffff', null],
    ['ffefffffffffffff', null],
    ['4340000000000000', null],
    ['c340000000000000', null],
    ['4430000000000000', null],
    ['7fffffffffffffff', null],
    ['7ff0000000000000', null],
    ['44b52d02c7e14af5', null],
    ['41b3de4355555553', null],
    ['433fffffffffffff', '9007199254740991'],
  ])('spells or refuses the number with the bits %s', (bits, expected) => {
    const number = Buffer.from(bits, 'hex').readDoubleBE();
    if (expected === null) expect(() => canonical(number)).toThrow(TypeError);
    else expect(canonical(number)).toBe(expected);
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

  /** The short way gives the verdict of the long one, whatever the text: near misses most of all. */
  test('is judged as by spelling it again', () => {
    const slow = (text: string): boolean => {
      try {
        return canonical(JSON.parse(text)) === text;
      } catch (error) {
        if (error instanceof SyntaxError || error instanceof TypeError) return false;
        throw error;
      }
    };
    const part = fc.oneof(
      fc.constantFrom('{', '}', '[', ']', ',', ':', ' ', '\n', '"', '"a"', '"b"', '""', 'null', 'true', 'false', '\\'),
      fc.constantFrom('0', '-0', '1', '10', '100', '1e2', '1E2', '1e0', '1.0', '-1', '9007199254740993', '1e400'),
      fc.constantFrom(
        '"2"',
        '"10"',
        '"\\ud800"',
        '"\\u00e9"',
        '"é"',
        '"\u{1f600}"',
        '"\ud800"',
        '"__proto__"',
        '"\\/"',
      ),
    );
    const soup = fc.array(part, { maxLength: 9 }).map((parts) => parts.join(''));
    const twoMembers = fc.tuple(part, part, part, part).map(([a, b, c, d]) => `{${a}:${b},${c}:${d}}`);
    const list = fc.array(part, { maxLength: 4 }).map((parts) => `[${parts.join(',')}]`);
    const near = fc
      .tuple(json, fc.nat(), fc.oneof(part, fc.string({ maxLength: 1 })), fc.nat({ max: 3 }))
      .map(([value, at, put, cut]) => {
        const text = JSON.stringify(value);
        const place = at % (text.length + 1);
        return text.slice(0, place) + put + text.slice(place + cut);
      });
    const plainJson = json.map((value) => JSON.stringify(value));
    fc.assert(
      fc.property(fc.oneof(soup, twoMembers, list, near, plainJson), (text) => {
        expect(parseCanonical(text) !== null || text === 'null').toBe(slow(text));
      }),
      { numRuns: 20_000 },
    );
  });

  test('that is too deep or too long is no text, and exhausts nothing', () => {
    const deep = '['.repeat(32_000) + ']'.repeat(32_000);
    expect(parseCanonical(deep)).toBeNull();
    expect(parseCanonical('['.repeat(64) + ']'.repeat(64))).not.toBeNull();
    expect(parseCanonical('['.repeat(65) + ']'.repeat(65))).toBeNull();
    expect(() => canonical(JSON.parse('['.repeat(65) + ']'.repeat(65)))).toThrow('too deep');
    expect(parseCanonical(`"${'a'.repeat(maxCanonicalBytes - 2)}"`)).not.toBeNull();
    expect(parseCanonical(`"${'a'.repeat(maxCanonicalBytes - 1)}"`)).toBeNull();
    expect(parseCanonical(`"${'é'.repeat(maxCanonicalBytes / 2)}"`)).toBeNull();
  });

  test.each([
    '{"b":1,"a":2}',
    '{"a":1e2}',
    '{"a":"\\ud800"}',
    '{"\\ud800":1}',
    '{"10":1,"9":2} ',
    '{"a":1,"2":1}',
    '{"a":1,"a":1}',
    '{"a":1.0}',
    '{"a":1e2}',
    '{"a": 1}',
    '["\\u0041"]',
    '{',
    '',
  ])('a text with another spelling is no text: %s', (text) => expect(parseCanonical(text)).toBeNull());

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
