import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { EntryId, Instant } from '../../../src/core/brand.ts';
import { decisionHistory } from '../../../src/store/decision-history.ts';
import { recordedDecisions } from '../../../src/store/decision-log.ts';
import { proofOf } from '../../../src/store/journal/proof.ts';
import { StoredEntries } from '../../../src/store/pages/entries.ts';
import { type ErasureWorld, erasureWorld } from '../../world/erasure-world.ts';
import { newCipher } from '../../world/ledger-keys.ts';

/** Whoever reads the ledger meets what was erased, and goes on. */
let world: ErasureWorld;
let permits: EntryId[];
beforeAll(async () => {
  world = await erasureWorld();
  const [erased, forgotten] = [await world.disclosed(), await world.disclosed()];
  world.later('P5Y');
  expect(await world.erase(erased)).toMatchObject({ ok: true });
  await world.carryOut();
  const rows = await world.rows(`SELECT id FROM ledger_entry WHERE kind = 'permit' ORDER BY time`);
  permits = rows.map(({ id }) => id as EntryId);
  await world.pools.owner.query(
    `UPDATE ledger_entry SET leaf = NULL, purpose = NULL, source = NULL, recipient = NULL, request_id = NULL WHERE id = $1`,
    [permits[1]],
  );
  await world.pools.owner.query('DELETE FROM ledger_opening WHERE entry_id = $1', [permits[1]]);
  expect(forgotten).toBeDefined();
});
afterAll(() => world.close());

const period = { from: '2020-01-01T00:00:00.000Z' as Instant, to: '2040-01-01T00:00:00.000Z' as Instant };

describe('what was erased', () => {
  it('is lost to a replay of decisions, and said to be', async () => {
    const found = (
      await Array.fromAsync(decisionHistory({ pool: world.pools.serve, vault: world.pools.vault }, newCipher(), period))
    ).flat();
    const lost = new Map(found.map((item) => [item.entry, 'lost' in item ? item.lost : null]));
    expect(permits.map((id) => lost.get(id))).toEqual(['erased', 'erased']);
  });

  it('stands in the log of decisions without its values; a leaf that is gone does not', async () => {
    const log = await Array.fromAsync(
      recordedDecisions({ pool: world.pools.serve, vault: world.pools.vault }, newCipher(), period),
    );
    const [kept] = log.filter(({ leaf }) => leaf.id === permits[0]);
    expect(kept?.openings.size).toBe(0);
    expect(log.some(({ leaf }) => leaf.id === permits[1])).toBe(false);
  });

  it('is shown to officers as erased, and as forgotten', async () => {
    const entries = new StoredEntries(world.pools.serve);
    expect(await entries.find(permits[0] as EntryId)).toMatchObject({ kind: 'permit', valuesErased: true });
    expect(await entries.find(permits[1] as EntryId)).toBe('forgotten');
  });

  it('gives a receipt without openings, or none, and no proof of a leaf that is gone', async () => {
    expect((await world.ports.journal.receipt(permits[0] as EntryId))?.openings).toEqual([]);
    expect(await world.ports.journal.receipt(permits[1] as EntryId)).toBeNull();
    expect(await proofOf(world.pools.serve, permits[1] as EntryId)).toBeNull();
  });
});
