import { describe, expect, it } from 'vitest';
import { Problems } from '../../../src/core/category/file-problem.ts';
import type { EntryRetention } from '../../../src/core/erasure/entry-retention.ts';
import { earliest, keptByLaw, leavesThatMayGo, valuesThatMayGo } from '../../../src/core/erasure/may-go.ts';
import { readEntryRetention } from '../../../src/core/erasure/read-entry-retention.ts';
import { entryKinds } from '../../../src/core/ledger/entry.ts';
import { at } from '../../world/memory-world.ts';
import { shippedSet } from '../../world/shipped-set.ts';

const law = { act: 'Wjsg', article: '51c lid 4' };
const retention: EntryRetention = new Map([
  ['disclosure', { period: 'P5Y', atLeast: 'P4Y', law }],
  ['refusal', { period: 'P5Y', atLeast: null, law: null }],
  ['void', { period: 'P10Y', atLeast: null, law: null }],
]);
const now = at('2030-03-01T12:00:00.000Z');

describe('what an act keeps', () => {
  it('is kept to the very moment on which its time ends', () => {
    const kept = (last: string) => keptByLaw([{ kind: 'disclosure', entries: 2, last: at(last) }], retention, now);
    expect(kept('2026-03-01T12:00:00.000Z')).toEqual([]);
    expect(kept('2026-03-01T12:00:00.001Z')).toEqual([
      { kind: 'disclosure', entries: 2, until: at('2030-03-01T12:00:00.001Z'), law },
    ]);
  });

  it('is nothing of a kind without a minimum, and everything of a kind that nobody names', () => {
    expect(keptByLaw([{ kind: 'refusal', entries: 1, last: now }], retention, now)).toEqual([]);
    const kept = keptByLaw([{ kind: 'notice', entries: 1, last: at('2000-01-01T00:00:00.000Z') }], retention, now);
    expect(kept).toEqual([{ kind: 'notice', entries: 1, until: null, law: null }]);
    expect(earliest(kept)).toBeNull();
  });

  it('tells the last end of several as the earliest moment at which nothing is in the way', () => {
    const touched = ['2027-01-01', '2029-05-05'].map((day) => ({
      kind: 'disclosure' as const,
      entries: 1,
      last: at(`${day}T00:00:00.000Z`),
    }));
    expect(earliest(keptByLaw(touched, retention, now))).toBe('2033-05-05T00:00:00.000Z');
  });

  it('is said by kind, for the look under lock; a kind that is not named is not among them', () => {
    expect(valuesThatMayGo(retention, now)).toEqual([
      { kind: 'disclosure', until: at('2026-03-01T12:00:00.000Z') },
      { kind: 'refusal', until: null },
      { kind: 'void', until: null },
    ]);
    expect(leavesThatMayGo(retention, now)).toEqual([
      { kind: 'disclosure', until: at('2025-03-01T12:00:00.000Z') },
      { kind: 'refusal', until: at('2025-03-01T12:00:00.000Z') },
      { kind: 'void', until: at('2020-03-01T12:00:00.000Z') },
    ]);
  });

  it.each(['erasure', 'policy-activated'] as const)('never lets go a leaf that the others rest on: %s', (kind) => {
    const all = new Map([...retention, [kind, { period: 'P10Y', atLeast: null, law: null }] as const]);
    expect(leavesThatMayGo(all, now)).toEqual(leavesThatMayGo(retention, now));
    expect(valuesThatMayGo(all, now)).toContainEqual({ kind, until: null });
  });
});

describe('the section `entries`', () => {
  const read = (entries: Parameters<typeof readEntryRetention>[0]) => {
    const notes = new Problems('catalogue/retention.yaml');
    return { read: readEntryRetention(entries, notes), problems: notes.found.map(({ message }) => message) };
  };

  it('that we ship names every kind, by itself or by the default', () => {
    expect([...shippedSet().entryRetention.keys()].sort()).toEqual([...entryKinds].sort());
  });

  it('keeps everything when it is absent, as in sets on record from before it was there', () => {
    expect(read(undefined)).toEqual({ read: new Map(), problems: [] });
  });

  it.each([
    ['says nothing about a kind', { disclosure: { period: 'P5Y' } }, 'says nothing about'],
    ['names a kind that is none', { default: { period: 'P10Y' }, disclosures: { period: 'P5Y' } }, 'disclosures'],
    ['lets go what verification needs', { default: { period: 'P5Y' } }, 'must be kept for 10 years'],
    [
      'keeps for less than the act asks',
      { default: { period: 'P10Y' }, permit: { period: 'P3Y', atLeast: 'P4Y', law } },
      'is shorter than `atLeast`',
    ],
    [
      'names a minimum without its act',
      { default: { period: 'P10Y' }, permit: { period: 'P5Y', atLeast: 'P4Y' } },
      'go together',
    ],
  ])('does not load when it %s', (_, entries, message) => {
    expect(read(entries).problems.join('\n')).toContain(message);
  });
});
