import { describe, expect, it } from 'vitest';
import { retentionFile } from '../../../src/core/category/catalogue-files.ts';
import { shippedSet } from '../../world/shipped-set.ts';

const label = { nl: 'iets', en: 'something' };
const read = (start: object, destruction?: object) =>
  retentionFile.safeParse({ tables: {}, starts: { start }, ...(destruction === undefined ? {} : { destruction }) });

describe('a start of retention', () => {
  it.each([
    ['another event than the disclosure', { label, event: 'release' }],
    ['an event and a fact', { label, event: 'disclosure', type: 'detention', edge: 'end' }],
    ['earlier ones that do not count', { label, type: 'detention', edge: 'end', earlier: false }],
    ['earlier ones of a disclosure', { label, event: 'disclosure', earlier: true }],
  ])('is not read with %s', (_, start) => {
    expect(read(start).success).toBe(false);
  });

  it('is the disclosure, a fact or nothing that the gateway can know', () => {
    const { retentionStarts } = shippedSet();
    const known = [...retentionStarts].map(([word, { event, fact }]) => [word, event ?? fact?.type ?? null]);
    expect(Object.fromEntries(known)).toMatchObject({ disclosure: 'disclosure', release: 'detention', sector: null });
    expect(retentionStarts.get('case-opened')?.fact?.earlier).toBe(true);
    expect([...retentionStarts.values()].filter(({ fact }) => fact?.earlier)).toHaveLength(1);
  });
});

describe('the reminders of a destruction', () => {
  it.each([['soon'], ['P0D'], ['PT1H'], ['-P7D']])('are not read as %s', (period) => {
    expect(read(label, { remind: [period] }).success).toBe(false);
  });
});
