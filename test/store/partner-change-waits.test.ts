import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { instant, type UnitId } from '../../src/core/brand.ts';
import { applyChange } from '../../src/core/partner-change/apply-change.ts';
import { carryOutDuePartnerChanges, carryOutPartnerChange } from '../../src/core/partner-change/carry-out.ts';
import { changeStatementFor } from '../../src/core/partner-change/change-statement.ts';
import { partnerChange } from '../../src/core/partner-change/partner-change.ts';
import type { PartnerChangePorts } from '../../src/core/partner-change/ports.ts';
import { proposePartnerChange } from '../../src/core/partner-change/propose-change.ts';
import { checkDetachedJws } from '../../src/crypto/detached-jws.ts';
import { entropy } from '../../src/crypto/entropy.ts';
import type { OpenJournal } from '../../src/store/journal/open-journal.ts';
import { partnerChangeRecords } from '../../src/store/partner-changes.ts';
import { addPolicyApprover, revokePolicyApprover } from '../../src/store/policy-approvers.ts';
import { type FreshDatabase, freshDatabase } from '../world/database.ts';
import { journalOn } from '../world/journal-world.ts';
import { testSigner } from '../world/signer.ts';
import { testOin } from './seed.ts';

const clock = {
  now: () => instant(new Date()),
  ago: (ms: number) => instant(new Date(Date.now() - ms)),
  pause: async () => undefined,
};
const add = partnerChange.parse({
  action: 'add',
  organisations: [
    { oin: testOin(7), name: 'Gemeente', units: [{ id: 'college', name: 'College', kind: 'municipality' }] },
  ],
});

let database: FreshDatabase;
let journal: OpenJournal;
let ports: PartnerChangePorts;
beforeEach(async () => {
  database = await freshDatabase();
  journal = await journalOn(database.pools.serve);
  ports = { clock, entropy, journal, records: partnerChangeRecords(database.pools.serve) };
});
afterEach(async () => {
  await journal.close();
  await database.drop();
});

const college = async () => (await ports.records.read()).units.get('college' as UnitId);

describe('a change of the partners that waits for its start', () => {
  it.each([
    ['done', 'done', null],
    ['approval-revoked', 'lapsed', 'S. Yilmaz'],
  ] as const)('is %s then (%s) where this approver was revoked meanwhile: %s', async (outcome, fate, gone) => {
    const signers = await Promise.all([testSigner('A. de Boer'), testSigner('S. Yilmaz')]);
    for (const signer of signers) await addPolicyApprover(database.pools.owner, signer, clock.now());
    const from = instant(new Date(Date.now() + 400));
    const effect = applyChange((await ports.records.read()).units, add);
    if (!effect.ok) throw new Error(effect.refusal.problem);
    const statement = changeStatementFor(add, effect.value, from);
    const signed = await Promise.all(signers.map((signer) => signer.approves(statement)));
    const proposed = await proposePartnerChange(ports, { change: add, from }, signed, checkDetachedJws);
    if (!proposed.ok) throw new Error(proposed.refusal.kind);
    const { registryVersion } = await ports.records.read();
    if (gone !== null) await revokePolicyApprover(database.pools.owner, gone, clock.now());
    // What was decided before the revocation is decided again.
    expect((await ports.records.read()).registryVersion).toBe(registryVersion + (gone === null ? 0 : 1));
    await expect.poll(async () => (await ports.records.due()).length, { timeout: 5_000 }).toBe(1);
    expect(await carryOutDuePartnerChanges(ports)).toMatchObject([{ outcome }]);
    expect(await ports.records.fate(proposed.value.id)).toBe(fate);
    expect((await college())?.id).toBe(gone === null ? 'college' : undefined);
  });

  it('needs no approver where the demo recorded it without approvals', async () => {
    const unsigned = await proposePartnerChange(ports, { change: add, from: null }, [], null);
    if (!unsigned.ok) throw new Error(unsigned.refusal.kind);
    expect(await carryOutPartnerChange(ports, unsigned.value)).toBe('done');
  });
});
