import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { makeCorrection } from '../../../src/core/correction/make-correction.ts';
import { type ErasureWorld, erasureWorld } from '../../world/erasure-world.ts';
import { someUser } from '../../world/some-user.ts';

let world: ErasureWorld;
beforeAll(async () => {
  world = await erasureWorld();
});
afterAll(() => world.close());

const by = someUser('r1', 'probationOfficer', 'S. Aydin');
const correcting = (reference: string) =>
  makeCorrection(world.ports, world.call('reclassering'), {
    ...{ subject: { type: 'caseReference', value: reference }, kind: 'rectified', fields: ['identity.surname'] },
    ...{ ground: 'De achternaam stond verkeerd', corrects: null, rightsRequest: null, by },
  });
const openings = () =>
  world.rows(`SELECT o.entry_id, o.name, o.ciphertext IS NULL AS gone FROM ledger_opening o
    JOIN ledger_entry e ON e.id = o.entry_id WHERE e.kind = 'correction-made' ORDER BY e.time, e.sequence, o.name`);

describe('what a source said of somebody before the gateway knew them', () => {
  it('is erased with them, also where it named them by its own reference; of others it stays', async () => {
    for (const reference of ['R-2026-1', 'R-2026-2']) expect((await correcting(reference)).kind).toBe('made');
    const before = await openings();
    const own = before.filter(({ entry_id: entry }) => entry === before[0]?.entry_id);
    expect(own.map(({ name }) => name)).toEqual(expect.arrayContaining(['ground', 'reference']));
    expect(before).toHaveLength(2 * own.length);
    const who = await world.person('notified', 'R-2026-1');
    world.later('P25Y');
    expect(await world.erase(who)).toMatchObject({ ok: true });
    await world.carryOut();
    expect(await openings()).toEqual(before.map((row) => ({ ...row, gone: row.entry_id === before[0]?.entry_id })));
  });
});
