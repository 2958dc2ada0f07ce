import { describe, expect, test } from 'vitest';
import type { Leaf, Opening } from '../../../src/core/ledger/entry.ts';
import { entryKinds } from '../../../src/core/ledger/entry.ts';
import type { Reader } from '../../../src/core/ledger/forms/entry-form.ts';
import { entryForms } from '../../../src/core/ledger/forms/entry-forms.ts';
import { writeLeaf } from '../../../src/core/ledger/leaf.ts';
import { openingsFor } from '../../../src/core/ledger/reader.ts';
import { draft } from './drafts.ts';

const place = { instance: '01920000-0000-7000-b000-000000000001', sequence: 7 };
const permit = writeLeaf(draft(1), place, []).leaf;
const readers: readonly Reader[] = ['recipient', 'source', 'subject'];

function opening(name: string): Opening {
  return { name, salt: 'AAAAAAAAAAAAAAAAAAAAAA', value: `some ${name}` };
}
function names(leaf: Leaf, reader: Reader, of: readonly string[]): readonly string[] {
  return openingsFor(leaf, reader, of.map(opening)).map(({ name }) => name);
}

describe('the openings of a decision', () => {
  const all = ['subject', 'conditions', 'reference', 'justification', 'caseReference', 'user'];
  test.each<[Reader, readonly string[]]>([
    ['recipient', ['reference', 'justification', 'caseReference', 'user']],
    ['source', []],
    ['subject', ['subject', 'reference']],
  ])('for the %s are what it said itself or what is about it', (reader, expected) => {
    expect(names(permit, reader, all)).toEqual(expected);
  });

  test('are given as they are, and no more than there are', () => {
    const given = [opening('reference')];
    expect(openingsFor(permit, 'recipient', given)).toEqual(given);
    expect(openingsFor(permit, 'recipient', [])).toEqual([]);
  });
});

describe('an opening', () => {
  test.each(['toString', '__proto__', 'constructor', 'Reference', ''])(
    'that no form names goes to nobody: %s',
    (name) => {
      for (const reader of readers) expect(names(permit, reader, [name])).toEqual([]);
    },
  );

  test('of a leaf of an unknown kind or version goes to nobody', () => {
    const strange = [
      { ...permit, kind: 'other' as Leaf['kind'] },
      { ...permit, body: { ...permit.body, v: 9 } },
    ];
    for (const leaf of strange) {
      for (const reader of readers) expect(names(leaf, reader, ['reference', 'subject'])).toEqual([]);
    }
  });

  test('with values of conditions goes to nobody, in any kind and version', () => {
    const found = entryKinds.flatMap((kind) => entryForms[kind].flatMap(({ openings }) => openings.conditions ?? []));
    expect(found.length).toBeGreaterThan(5);
    expect(found.flatMap(({ readers: who }) => who)).toEqual([]);
  });

  test('that names people at a partner goes to that partner alone, and one that names staff of the gateway to nobody', () => {
    const readersOf = (name: string) =>
      new Set(entryKinds.flatMap((kind) => entryForms[kind].flatMap(({ openings }) => openings[name]?.readers ?? [])));
    expect(readersOf('user')).toEqual(new Set(['recipient']));
    expect(readersOf('justification')).toEqual(new Set(['recipient']));
    expect(readersOf('caseReference')).toEqual(new Set(['recipient']));
    expect(readersOf('approver')).toEqual(new Set(['source']));
    for (const name of ['by', 'requestedBy', 'approvals', 'reviewer', 'decider'])
      expect(readersOf(name)).toEqual(new Set());
  });

  test('that says who somebody is to the gateway goes to nobody but that person', () => {
    for (const kind of entryKinds) {
      for (const { openings } of entryForms[kind]) {
        expect(['', 'subject']).toContain((openings.subject?.readers ?? []).join());
        expect(openings.other?.readers ?? []).toEqual([]);
      }
    }
  });
});
