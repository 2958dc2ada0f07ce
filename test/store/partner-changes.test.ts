import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { z } from 'zod';
import { type Instant, instant, type UnitId } from '../../src/core/brand.ts';
import { applyChange } from '../../src/core/partner-change/apply-change.ts';
import { cancelPartnerChange } from '../../src/core/partner-change/cancel-change.ts';
import { carryOutDuePartnerChanges, carryOutPartnerChange } from '../../src/core/partner-change/carry-out.ts';
import { changeStatementFor } from '../../src/core/partner-change/change-statement.ts';
import { type PartnerChange, partnerChange } from '../../src/core/partner-change/partner-change.ts';
import type { PartnerChangePorts, PlannedPartnerChange } from '../../src/core/partner-change/ports.ts';
import { proposePartnerChange } from '../../src/core/partner-change/propose-change.ts';
import type { PartnerStatement } from '../../src/core/policy-set/statement.ts';
import { checkDetachedJws } from '../../src/crypto/detached-jws.ts';
import { entropy } from '../../src/crypto/entropy.ts';
import type { OpenJournal } from '../../src/store/journal/open-journal.ts';
import { partnerChangeRecords } from '../../src/store/partner-changes.ts';
import { addPolicyApprover } from '../../src/store/policy-approvers.ts';
import { type FreshDatabase, freshDatabase } from '../world/database.ts';
import { keyChecksOn } from '../world/encryption-keys.ts';
import { journalOn, work } from '../world/journal-world.ts';
import { type TestSigner, testSigner } from '../world/signer.ts';
import { testOin } from './seed.ts';
import { testSecrets } from './test-secrets.ts';

const now = () => instant(new Date());
const clock = { now, ago: (ms: number) => instant(new Date(Date.now() - ms)), pause: async () => undefined };
const [a, b] = ['a', 'b'].map((digit) => digit.repeat(64));
const change = (value: unknown): PartnerChange => partnerChange.parse(value);
const add = (unit: object = {}) =>
  change({
    action: 'add',
    organisations: [
      {
        oin: testOin(7),
        name: 'Gemeente',
        units: [{ id: 'college', name: 'College', kind: 'municipality', thumbprints: [a], ...unit }],
      },
    ],
  });
const rotate = change({ action: 'rotate', unit: 'college', thumbprints: { add: [b] } });
const resume = change({ action: 'resume', unit: 'college' });
const suspend = change({ action: 'suspend', unit: 'college', by: 'A. de Boer', ground: 'certificaat gelekt' });

let database: FreshDatabase;
let journals: OpenJournal[];
let ports: PartnerChangePorts;
let signers: readonly TestSigner[];
beforeEach(async () => {
  database = await freshDatabase();
  journals = [];
  ports = await instance();
  signers = await Promise.all([testSigner('A. de Boer'), testSigner('S. Yilmaz')]);
  for (const signer of signers) await addPolicyApprover(database.pools.owner, signer, clock.now());
});
afterEach(async () => {
  for (const journal of journals) await journal.close();
  await database.drop();
});

async function instance(): Promise<PartnerChangePorts> {
  const journal = await journalOn(database.pools);
  journals.push(journal);
  const records = partnerChangeRecords(database.pools.serve, testSecrets());
  return { clock, entropy, journal, records, keyChecks: keyChecksOn(database.pools.serve) };
}

async function statementFor(of: PartnerChange, from: Instant | null = null): Promise<PartnerStatement> {
  const effect = applyChange((await ports.records.read()).units, of);
  if (!effect.ok) throw new Error(effect.refusal.problem);
  return changeStatementFor(of, effect.value, from);
}

async function approvals(of: PartnerChange, from: Instant | null = null) {
  const statement = await statementFor(of, from);
  return Promise.all(signers.map((signer) => signer.approves(statement)));
}

async function planned(of: PartnerChange, from: Instant | null = null): Promise<PlannedPartnerChange> {
  const proposed = await proposePartnerChange(ports, { change: of, from }, await approvals(of, from), checkDetachedJws);
  if (!proposed.ok) throw new Error(JSON.stringify(proposed.refusal));
  return proposed.value;
}

async function apply(of: PartnerChange) {
  return carryOutPartnerChange(ports, await planned(of));
}

const unitNow = async () => (await ports.records.read()).units.get('college' as UnitId);
async function entries() {
  const { rows } = await database.pools.owner.query<{ kind: string; source: string; leaf: string }>(
    'SELECT kind, source, leaf FROM ledger_entry ORDER BY time, id',
  );
  const leaf = z.object({ body: z.record(z.string(), z.unknown()), commitments: z.record(z.string(), z.string()) });
  return rows.map((row) => ({ ...row, ...leaf.parse(JSON.parse(row.leaf)) }));
}

describe('a change of the partners', () => {
  it('that two people approved stands on record with its entry, and moves the version', async () => {
    const before = await ports.records.read();
    expect(await apply(add())).toBe('done');
    const after = await ports.records.read();
    expect(after.registryVersion).toBe(before.registryVersion + 1);
    expect(await unitNow()).toMatchObject({ state: 'active', selector: { thumbprints: [a], subOin: null } });
    const [entry, ...others] = await entries();
    expect(others).toEqual([]);
    expect(entry).toMatchObject({
      kind: 'partner-changed',
      source: 'college',
      body: { action: 'add', unit: 'college', standing: 'new', approvals: 2, organisations: [testOin(7)] },
    });
    expect(Object.keys(entry?.commitments ?? {})).toEqual(['approvals']);
    expect(entry?.leaf).not.toContain('Boer');
  });

  it('has an entry for each unit, in one commit', async () => {
    const units = ['college', 'burgemeester'].map((id) => ({ id, name: id, kind: 'municipality', thumbprints: [] }));
    const both = change({ action: 'add', organisations: [{ oin: testOin(7), name: 'Gemeente', units }] });
    expect(await apply(both)).toBe('done');
    expect((await entries()).map(({ source }) => source).sort()).toEqual(['burgemeester', 'college']);
    const { rows } = await database.pools.owner.query('SELECT count(*)::int AS n FROM ledger_flush');
    expect(rows).toEqual([{ n: 1 }]);
  });

  it('keeps an organisation that it only renames, and a unit as it was but for what changes', async () => {
    const connector = {
      type: 'http',
      url: 'https://127.0.0.1:1/bron',
      subject: { scheme: 'bsn', pointer: '/bsn' },
      fields: { 'identity.surname': '/naam' },
    };
    await apply(add({ connector, webhooks: ['a.nl'] }));
    const before = await unitNow();
    await apply(rotate);
    expect(await unitNow()).toEqual({ ...before, webhooks: ['a.nl'], selector: { thumbprints: [a, b], subOin: null } });
  });

  it('makes stale what was decided before', async () => {
    await apply(add());
    const { registryVersion } = await ports.records.read();
    const decided = work(null, { rests: { subject: null, registryVersion, policySet: null } });
    await apply(suspend);
    expect(await ports.journal.commit(decided)).toEqual({ outcome: 'stale' });
  });

  it('is carried out once by two instances at the same time', async () => {
    const two = await instance();
    const once = await planned(add());
    const outcomes = await Promise.all([carryOutPartnerChange(ports, once), carryOutPartnerChange(two, once)]);
    const settled = await Promise.all(
      outcomes.map((outcome) => (outcome === 'busy' ? carryOutPartnerChange(two, once) : outcome)),
    );
    expect(settled.toSorted()).toEqual(['done', 'taken']);
    expect(await entries()).toHaveLength(1);
    expect(await ports.records.fate(once.id)).toBe('done');
  });

  it('waits for its start', async () => {
    const from = instant(new Date(Date.now() + 2_000));
    await planned(add(), from);
    expect(await carryOutDuePartnerChanges(ports)).toEqual([]);
    await expect.poll(async () => (await ports.records.due()).length, { timeout: 15_000 }).toBe(1);
    expect(await carryOutDuePartnerChanges(ports)).toMatchObject([{ outcome: 'done' }]);
  });

  it('approved for another situation is never carried out, and not tried again', async () => {
    await apply(add());
    const later = await planned(rotate, instant(new Date(Date.now() + 300)));
    await apply(add({ name: 'Anders' }));
    await expect.poll(async () => (await ports.records.due()).length, { timeout: 5_000 }).toBe(1);
    expect(await carryOutDuePartnerChanges(ports)).toMatchObject([{ outcome: 'lapsed' }]);
    expect(await ports.records.fate(later.id)).toBe('lapsed');
    expect((await unitNow())?.selector.thumbprints).toEqual([a]);
    expect(await carryOutPartnerChange(ports, later)).toBe('taken');
  });
});

describe('approvals of a change of the partners', () => {
  it('are two, or nothing is even recorded', async () => {
    const signed = await approvals(add());
    for (const given of [[], signed.slice(0, 1)]) {
      const refused = await proposePartnerChange(ports, { change: add(), from: null }, given, checkDetachedJws);
      expect(refused).toMatchObject({ refusal: { kind: 'approval', refusal: { problem: 'too-few' } } });
    }
    const { rows } = await database.pools.owner.query('SELECT 1 FROM partner_change');
    expect(rows).toEqual([]);
  });

  it.each<[string, PartnerChange]>([
    ['other-change', add({ name: 'Iets anders' })],
    ['other-change', add({ thumbprints: [b] })],
  ])('for something else are refused as %s', async (problem, signedFor) => {
    const refused = await proposePartnerChange(
      ports,
      { change: add(), from: null },
      await approvals(signedFor),
      checkDetachedJws,
    );
    expect(refused).toMatchObject({ refusal: { refusal: { problem, approver: 'A. de Boer' } } });
  });

  it('for what the unit was before are refused as other-previous', async () => {
    await apply(add());
    const signed = await approvals(rotate);
    await apply(add({ name: 'Anders' }));
    const refused = await proposePartnerChange(ports, { change: rotate, from: null }, signed, checkDetachedJws);
    expect(refused).toMatchObject({ refusal: { refusal: { problem: 'other-previous' } } });
  });

  it('of a set of policies are none of a partner, nor the other way round', async () => {
    const { change: digest } = await statementFor(add());
    const statement = { action: 'activate', set: digest, from: null, previous: null } as const;
    const signed = await Promise.all(signers.map((signer) => signer.approves(statement)));
    const refused = await proposePartnerChange(ports, { change: add(), from: null }, signed, checkDetachedJws);
    expect(refused).toMatchObject({ refusal: { refusal: { problem: 'other-action' } } });
  });

  it('are used once: a unit that was closed again is not opened by the same two signatures', async () => {
    await apply(add({ state: 'suspended' }));
    const signed = await approvals(resume);
    const proposal = { change: resume, from: null };
    const first = await proposePartnerChange(ports, proposal, signed, checkDetachedJws);
    if (!first.ok) throw new Error(first.refusal.kind);
    expect(await carryOutPartnerChange(ports, first.value)).toBe('done');
    expect((await unitNow())?.state).toBe('active');
    expect(await apply(suspend)).toBe('done');
    const again = await proposePartnerChange(ports, proposal, signed, checkDetachedJws);
    expect(again).toEqual({ ok: false, refusal: { kind: 'approval-used' } });
    expect((await unitNow())?.state).toBe('suspended');
  });

  it('are not asked for closing, and who closed and why stands in the entry', async () => {
    await apply(add());
    const closed = await proposePartnerChange(ports, { change: suspend, from: null }, [], checkDetachedJws);
    if (!closed.ok) throw new Error(closed.refusal.kind);
    expect(await carryOutPartnerChange(ports, closed.value)).toBe('done');
    const entry = (await entries()).at(-1);
    expect(entry).toMatchObject({ body: { action: 'suspend', state: 'suspended', members: ['state'], approvals: 0 } });
    expect(Object.keys(entry?.commitments ?? {}).sort()).toEqual(['by', 'ground']);
    expect(entry?.leaf).not.toContain('gelekt');
  });

  it('are not needed where the unit changed between a person closing it and its being carried out', async () => {
    await apply(add());
    const closed = await proposePartnerChange(ports, { change: suspend, from: null }, [], checkDetachedJws);
    if (!closed.ok) throw new Error(closed.refusal.kind);
    await apply(rotate);
    expect(await carryOutPartnerChange(ports, closed.value)).toBe('done');
    expect(await unitNow()).toMatchObject({ state: 'suspended', selector: { thumbprints: [a, b] } });
  });
});
const why = { by: 'A. de Boer', ground: 'toch niet nodig' };
describe('a planned change that is cancelled', () => {
  const soon = () => instant(new Date(Date.now() + 400));

  it('is not carried out when its start comes, and one entry says so, without who and why in clear', async () => {
    await apply(add());
    const { id } = await planned(rotate, soon());
    expect(await ports.records.planned()).toMatchObject([{ id }]);
    expect(await cancelPartnerChange(ports, id, why)).toBe('cancelled');
    await new Promise((resolve) => setTimeout(resolve, 600));
    expect(await carryOutDuePartnerChanges(ports)).toEqual([]);
    expect((await unitNow())?.selector.thumbprints).toEqual([a]);
    const entry = (await entries()).at(-1);
    expect(entry?.body).toMatchObject({ change: id, action: 'cancel', approvals: 0 });
    expect(Object.keys(entry?.commitments ?? {}).sort()).toEqual(['by', 'ground']);
    expect(entry?.leaf).not.toContain('nodig');
  });

  it('cannot be cancelled again, nor one that was carried out or never was', async () => {
    const done = await planned(add());
    expect(await carryOutPartnerChange(ports, done)).toBe('done');
    const { id } = await planned(rotate, soon());
    await cancelPartnerChange(ports, id, why);
    const before = await entries();
    const others = [id, done.id, entropy.id()].map((other) => cancelPartnerChange(ports, other, why));
    expect(new Set(await Promise.all(others))).toEqual(new Set(['not-planned']));
    expect(await entries()).toEqual(before);
  });

  it('is either carried out or cancelled, whoever is first', async () => {
    await apply(add());
    const [one, there] = [await planned(rotate), await instance()];
    const both = [carryOutPartnerChange(ports, one), cancelPartnerChange(there, one.id, why)] as const;
    const [carried, cancelled] = await Promise.all(both);
    expect([carried, cancelled]).toEqual(cancelled === 'cancelled' ? ['taken', cancelled] : ['done', 'not-planned']);
    expect((await unitNow())?.selector.thumbprints.length).toBe(cancelled === 'cancelled' ? 1 : 2);
  });
});

describe('the sequencer and the eraser', () => {
  it('may neither plan nor approve', async () => {
    for (const login of ['sequencer', 'eraser'] as const) {
      await expect(database.pools[login].query('SELECT 1 FROM partner_change')).rejects.toMatchObject({
        code: '42501',
      });
    }
    await expect(database.pools.serve.query('DELETE FROM partner_approval')).rejects.toMatchObject({ code: '42501' });
  });
});
