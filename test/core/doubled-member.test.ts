import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { hasDoubledMember } from '../../src/core/doubled-member.ts';

describe('a member that is named twice', () => {
  test.each([
    '{"a":1,"a":2}',
    '{"a":1,"\\u0061":2}',
    '[{"b":{"c":[],"d":0,"c":1}}]',
    '{"":0,"":0}',
    '{ "a" : {"a":1} , "a" : 2 }',
    '{"__proto__":1,"__proto__":2}',
  ])('is found in %s', (text) => {
    expect(JSON.parse(text)).toBeDefined();
    expect(hasDoubledMember(text)).toBe(true);
  });

  test.each([
    '{"a":{"a":{"a":1}}}',
    '[{"a":1},{"a":2}]',
    '{"a":"a","b":"\\"a\\":","c":"{\\"a\\":1,\\"a\\":2}"}',
    '{"a":[":",":"],"b":":"}',
    '"a"',
    '{}',
  ])('is not found in %s', (text) => {
    expect(hasDoubledMember(text)).toBe(false);
  });

  test('is found in no text that was written from a value, however it is nested', () => {
    fc.assert(fc.property(fc.jsonValue(), (value) => !hasDoubledMember(JSON.stringify(value))));
  });

  test('is looked for in a body as long and as deep as is taken in', () => {
    expect(hasDoubledMember(`${'['.repeat(32_000)}${']'.repeat(32_000)}`)).toBe(false);
    expect(hasDoubledMember(`{"a":"${'\\"'.repeat(32_000)}"}`)).toBe(false);
  });
});
