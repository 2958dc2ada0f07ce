import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { Instant } from '../../../src/core/brand.ts';
import { eraseExpired } from '../../../src/core/erasure/erase-expired.ts';
import { liftLegalHold } from '../../../src/core/erasure/legal-hold.ts';
import { type ErasureWorld, erasureWorld } from '../../world/erasure-world.ts';
import { asked } from '../../world/people-world.ts';

let world: ErasureWorld;
beforeAll(async () => {
  world = await erasureWorld();
});
afterAll(() => world.close());

const leaves = () => world.rows('SELECT id, kind, leaf FROM ledger_entry ORDER BY time, instance, sequence');
const kept = async (kind: string) =>
  (await leaves()).filter((row) => row.kind === kind).map(({ leaf }) => leaf !== null);

async function eraseAll(): Promise<number> {
  let sum = 0;
  for (let turn = 0; turn < 20; turn++) {
    const ordered = await eraseExpired(world.erasing);
    if (ordered === 0) return sum;
    sum += ordered;
    await world.carryOut();
  }
  throw new Error('it does not end');
}

describe('leaves whose period ended', () => {
  it('stay while no checkpoint covers them, however old they are', async () => {
    await world.disclosed();
    world.later('P6Y');
    expect(await eraseAll()).toBe(0);
  });

  it('stay before their period ends', async () => {
    await world.covered();
    world.later('P59M');
    expect(await eraseAll()).toBe(0);
  });

  it('stay under a legal hold, and go when it is lifted; what verification needs stays for ten years', async () => {
    world.time = () => new Date().toISOString() as Instant;
    const who = await world.disclosed();
    const id = await world.found(who);
    const hold = await world.hold(who);
    await world.covered();
    const before = await leaves();
    world.later('P6Y');
    const gone = await eraseAll();
    expect(gone).toBeGreaterThan(3);
    const after = await leaves();
    expect(after.filter(({ leaf }) => leaf === null)).toHaveLength(gone);
    const about = await world.rows('SELECT DISTINCT entry_id FROM ledger_opening WHERE subject_id = $1', [id]);
    expect(about.length).toBeGreaterThan(3);
    const whole = new Map(before.map((row) => [row.id, row.leaf]));
    for (const { entry_id } of about) {
      expect(after.find((row) => row.id === entry_id)?.leaf).toBe(whole.get(entry_id));
    }
    expect(await liftLegalHold(world.erasing, hold, asked)).toMatchObject({ ok: true });
    expect(await eraseAll()).toBe(about.length - (await kept('legal-hold-placed')).length);
    expect(await kept('legal-hold-placed')).toEqual([true]);
    expect(await kept('erasure')).not.toContain(false);
  });

  it('leave nothing to search by and no opening, but their place, kind, time and hash', async () => {
    const gone = await world.rows('SELECT * FROM ledger_entry WHERE leaf IS NULL');
    for (const row of gone) {
      expect(row).toMatchObject({ purpose: null, source: null, recipient: null, request_id: null });
      expect(row.leaf_hash).toHaveLength(32);
      expect(await world.rows('SELECT 1 FROM ledger_opening WHERE entry_id = $1', [row.id])).toEqual([]);
      expect(await world.ports.journal.receipt(row.id as never)).toBeNull();
    }
  });

  it('are on record as ranges of sequences, which are exactly those that went', async () => {
    const [{ ranges }] = (await world.rows(
      `SELECT json_agg(r) AS ranges FROM erasure x, jsonb_array_elements(x.ranges) AS r WHERE scope = 'leaves'`,
    )) as [{ ranges: { instance: string; from: number; to: number }[] }];
    const [{ bodies }] = (await world.rows(
      `SELECT json_agg(r) AS bodies FROM ledger_entry e, jsonb_array_elements(e.leaf::jsonb -> 'body' -> 'ranges') AS r
        WHERE e.kind = 'erasure'`,
    )) as [{ bodies: unknown }];
    expect(bodies).toEqual(ranges);
    const gone = await world.rows('SELECT instance, sequence FROM ledger_entry WHERE leaf IS NULL');
    const named = ranges.flatMap(({ instance, from, to }) =>
      Array.from({ length: to - from + 1 }, (_, n) => `${instance} ${from + n}`),
    );
    expect(gone.map(({ instance, sequence }) => `${instance} ${sequence}`).sort()).toEqual(named.sort());
  });

  it('are ordered once by two gateways that look at once', async () => {
    world.time = () => new Date().toISOString() as Instant;
    await world.disclosed();
    await world.covered();
    world.later('P6Y');
    const other = await world.anotherGateway();
    const both = await Promise.all([
      eraseExpired(world.erasing),
      eraseExpired({ ...world.erasing, journal: other.journal }),
    ]);
    expect(both.filter((ordered) => ordered > 0)).toHaveLength(1);
    await world.carryOut();
    expect(await eraseExpired(world.erasing)).toBe(0);
  });
});

describe('the login that forgets', () => {
  beforeAll(() => world.disclosed());

  it.each([
    [`UPDATE ledger_entry SET leaf = '{}' WHERE leaf IS NOT NULL`],
    [`UPDATE ledger_entry SET leaf = NULL WHERE leaf IS NOT NULL AND purpose IS NOT NULL`],
    [`UPDATE ledger_entry SET source = 'another'`],
    [`UPDATE ledger_opening SET ciphertext = '\\x00' WHERE ciphertext IS NOT NULL`],
    [
      `UPDATE ledger_opening SET ciphertext = NULL, digest = sha256('x'), subject_id = NULL WHERE ciphertext IS NOT NULL`,
    ],
    [`UPDATE ledger_opening SET subject_id = NULL WHERE subject_id IS NOT NULL`],
  ])('is refused %s', async (sql) => {
    await expect(world.pools.eraser.query(sql)).rejects.toMatchObject({ code: 'P0001' });
  });
});
