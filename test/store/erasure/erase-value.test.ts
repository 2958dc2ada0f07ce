import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { EntryId } from '../../../src/core/brand.ts';
import { eraseValue } from '../../../src/core/erasure/erase-value.ts';
import { type ErasureWorld, erasureWorld } from '../../world/erasure-world.ts';
import { asked } from '../../world/people-world.ts';

let world: ErasureWorld;
beforeAll(async () => {
  world = await erasureWorld();
});
afterAll(() => world.close());

async function justification() {
  const who = await world.disclosed();
  const [row] = await world.rows(
    `SELECT entry_id FROM ledger_opening WHERE subject_id = $1 AND name = 'justification'`,
    [await world.found(who)],
  );
  return { who, opening: { entry: String(row?.entry_id) as EntryId, name: 'justification' } };
}

const erase = (opening: { entry: EntryId; name: string }, dryRun = false) =>
  eraseValue(world.erasing, opening, asked, dryRun);

describe('erasing one value', () => {
  it('is refused before the statutory end of its entry, and under a hold', async () => {
    const { who, opening } = await justification();
    expect(await erase(opening)).toMatchObject({ ok: false, refusal: { kind: 'kept-by-law' } });
    const hold = await world.hold(who);
    world.later('P5Y');
    expect(await erase(opening)).toEqual({ ok: false, refusal: { kind: 'held', holds: [hold] } });
  });

  it('leaves its digest and every other value of the entry, once', async () => {
    const { opening } = await justification();
    const names = () =>
      world.rows('SELECT name, ciphertext IS NULL AS gone FROM ledger_opening WHERE entry_id = $1 ORDER BY name', [
        opening.entry,
      ]);
    const before = await names();
    world.later('P5Y');
    expect(await erase(opening, true)).toMatchObject({ ok: true, value: { id: null } });
    expect(await names()).toEqual(before);
    expect(await erase(opening)).toMatchObject({ ok: true, value: { openings: 1 } });
    expect(await erase(opening)).toEqual({ ok: false, refusal: { kind: 'erased-already' } });
    await world.carryOut();
    expect(await names()).toEqual(before.map((row) => ({ ...row, gone: row.name === 'justification' })));
    expect(await erase(opening)).toEqual({ ok: false, refusal: { kind: 'erased-already' } });
    const receipt = await world.ports.journal.receipt(opening.entry);
    expect(receipt?.openings.map(({ name }) => name)).not.toContain('justification');
    expect(receipt?.openings.length).toBeGreaterThan(2);
  });

  it.each([
    ['an entry that is not there', { entry: '0192f0c1-2222-7333-8444-555566667777' as EntryId, name: 'user' }],
    ['what is no id', { entry: 'x' as EntryId, name: 'user' }],
  ])('is refused for %s', async (_, opening) => {
    expect(await erase(opening)).toEqual({ ok: false, refusal: { kind: 'unknown-opening' } });
  });
});
