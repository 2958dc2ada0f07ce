import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { type EntryKind, entryKinds, type JsonValue, type Leaf } from '../../../src/core/ledger/entry.ts';
import type { EntryForm } from '../../../src/core/ledger/forms/entry-form.ts';
import { entryForms } from '../../../src/core/ledger/forms/entry-forms.ts';
import { readLeaf } from '../../../src/core/ledger/leaf.ts';
import { leafReader } from '../../../src/core/ledger/leaf-reader.ts';
import { contents } from '../../world/entry-arbitrary.ts';

const hexadecimal = '0123456789abcdef';
const base64Url = 'ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_';
const spelt = (signs: string, length: number) =>
  fc.string({ unit: fc.constantFrom(...signs), minLength: length, maxLength: length });
const hash = fc.tuple(spelt(base64Url, 42), fc.constantFrom(...'AEIMQUYcgkosw048')).map((parts) => parts.join(''));
const uuid = spelt(hexadecimal, 32).map((hex) => hex.replace(/^(.{8})(.{4})(.{4})(.{4})/, '$1-$2-$3-$4-'));
const envelope = fc.record({
  id: uuid,
  instance: uuid,
  sequence: fc.oneof(
    fc.integer({ min: 1, max: 999 }),
    fc.constantFrom(10 ** 15 - 1, 10 ** 15, Number.MAX_SAFE_INTEGER),
  ),
  time: fc.date({ min: new Date(0), max: new Date(4e12), noInvalidDate: true }).map((date) => date.toISOString()),
  trace: spelt(hexadecimal, 32),
  words: fc.constantFrom(
    ['purpose', 'from', 'to'],
    ['a b', '~!', '}'],
    ['é', '"', '\\'],
    ['\u{1f600}', '\u007f', '\n'],
  ),
});
const signs = fc.constantFrom(
  ...'0129afAFgz_-+/="\\{}[],: .TZé\u0000\u001f\u007f\ud800',
  'null',
  '1e2',
  '00',
  '\\u0041',
);
const change = fc.record({ at: fc.nat(4_000), takes: fc.nat(3), puts: fc.option(signs, { nil: '' }) });
const kinds = entryKinds.flatMap((kind) =>
  entryForms[kind].map((form, n) => [`${kind} ${n + 1}`, kind, form] as const),
);

function leaves(kind: EntryKind, form: EntryForm): fc.Arbitrary<Leaf> {
  return fc.tuple(contents(form), envelope, fc.array(hash, { minLength: 12, maxLength: 12 })).map((parts) => {
    const [{ body, personal, fleeting, ...named }, { words, ...place }, hashes] = parts;
    const names = [...Object.keys(personal), ...Object.keys(fleeting)];
    const word = (is: string | null, n: number) => (is === null ? null : (words[n] ?? is));
    return {
      ...{ v: 1, kind, body, ...place, policySet: named.policySet },
      purpose: word(named.purpose, 0),
      source: word(named.source, 1),
      recipient: word(named.recipient, 2),
      commitments: Object.fromEntries(names.map((name, n) => [name, hashes[n] ?? ''])),
    } as Leaf;
  });
}

/** As canonical text has it, but for what its strings hold. */
function textOf(value: unknown): string {
  return JSON.stringify(value, (_, member: unknown) => {
    if (typeof member !== 'object' || member === null || Array.isArray(member)) return member;
    return Object.fromEntries(Object.entries(member).sort(([a], [b]) => (a < b ? -1 : 1)));
  });
}

/** The same body with other UUIDs and hashes in the place of its own. */
function renamed({ body, ...leaf }: Leaf, other: { readonly uuid: string; readonly hash: string }): Leaf {
  const members = Object.entries(body).map(([name, value]): [string, JsonValue] => {
    if (typeof value !== 'string' || !/^[0-9a-zA-Z_-]+$/.test(value)) return [name, value];
    if (value.length === 36 && name !== 'sealed') return [name, other.uuid];
    return [name, name === 'sealed' ? other.hash : value];
  });
  return { ...leaf, body: Object.fromEntries(members) };
}

describe.each(kinds)('leaves of %s', (_, kind, form) => {
  const both = (read: (text: string) => Leaf | null, text: string) => {
    const leaf = readLeaf(text);
    expect(read(text)).toStrictEqual(leaf);
    return leaf;
  };

  test('are read as one by one, whatever was read before', () => {
    const read = leafReader();
    const other = fc.record({ uuid, hash });
    fc.assert(
      fc.property(leaves(kind, form), leaves(kind, form), other, (one, next, names) => {
        const isRead = both(read, textOf(one)) !== null;
        for (const leaf of [renamed(one, names), { ...next, body: one.body }, { ...one, body: next.body }, next]) {
          both(read, textOf(leaf));
        }
        return isRead || one.sequence > Number.MAX_SAFE_INTEGER;
      }),
      { numRuns: 20 },
    );
  });

  test('are refused alike where any of their characters changed', () => {
    fc.assert(
      fc.property(leaves(kind, form), fc.array(change, { minLength: 60, maxLength: 60 }), (leaf, changes) => {
        const text = textOf(leaf);
        const read = leafReader();
        read(text);
        for (const { at, takes, puts } of changes) {
          const place = at % text.length;
          both(read, text.slice(0, place) + puts + text.slice(place + takes));
        }
      }),
      { numRuns: 20 },
    );
  });
});
