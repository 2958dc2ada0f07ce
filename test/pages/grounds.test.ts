import { expect, test } from 'vitest';
import type { UnitId } from '../../src/core/brand.ts';
import type { EntryKind } from '../../src/core/ledger/entry.ts';
import { explain, officerReceipt } from '../../src/pages/officer/explain.ts';
import type { EntryDetail, Officer } from '../../src/pages/ports.ts';
import { entry, recipient, source } from '../world/journal-world.ts';
import { memoryReceipt } from '../world/memory-receipt.ts';
import { officer } from './pages-world.ts';

const ground = 'zo besloten wij het zelf';

/** Who reads why, of an entry by which a party said no. */
function readersOf(kind: EntryKind): readonly (UnitId | null)[] {
  const draft = entry({ kind, personal: { ground } });
  const receipt = memoryReceipt(draft);
  const detail: EntryDetail = { ...draft, neverOffered: false, request: null };
  return [source, recipient, null].filter((unit) => {
    const reads = explain(officer(unit) as Officer, detail, [receipt]).ground === ground;
    const takes = officerReceipt(officer(unit) as Officer, detail, receipt).openings.some(
      ({ name }) => name === 'ground',
    );
    expect(takes).toBe(reads);
    return reads;
  });
}

test('why a party said no is read by its own officers and those of the gateway', () => {
  expect(readersOf('source-declined')).toEqual([source, null]);
  expect(readersOf('approval-declined')).toEqual([source, null]);
  expect(readersOf('offer-declined')).toEqual([recipient, null]);
});

test('why something is offered, by those of both', () => {
  expect(readersOf('source-offered')).toEqual([source, recipient, null]);
});
