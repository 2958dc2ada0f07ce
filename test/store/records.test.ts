import { v7 } from 'uuid';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { ConsentId, FactId, RequestId, SubjectId } from '../../src/core/brand.ts';
import { createConsents } from '../../src/store/consents.ts';
import { createFacts } from '../../src/store/facts.ts';
import { findNotice } from '../../src/store/notices.ts';
import { createRequests } from '../../src/store/requests.ts';
import { type FreshDatabase, freshDatabase } from '../world/database.ts';
import { at, seedConsent, seedFact, seedUnits, unit } from './seed.ts';
import { testSecrets } from './test-secrets.ts';

let database: FreshDatabase;
const person = v7() as SubjectId;
const entry = v7();

beforeAll(async () => {
  database = await freshDatabase();
  await seedUnits(database.pools.owner, 'unit-a', 'unit-b');
  await database.pools.owner.query('INSERT INTO subject (id, created_at) VALUES ($1, $2)', [person, at]);
});
afterAll(() => database.drop());

const decision = {
  outcome: 'refusal',
  class: 'not-available',
  policyVersion: 2,
  policySet: `sha256:${'0'.repeat(64)}`,
  law: [
    { act: 'Pbw', article: '18a' },
    { act: 'Pm', article: '20d', status: 'unverified' },
  ],
  regimes: { source: 'wjsg', recipient: 'avg' },
  permitted: [],
  refused: [
    {
      field: 'housing.need',
      reasons: [{ class: 'not-available', rule: 'r', text: { nl: 'nee', en: 'no' }, remedy: null }],
    },
  ],
  obligations: null,
  decidedAt: at,
};

async function insertRequest(stored: unknown): Promise<RequestId> {
  const id = v7();
  await database.pools.owner.query(
    `INSERT INTO request VALUES ($1, 'trace', 'pull', 'unit-a', 'unit-b', 'p', $2, '{housing.need}', 'refused', $3, $4, $4, $5)`,
    [id, person, JSON.stringify(stored), at, entry],
  );
  return id as RequestId;
}

describe('a request', () => {
  it('comes back whole', async () => {
    const id = await insertRequest(decision);
    // As it was written before requests kept who asked, who agreed and when the subject is told.
    expect(await createRequests(database.pools.serve).find(id)).toEqual({
      id,
      trace: 'trace',
      direction: 'pull',
      recipient: 'unit-a',
      source: 'unit-b',
      purpose: 'p',
      subject: person,
      fields: ['housing.need'],
      state: 'refused',
      decision: { ...decision, obtained: {}, informAfter: null, consented: null, given: null },
      receivedAt: at,
      movedAt: at,
      entry,
      userRole: null,
      asker: null,
      approvals: [],
      destructionConfirmedAt: null,
      destroyedHow: null,
      held: null,
      dueAt: null,
      stoppedFor: null,
      openedBy: null,
    });
  });

  it.each(['class', 'obligations', 'permitted'])('is not read when its decision lacks %s', async (member) => {
    const { [member as keyof typeof decision]: _, ...rest } = decision;
    const id = await insertRequest(rest);
    await expect(createRequests(database.pools.serve).find(id)).rejects.toThrow();
  });
});

describe('what does not exist', () => {
  it.each(['01234567-89ab-7def-8123-456789abcdef', 'no id', '', "'; DROP TABLE request; --"])(
    'is not found: %j',
    async (id) => {
      const { serve } = database.pools;
      expect(await createRequests(serve).find(id as RequestId)).toBeNull();
      expect(await createFacts(serve, testSecrets()).find(id as FactId)).toBeNull();
      expect(await createFacts(serve, testSecrets()).of(id as SubjectId)).toEqual([]);
      expect(await createConsents(serve).find(id as ConsentId)).toBeNull();
      expect(await findNotice(serve, unit('unit-a'), id)).toBeNull();
    },
  );
});

it('finds a fact by its id and by its person', async () => {
  const id = await seedFact(database.pools.owner, { subject: person, unit: 'unit-a', by: 'unit-b' });
  const facts = createFacts(database.pools.serve, testSecrets());
  const found = await facts.find(id as FactId);
  expect(found).toMatchObject({ id, subject: person, unit: 'unit-a', attestedBy: 'unit-b', from: at, until: null });
  expect(await facts.of(person)).toEqual([found]);
});

it('finds a consent, also one about a person nobody knows', async () => {
  const id = await seedConsent(database.pools.owner, { subject: null, source: 'unit-a', recipient: 'unit-b' });
  const found = await createConsents(database.pools.serve).find(id as ConsentId);
  expect(found).toMatchObject({ id, subject: null, state: 'requested', categories: ['housing', 'identity'] });
});

it('shows a notice to its recipient and to nobody else', async () => {
  const id = v7();
  await database.pools.owner.query(
    `INSERT INTO notice VALUES ($1, 'unit-a', 'unit-b', 'p', $2, '{detention.start}', $3, $4)`,
    [id, person, at, entry],
  );
  expect(await findNotice(database.pools.serve, unit('unit-a'), id)).toEqual({
    id,
    recipient: 'unit-a',
    source: 'unit-b',
    purpose: 'p',
    subject: person,
    fields: ['detention.start'],
    at,
    entry,
  });
  expect(await findNotice(database.pools.serve, unit('unit-b'), id)).toBeNull();
});
