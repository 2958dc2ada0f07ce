import { afterAll, beforeAll, beforeEach, expect, it } from 'vitest';
import type { ConsentId, Instant, RequestId } from '../../src/core/brand.ts';
import { withdrawOwnConsent } from '../../src/core/consent/withdraw-consent.ts';
import { ask } from '../../src/core/disclosure/ask.ts';
import { wakeAfterChange, wakeRequests } from '../../src/core/disclosure/wake.ts';
import { claimStatement } from '../../src/store/waiting-requests.ts';
import { askConsent, detain, giveConsent, housingRequest, planRequest, units } from '../world/personas.ts';
import { type PostgresWorld, postgresWorld } from '../world/postgres-ports.ts';
import { shippedSet } from '../world/shipped-set.ts';
import { withObligations } from '../world/with-obligations.ts';

const set = withObligations(shippedSet(), 'plan-basic-conditions', { approval: 'source-human', approvers: [] });
const bindings = units.map((unit) => ({ id: unit.id, active: true, set: set.digest }));
const before = `sha256:${'0'.repeat(64)}`;
const longAgo = '2026-11-02T08:00:00.000Z' as Instant;
const dayAfter = '2026-11-03T08:00:00.000Z' as Instant;
/** What is looked at together, and what a change of policies wakes together. */
const turn = 16;
const crowd = 1_000;

let world: PostgresWorld;
let pattern: RequestId;
beforeAll(async () => {
  world = await postgresWorld(set, units);
  const person = world.newPerson();
  await detain(world.ports, () => world.call('pi'), person);
  pattern = await asked('gemeente', planRequest({ subject: person }));
  await wakeRequests(world.ports);
});
afterAll(() => world.close());
beforeEach(async () => {
  await sql('DELETE FROM request WHERE id <> $1 AND purpose = $2', pattern, planRequest().purpose);
  await allRest();
});

const now = (): Instant => world.ports.clock.now();
const sql = (text: string, ...values: unknown[]) => world.pools.owner.query<{ id: RequestId }>(text, values);

async function asked(unit: string, body: ReturnType<typeof planRequest>): Promise<RequestId> {
  const outcome = await ask(world.ports, world.call(unit), body);
  if (outcome.kind !== 'waiting') throw new Error(outcome.kind);
  return outcome.request.id;
}

/** As after a look that found nothing to do. */
const allRest = () => sql("UPDATE request SET wakes_at = now() + interval '1 hour'");

/** As many that wait as one of them, looked at last under these policies, each woken a second after the one before. */
async function many(
  count: number,
  policySet: string,
  firstAt: Instant = world.ports.clock.ago(-3_600_000),
): Promise<readonly RequestId[]> {
  await sql('ALTER TABLE request DISABLE TRIGGER request_moves');
  const { rows } = await sql(
    `INSERT INTO request (id, trace, direction, recipient, source, purpose, subject_id, fields, state, decision,
        received_at, moved_at, entry_id, user_role, due_at, policy_set, wakes_at)
      SELECT gen_random_uuid(), trace, direction, recipient, source, purpose, subject_id, fields, state, decision,
        received_at, moved_at, entry_id, user_role, due_at, $2, $3::timestamptz + n * interval '1 second'
      FROM request, generate_series(1, $4) n WHERE id = $1 RETURNING id`,
    ...[pattern, policySet, firstAt, count],
  );
  await sql('ALTER TABLE request ENABLE TRIGGER request_moves');
  return rows.map(({ id }) => id);
}

/** A request that waits for a human of the municipality, and the consent that it rests on. */
async function onConsent(): Promise<{ readonly id: RequestId; readonly consent: ConsentId }> {
  await detain(world.ports, () => world.call('pi'));
  const consent = await askConsent(world.ports, world.call('gemeente'));
  await giveConsent(world.ports, consent);
  const id = await asked('corporatie', housingRequest());
  await wakeRequests(world.ports);
  return { id, consent };
}

async function withdraw(consent: ConsentId): Promise<void> {
  const { subject = null } = (await world.ports.consents.find(consent)) ?? {};
  if (subject === null) throw new Error('a consent of nobody');
  expect(await withdrawOwnConsent(world.ports, subject, consent, world.ports.entropy.trace())).toBe(true);
}

/** Ports that tell of each look as it begins, and how many began before each. */
function counting(onLook: (earlier: number) => Promise<void>) {
  const looks: RequestId[] = [];
  const find: typeof world.ports.requests.find = async (id) => {
    looks.push(id);
    await onLook(looks.length - 1);
    return world.ports.requests.find(id);
  };
  return { looks, ports: { ...world.ports, requests: { ...world.ports.requests, find } } };
}

it('stops on a withdrawal before the thousand that a change of policies has woken', async () => {
  const { id, consent } = await onConsent();
  await many(crowd, before);
  const { looks, ports } = counting(async (earlier) => {
    if (earlier === turn) await withdraw(consent);
  });
  await wakeAfterChange(ports);
  const inOrder = [...new Set(looks)];
  expect(inOrder.length).toBeGreaterThan(crowd);
  // It came while the second turn was looked at, and is in the third.
  expect(inOrder.indexOf(id)).toBeGreaterThanOrEqual(turn);
  expect(inOrder.indexOf(id)).toBeLessThan(3 * turn);
  expect(await world.entriesOf(id)).toEqual(['permit', 'request-stopped']);
}, 60_000);

it('nor behind the thousand that another gateway wakes after it', async () => {
  const { id, consent } = await onConsent();
  const unbound = () => world.ports.waiting.wakeUnbound(bindings, now(), crowd);
  await many(2 * crowd, before);
  expect(await unbound()).toBe(crowd);
  await withdraw(consent);
  expect(await unbound()).toBe(crowd);
  expect((await world.ports.waiting.claim(now(), turn)).map((woken) => woken.id)).toContain(id);
});

it('passes over nobody: however many come later, the oldest are looked at by half of each turn', async () => {
  const ids = await many(100, set.digest, longAgo);
  for (let claims = 1; claims <= 3; claims++) {
    await many(2 * turn, set.digest, dayAfter);
    expect(await world.ports.waiting.claim(now(), turn)).toHaveLength(turn);
    const { rows } = await sql('SELECT id FROM request WHERE wakes_at < $1', dayAfter);
    const left = new Set(rows.map((row) => row.id));
    expect(ids.filter((id) => !left.has(id))).toEqual(ids.slice(0, (claims * turn) / 2));
  }
});

it('takes all there are when they are fewer than a turn, each once', async () => {
  for (const count of [1, turn - 1, turn, turn + 1]) {
    await allRest();
    const ids = await many(count, set.digest, longAgo);
    const claimed = (await world.ports.waiting.claim(now(), turn)).map(({ id }) => id);
    expect(new Set(claimed).size).toBe(claimed.length);
    expect(claimed).toHaveLength(Math.min(count, turn));
    expect(ids).toEqual(expect.arrayContaining(claimed));
  }
  await allRest();
  const [only] = await many(1, set.digest, longAgo);
  expect((await world.ports.waiting.claim(now(), 1)).map(({ id }) => id)).toEqual([only]);
});

it.each([1, turn])(
  'never takes more than %i where that is asked, however the database goes about it',
  async (atMost) => {
    await many(3 * turn, set.digest, longAgo);
    const client = await world.pools.owner.connect();
    await client.query('BEGIN');
    // Looks anew for what is due with each row of the table, of which some are taken by then.
    for (const way of ['hashjoin', 'mergejoin', 'hashagg', 'sort', 'indexscan', 'bitmapscan', 'material', 'memoize']) {
      await client.query(`SET LOCAL enable_${way} = off`);
    }
    const { rows } = await client.query(claimStatement.text, [now(), atMost]);
    await client.query('ROLLBACK');
    client.release();
    expect(rows).toHaveLength(atMost);
  },
);

it('leaves its moment to what is woken while a crowd is, and may be looked at before that', async () => {
  const [id] = await many(1, before);
  const withdrawal = await world.pools.owner.connect();
  await withdrawal.query('BEGIN');
  const { rows } = await withdrawal.query<{ at: string }>(
    'UPDATE request SET wakes_at = $2 WHERE id = $1 RETURNING wakes_at AS at',
    [id, now()],
  );
  const woken = world.ports.waiting.wakeUnbound(bindings, now(), crowd);
  const waiters = `SELECT 1 FROM pg_stat_activity WHERE wait_event_type = 'Lock' AND query LIKE '%party AS%'`;
  await expect.poll(async () => (await sql(waiters)).rowCount).toBe(1);
  await withdrawal.query('COMMIT');
  withdrawal.release();
  expect(await woken).toBe(0);
  const found = await sql('SELECT wakes_at AS at FROM request WHERE id = $1', id);
  expect(found.rows).toEqual(rows);
});
