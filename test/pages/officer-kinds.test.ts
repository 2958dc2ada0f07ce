import { describe, expect, it } from 'vitest';
import type { UnitId } from '../../src/core/brand.ts';
import { entryKinds } from '../../src/core/ledger/entry.ts';
import { kindsFor, mayLook } from '../../src/pages/officer/list-filter.ts';

const parties = { source: 'gemeente' as UnitId, recipient: 'corporatie' as UnitId, neverOffered: false };
const officerOf = (unit: UnitId | null) => ({ id: 'o', name: 'O. Fficier', unit });

describe('a refusal of what was never offered', () => {
  it('is shown to officers of its source, and to those of its recipient as little as to strangers', () => {
    const refused = { kind: 'refusal', ...parties, neverOffered: true } as const;
    const seenBy = [null, parties.source, parties.recipient, 'elders' as UnitId].filter((unit) =>
      mayLook(officerOf(unit) as never, refused),
    );
    expect(seenBy).toEqual([null, parties.source]);
    expect(mayLook(officerOf(parties.recipient) as never, { ...refused, neverOffered: false })).toBe(true);
  });
});

describe('an entry of a stop', () => {
  it('is shown to officers of the gateway, and to those of no partner: to a recipient it would tell of a consent', () => {
    expect(kindsFor(officerOf(null) as never)).toEqual(entryKinds);
    for (const unit of [parties.recipient, parties.source]) {
      expect(mayLook(officerOf(unit) as never, { kind: 'request-stopped', ...parties })).toBe(false);
      expect(mayLook(officerOf(unit) as never, { kind: 'request-expired', ...parties })).toBe(true);
    }
  });
});
