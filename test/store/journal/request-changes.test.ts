import { v7 } from 'uuid';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import type { EntryId, Instant, RequestId } from '../../../src/core/brand.ts';
import type { Approval } from '../../../src/core/disclosure/approvals-needed.ts';
import type { OpenJournal } from '../../../src/store/journal/open-journal.ts';
import { createRequests } from '../../../src/store/requests.ts';
import { type FreshDatabase, freshDatabase } from '../../world/database.ts';
import { journalOn, now, requestRecord, seedSubject, seedWorld, work } from '../../world/journal-world.ts';
import { newCipher } from '../../world/ledger-keys.ts';
import { requestOnRecord } from '../../world/requests-on-record.ts';

const cipher = newCipher();
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

const newSubject = () => seedSubject(database.pools, cipher);

describe('what a request keeps', () => {
  test('a request keeps for whom it was made, and who agreed, each only where the others were seen', async () => {
    const subject = await newSubject();
    const basis = { id: subject, epoch: 1 };
    const asked = { userRole: 'physician', asker: 'mark-0', state: 'awaiting-approval' } as const;
    const request = requestRecord(subject, asked);
    await journal.commit(work(basis, { changes: [{ type: 'request-opened', request }] }));
    const agree = (approvals: readonly Approval[], seen: EntryId) => {
      const moved = { type: 'request-moved', id: request.id, from: 'awaiting-approval', at: now() } as const;
      const rest = { to: 'awaiting-approval', entry: v7() as EntryId, decision: null } as const;
      return journal.commit(work(basis, { changes: [{ ...moved, ...rest, approvals, seen }] }));
    };
    const [one, two] = [
      { by: 'mark-1', role: 'nurse' },
      { by: 'mark-2', role: 'director' },
    ];
    const latest = async () => (await createRequests(database.pools.serve).find(request.id))?.entry as EntryId;
    const outcomes = await Promise.all([agree([one], request.entry), agree([two], request.entry)]);
    expect(outcomes.map(({ outcome }) => outcome).sort()).toEqual(['conflict', 'durable']);
    expect((await agree([one, two], await latest())).outcome).toBe('durable');
    expect((await agree([], request.entry)).outcome).toBe('conflict');
    const found = await createRequests(database.pools.serve).find(request.id);
    expect(found).toEqual({ ...request, approvals: [one, two], movedAt: found?.movedAt, entry: found?.entry });
    expect(found?.entry).not.toBe(request.entry);
    const end = { type: 'request-moved', id: request.id, from: 'awaiting-approval', to: 'permitted' } as const;
    const ended = { ...end, at: now(), entry: v7() as EntryId, decision: null };
    await journal.commit(work(basis, { changes: [ended] }));
    expect((await createRequests(database.pools.serve).find(request.id))?.approvals).toEqual([one, two]);
  });

  test('the destruction of what was given is confirmed once, and of nothing else', async () => {
    const subject = await newSubject();
    const { movedAt: at, ...delivered } = await requestOnRecord(journal, subject, { state: 'delivered' });
    // Nobody reckoned its date yet: somebody looks at once.
    const held = { disclosedAt: at, retention: null, sourceKnows: false, remindedAt: null, lookAt: at };
    const given = { ...delivered, movedAt: at, held };
    expect(await createRequests(database.pools.serve).find(given.id)).toEqual(given);
    const waiting = await requestOnRecord(journal, subject, { state: 'permitted' });
    const confirm = (id: RequestId, at: Instant) =>
      journal.commit(work(null, { changes: [{ type: 'destruction-confirmed', id, at, how: 'shredded' }] }));
    const moment = now();
    expect((await confirm(given.id, moment)).outcome).toBe('durable');
    expect(await confirm(given.id, now())).toEqual({ outcome: 'conflict', what: 'state' });
    expect(await confirm(waiting.id, now())).toEqual({ outcome: 'conflict', what: 'state' });
    const found = await createRequests(database.pools.serve).find(given.id);
    const destroyed = { destructionConfirmedAt: moment, destroyedHow: 'shredded', held: { ...held, lookAt: null } };
    expect(found).toEqual({ ...given, ...destroyed });
    expect((await createRequests(database.pools.serve).find(waiting.id))?.destructionConfirmedAt).toBeNull();
  });
});
