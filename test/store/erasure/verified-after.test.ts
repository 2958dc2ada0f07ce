import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import type { EntryId, Instant } from '../../../src/core/brand.ts';
import { eraseExpired } from '../../../src/core/erasure/erase-expired.ts';
import { eraseValue } from '../../../src/core/erasure/erase-value.ts';
import { type ErasureWorld, erasureWorld } from '../../world/erasure-world.ts';
import { asked } from '../../world/people-world.ts';

let world: ErasureWorld;
beforeEach(async () => {
  world = await erasureWorld();
});
afterEach(() => world.close());

const isWhole = async () => {
  const { problemCount, problems } = await world.verify();
  expect({ problemCount, problems }).toEqual({ problemCount: 0, problems: [] });
};

describe('the ledger', () => {
  it('verifies as before after a value, a person and whole leaves were erased from it', async () => {
    const [one, other] = [await world.disclosed(), await world.disclosed()];
    await world.covered();
    await isWhole();
    world.later('P5Y');
    const [row] = await world.rows(
      `SELECT entry_id FROM ledger_opening WHERE subject_id = $1 AND name = 'justification'`,
      [await world.found(other)],
    );
    const opening = { entry: String(row?.entry_id) as EntryId, name: 'justification' };
    expect(await eraseValue(world.erasing, opening, asked, false)).toMatchObject({ ok: true });
    await world.carryOut();
    await isWhole();
    expect(await world.erase(one)).toMatchObject({ ok: true });
    await world.carryOut();
    await isWhole();
    world.later('P6Y');
    expect(await eraseExpired(world.erasing)).toBeGreaterThan(5);
    await world.carryOut();
    await world.covered();
    await isWhole();
  });

  it('does not verify where openings went without an order after leaves took erased ones along', async () => {
    const who = await world.disclosed();
    await world.covered();
    world.later('P5Y');
    expect(await world.erase(who)).toMatchObject({ ok: true });
    await world.carryOut();
    world.later('P6Y');
    expect(await eraseExpired(world.erasing)).toBeGreaterThan(3);
    expect((await world.verify()).notes.map(({ code }) => code)).toContain('erasure-open');
    await isWhole();
    await world.carryOut();
    const [row] = await world.rows(
      `SELECT leaf::jsonb -> 'body' -> 'erased' AS erased FROM ledger_entry WHERE leaf LIKE '%"scope":"leaves"%'`,
    );
    expect(row?.erased).toBeGreaterThan(3);
    await isWhole();

    world.time = () => new Date().toISOString() as Instant;
    const other = await world.found(await world.disclosed());
    await world.covered();
    await isWhole();
    await world.pools.eraser.query(
      `UPDATE ledger_opening SET ciphertext = NULL, digest = sha256(ciphertext), subject_id = NULL
        WHERE subject_id = $1 AND name = 'justification'`,
      [other],
    );
    expect((await world.verify()).problems).toMatchObject([{ code: 'opening-erased' }]);
  });

  it('does not verify where what went without an order went with its leaf since', async () => {
    const who = await world.disclosed();
    await world.covered();
    await world.pools.eraser.query(
      `UPDATE ledger_opening SET ciphertext = NULL, digest = sha256(ciphertext), subject_id = NULL WHERE subject_id = $1`,
      [await world.found(who)],
    );
    world.later('P6Y');
    expect(await eraseExpired(world.erasing)).toBeGreaterThan(3);
    await world.carryOut();
    expect((await world.verify()).problems.map(({ code }) => code)).toEqual(['opening-erased']);
  });

  it('does not verify where openings went without an order', async () => {
    const who = await world.disclosed();
    await world.covered();
    await isWhole();
    await world.pools.eraser.query(
      `UPDATE ledger_opening SET ciphertext = NULL, digest = sha256(ciphertext), subject_id = NULL WHERE subject_id = $1`,
      [await world.found(who)],
    );
    expect((await world.verify()).problemCount).toBeGreaterThan(0);
  });
});
