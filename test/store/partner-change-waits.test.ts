import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { instant, type UnitId } from '../../src/core/brand.ts';
import { applyChange } from '../../src/core/partner-change/apply-change.ts';
import { carryOutDuePartnerChanges, carryOutPartnerChange } from '../../src/core/partner-change/carry-out.ts';
import { changeStatementFor, changeText } from '../../src/core/partner-change/change-statement.ts';
import { partnerChange } from '../../src/core/partner-change/partner-change.ts';
import type { PartnerChangePorts } from '../../src/core/partner-change/ports.ts';
import { proposePartnerChange } from '../../src/core/partner-change/propose-change.ts';
import { checkDetachedJws } from '../../src/crypto/detached-jws.ts';
import { entropy } from '../../src/crypto/entropy.ts';
import type { OpenJournal } from '../../src/store/journal/open-journal.ts';
import { listPartnerChanges, partnerChangeRecords } from '../../src/store/partner-changes.ts';
import { addPolicyApprover, revokePolicyApprover } from '../../src/store/policy-approvers.ts';
import { type RowKeys, storedRows } from '../../src/store/stored-rows.ts';
import { type FreshDatabase, freshDatabase } from '../world/database.ts';
import { keyChecksOn } from '../world/encryption-keys.ts';
import { journalOn } from '../world/journal-world.ts';
import { testSigner } from '../world/signer.ts';
import { testOin } from './seed.ts';
import { testSecrets } from './test-secrets.ts';

const clock = {
  now: () => instant(new Date()),
  ago: (ms: number) => instant(new Date(Date.now() - ms)),
  pause: async () => undefined,
};
const secrets = testSecrets();
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
  journal = await journalOn(database.pools);
  const { serve } = database.pools;
  ports = { clock, entropy, journal, records: partnerChangeRecords(serve, secrets), keyChecks: keyChecksOn(serve) };
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

  it('that closes a unit has who and why in no column in clear, and in none once it is carried out', async () => {
    const opened = await proposePartnerChange(ports, { change: add, from: null }, [], null);
    if (!opened.ok) throw new Error(opened.refusal.kind);
    await carryOutPartnerChange(ports, opened.value);
    const said = { by: 'A. de Boer', ground: 'certificaat gelekt' };
    const suspend = partnerChange.parse({ action: 'suspend', unit: 'college', ...said });
    const closes = await proposePartnerChange(ports, { change: suspend, from: null }, [], checkDetachedJws);
    if (!closes.ok) throw new Error(closes.refusal.kind);
    const { id } = closes.value;
    const { owner } = database.pools;
    const row = async () =>
      (await owner.query<Record<string, unknown>>('SELECT * FROM partner_change WHERE id = $1', [id])).rows[0];
    const waits = await row();
    expect(waits?.said).toBeInstanceOf(Buffer);
    const clear = `${JSON.stringify(waits)}${String(waits?.said)}`;
    for (const text of Object.values(said)) expect(clear).not.toContain(text);
    expect(await ports.records.due()).toMatchObject([{ id, change: said }]);
    // Nor can it be guessed: others who say something else have the same digest.
    const others = { ...suspend, by: 'S. Yilmaz', ground: 'iets anders' };
    expect(changeText(others)).toBe(changeText(suspend));
    // As the rotation of the key finds and writes it anew.
    const rows = storedRows.data?.find(({ table }) => table === 'partner_change');
    const found = await owner.query(`SELECT ${rows?.columns} FROM partner_change WHERE ${rows?.other}`, [
      '0'.repeat(16),
    ]);
    const keys: RowKeys = {
      identifiers: secrets,
      subjects: { rewrap: (wrapped) => wrapped },
      users: secrets,
      current: () => 'data',
    };
    await owner.query(rows?.update.text ?? '', [...(rows?.values(found.rows, keys) ?? [])]);
    expect((await row())?.said).not.toEqual(waits?.said);
    expect(await listPartnerChanges(database.pools.serve)).toEqual([]);
    expect(await carryOutDuePartnerChanges(ports)).toMatchObject([{ outcome: 'done', change: { change: said } }]);
    expect((await row())?.said).toBeNull();
    expect((await college())?.state).toBe('suspended');
  });

  it('needs no approver where the demo recorded it without approvals', async () => {
    const unsigned = await proposePartnerChange(ports, { change: add, from: null }, [], null);
    if (!unsigned.ok) throw new Error(unsigned.refusal.kind);
    expect(await carryOutPartnerChange(ports, unsigned.value)).toBe('done');
  });
});
