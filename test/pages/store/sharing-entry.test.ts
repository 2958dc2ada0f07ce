import { v7 } from 'uuid';
import { afterAll, beforeAll, expect, test } from 'vitest';
import type { EntryId, Instant, SubjectId } from '../../../src/core/brand.ts';
import type { RequestRecord } from '../../../src/core/disclosure/request.ts';
import type { OpenJournal } from '../../../src/store/journal/open-journal.ts';
import { StoredSharings } from '../../../src/store/pages/sharings.ts';
import { type FreshDatabase, freshDatabase } from '../../world/database.ts';
import {
  entry,
  journalOn,
  purpose,
  recipient,
  requestRecord,
  seedSubject,
  seedWorld,
  source,
  work,
} from '../../world/journal-world.ts';
import { newCipher } from '../../world/ledger-keys.ts';
import { at } from '../../world/memory-world.ts';
import { requestOnRecord } from '../../world/requests-on-record.ts';

const cipher = newCipher();
const now = at('2026-11-21T10:00:00.000Z');
const moved = at('2026-11-01T10:00:00.000Z');
let database: FreshDatabase;
let journal: OpenJournal;
let sharings: StoredSharings;

beforeAll(async () => {
  database = await freshDatabase();
  await seedWorld(database.pools.owner);
  journal = await journalOn(database.pools, { cipher });
  sharings = new StoredSharings(database.pools.serve);
});

afterAll(async () => {
  await journal?.close();
  await database?.drop();
});

async function request(subject: SubjectId | null, changes: Partial<RequestRecord>): Promise<RequestRecord> {
  return requestOnRecord(journal, subject, { movedAt: moved, ...changes });
}

async function disclosed({ id }: RequestRecord, subject: SubjectId): Promise<EntryId> {
  const body = { v: 2, request: id, fields: ['a.b'], form: 'clear' };
  const personal = { subject };
  const made = entry({ kind: 'disclosure', body, subject, personal, fleeting: { payload: 'sha256:ab' } });
  await journal.commit(work(null, { entries: [made] }));
  return made.id;
}

const entryOf = (subject: SubjectId, id: string, shown = [recipient], when: Instant = now) =>
  sharings.entry(subject, shown, when, id);

test('what was delivered leads to its disclosure, whatever came after it', async () => {
  const subject = await seedSubject(database.pools, cipher);
  const delivered = await request(subject, { state: 'delivered' });
  expect(await entryOf(subject, delivered.id)).toBe(delivered.entry);
  const disclosure = await disclosed(delivered, subject);
  expect(await entryOf(subject, delivered.id)).toBe(disclosure);
});

test('what was refused leads to its latest step, for the subject alone and only where attempts are shown', async () => {
  const [subject, other] = [await seedSubject(database.pools, cipher), await seedSubject(database.pools, cipher)];
  const refused = await request(subject, { state: 'refused' });
  expect(await entryOf(subject, refused.id)).toBe(refused.entry);
  expect(await entryOf(subject, refused.id, [])).toBeNull();
  expect(await entryOf(subject, refused.id, [source])).toBeNull();
  expect(await entryOf(other, refused.id)).toBeNull();
  expect(await entryOf(subject, (await request(null, { state: 'refused' })).id)).toBeNull();
  expect(await entryOf(subject, v7())).toBeNull();
});

test('a notice leads to its own', async () => {
  const subject = await seedSubject(database.pools, cipher);
  const about = { id: v7(), recipient, source, purpose, subject, fields: ['a.b'] };
  const notice = { ...about, at: moved, entry: v7() as EntryId };
  await journal.commit(work(null, { changes: [{ type: 'notice-given', notice, informAfter: null }] }));
  expect(await entryOf(subject, notice.id)).toBe(notice.entry);
});

test('what is told later has no entry to show before its review date', async () => {
  const subject = await seedSubject(database.pools, cipher);
  const decision = { ...requestRecord(subject).decision, informAfter: 'P30D' };
  const { id, entry: latest } = await request(subject, { state: 'delivered', decision });
  expect(await entryOf(subject, id)).toBeNull();
  expect(await entryOf(subject, id, [recipient], at('2026-12-01T09:59:59.999Z'))).toBeNull();
  expect(await entryOf(subject, id, [recipient], at('2026-12-01T10:00:00.000Z'))).toBe(latest);
});
