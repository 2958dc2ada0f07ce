import { v7 } from 'uuid';
import { afterAll, beforeAll, expect, test } from 'vitest';
import type { FieldId, Instant, PurposeId, RequestId, SubjectId } from '../../src/core/brand.ts';
import type { RequestRecord } from '../../src/core/disclosure/request.ts';
import { isWaiting } from '../../src/core/disclosure/state.ts';
import { createRequests } from '../../src/store/requests.ts';
import { purpose, recipient, source } from '../world/journal-world.ts';
import { memoryTwin } from '../world/memory-twin.ts';
import { type OutboxWorld, outboxWorld } from '../world/outbox-world.ts';
import { requestOnRecord, statesOnRecord } from '../world/requests-on-record.ts';

let world: OutboxWorld;
beforeAll(async () => {
  world = await outboxWorld();
});
afterAll(() => world.close());

const field = (name: string) => `housing.${name}` as FieldId;

async function somebody(): Promise<SubjectId> {
  const id = v7() as SubjectId;
  await world.database.pools.owner.query('INSERT INTO subject (id, created_at) VALUES ($1, now())', [id]);
  return id;
}

async function twins(subject: SubjectId, others: readonly Partial<RequestRecord>[]) {
  const asked = { subject, source, recipient, purpose, fields: [field('need'), field('date')] };
  const of = { ...asked, id: v7() as RequestId, receivedAt: '2026-11-21T10:00:00.000Z' as Instant };
  const requests = new Map<RequestId, RequestRecord>();
  for (const other of others) {
    const fields = [field('date'), field('area')];
    const receivedAt = '2026-11-21T09:00:00.000Z' as Instant;
    const changes = { fields, receivedAt, state: 'awaiting-approval', ...other } as const;
    const request = await requestOnRecord(world.journal, subject, changes);
    requests.set(request.id, request);
  }
  const found = await createRequests(world.database.pools.serve).twinOf(of);
  expect(found).toBe(memoryTwin(requests, of));
  return [...requests.keys()].indexOf(found as RequestId);
}

test.each(statesOnRecord)('a request that is %s is a twin as long as it waits', async (state) => {
  expect(await twins(await somebody(), [{ state }])).toBe(isWaiting(state) ? 0 : -1);
});

test('of two the later one is named', async () => {
  expect(await twins(await somebody(), [{}, { receivedAt: '2026-11-21T09:30:00.000Z' as Instant }])).toBe(1);
});

test.each<readonly [string, Partial<RequestRecord>]>([
  ['other fields', { fields: [field('area')] }],
  ['another purpose', { purpose: 'other-purpose' as PurposeId }],
  ['the other way round', { source: recipient, recipient: source }],
  ['what the source offers, of which its recipient may know nothing,', { direction: 'push' }],
  ['a later question', { receivedAt: '2026-11-21T11:00:00.000Z' as Instant }],
])('%s is none', async (_, changes) => {
  expect(await twins(await somebody(), [changes])).toBe(-1);
});

test('another person is none', async () => {
  const other = await somebody();
  await requestOnRecord(world.journal, other, { fields: [field('need')], state: 'awaiting-approval' });
  expect(await twins(await somebody(), [])).toBe(-1);
});
