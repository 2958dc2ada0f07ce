import { randomBytes } from 'node:crypto';
import { v7 } from 'uuid';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { instant, type SubjectId, type UnitId } from '../../../src/core/brand.ts';
import type { Change, DomainEvent } from '../../../src/core/disclosure/change.ts';
import type { Work } from '../../../src/core/disclosure/ports.ts';
import { eventFeed } from '../../../src/store/events.ts';
import { attemptFlush, type FlushAttempt } from '../../../src/store/journal/attempt-flush.ts';
import { connectLane, type LaneConnection } from '../../../src/store/journal/lane-connection.ts';
import type { OpenJournal } from '../../../src/store/journal/open-journal.ts';
import { pendingWork } from '../../../src/store/journal/pending-work.ts';
import { firstPosition, type Position } from '../../../src/store/journal/position.ts';
import { registerInstance, registerKey } from '../../../src/store/keys.ts';
import { type FreshDatabase, freshDatabase } from '../../world/database.ts';
import {
  entry,
  journalOn,
  now,
  recipient,
  requestRecord,
  seedSubject,
  seedWorld,
  source,
  work,
} from '../../world/journal-world.ts';
import { newCipher, newSigner } from '../../world/ledger-keys.ts';
import { testSecrets } from '../test-secrets.ts';

const signer = newSigner();
const cipher = newCipher();
const keys = { signer, cipher, random: randomBytes, secrets: testSecrets(), orderMark: (text: string) => text };
let database: FreshDatabase;
let journal: OpenJournal;

beforeAll(async () => {
  database = await freshDatabase();
  await seedWorld(database.pools.owner);
  journal = await journalOn(database.pools, { cipher });
});
afterAll(async () => {
  await journal.close();
  await database.drop();
});

function event(unit: UnitId = recipient, changes: Partial<DomainEvent> = {}): Change & { type: 'event-emitted' } {
  const id = v7();
  const dataref = `/v1/requests/${id}`;
  return {
    type: 'event-emitted',
    event: { id, unit, type: 'nl.sluis.request.answered', time: now(), dataref, about: null, ...changes },
  };
}

const datarefs = async (unit: UnitId, after = 0) =>
  (await eventFeed(database.pools.serve, unit, after, 500)).map(({ event: { dataref } }) => dataref);

/** A lane's connection on which what travels to the server is counted. */
async function counting(): Promise<{ readonly connection: LaneConnection; sent(): number }> {
  const { query, command, end } = await connectLane(database.pools.serve, {
    lockMs: 5_000,
    statementMs: 5_000,
    answerMs: 5_000,
  });
  let trips = 0;
  const counted =
    <Given extends readonly unknown[], Answer>(send: (...given: Given) => Answer) =>
    (...given: Given): Answer => {
      trips += 1;
      return send(...given);
    };
  return { connection: { query: counted(query), command: counted(command), end }, sent: () => trips };
}

test('events cost a flush no round trip, however many it holds', async () => {
  const instance = v7();
  const at = instant(new Date());
  await registerKey(database.pools.serve, { id: signer.keyId, use: 'ledger', alg: 'Ed25519', jwk: signer.jwk }, at);
  await registerInstance(database.pools.serve, { id: instance, keyId: signer.keyId }, at);
  const { connection, sent } = await counting();
  let position: Position = firstPosition(instance);
  const tripsOf = async (works: readonly Work[]): Promise<number> => {
    const before = sent();
    const unanswered = { resolve: () => undefined, reject: () => undefined };
    const openingKeys = new Map([[null, cipher.dummyKey]]);
    const batch = works.map((each) => pendingWork(each, openingKeys, 0, unanswered));
    const { durable }: FlushAttempt = await attemptFlush(connection, batch, position, keys, 'at-once');
    if (durable === null) throw new Error('a flush was not written');
    position = durable.next;
    return sent() - before;
  };
  const opened = (events: readonly Change[]) =>
    work(null, { changes: [{ type: 'request-opened', request: requestRecord(null) }, ...events] });
  const silent = await tripsOf([opened([]), opened([])]);
  const emitted = Array.from({ length: 24 }, () => event(source));
  const told = await tripsOf(Array.from({ length: 12 }, (_, n) => opened(emitted.slice(2 * n, 2 * n + 2))));
  // What a change with a statement of its own costs.
  const woken = await tripsOf([opened([{ type: 'requests-woken', subject: v7() as SubjectId, at }])]);
  connection.end();
  expect([told, woken]).toEqual([silent, silent + 1]);
  expect(await datarefs(source)).toEqual(emitted.map(({ event: { dataref } }) => dataref));
});

test('an event that cannot be written fails with its own work alone, and nothing of that work is there', async () => {
  const first = event();
  expect((await journal.commit(work(null, { changes: [first] }))).outcome).toBe('durable');
  const twin = event();
  const lost = [entry(), entry(), entry()] as const;
  const commit = (changes: readonly Change[], entries = [entry()]) => journal.commit(work(null, { entries, changes }));
  const outcomes = await Promise.allSettled([
    commit([event()]),
    commit([event(), first], [lost[0]]),
    commit([event('no-such-unit' as UnitId)], [lost[1]]),
    commit([twin]),
    commit([event(), twin], [lost[2]]),
    commit([event()]),
  ]);
  const said = outcomes.map((each) => {
    if (each.status === 'rejected') return each.reason.code;
    return each.value.outcome === 'conflict' ? each.value.what : each.value.outcome;
  });
  expect(said).toEqual(['durable', 'unique', 'ledger-unavailable', 'durable', 'unique', 'durable']);
  const there = 'SELECT 1 FROM ledger_entry WHERE id = ANY ($1)';
  expect((await database.pools.owner.query(there, [lost.map(({ id }) => id)])).rows).toEqual([]);
  expect(await datarefs(recipient)).toHaveLength(4);
});

test('events about one person stand in their feed in the order in which they were asked', async () => {
  const subjects = await Promise.all(Array.from({ length: 3 }, () => seedSubject(database.pools, cipher)));
  const from = (await eventFeed(database.pools.serve, recipient, 0, 500)).length;
  const asked = Array.from({ length: 60 }, (_, n) => ({
    of: n % 3,
    told: event(recipient, { dataref: `/v1/requests/${n % 3}-${n}` }),
  }));
  await Promise.all(
    asked.map(({ of, told }) => {
      const subject = subjects[of];
      if (subject === undefined) throw new Error('no subject');
      return journal.commit(work({ id: subject, epoch: 1 }, { changes: [told] }));
    }),
  );
  const fed = await datarefs(recipient, from);
  expect(fed).toHaveLength(60);
  for (const of of subjects.keys()) {
    const own = asked.filter((each) => each.of === of).map(({ told }) => told.event.dataref);
    expect(fed.filter((dataref) => own.includes(dataref))).toEqual(own);
  }
});
