import { compactDecrypt } from 'jose';
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import type { RequestId } from '../../src/core/brand.ts';
import { collect } from '../../src/core/disclosure/collect.ts';
import type { Answers } from '../../src/core/disclosure/kept-answer.ts';
import { readMessages } from '../../src/core/disclosure/say-on-request.ts';
import type { RequestState } from '../../src/core/disclosure/state.ts';
import { confirmDestruction } from '../../src/core/duty/report-destruction.ts';
import { joseSealer } from '../../src/crypto/seal.ts';
import { purge } from '../../src/store/purge.ts';
import { encryptionPair } from '../world/encryption-keys.ts';
import { inboxUnits } from '../world/inbox-units.ts';
import { inboxActs } from '../world/inbox-world.ts';
import { detain, planAnswer } from '../world/personas.ts';
import { type PostgresWorld, postgresWorld } from '../world/postgres-ports.ts';
import { shippedSet } from '../world/shipped-set.ts';
import { someUser } from '../world/some-user.ts';

const set = shippedSet();
const pair = encryptionPair();
const surname = { 'identity.surname': 'Ebbink' };
const givenNames = { 'identity.givenNames': 'Jorn' };

let world: PostgresWorld;
let acts: ReturnType<typeof inboxActs>;
let id: RequestId;
beforeAll(async () => {
  world = await postgresWorld(set, inboxUnits(pair));
});
afterAll(() => world.close());
beforeEach(async () => {
  const person = world.newPerson();
  await detain(world.ports, () => world.call('pi'), person);
  acts = inboxActs({ ...world.ports, sealer: joseSealer() }, (unit, key) => world.call(unit, key), person);
  id = await asked();
});

async function asked(): Promise<RequestId> {
  const outcome = await acts.ask();
  if (outcome.kind !== 'waiting') throw new Error(outcome.kind);
  return outcome.request.id;
}

/** How many rows of an answer and of what was said are left of the request. */
async function left(): Promise<readonly number[]> {
  const counts = ['answer', 'request_message'].map((table) => `(SELECT count(*) FROM ${table} WHERE request_id = $1)`);
  const { rows } = await world.pools.owner.query<{ n: number[] }>(`SELECT json_build_array(${counts.join()}) AS n`, [
    id,
  ]);
  return rows[0]?.n ?? [];
}

describe('an answer on record', () => {
  it('waits sealed, is handed over and opened by its recipient, and goes when that is confirmed', async () => {
    await acts.question(id);
    await acts.answer(id, { data: surname, complete: false });
    expect(await left()).toEqual([1, 1]);
    expect(await world.ports.answers.outline(id)).toEqual([{ fields: Object.keys(surname), permit: null }]);
    await acts.answer(id, { data: givenNames });
    const outcome = await acts.collect(id);
    if (outcome.kind !== 'handed-over') throw new Error(outcome.kind);
    const opened = await Promise.all(outcome.parts.map(({ sealed }) => compactDecrypt(sealed, pair.privateKey)));
    const texts = opened.map(({ plaintext }) => JSON.parse(Buffer.from(plaintext).toString('utf8')));
    expect(texts).toEqual([surname, givenNames]);
    expect(await left()).toEqual([2, 0]);
    expect(await acts.confirm(id)).toMatchObject({ kind: 'recorded', request: { state: 'collected' } });
    expect(await left()).toEqual([0, 0]);
    expect(await world.entriesOf(id)).toEqual([
      ...['permit', 'source-asked', 'request-questioned', 'source-answered', 'source-answered'],
      ...['permit', 'disclosure', 'collection-confirmed'],
    ]);
  });

  it('names each who takes it once, also where one comes twice at the same moment', async () => {
    await acts.answer(id);
    const [second, third] = [someUser('u2', 'casemanager', 'K. Jansen'), someUser('u3', 'casemanager', 'P. de Wit')];
    for (const user of [second, null, second]) await acts.collect(id, world.call('gemeente'), user);
    // Both have read that the third is not among them before either writes it.
    const bothRead = Promise.withResolvers<void>();
    let reads = 0;
    const takers: Answers['takers'] = async (request) => {
      const before = await world.ports.answers.takers(request);
      reads += 1;
      if (reads === 2) bothRead.resolve();
      await bothRead.promise;
      return before;
    };
    const ports = { ...world.ports, answers: { ...world.ports.answers, takers } };
    const taken = await Promise.all([third, third].map((user) => collect(ports, world.call('gemeente'), id, user)));
    expect(taken).toMatchObject([{ kind: 'handed-over' }, { kind: 'handed-over' }]);
    expect((await world.entriesOf(id)).slice(-4)).toEqual(['permit', 'answer-taken', 'disclosure', 'answer-taken']);
    expect(new Set(await world.ports.answers.takers(id)).size).toBe(2);
  });

  it.each(['confirmed', 'destroyed'])(
    'names nobody as taking it once it was %s, however late they find that',
    async (how) => {
      await acts.answer(id);
      await acts.collect(id);
      const over = () =>
        how === 'confirmed' ? acts.confirm(id) : confirmDestruction(world.ports, world.call('gemeente'), id);
      const takers: Answers['takers'] = async (request) => {
        const before = await world.ports.answers.takers(request);
        await over();
        return before;
      };
      const ports = { ...world.ports, answers: { ...world.ports.answers, takers } };
      const late = await collect(ports, world.call('gemeente'), id, someUser('u2', 'casemanager', 'K. Jansen'));
      expect(late).toMatchObject({ kind: 'wrong-state' });
      expect([await world.entriesOf(id), await world.ports.answers.takers(id)]).toEqual([
        expect.not.arrayContaining(['answer-taken']),
        [],
      ]);
    },
  );

  it('goes once its recipient destroyed what it got', async () => {
    await acts.answer(id);
    await acts.collect(id);
    expect(await left()).toEqual([1, 0]);
    expect(await confirmDestruction(world.ports, world.call('gemeente'), id)).toMatchObject({ kind: 'confirmed' });
    expect(await left()).toEqual([0, 0]);
    expect(await acts.collect(id)).toMatchObject({ kind: 'wrong-state' });
  });

  it('goes by itself a quarter of an hour after it was collected, and not before', async () => {
    await acts.answer(id);
    const periods = set.retentionPeriods;
    await purge(world.pools.eraser, periods, world.ports.clock.now());
    expect(await left()).toEqual([1, 0]);
    await acts.collect(id);
    await purge(world.pools.eraser, periods, world.ports.clock.ago(-14 * 60_000));
    expect(await left()).toEqual([1, 0]);
    await purge(world.pools.eraser, periods, world.ports.clock.ago(-16 * 60_000));
    expect(await left()).toEqual([0, 0]);
    expect(await acts.collect(id)).toMatchObject({ kind: 'wrong-state' });
  });

  it('goes a quarter of an hour after it was collected at a gateway whose clock is ahead, and is given again by none', async () => {
    await acts.answer(id);
    const { clock } = world.ports;
    const aheadMs = 2 * 86_400_000;
    const ahead = { ...clock, now: () => clock.ago(-aheadMs), ago: (ms: number) => clock.ago(ms - aheadMs) };
    const collected = await collect({ ...world.ports, clock: ahead }, world.call('gemeente'), id);
    expect(collected).toMatchObject({ kind: 'handed-over', again: false });
    expect(await acts.collect(id)).toMatchObject({ kind: 'wrong-state' });
    await purge(world.pools.eraser, set.retentionPeriods, clock.ago(-16 * 60_000));
    expect(await left()).toEqual([0, 0]);
  });

  it('goes with its request, whatever ends that, in the same transaction', async () => {
    const ends: readonly [RequestState, RequestState][] = [
      ['answered', 'withdrawn'],
      ['answered', 'expired'],
      ['answered', 'declined'],
    ];
    for (const [from, to] of ends) {
      id = await asked();
      await acts.question(id);
      await acts.answer(id);
      const { pools } = world;
      const client = await pools.serve.connect();
      try {
        await client.query('BEGIN');
        const move = 'UPDATE request SET state = $2, entry_id = gen_random_uuid() WHERE id = $1 AND state = $3';
        expect((await client.query(move, [id, to, from])).rowCount).toBe(1);
        const { rows } = await client.query('SELECT 1 FROM answer WHERE request_id = $1', [id]);
        expect(rows).toEqual([]);
        await client.query('ROLLBACK');
      } finally {
        client.release();
      }
      expect((await left())[0]).toBe(1);
    }
  });

  it('cannot be written for a request that does not wait for it', async () => {
    const { rows } = await world.pools.serve.query('SELECT has_table_privilege($1, $2) AS may', ['answer', 'UPDATE']);
    expect(rows).toEqual([{ may: false }]);
    await acts.answer(id);
    await acts.collect(id);
    await acts.confirm(id);
    expect(await acts.answer(id)).toMatchObject({ kind: 'wrong-state' });
    expect(await left()).toEqual([0, 0]);
  });
});

describe('two gateways', () => {
  it('that take an answer each at the same moment keep one, or both where they say different things', async () => {
    const other = { ...(await world.anotherGateway()), sealer: joseSealer() };
    for (let turn = 0; turn < 5; turn++) {
      const person = world.newPerson();
      await detain(world.ports, () => world.call('pi'), person);
      const mine = inboxActs({ ...world.ports, sealer: joseSealer() }, (unit, key) => world.call(unit, key), person);
      const theirs = inboxActs(other, (unit, key) => world.call(unit, key), person);
      const outcome = await mine.ask();
      if (outcome.kind !== 'waiting') throw new Error(outcome.kind);
      id = outcome.request.id;
      const parts = await Promise.all([
        mine.answer(id, { data: surname, complete: false }),
        theirs.answer(id, { data: givenNames, complete: false }),
      ]);
      expect(parts.map(({ kind }) => kind)).toEqual(['recorded', 'recorded']);
      const { 'identity.surname': _, 'identity.givenNames': __, ...rest } = planAnswer;
      const wholes = await Promise.all([mine.answer(id, { data: rest }), theirs.answer(id, { data: rest })]);
      expect(wholes.map(({ kind }) => kind).sort()).toEqual(['recorded', 'wrong-state']);
      expect(await left()).toEqual([3, 0]);
      const collected = await Promise.all([mine.collect(id), theirs.collect(id)]);
      expect(collected.map((each) => each.kind === 'handed-over' && each.again).sort()).toEqual([false, true]);
      expect((await world.entriesOf(id)).filter((kind) => kind === 'disclosure')).toHaveLength(1);
    }
  });
});

describe('what was said', () => {
  it('is read while the request waits, in order', async () => {
    await acts.question(id, 'Welke periode bedoelt u?');
    await acts.delegate(id, { user: 'p7' });
    await acts.reply(id, 'De laatste twee jaar.');
    const messages = await readMessages(world.ports, world.call('pi'), id);
    expect(messages?.map(({ said }) => said)).toEqual([
      { kind: 'question', text: 'Welke periode bedoelt u?' },
      { kind: 'delegation', to: { user: 'p7' }, note: 'graag vandaag' },
      { kind: 'reply', text: 'De laatste twee jaar.' },
    ]);
    expect(await left()).toEqual([0, 1 + 2]);
  });

  it('goes when its source is waited for no longer, also where it is asked over HTTPS from then on', async () => {
    await acts.question(id);
    const move = 'UPDATE request SET state = $2, entry_id = gen_random_uuid() WHERE id = $1';
    await world.pools.owner.query(move, [id, 'awaiting-approval']);
    expect(await left()).toEqual([0, 1]);
    await world.pools.owner.query(move, [id, 'permitted']);
    expect(await left()).toEqual([0, 0]);
  });

  it('is not kept for a request that ends at that moment', async () => {
    const [declined, question] = await Promise.all([acts.decline(id), acts.question(id)]);
    expect(declined.kind).toBe('recorded');
    expect(['recorded', 'wrong-state']).toContain(question.kind);
    expect(await left()).toEqual([0, 0]);
  });
});
