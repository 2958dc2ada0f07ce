import { Kysely, PostgresDialect } from 'kysely';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { up } from '../../migrations/0029-request-opened-by.ts';
import type { FieldId, RequestId, UnitId } from '../../src/core/brand.ts';
import { approve } from '../../src/core/disclosure/approve.ts';
import { ask } from '../../src/core/disclosure/ask.ts';
import { collect } from '../../src/core/disclosure/collect.ts';
import { placeOf } from '../../src/core/disclosure/inbox.ts';
import { listInbox, readInbox } from '../../src/core/disclosure/read-inbox.ts';
import { detain, planAnswer, planFields, planRequest, units } from '../world/personas.ts';
import { type PostgresWorld, postgresWorld } from '../world/postgres-ports.ts';
import { shippedSet } from '../world/shipped-set.ts';
import { someUser } from '../world/some-user.ts';
import { withObligations } from '../world/with-obligations.ts';

const oneHuman = { approval: 'source-human', approvers: [] } as const;
const set = withObligations(shippedSet(), 'plan-basic-conditions', oneHuman);
const prison = 'pi' as UnitId;
const director = someUser('p1', 'director', 'F. Mulder');

let world: PostgresWorld;
beforeAll(async () => {
  world = await postgresWorld(set, units);
  world.answer = async () => planAnswer;
});
afterAll(() => world.close());

async function waiting(): Promise<RequestId> {
  const person = world.newPerson();
  await detain(world.ports, () => world.call('pi'), person);
  const outcome = await ask(world.ports, world.call('gemeente'), planRequest({ subject: person }));
  if (outcome.kind !== 'waiting') throw new Error(outcome.kind);
  return outcome.request.id;
}

const list = (limit = 100) => listInbox(world.ports, prison, { task: null, after: null, limit });
const due = (id: RequestId, at: string | null) =>
  world.pools.owner.query('UPDATE request SET due_at = $2 WHERE id = $1', [id, at]);

describe('an inbox on record', () => {
  it('is read page by page, the first to end first, what is overdue no more', async () => {
    const ids = [await waiting(), await waiting(), await waiting(), await waiting()] as const;
    await due(ids[0], '2199-01-03T00:00:00Z');
    await due(ids[1], '2199-01-02T00:00:00Z');
    await due(ids[2], null);
    await due(ids[3], '2020-01-01T00:00:00Z');
    const expected = [ids[2], ids[1], ids[0]];
    expect((await list()).map(({ id }) => id)).toEqual(expected);
    const pages: string[] = [];
    for (let [next] = await list(1); next !== undefined; ) {
      pages.push(next.id);
      const after = placeOf(next);
      [next] = await listInbox(world.ports, prison, { task: 'approval', after, limit: 1 });
    }
    expect(pages).toEqual(expected);
    expect(await listInbox(world.ports, prison, { task: 'answer', after: null, limit: 5 })).toEqual([]);
    expect(await listInbox(world.ports, 'gemeente' as UnitId, { task: null, after: null, limit: 5 })).toEqual([]);
    await world.pools.owner.query('DELETE FROM request');
  });

  it('shows the reason from the ledger, where it stands alone, and a field that is struck does not leave', async () => {
    const id = await waiting();
    const view = await readInbox(world.ports, prison, id);
    expect(view?.said).toMatchObject({ justification: planRequest().justification, caseReference: 'ZW-2026-001' });
    expect(view?.subject.pseudonym).toMatch(/^[0-9a-f-]{36}$/);
    const strike = ['numbers.bsn'] as FieldId[];
    const seen = view?.step;
    const body = { decision: 'approved', approver: director, ground: null, strike, ...(seen && { seen }) } as const;
    expect(await approve(world.ports, world.call('pi'), id, body)).toMatchObject({ kind: 'recorded' });
    const given = await collect(world.ports, world.call('gemeente'), id);
    if (given.kind !== 'delivered' || given.answer.form !== 'clear') throw new Error(given.kind);
    expect(Object.keys(given.answer.data).sort()).toEqual(planFields.filter((field) => field !== strike[0]).sort());
    expect((await world.ports.requests.find(id))?.decision.refused).toMatchObject([{ field: 'numbers.bsn' }]);
  });

  it('of two who agree on two gateways at once keeps both strikes, each seeing what the other left', async () => {
    const id = await waiting();
    const other = await world.anotherGateway();
    const fields = ['numbers.bsn', 'identity.birthDate'] as FieldId[];
    const outcomes = await Promise.all(
      fields.map((field, index) =>
        approve(index === 0 ? world.ports : other, world.call('pi'), id, {
          decision: 'approved',
          approver: someUser(`q${index}`, 'director', 'X.'),
          ground: null,
          strike: [field],
        }),
      ),
    );
    // One person is enough here: the other comes too late.
    expect(outcomes.map(({ kind }) => kind).sort()).toEqual(['recorded', 'wrong-state']);
  });

  it('says that the reason is gone once its openings were erased, and then nobody approves', async () => {
    const id = await waiting();
    await world.pools.owner.query(
      `UPDATE ledger_opening SET ciphertext = NULL, digest = sha256(ciphertext), subject_id = NULL
        WHERE entry_id = (SELECT opened_by FROM request WHERE id = $1)`,
      [id],
    );
    expect((await readInbox(world.ports, prison, id))?.said).toBeNull();
    const body = { approver: director, ground: 'de reden is weg' } as const;
    expect(await approve(world.ports, world.call('pi'), id, { decision: 'approved', ...body })).toEqual({
      kind: 'reason-gone',
    });
    expect(await approve(world.ports, world.call('pi'), id, { decision: 'declined', ...body })).toMatchObject({
      kind: 'recorded',
    });
  });
});

describe('the migration', () => {
  it('finds in the ledger what opened each request that was there before, and leaves the rest unknown', async () => {
    const [first, again, unknown] = [await waiting(), await waiting(), await waiting()];
    const body = { decision: 'approved', approver: director, ground: null } as const;
    await approve(world.ports, world.call('pi'), again, body);
    await collect(world.ports, world.call('gemeente'), again);
    const opened = await Promise.all([first, again].map(async (id) => (await world.ports.requests.find(id))?.openedBy));
    const { owner } = world.pools;
    await owner.query('UPDATE ledger_entry SET request_id = NULL WHERE request_id = $1', [unknown]);
    await owner.query('ALTER TABLE request DROP COLUMN opened_by');
    await owner.query('DROP INDEX request_inbox');
    const db = new Kysely<unknown>({ dialect: new PostgresDialect({ pool: owner }) });
    await up(db);
    const found = await Promise.all(
      [first, again, unknown].map(async (id) => (await world.ports.requests.find(id))?.openedBy),
    );
    expect(found).toEqual([...opened, null]);
  });
});
