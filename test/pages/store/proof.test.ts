import { afterAll, beforeAll, expect, test } from 'vitest';
import type { EntryId } from '../../../src/core/brand.ts';
import { checkProof, type ProofReport } from '../../../src/pages/officer/check-proof.ts';
import { keyRing } from '../../../src/store/journal/key-ring.ts';
import { proofOf } from '../../../src/store/journal/proof.ts';
import type { Sequencer } from '../../../src/store/journal/sequencer.ts';
import { publicKeys } from '../../../src/store/keys.ts';
import { type LedgerWorld, ledgerWorld, origin } from '../../world/ledger-world.ts';

let world: LedgerWorld;
let sequencer: Sequencer;
let ids: EntryId[];

beforeAll(async () => {
  world = await ledgerWorld();
  ids = await world.write(5);
  sequencer = world.start();
  await world.signed(5);
});

afterAll(async () => {
  await sequencer.stop();
  await world.end();
});

/** As the officer's page does it, on what the real journal and sequencer stored. */
async function check(id: EntryId): Promise<ProofReport> {
  const { serve } = world.database.pools;
  // Each journal of this world has a key of its own for openings, so the one that wrote must read.
  const journal = world.journals[ids.indexOf(id) % world.journals.length];
  if (journal === undefined) throw new Error('no journal');
  const [receipt, inclusion, keys] = await Promise.all([journal.receipt(id), proofOf(serve, id), publicKeys(serve)]);
  const trusted = {
    keys: keyRing(keys.map((key) => key.jwk)),
    log: { origin, verifiers: () => [world.checkpointKey] },
  };
  return checkProof({ id }, receipt, inclusion, trusted);
}

test('every entry of a real ledger is proved on the page', async () => {
  expect(ids).toHaveLength(5);
  for (const id of ids) expect((await check(id)).verdict).toBe('proved');
});

test('an entry that the owner of the database changed is not', async () => {
  const [id] = ids;
  if (id === undefined) throw new Error('no entry');
  const changed = await world.database.pools.owner.query(
    `UPDATE ledger_entry SET leaf = replace(leaf, '"recipient":"unit-recipient"', '"recipient":"unit-elsewhere"') WHERE id = $1`,
    [id],
  );
  expect(changed.rowCount).toBe(1);
  const report = await check(id);
  expect(report.verdict).toBe('failed');
  expect(report.checks.filter(({ state }) => state === 'failed').map(({ name }) => name)).toContain('inclusion');
});
