import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { Instant, RequestId } from '../../src/core/brand.ts';
import { approve } from '../../src/core/disclosure/approve.ts';
import { ask } from '../../src/core/disclosure/ask.ts';
import { type Binding, wakeAfterChange, wakeRequests } from '../../src/core/disclosure/wake.ts';
import { claimStatement } from '../../src/store/waiting-requests.ts';
import { detain, planRequest, units } from '../world/personas.ts';
import { type PostgresWorld, postgresWorld } from '../world/postgres-ports.ts';
import { shippedSet } from '../world/shipped-set.ts';
import { someUser } from '../world/some-user.ts';
import { withObligations } from '../world/with-obligations.ts';

const set = withObligations(shippedSet(), 'plan-basic-conditions', { approval: 'source-human', approvers: [] });
const everSo = '2100-01-01T00:00:00.000Z' as Instant;

let world: PostgresWorld;
beforeAll(async () => {
  world = await postgresWorld(set, units);
});
afterAll(() => world.close());

const now = (): Instant => world.ports.clock.now();

async function waiting(person = world.newPerson()): Promise<RequestId> {
  await detain(world.ports, () => world.call('pi'), person);
  const outcome = await ask(world.ports, world.call('gemeente'), planRequest({ subject: person }));
  if (outcome.kind !== 'waiting') throw new Error(outcome.kind);
  return outcome.request.id;
}

interface Row {
  readonly state: string;
  readonly wakes: string | null;
  readonly due: string | null;
  readonly reminded: number;
  readonly set: string | null;
  readonly because: string | null;
}

async function row(id: RequestId): Promise<Row> {
  const { rows } = await world.pools.owner.query<Row>(
    `SELECT state, wakes_at AS wakes, due_at AS due, reminded, policy_set AS set, stopped_for AS because
      FROM request WHERE id = $1`,
    [id],
  );
  const [found] = rows;
  if (found === undefined) throw new Error('no such request');
  return found;
}

/** As everybody stands who may ask and give. */
const bindings = (): readonly Binding[] => units.map(({ id }) => ({ id, active: true, set: set.digest }));
const unbound = (units: readonly Binding[] = bindings()) => world.ports.waiting.wakeUnbound(units, now(), 1_000);

const sleepers = () => world.pools.owner.query('UPDATE request SET wakes_at = $1 WHERE wakes_at IS NOT NULL', [everSo]);

describe('a request that comes to wait', () => {
  it('is looked at at once, and then rests until something is due', async () => {
    const id = await waiting();
    expect(Date.parse((await row(id)).wakes ?? '')).toBeLessThanOrEqual(Date.now());
    expect(await wakeRequests(world.ports)).toBeGreaterThanOrEqual(1);
    const rested = await row(id);
    expect(rested).toMatchObject({ state: 'awaiting-approval', set: set.digest, because: null });
    expect(Date.parse(rested.wakes ?? '')).toBeGreaterThan(Date.now());
    expect(await wakeRequests(world.ports)).toBe(0);
  });

  it('of an earlier release, without a deadline and with nobody to look at it, is found and given one', async () => {
    const id = await waiting();
    await world.pools.owner.query('UPDATE request SET wakes_at = NULL, due_at = NULL WHERE id = $1', [id]);
    await wakeRequests(world.ports);
    expect((await row(id)).due).toBe(null);
    expect(await unbound()).toBeGreaterThanOrEqual(1);
    await wakeRequests(world.ports);
    expect(Date.parse((await row(id)).due ?? '') - Date.now()).toBeGreaterThan(13 * 86_400_000);
  });
});

describe('whoever looks', () => {
  it('shares with the others: each is claimed by one', async () => {
    const ids = [await waiting(), await waiting(), await waiting(), await waiting()];
    const gateways = [world.ports, await world.anotherGateway()];
    const claims = await Promise.all([0, 1, 0, 1].map((each) => gateways[each]?.waiting.claim(now(), 2)));
    const claimed = claims.flatMap((each) => (each ?? []).map(({ id }) => id));
    expect(new Set(claimed).size).toBe(claimed.length);
    expect(ids.filter((id) => !claimed.includes(id))).toEqual([]);
    expect(await world.ports.waiting.claim(now(), 10)).toEqual([]);
    await sleepers();
  });

  it('and is gone before anything is written, leaves it to another when its lease ends', async () => {
    const id = await waiting();
    const [claimed] = await world.ports.waiting.claim(now(), 10);
    expect(claimed?.id).toBe(id);
    // Not a second look while the lease lasts.
    expect(await wakeRequests(world.ports)).toBe(0);
    await world.pools.owner.query(`UPDATE request SET wakes_at = wakes_at - interval '31 s' WHERE id = $1`, [id]);
    expect(await wakeRequests(world.ports)).toBe(1);
  });

  it('does not put to rest what was woken again meanwhile', async () => {
    const person = world.newPerson();
    const id = await waiting(person);
    const [claimed] = await world.ports.waiting.claim(now(), 10);
    if (claimed === undefined) throw new Error('nothing to claim');
    await detain(world.ports, () => world.call('pi'), person);
    await world.ports.waiting.rest(claimed, { wakesAt: everSo, dueAt: everSo, policySet: set.digest });
    expect(Date.parse((await row(id)).wakes ?? '')).toBeLessThanOrEqual(Date.now());
    await wakeRequests(world.ports);
  });

  it('is looked at now where a gateway whose clock is ahead changed something, and may be gone', async () => {
    const person = world.newPerson();
    const id = await waiting(person);
    await wakeAfterChange(world.ports);
    expect(Date.parse((await row(id)).wakes ?? '')).toBeGreaterThan(Date.now());
    const inTwoHours = () => new Date(Date.now() + 7_200_000).toISOString() as Instant;
    const ahead = { ...world.ports, clock: { ...world.ports.clock, now: inTwoHours } };
    await detain(ahead, () => world.call('pi'), person);
    expect(Date.parse((await row(id)).wakes ?? '')).toBeLessThanOrEqual(Date.now());
    await wakeRequests(world.ports);
  });

  it('to remind of it counts nothing where it took its next step meanwhile', async () => {
    const id = await waiting();
    await wakeAfterChange(world.ports);
    const soon = `UPDATE request SET due_at = now() + interval '1 day', wakes_at = now() - interval '1 second' WHERE id = $1`;
    await world.pools.owner.query(soon, [id]);
    const approver = someUser('p1', 'director', 'F. Mulder');
    const agree = () => approve(world.ports, world.call('pi'), id, { decision: 'approved', approver, ground: null });
    const outcomes: string[] = [];
    const commit: typeof world.ports.journal.commit = async (work) => {
      const isReminder = work.changes.some(({ type }) => type === 'request-reminded');
      if (isReminder) outcomes.push((await agree()).kind);
      const committed = await world.ports.journal.commit(work);
      if (isReminder) outcomes.push(committed.outcome);
      return committed;
    };
    await wakeRequests({ ...world.ports, journal: { ...world.ports.journal, commit } });
    expect(outcomes).toEqual(['recorded', 'conflict']);
    expect(await row(id)).toMatchObject({ state: 'permitted', reminded: 0 });
    await wakeRequests(world.ports);
  });

  it('wakes what waits under other policies than bind its source, or for a party that is not active', async () => {
    const id = await waiting();
    await wakeAfterChange(world.ports);
    const with_ = (unit: string, change: object) =>
      bindings().map((each) => (each.id === unit ? { ...each, ...change } : each));
    expect(await unbound()).toBe(0);
    for (const changed of [
      with_('pi', { set: null }),
      with_('pi', { active: false }),
      with_('gemeente', { active: false }),
      bindings().filter((each) => each.id !== 'gemeente'),
    ]) {
      expect(await unbound(changed)).toBeGreaterThanOrEqual(1);
      expect(Date.parse((await row(id)).wakes ?? '')).toBeLessThanOrEqual(Date.now());
      await wakeRequests(world.ports);
      expect((await row(id)).state).toBe('awaiting-approval');
    }
  });

  it('is found again though a clock that was wrong put it a year away, and not before its time otherwise', async () => {
    const id = await waiting();
    await wakeAfterChange(world.ports);
    const year = new Date(Date.now() + 365 * 86_400_000).toISOString() as Instant;
    const [far] = await world.ports.waiting.claim(year, 100);
    expect(far).toBeDefined();
    // Its gateway is gone, and the clock set right.
    expect(await wakeRequests(world.ports)).toBe(0);
    expect(Date.parse((await row(id)).wakes ?? '')).toBeGreaterThan(Date.parse(year));
    await wakeAfterChange(world.ports);
    expect(Date.parse((await row(id)).wakes ?? '')).toBeLessThan(Date.now() + 25 * 3_600_000);
    expect(await unbound()).toBe(0);
  });

  it('leaves alone what does not wait any more', async () => {
    const id = await waiting();
    const approver = someUser('p1', 'director', 'F. Mulder');
    await approve(world.ports, world.call('pi'), id, { decision: 'declined', approver, ground: 'niet nodig' });
    expect(await row(id)).toMatchObject({ state: 'declined', wakes: null });
    await world.pools.owner.query("UPDATE request SET wakes_at = now() - interval '1 second' WHERE id = $1", [id]);
    await wakeRequests(world.ports);
    expect(await row(id)).toMatchObject({ state: 'declined', wakes: null });
  });
});

it('costs one probe of an index while a hundred thousand wait for something later', async () => {
  const { owner } = world.pools;
  await waiting();
  await sleepers();
  await owner.query('ALTER TABLE request DISABLE TRIGGER request_moves');
  for (let chunk = 0; chunk < 20; chunk++) {
    await owner.query(
      `INSERT INTO request (id, trace, direction, recipient, source, purpose, subject_id, fields, state, decision,
          received_at, moved_at, entry_id, wakes_at, due_at, policy_set)
        SELECT gen_random_uuid(), trace, direction, recipient, source, purpose, subject_id, fields, 'awaiting-approval',
          decision, received_at, moved_at, entry_id, $1, $1, $2
        FROM (SELECT * FROM request LIMIT 1) one, generate_series(1, 5000)`,
      [everSo, set.digest],
    );
  }
  await owner.query('ALTER TABLE request ENABLE TRIGGER request_moves');
  await owner.query('ANALYZE request');
  for (const kind of ['custom', 'generic']) {
    const none = await claimPlan(kind, now());
    expect(none).toContain('request_wakes');
    expect(none).not.toContain('Seq Scan');
    // And reads no more than its turn, from either end, where all of them are due.
    const all = await claimPlan(kind, '2100-01-02T00:00:00.000Z' as Instant);
    expect(all).toMatch(/Index Scan using request_wakes on request[^(]*\(actual rows=8\b/);
    expect(all).toMatch(/Index Scan Backward using request_wakes on request[^(]*\(actual rows=8\b/);
    expect(all).not.toContain('Seq Scan');
  }
  const tens: number[] = [];
  for (let ten = 0; ten < 10; ten++) {
    const began = performance.now();
    for (let turn = 0; turn < 10; turn++) expect(await wakeRequests(world.ports)).toBe(0);
    tens.push((performance.now() - began) / 10);
  }
  const eachMs = Math.min(...tens);
  const throughMs = await measured(() => unbound());
  process.stdout.write(
    `100,000 wait: ${eachMs.toFixed(2)} ms a turn; ${throughMs.toFixed(0)} ms to look through all\n`,
  );
  // Four turns a second of this are far below one part in twenty of a processor.
  expect(eachMs).toBeLessThan(10);
}, 120_000);

async function measured(act: () => Promise<unknown>): Promise<number> {
  const began = performance.now();
  await act();
  return performance.now() - began;
}

/** As PostgreSQL plans the claim of a turn for these values, or for whatever values come. */
async function claimPlan(kind: string, at: Instant): Promise<string> {
  const client = await world.pools.owner.connect();
  await client.query(`SET plan_cache_mode = force_${kind}_plan`);
  await client.query(`PREPARE claim AS ${claimStatement.text}`);
  const { rows } = await client.query<{ 'QUERY PLAN': string }>(
    `EXPLAIN (ANALYZE, COSTS OFF, TIMING OFF) EXECUTE claim ('${at}', 16)`,
  );
  client.release(true);
  return rows.map((line) => line['QUERY PLAN']).join('\n');
}
