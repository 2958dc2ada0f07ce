import { describe, expect, test } from 'vitest';
import { openingsOf } from '../../../src/core/ledger/commitment.ts';
import type { JsonValue } from '../../../src/core/ledger/entry.ts';
import { readLeaf, requestOf, writeLeaf } from '../../../src/core/ledger/leaf.ts';
import { leafHash } from '../../../src/core/ledger/tree-hash.ts';
import { draft } from './drafts.ts';

const place = { instance: '01920000-0000-7000-b000-000000000001', sequence: 7 };
const written = writeLeaf(draft(1), place, openingsOf(draft(1), Buffer.alloc(48, 1)));

describe('a leaf', () => {
  test('is the canonical envelope, version 1, with a commitment for each personal value and none in clear', () => {
    expect(Object.keys(JSON.parse(written.text))).toEqual([
      'body',
      'commitments',
      'id',
      'instance',
      'kind',
      'policySet',
      'purpose',
      'recipient',
      'sequence',
      'source',
      'time',
      'trace',
      'v',
    ]);
    expect(Object.keys(written.leaf.commitments)).toEqual(['conditions', 'reference', 'subject']);
    expect(written.text).not.toContain('the reference');
    expect(written.hash).toEqual(leafHash(written.text));
  });

  test('is read back as it was written', () => {
    expect(readLeaf(written.text)).toEqual(written.leaf);
  });

  test.each<[string, (leaf: { [key: string]: JsonValue }) => void]>([
    ['another version', (leaf) => (leaf.v = 2)],
    ['an unknown kind', (leaf) => (leaf.kind = 'other')],
    ['an unknown member', (leaf) => (leaf.extra = 1)],
    ['a missing member', (leaf) => delete leaf.trace],
    ['a sequence of zero', (leaf) => (leaf.sequence = 0)],
    ['a time without milliseconds', (leaf) => (leaf.time = '2026-03-01T12:00:00Z')],
    ['a commitment of another length', (leaf) => (leaf.commitments = { a: 'b' })],
  ])('with %s is no leaf', (_, change) => {
    const leaf: { [key: string]: JsonValue } = JSON.parse(written.text);
    change(leaf);
    expect(readLeaf(JSON.stringify(leaf))).toBeNull();
  });

  test('refuses a body that no canonical text can hold', () => {
    expect(() => writeLeaf(draft(1, { body: { share: 0.1 } }), place, [])).toThrow(TypeError);
  });

  test('says which request it is about, where that is a request', () => {
    expect(requestOf(written.leaf.body)).toBe('01920000-0000-7000-9000-000000000001');
    expect(requestOf({})).toBeNull();
    expect(requestOf({ request: 'text' })).toBeNull();
    expect(requestOf({ request: 1 })).toBeNull();
  });
});
