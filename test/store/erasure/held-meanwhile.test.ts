import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import type { EntryId } from '../../../src/core/brand.ts';
import { eraseExpired } from '../../../src/core/erasure/erase-expired.ts';
import { eraseValue } from '../../../src/core/erasure/erase-value.ts';
import { liftLegalHold } from '../../../src/core/erasure/legal-hold.ts';
import type { SubjectReference } from '../../../src/core/subject/reference.ts';
import { lockForgetting } from '../../../src/store/erasure/lock-forgetting.ts';
import { type ErasureWorld, erasureWorld } from '../../world/erasure-world.ts';
import { until } from '../../world/ledger-world.ts';
import { asked } from '../../world/people-world.ts';

let world: ErasureWorld;
let who: SubjectReference;
let about: EntryId[];
beforeEach(async () => {
  world = await erasureWorld();
  who = await world.disclosed();
  const rows = await world.rows('SELECT DISTINCT entry_id FROM ledger_opening WHERE subject_id = $1', [
    await world.found(who),
  ]);
  about = rows.map(({ entry_id }) => String(entry_id) as EntryId);
  await world.disclosed();
  await world.covered();
});
afterEach(() => world.close());

/** How many of the entries about the one who is held have their leaves. */
async function kept(): Promise<number> {
  const [row] = await world.rows('SELECT count(leaf)::integer AS kept FROM ledger_entry WHERE id = ANY ($1::uuid[])', [
    about,
  ]);
  return Number(row?.kept);
}

async function isWhole(): Promise<void> {
  const { problemCount, problems } = await world.verify();
  expect({ problemCount, problems }).toEqual({ problemCount: 0, problems: [] });
}

async function ordered(): Promise<number> {
  world.later('P6Y');
  return eraseExpired(world.erasing);
}

describe('a hold that comes after leaves were ordered erased', () => {
  it('keeps them, until it is lifted; an opening that was erased before is counted once', async () => {
    world.later('P5Y');
    const [row] = await world.rows(
      'SELECT entry_id, name FROM ledger_opening WHERE entry_id = ANY ($1::uuid[]) ORDER BY entry_id, name LIMIT 1',
      [about],
    );
    const value = { entry: String(row?.entry_id) as EntryId, name: String(row?.name) };
    expect(await eraseValue(world.erasing, value, asked, false)).toMatchObject({ ok: true });
    await world.carryOut();
    expect(await ordered()).toBeGreaterThan(about.length);
    const hold = await world.hold(who);
    await world.carryOut();
    expect(await kept()).toBe(about.length);
    expect(await world.rows('SELECT 1 FROM ledger_entry WHERE leaf IS NULL')).not.toEqual([]);
    await isWhole();

    expect(await ordered()).toBe(0);
    expect(await liftLegalHold(world.erasing, hold, asked)).toMatchObject({ ok: true });
    expect(await ordered()).toBe(about.length);
    await world.carryOut();
    expect(await kept()).toBe(0);
    const counted = await world.rows(
      `SELECT leaf::jsonb -> 'body' -> 'erased' AS erased FROM ledger_entry
        WHERE leaf LIKE '%"scope":"leaves"%' ORDER BY sequence`,
    );
    expect(counted).toEqual([{ erased: 1 }, { erased: 0 }]);
    await isWhole();
  });

  it('keeps them also while it is being placed: who carries out waits for it', async () => {
    expect(await ordered()).toBeGreaterThan(about.length);
    const placing = await world.pools.owner.connect();
    await placing.query('BEGIN');
    await placing.query(lockForgetting.text);
    await placing.query(
      `INSERT INTO legal_hold (id, subject_id, said, placed_at, placed_entry)
        VALUES (gen_random_uuid(), $1, '\\x00', now(), gen_random_uuid())`,
      [await world.found(who)],
    );
    const carrying = world.carryOut();
    const waits = `SELECT 1 FROM pg_locks WHERE locktype = 'advisory' AND NOT granted
      AND database = (SELECT oid FROM pg_database WHERE datname = current_database())`;
    await until(async () => (await world.rows(waits)).length > 0, 'that it waits');
    expect(await kept()).toBe(about.length);
    await placing.query('COMMIT');
    placing.release();
    await carrying;
    expect(await kept()).toBe(about.length);
    expect(await world.rows('SELECT 1 FROM erasure WHERE done_at IS NULL')).toEqual([]);
  });

  it('waits itself for leaves that are going', async () => {
    expect(await ordered()).toBeGreaterThan(about.length);
    const [hold] = await Promise.all([world.hold(who), world.carryOut()]);
    expect(hold).toBeTruthy();
    // Either was first: what went had gone before the hold was on record, and nothing after it.
    expect([0, about.length]).toContain(await kept());
    await isWhole();
  });
});

describe('orders that count openings', () => {
  it('do not pass leaves that are going', async () => {
    expect(await ordered()).toBeGreaterThan(about.length);
    await expect(world.erase(who)).rejects.toMatchObject({ code: 'subject-busy' });
    await world.carryOut();
    expect(await world.erase(who)).toMatchObject({ ok: true, value: { openings: 0 } });
  });

  it('are not passed by leaves', async () => {
    world.later('P5Y');
    expect(await world.erase(who)).toMatchObject({ ok: true });
    expect(await ordered()).toBe(0);
    await world.carryOut();
    expect(await ordered()).toBeGreaterThan(about.length);
    await world.carryOut();
    await isWhole();
  });
});
