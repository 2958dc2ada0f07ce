import { v7 } from 'uuid';
import { afterAll, beforeAll, expect, test } from 'vitest';
import type { Work } from '../../../src/core/disclosure/ports.ts';
import type { OpenJournal } from '../../../src/store/journal/open-journal.ts';
import { type FreshDatabase, freshDatabase } from '../../world/database.ts';
import {
  claimOf,
  entry,
  journalOn,
  recipient,
  requestRecord,
  seedSubject,
  seedWorld,
  work,
} from '../../world/journal-world.ts';
import { newCipher, newSigner } from '../../world/ledger-keys.ts';
import { readChain } from '../../world/read-chain.ts';

const signer = newSigner();
const cipher = newCipher();
let database: FreshDatabase;
let journal: OpenJournal;

beforeAll(async () => {
  database = await freshDatabase();
  await seedWorld(database.pools.owner);
  journal = await journalOn(database.pools, { signer, cipher });
});
afterAll(async () => {
  await journal.close();
  await database.drop();
});

/** durable, the conflict, or the code of the fault. */
async function outcomeOf(given: Work): Promise<string> {
  return journal.commit(given).then(
    (committed) => (committed.outcome === 'conflict' ? committed.what : committed.outcome),
    (error: unknown) => (error instanceof Error && 'code' in error ? String(error.code) : 'another error'),
  );
}

const chain = () => readChain(database.pools.owner, journal.instance, signer.check);

test('whoever is answered finds their own rows at once, on any other connection', async () => {
  const callers = Array.from({ length: 150 }, async () => {
    const each = entry();
    await journal.commit(work(null, { entries: [each] }));
    const { rows } = await database.pools.owner.query('SELECT 1 FROM ledger_entry WHERE id = $1', [each.id]);
    return rows.length;
  });
  expect(new Set(await Promise.all(callers))).toEqual(new Set([1]));
  expect((await chain()).length).toBeLessThan(30);
});

test('one that cannot be written fails alone, whatever is wrong with it', async () => {
  const taken = claimOf(recipient);
  await journal.commit(work(null, { changes: [{ type: 'idempotency-claimed', claim: taken }] }));
  const twice = entry();
  await journal.commit(work(null, { entries: [twice] }));
  const unmoved = { id: requestRecord(null).id, from: 'fetching', to: 'delivered', at: twice.time } as const;
  const long = entry({ body: { refused: Array.from({ length: 500 }, () => 'x'.repeat(150)) } });
  const wrong: readonly [Work, string][] = [
    [work(null, { entries: [entry({ body: { more: 'than its form' } })] }), 'ledger-unavailable'],
    [work(null, { entries: [long] }), 'ledger-unavailable'],
    [work(null, { entries: [entry({ body: { sealed: 'by another' } })] }), 'ledger-unavailable'],
    [work(null, { entries: [twice] }), 'unique'],
    [work(null, { changes: [{ type: 'idempotency-claimed', claim: taken }] }), 'idempotency-key'],
    [work(null, { changes: [{ type: 'request-moved', ...unmoved, entry: twice.id, decision: null }] }), 'state'],
    [
      work(null, {
        changes: [
          { type: 'request-opened', request: requestRecord(null, { recipient: 'nobody' as typeof recipient }) },
        ],
      }),
      'ledger-unavailable',
    ],
  ];
  const asked = wrong.flatMap(([each, outcome]) => [
    { given: work(null), outcome: 'durable' },
    { given: each, outcome },
  ]);
  const outcomes = await Promise.all(asked.map(({ given }) => outcomeOf(given)));
  expect(outcomes).toEqual(asked.map(({ outcome }) => outcome));
  const ids = (await chain()).flatMap(({ leaves }) => leaves.map(({ id }) => id));
  for (const { given, outcome } of asked) {
    for (const { id } of given.entries.filter((each) => each !== twice)) {
      expect(ids.includes(id)).toBe(outcome === 'durable');
    }
  }
});

test('what concerns one person stands in the order in which it was asked', async () => {
  const subjects = await Promise.all(Array.from({ length: 4 }, () => seedSubject(database.pools, cipher)));
  const asked = Array.from({ length: 80 }, (_, n) => {
    const subject = subjects[n % subjects.length];
    if (subject === undefined) throw new Error('no subject');
    return { subject, entry: entry({ subject, trace: v7().replaceAll('-', '') as ReturnType<typeof entry>['trace'] }) };
  });
  await Promise.all(
    asked.map((each) => journal.commit(work({ id: each.subject, epoch: 1 }, { entries: [each.entry] }))),
  );
  const order = new Map((await chain()).flatMap(({ leaves }) => leaves.map(({ id, sequence }) => [id, sequence])));
  for (const subject of subjects) {
    const own = asked.filter((each) => each.subject === subject).map((each) => order.get(each.entry.id));
    expect(own).toHaveLength(20);
    expect(own).toEqual(own.toSorted((a, b) => Number(a) - Number(b)));
  }
});
