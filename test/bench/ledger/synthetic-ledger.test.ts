import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { readExport } from '../../../src/archive/read-export.ts';
import { writeExport } from '../../../src/archive/write-export.ts';
import { verifyLedger } from '../../../src/core/ledger/verify/verify-ledger.ts';
import { proofOf } from '../../../src/store/journal/proof.ts';
import { type FreshDatabase, freshDatabase } from '../../world/database.ts';
import { newSigner } from '../../world/ledger-keys.ts';
import { entryAt, fillTree } from './fill-tree.ts';
import { leadsToSignedRoot } from './measure-proof.ts';
import { syntheticLedger } from './synthetic-ledger.ts';

const origin = 'sluis.bench/ledger';
const keys = { ledger: newSigner(), checkpoint: newSigner() };
let folder = '';
let database: FreshDatabase;

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'sluis-bench-test-'));
  database = await freshDatabase();
});

afterAll(async () => {
  await database.drop();
  await rm(folder, { recursive: true });
});

test('what the bench verifies is a whole ledger of several instances, and not less than was asked for', async () => {
  const directory = join(folder, 'export');
  const ledger = syntheticLedger(1_000, origin, keys);
  await writeExport(ledger, directory, { origin, since: null, now: '2026-03-01T12:00:00.000Z' });
  const trust = {
    ...{ keys: new Map([[keys.ledger.keyId, keys.ledger.check]]), origin, notes: [], signatures: true },
    checkpointKeys: [{ name: origin, publicKey: keys.checkpoint.publicKey, check: keys.checkpoint.check }],
  };
  const report = await verifyLedger(await readExport(directory), trust);
  expect(report).toMatchObject({ problemCount: 0, noteCount: 0, instances: 4, treeSize: ledger.size });
  expect(report.entries).toBeGreaterThanOrEqual(1_000);
  expect(report.checkpointSize).toBe(ledger.size);
});

test('every entry that the bench proves stands in the signed tree, and no other does', async () => {
  const leaves = 700;
  await fillTree(database.pools.owner, keys, leaves, () => undefined);
  for (const index of [0, 255, 256, 511, 699]) {
    const proof = await proofOf(database.pools.serve, entryAt(index));
    expect(proof).toMatchObject({ index, size: leaves, leaf: `{"index":${index}}` });
    expect(proof && leadsToSignedRoot(proof)).toBe(true);
    expect(proof && leadsToSignedRoot({ ...proof, leaf: '{"index":-1}' })).toBe(false);
  }
  expect(await proofOf(database.pools.serve, entryAt(leaves))).toBeNull();
});
