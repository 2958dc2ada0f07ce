import { v7 } from 'uuid';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import type { ConsentId, EntryId, FieldId, Instant, SubjectId, UnitId } from '../../../src/core/brand.ts';
import type { Consent } from '../../../src/core/consent/consent.ts';
import type { Change } from '../../../src/core/disclosure/change.ts';
import type { RequestRecord } from '../../../src/core/disclosure/request.ts';
import { entryKinds } from '../../../src/core/ledger/entry.ts';
import type { OpenJournal } from '../../../src/store/journal/open-journal.ts';
import { StoredEntries } from '../../../src/store/pages/entries.ts';
import { StoredSharings } from '../../../src/store/pages/sharings.ts';
import { StoredSubjectConsents } from '../../../src/store/pages/subject-consents.ts';
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
import { newCipher, newSigner } from '../../world/ledger-keys.ts';
import { at } from '../../world/memory-world.ts';
import { requestOnRecord } from '../../world/requests-on-record.ts';

const cipher = newCipher();
const none = {
  party: null,
  kinds: entryKinds,
  from: null,
  until: null,
  purpose: null,
  source: null,
  recipient: null,
  id: null,
};
let database: FreshDatabase;
let journal: OpenJournal;
let entries: StoredEntries;
let sharings: StoredSharings;
let consents: StoredSubjectConsents;

beforeAll(async () => {
  database = await freshDatabase();
  await seedWorld(database.pools.owner);
  journal = await journalOn(database.pools, { signer: newSigner(), cipher });
  // The pages read with the login that serves, so that a missing privilege shows here.
  entries = new StoredEntries(database.pools.serve);
  sharings = new StoredSharings(database.pools.serve);
  consents = new StoredSubjectConsents(database.pools.serve);
});

afterAll(async () => {
  await journal.close();
  await database.drop();
});

const newSubject = () => seedSubject(database.pools, cipher);

/** Writes as the gateway does, through the journal. */
async function write(changes: readonly Change[], drafts = [entry()]): Promise<void> {
  const committed = await journal.commit(work(null, { entries: drafts, changes }));
  expect(committed.outcome).toBe('durable');
}

const request = (subject: SubjectId | null, changes: Partial<RequestRecord> = {}) =>
  requestOnRecord(journal, subject, changes);

/** Long after everything, but for what is told later. */
const now = '2027-06-01T00:00:00.000Z' as Instant;
const hour = (at: number) => `2026-11-21T${String(at).padStart(2, '0')}:00:00.000Z` as Instant;

describe('sharings', () => {
  test('are those of the subject alone, newest first, requests and notices together', async () => {
    const [subject, other] = [await newSubject(), await newSubject()];
    const first = await request(subject, { state: 'delivered', receivedAt: hour(9), fields: ['a.b' as FieldId] });
    const notice = {
      id: v7(),
      recipient,
      source,
      purpose,
      subject,
      fields: ['a.c'],
      at: hour(10),
      entry: v7() as EntryId,
    };
    await write([{ type: 'notice-given', notice, informAfter: null }]);
    const last = await request(subject, { state: 'refused', receivedAt: hour(11) });
    await request(other, { state: 'delivered' });
    await request(null, { state: 'refused' });
    const page = await sharings.page(subject, [recipient], now, null, 10);
    expect(page.map(({ id }) => id)).toEqual([last.id, notice.id, first.id]);
    expect(page[1]).toMatchObject({ step: null, fields: ['a.c'], at: hour(10), source, recipient, purpose });
    expect(page[2]).toMatchObject({ fields: ['a.b'], step: { state: 'delivered', decision: first.decision } });
  });

  test('say what they were stopped for', async () => {
    const subject = await newSubject();
    const { id } = await request(subject, { state: 'awaiting-approval' });
    const stop = { from: 'awaiting-approval', to: 'withdrawn', stoppedFor: 'consent', decision: null } as const;
    await write([{ type: 'request-moved', id, at: now, entry: v7() as EntryId, ...stop }]);
    const page = await sharings.page(subject, [recipient], now, null, 10);
    expect(page).toMatchObject([{ step: { state: 'withdrawn', stoppedFor: 'consent' } }]);
  });

  test('of a recipient whose attempts are withheld are only what was delivered', async () => {
    const subject = await newSubject();
    const states = ['refused', 'failed', 'awaiting-approval', 'withdrawn', 'fetching'] as const;
    for (const state of states) await request(subject, { state });
    const delivered = await request(subject, { state: 'delivered' });
    const collected = await request(subject, { state: 'collected' });
    const notice = { id: v7(), recipient, source, purpose, subject, fields: [], at: hour(10), entry: v7() as EntryId };
    await write([{ type: 'notice-given', notice, informAfter: null }]);
    for (const shown of [[], [source], ['unheard-of' as UnitId]]) {
      const page = await sharings.page(subject, shown, now, null, 20);
      expect(page.map(({ id }) => id).sort()).toEqual([delivered.id, collected.id].sort());
    }
    expect(await sharings.page(subject, [recipient], now, null, 20)).toHaveLength(8);
  });

  describe('under a decision that tells the subject later', () => {
    const moved = '2026-02-20T08:30:00.000Z' as Instant;
    const due = '2026-03-22T08:30:00.000Z' as Instant;
    const before = '2026-03-22T08:29:59.999Z' as Instant;
    const seenAt = async (subject: SubjectId, moment: Instant) =>
      (await sharings.page(subject, [recipient], moment, null, 20)).map(({ id }) => id);

    test.each(['delivered', 'refused', 'failed', 'awaiting-approval', 'withdrawn'] as const)(
      'are shown from the review date on and not before: %s',
      async (state) => {
        const subject = await newSubject();
        const decision = { ...requestRecord(subject).decision, informAfter: 'P30D' };
        const { id } = await request(subject, { state, movedAt: moved, decision });
        expect(await seenAt(subject, before)).toEqual([]);
        expect(await seenAt(subject, due)).toEqual([id]);
      },
    );

    test('count weeks as they count days, and as the clock runs in UTC', async () => {
      const subject = await newSubject();
      const decision = { ...requestRecord(subject).decision, informAfter: 'P2W' };
      // Amsterdam goes to summer time in these two weeks.
      const { id } = await request(subject, { movedAt: '2026-03-20T12:00:00.000Z' as Instant, decision });
      expect(await seenAt(subject, '2026-04-03T11:59:59.999Z' as Instant)).toEqual([]);
      expect(await seenAt(subject, '2026-04-03T12:00:00.000Z' as Instant)).toEqual([id]);
    });

    test('are notices too', async () => {
      const subject = await newSubject();
      const about = { id: v7(), recipient, source, purpose, subject, fields: [] };
      const notice = { ...about, at: moved, entry: v7() as EntryId };
      await write([{ type: 'notice-given', notice, informAfter: 'P30D' }]);
      expect(await seenAt(subject, before)).toEqual([]);
      expect(await seenAt(subject, due)).toEqual([notice.id]);
    });

    test('wait for the longest delay there is where an older decision does not say whether they wait', async () => {
      const subject = await newSubject();
      const { id } = await request(subject, { state: 'refused', movedAt: moved });
      expect(await seenAt(subject, before)).toEqual([id]);
      await database.pools.owner.query(`UPDATE request SET decision = decision - 'informAfter' WHERE id = $1`, [id]);
      expect(await seenAt(subject, before)).toEqual([]);
      expect(await seenAt(subject, due)).toEqual([id]);
    });
  });

  test('go on by key without a gap or a repeat, also within one moment', async () => {
    const subject = await newSubject();
    const asked = [];
    for (let more = 0; more < 7; more++)
      asked.push(await request(subject, { state: 'delivered', receivedAt: hour(9) }));
    const seen: string[] = [];
    let after: { time: Instant; id: string } | null = null;
    for (;;) {
      const page: Awaited<ReturnType<StoredSharings['page']>> = await sharings.page(subject, [], now, after, 3);
      seen.push(...page.map(({ id }) => id));
      const last = page.at(-1);
      if (last === undefined) break;
      after = { time: last.at, id: last.id };
    }
    expect(seen).toEqual(
      asked
        .map(({ id }) => id)
        .sort()
        .reverse(),
    );
  });
});

describe('consents', () => {
  const consent = (subject: SubjectId | null, requestedAt: Instant): Consent => ({
    id: v7() as ConsentId,
    subject,
    source,
    recipient,
    purpose,
    categories: ['housing', 'identity'],
    kind: 'consent',
    state: 'requested',
    decidedBy: null,
    requestedBy: source,
    requestedAt,
    decidedAt: null,
    validUntil: at('2027-06-01T00:00:00.000Z'),
    noticeVersion: 1,
    language: 'nl',
  });

  test('are read whole, newest first, and only by their own subject', async () => {
    const [subject, other] = [await newSubject(), await newSubject()];
    const [older, newer] = [consent(subject, hour(9)), consent(subject, hour(10))];
    const nobodys = consent(null, hour(11));
    await write([older, newer, nobodys].map((each) => ({ type: 'consent-requested', consent: each })));
    expect(await consents.of(subject, 10)).toEqual([newer, older]);
    expect(await consents.of(subject, 1)).toEqual([newer]);
    expect(await consents.find(subject, older.id)).toEqual(older);
    expect(await consents.find(other, older.id)).toBeNull();
    expect(await consents.find(other, nobodys.id)).toBeNull();
    expect(await consents.of(other, 10)).toEqual([]);
  });
});

describe('entries', () => {
  test('are filtered by kind, party, period, purpose, side and number', async () => {
    const third = 'unit-third' as UnitId;
    const time = (day: number) => `2020-01-${String(day).padStart(2, '0')}T00:00:00.000Z` as Instant;
    const drafts = [
      entry({ time: time(1), kind: 'disclosure' }),
      entry({ time: time(2), kind: 'refusal', source: recipient, recipient: third, personal: { reference: '{}' } }),
      entry({ time: time(3), kind: 'policy-activated' }),
    ];
    await write([], drafts);
    const [one, two, three] = drafts.map(({ id }) => id);
    const until = time(9);
    const ids = async (filter: Partial<Parameters<StoredEntries['page']>[0]>) =>
      (await entries.page({ ...none, until, ...filter }, null, 10)).map(({ id }) => id);
    expect(await ids({})).toEqual([three, two, one]);
    expect(await ids({ kinds: ['refusal', 'policy-activated'] })).toEqual([three, two]);
    expect(await ids({ kinds: ['refusal'] })).toEqual([two]);
    expect(await ids({ kinds: [] })).toEqual([]);
    expect(await ids({ party: third })).toEqual([two]);
    expect(await ids({ party: recipient })).toEqual([two, one]);
    expect(await ids({ from: time(2), until: time(3) })).toEqual([two]);
    expect(await ids({ purpose })).toEqual([two, one]);
    expect(await ids({ source: recipient })).toEqual([two]);
    expect(await ids({ recipient })).toEqual([one]);
    expect(await ids({ id: one ?? null })).toEqual([one]);
    expect(await ids({ id: one ?? null, party: third })).toEqual([]);
  });

  test('go on by key', async () => {
    const time = '2019-01-01T00:00:00.000Z' as Instant;
    const drafts = Array.from({ length: 5 }, () => entry({ time }));
    await write([], drafts);
    const filter = { ...none, until: '2019-02-01T00:00:00.000Z' as Instant };
    const first = await entries.page(filter, null, 3);
    const last = first.at(-1);
    if (last === undefined) throw new Error('no page');
    const second = await entries.page(filter, { time: last.time, id: last.id }, 3);
    expect([...first, ...second].map(({ id }) => id)).toEqual(
      drafts
        .map(({ id }) => id)
        .sort()
        .reverse(),
    );
  });

  const whole = async (id: EntryId) => {
    const found = await entries.find(id);
    if (found === 'forgotten') throw new Error('its leaf is gone');
    return found;
  };

  test('come with their body, their request’s decision and its steps in order', async () => {
    const subject = await newSubject();
    const record = requestRecord(subject);
    const permit = entry({ kind: 'permit', body: { request: record.id, permitted: ['a.b'] }, time: hour(9) });
    const disclosure = entry({ kind: 'disclosure', body: { request: record.id, fields: ['a.b'] }, time: hour(10) });
    await write([{ type: 'request-opened', request: record }], [permit, disclosure]);
    const found = await whole(disclosure.id);
    expect(found).toMatchObject({
      id: disclosure.id,
      kind: 'disclosure',
      time: hour(10),
      trace: disclosure.trace,
      body: { request: record.id, fields: ['a.b'] },
    });
    expect(found?.request?.decision).toEqual(record.decision);
    expect(found?.request?.steps.map(({ id }) => id)).toEqual([permit.id, disclosure.id]);
  });

  test('that do not exist, or have no request, say so', async () => {
    const lone = entry({ kind: 'officer-looked' });
    await write([], [lone]);
    expect((await whole(lone.id))?.request).toBeNull();
    expect(await entries.find(v7() as EntryId)).toBeNull();
  });
});
