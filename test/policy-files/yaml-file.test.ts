import { describe, expect, test } from 'vitest';
import { parseYaml } from '../../src/policy-files/yaml-file.ts';

function said(text: string): string[] {
  const parsed = parseYaml('f.yaml', Buffer.from(text));
  return parsed.ok ? [] : parsed.errors.map(({ line, column, message }) => `${line}:${column} ${message}`);
}

describe('a text that shows something else than it means', () => {
  test.each([
    ['a key in two scripts', 'pоlice: a', '1:1 the word "pоlice" mixes Latin and Cyrillic letters: о is U+043E'],
    ['a name in another script whole', 'a: [b, сорѕ]', '1:8 the name "сорѕ" holds a letter that looks like another'],
    ['full-width letters', 'a: ｐolice', 'ｐ is U+FF50'],
    ['an i without its dot', 'a: naıve', 'ı is U+0131'],
    ['a word of a sentence', 'a: dit is een рaard', 'mixes Cyrillic and Latin letters'],
    ['an order of reading turned around, in a comment', '# \u202e a\na: b', '1:3 holds an invisible'],
    ['a space of no width, written as an escape', 'a: "x\\u200by"', '1:4 holds an invisible'],
    ['a space that does not break', 'a: een\u00a0zin', '1:7 holds an invisible'],
    ['a mark of byte order', '\ufeffa: b', 'U+FEFF'],
  ])('%s is an error at its place', (_, text, message) => {
    expect(said(text)).toEqual([expect.stringContaining(message)]);
  });

  test.each([
    ['a NUL in a key', 'a: b\nc\u0000d: e', '2:2 holds a control character (U+0000): remove it'],
    ['a NUL at the end', 'a: b\u0000', '1:5 holds a control character (U+0000)'],
    ['an escape of a terminal, in a comment', '# \u001b[31m\na: b', '1:3 holds a control character (U+001B)'],
    ['a step back', 'a: "b\u0008c"', '1:6 holds a control character (U+0008)'],
  ])('%s is told as what it is', (_, text, message) => {
    expect(said(text)).toEqual([expect.stringContaining(message)]);
  });

  test('the letters, quotes and dashes of ordinary Dutch are none', () => {
    expect(said('a: patiënt\nb: één “zaak” – 5 µg\nc: "2.24–2.32"\nd: Tweede-Kamerlid\'s')).toEqual([]);
  });
});

describe('a name that every object answers to already', () => {
  test.each(['__proto__', 'constructor', 'prototype'])('%s is an error at its place, at whatever depth', (name) => {
    const message = `"${name}" may not be used as a name: choose another word`;
    expect(said(`${name}: a`)).toEqual([`1:1 ${message}`]);
    expect(said(`a:\n  - b: c\n    "${name}": { d: e }`)).toEqual([`3:5 ${message}`]);
    expect(said(`a: { ${name}: { ${name}: b } }`)).toEqual([`1:6 ${message}`, `1:${9 + name.length + 1} ${message}`]);
  });

  test('written as an escape is the same name', () => {
    expect(said('"\\u005f_proto__": a')).toEqual([expect.stringContaining('1:1 "__proto__" may not')]);
  });

  test('is an ordinary word where it names nothing', () => {
    expect(said('a: constructor')).toEqual([]);
  });
});

describe('one fault is one error', () => {
  test.each([
    ['a list that never ends', 'a: [b', '1:6 Flow sequence'],
    ['a quote that never ends', 'a: "x\nb: c', '2:5 Missing closing'],
    ['an alias to nothing', 'a: *x', '1:4 anchors, aliases and tags'],
    ['a tag nobody knows', 'a: !law b', 'anchors, aliases and tags'],
    ['a key twice', 'a: 1\na: 2', '2:1 Map keys must be unique'],
    ['another version of YAML', '%YAML 9.9\n---\na: b', '1:7 Unsupported YAML version 9.9'],
    ['a second document', 'a: b\n---\nc: d', '2:1 Source contains multiple documents'],
  ])('%s', (_, text, message) => {
    expect(said(text)).toEqual([expect.stringContaining(message)]);
  });

  test.each([
    ['lists in a line', '['.repeat(100_000)],
    ['dashes', '- '.repeat(100_000)],
    ['question marks', '? '.repeat(100_000)],
    ['closed lists', `a: ${'['.repeat(5000)}${']'.repeat(5000)}`],
  ])('%s, nested to exhaust the reader', (_, text) => {
    expect(said(text)).toEqual([expect.stringMatching(/^1:\d+ must not nest deeper than 32 levels$/)]);
  });

  test('what nests as deep as is allowed is read', () => {
    expect(said(`${'['.repeat(32)}a${']'.repeat(32)}`)).toEqual([]);
    expect(said(`${'['.repeat(33)}a${']'.repeat(33)}`)).toHaveLength(1);
  });
});
