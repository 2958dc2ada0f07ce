import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { type Digest, type Instant, instant, type UnitId } from '../../src/core/brand.ts';
import type { PlannedChange } from '../../src/core/policy-set/activation.ts';
import { type CarryOutcome, carryOut, carryOutDue } from '../../src/core/policy-set/carry-out.ts';
import type { ChangePorts } from '../../src/core/policy-set/ports.ts';
import { proposeChange } from '../../src/core/policy-set/propose-change.ts';
import type { PolicyStatement } from '../../src/core/policy-set/statement.ts';
import { checkDetachedJws } from '../../src/crypto/detached-jws.ts';
import { entropy } from '../../src/crypto/entropy.ts';
import type { OpenJournal } from '../../src/store/journal/open-journal.ts';
import { addPolicyApprover, revokePolicyApprover } from '../../src/store/policy-approvers.ts';
import { policySetRecords } from '../../src/store/policy-set-records.ts';
import { storedPolicySet, storePolicySet } from '../../src/store/policy-sets.ts';
import { type FreshDatabase, freshDatabase } from '../world/database.ts';
import { journalOn, work } from '../world/journal-world.ts';
import { type TestSigner, testSigner } from '../world/signer.ts';
import { seedUnits } from './seed.ts';

const digest = (digit: string): Digest => `sha256:${digit.repeat(64)}` as Digest;
const [a, b, c] = [digest('a'), digest('b'), digest('c')];
const clock = {
  now: () => instant(new Date()),
  ago: (ms: number) => instant(new Date(Date.now() - ms)),
  pause: async () => undefined,
};
const loads = async () => true;

let database: FreshDatabase;
let journals: OpenJournal[];
let ports: ChangePorts;
beforeEach(async () => {
  database = await freshDatabase();
  journals = [];
  ports = await instance();
  for (const set of [a, b, c]) await store(set);
});
afterEach(async () => {
  for (const journal of journals) await journal.close();
  await database.drop();
});

/** A gateway of its own on the same database. */
async function instance(): Promise<ChangePorts> {
  const journal = await journalOn(database.pools);
  journals.push(journal);
  return { clock, entropy, journal, records: policySetRecords(database.pools.serve) };
}

function store(set: Digest): Promise<void> {
  const files = [{ file: 'catalogue/facts.yaml', bytes: Buffer.from(set) }];
  return storePolicySet(database.pools.serve, { digest: set, files }, clock.now());
}

function activation(set: Digest, previous: Digest | null, from: Instant | null = null): PolicyStatement {
  return { action: 'activate', set, from, previous };
}

async function proposed(statement: PolicyStatement): Promise<PlannedChange> {
  const result = await proposeChange(ports, statement, [], null);
  if (!result.ok) throw new Error(`refused: ${result.refusal.kind}`);
  return result.value;
}

async function apply(statement: PolicyStatement): Promise<CarryOutcome> {
  return carryOut(ports, await proposed(statement), loads);
}

async function entryKinds(): Promise<readonly string[]> {
  const { rows } = await database.pools.owner.query<{ kind: string }>(
    'SELECT kind FROM ledger_entry ORDER BY time, id',
  );
  return rows.map(({ kind }) => kind);
}

describe('a set of policies', () => {
  it('comes back as it was kept, and is kept once', async () => {
    await storePolicySet(database.pools.serve, { digest: a, files: [] }, clock.now());
    const { files } = await storedPolicySet(database.pools.serve, a);
    expect(files).toEqual([{ file: 'catalogue/facts.yaml', bytes: Buffer.from(a) }]);
    expect(await ports.records.holds(a)).toBe(true);
    expect(await ports.records.holds(digest('f'))).toBe(false);
  });
});

describe('an activation', () => {
  it('puts the first set in force, with its entry, and moves the version', async () => {
    const before = await ports.records.read();
    expect(before).toMatchObject({ active: null, standing: [], planned: [] });
    expect(await apply(activation(a, null))).toBe('done');
    const after = await ports.records.read();
    expect(after).toMatchObject({ active: a, standing: [a], planned: [] });
    expect(after.registryVersion).toBe(before.registryVersion + 1);
    expect(await entryKinds()).toEqual(['policy-activated']);
  });

  it('has what follows from facts and disclosures reckoned by it, and keeps by which terms it was before', async () => {
    const { owner } = database.pools;
    const reckoned = async () => (await owner.query('SELECT reckoned, reckoned_before FROM active_policy_set')).rows;
    await apply(activation(a, null));
    await owner.query(`UPDATE active_policy_set SET reckoned = 'by these'`);
    await apply(activation(b, a));
    expect(await reckoned()).toEqual([{ reckoned: null, reckoned_before: 'by these' }]);
    await apply(activation(a, b));
    expect(await reckoned()).toEqual([{ reckoned: null, reckoned_before: null }]);
  });

  it('makes stale what was decided under the set before', async () => {
    await apply(activation(a, null));
    const { registryVersion } = await ports.records.read();
    const decided = work(null, { rests: { subject: null, registryVersion, policySet: a } });
    await apply(activation(b, a));
    expect(await ports.journal.commit(decided)).toEqual({ outcome: 'stale' });
  });

  it('that does not fit what is in force is not even recorded', async () => {
    await apply(activation(a, null));
    for (const statement of [activation(b, null), activation(b, c), activation(a, a)]) {
      expect(await proposeChange(ports, statement, [], null)).toEqual({ ok: false, refusal: { kind: 'does-not-fit' } });
    }
    expect((await ports.records.read()).planned).toEqual([]);
  });

  it('of two at once, one is recorded and the other refused', async () => {
    const results = await Promise.all([b, c].map((set) => proposeChange(ports, activation(set, null), [], null)));
    const refusals = results.flatMap((result) => (result.ok ? [] : [result.refusal]));
    expect(refusals).toEqual([{ kind: 'another-is-planned' }]);
  });

  it('is carried out once by two instances at the same time', async () => {
    const other = await instance();
    for (const [set, previous] of [
      [a, null],
      [b, a],
      [c, b],
    ] as const) {
      const change = await proposed(activation(set, previous));
      const outcomes = await Promise.all([carryOut(ports, change, loads), carryOut(other, change, loads)]);
      // Whoever read before the other committed is told to look again, and then finds it done.
      const settled = await Promise.all(
        outcomes.map((outcome) => (outcome === 'busy' ? carryOut(other, change, loads) : outcome)),
      );
      expect(settled.toSorted()).toEqual(['done', 'taken']);
    }
    expect(await entryKinds()).toEqual(Array(3).fill('policy-activated'));
    expect((await ports.records.read()).standing).toEqual([c, b, a]);
  });

  it('waits for its start, and is then due', async () => {
    await apply(activation(a, null));
    const from = instant(new Date(Date.now() + 2_000));
    await proposed(activation(b, a, from));
    expect(await ports.records.due()).toEqual([]);
    expect(await carryOutDue(ports, loads)).toEqual([]);
    expect((await ports.records.read()).active).toBe(a);
    await expect.poll(async () => (await ports.records.due()).length, { timeout: 15_000 }).toBe(1);
    expect(await carryOutDue(ports, loads)).toMatchObject([{ outcome: 'done' }]);
    expect((await ports.records.read()).active).toBe(b);
  });

  it.each([
    ['done', null, b],
    ['approval-revoked', 'S. Yilmaz', a],
  ] as const)(
    'is %s when its start comes and, of those who approved it, was revoked: %s',
    async (outcome, gone, active) => {
      await apply(activation(a, null));
      const signers = await Promise.all([testSigner('A. de Boer'), testSigner('S. Yilmaz')]);
      for (const signer of signers) await addPolicyApprover(database.pools.owner, signer, clock.now());
      const statement = activation(b, a, instant(new Date(Date.now() + 400)));
      const signed = await Promise.all(signers.map((signer) => signer.approves(statement)));
      expect(await proposeChange(ports, statement, signed, checkDetachedJws)).toMatchObject({ ok: true });
      if (gone !== null) await revokePolicyApprover(database.pools.owner, gone, clock.now());
      await expect.poll(async () => (await ports.records.due()).length, { timeout: 5_000 }).toBe(1);
      expect(await carryOutDue(ports, loads)).toMatchObject([{ outcome }]);
      expect(await ports.records.read()).toMatchObject({ active, planned: [] });
    },
  );

  it('whose set does not load leaves what is in force, and is not tried again', async () => {
    await apply(activation(a, null));
    const change = await proposed(activation(b, a));
    expect(await carryOut(ports, change, async () => false)).toBe('lapsed');
    expect(await ports.records.read()).toMatchObject({ active: a, standing: [a], planned: [] });
    expect(await carryOut(ports, change, loads)).toBe('taken');
    expect(await entryKinds()).toEqual(['policy-activated']);
  });
});

describe('a rollback', () => {
  const rollback = (set: Digest, previous: Digest): PolicyStatement => ({
    action: 'rollback',
    set,
    from: null,
    previous,
  });

  it('withdraws the active set, whenever it was activated, and goes back to the one before', async () => {
    for (const [set, previous] of [
      [a, null],
      [b, a],
      [a, b],
      [c, a],
    ] as const)
      await apply(activation(set, previous));
    expect((await ports.records.read()).standing).toEqual([c, a, b, a]);
    expect(await apply(rollback(a, c))).toBe('done');
    expect(await ports.records.read()).toMatchObject({ active: a, standing: [a, b, a] });
    expect(await apply(rollback(b, a))).toBe('done');
    expect(await ports.records.read()).toMatchObject({ active: b, standing: [b] });
    expect((await entryKinds()).filter((kind) => kind === 'policy-rolled-back')).toHaveLength(2);
  });

  it('goes nowhere else, and not before the first', async () => {
    await apply(activation(a, null));
    await apply(activation(b, a));
    await apply(activation(c, b));
    for (const statement of [rollback(a, c), rollback(b, b), rollback(c, b)]) {
      expect(await proposeChange(ports, statement, [], null)).toMatchObject({ refusal: { kind: 'does-not-fit' } });
    }
    await apply(rollback(b, c));
    await apply(rollback(a, b));
    expect(await proposeChange(ports, rollback(b, a), [], null)).toMatchObject({ refusal: { kind: 'does-not-fit' } });
  });

  it('cancels a planned activation and leaves what is in force', async () => {
    await apply(activation(a, null));
    await proposed(activation(b, a, '2999-01-01T00:00:00.000Z' as Instant));
    expect(await apply(rollback(a, b))).toBe('done');
    expect(await ports.records.read()).toMatchObject({ active: a, standing: [a], planned: [] });
  });
});

describe('approvals on record', () => {
  let signers: readonly TestSigner[];
  beforeEach(async () => {
    signers = await Promise.all([testSigner('A. de Boer'), testSigner('S. Yilmaz')]);
    for (const signer of signers) expect(await addPolicyApprover(database.pools.owner, signer, clock.now())).toBe(true);
  });
  const approve = (statement: PolicyStatement, at?: Date) =>
    Promise.all(signers.map((signer) => signer.approves(statement, at)));

  it('are used once: after a rollback the same two do not bring a set back', async () => {
    await apply(activation(a, null));
    const statement = activation(b, a);
    const approvals = await approve(statement);
    const change = await proposeChange(ports, statement, approvals, checkDetachedJws);
    if (!change.ok) throw new Error(change.refusal.kind);
    await carryOut(ports, change.value, loads);
    await apply({ action: 'rollback', set: a, from: null, previous: b });
    const again = await proposeChange(ports, statement, approvals, checkDetachedJws);
    expect(again).toEqual({ ok: false, refusal: { kind: 'approval-used' } });
    expect((await ports.records.read()).planned).toEqual([]);
    const anew = await approve(statement, new Date(Date.now() + 60_000));
    expect(await proposeChange(ports, statement, anew, checkDetachedJws)).toMatchObject({ ok: true });
  });

  it('count no more once the approver is revoked, and nobody comes back under a revoked key', async () => {
    const { owner } = database.pools;
    const approvals = await approve(activation(a, null));
    expect(await revokePolicyApprover(owner, ' s.  YILMAZ'.trim(), clock.now())).toEqual(expect.any(String));
    const refused = await proposeChange(ports, activation(a, null), approvals, checkDetachedJws);
    expect(refused).toMatchObject({ refusal: { refusal: { problem: 'revoked-key', approver: 'S. Yilmaz' } } });
    expect(await revokePolicyApprover(owner, 'S. Yilmaz', clock.now())).toBeNull();
    for (const signer of signers) expect(await addPolicyApprover(owner, signer, clock.now())).toBe(false);
    expect(await addPolicyApprover(owner, await testSigner('S. Yilmaz'), clock.now())).toBe(true);
  });

  it('are registered by the owner alone', async () => {
    const [signer] = signers;
    if (signer === undefined) throw new Error('no signer');
    await expect(addPolicyApprover(database.pools.serve, signer, clock.now())).rejects.toMatchObject({
      sqlState: '42501',
    });
  });
});

describe('what a unit accepted', () => {
  it('is listed, the latest first, and nothing of others', async () => {
    await seedUnits(database.pools.owner, 'one', 'two');
    await database.pools.owner.query(
      `INSERT INTO policy_acceptance VALUES ('one', $1, 's', '2026-01-01Z', $3), ('one', $2, 's', '2026-02-01Z', $3)`,
      [a, b, entropy.id()],
    );
    expect((await ports.records.acceptedBy('one' as UnitId)).map(({ set }) => set)).toEqual([b, a]);
    expect(await ports.records.acceptedBy('two' as UnitId)).toEqual([]);
  });
});
