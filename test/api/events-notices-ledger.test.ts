import { createHash, randomUUID } from 'node:crypto';
import { describe, expect, it } from 'vitest';
import { partnerApp } from '../../src/api/partner-app.ts';
import type { EventFeed, LedgerReader, PartnerDeps } from '../../src/api/ports.ts';
import type { EntryId, Instant, PurposeId, SubjectId } from '../../src/core/brand.ts';
import type { Notice } from '../../src/core/disclosure/change.ts';
import { fakeDeps } from './world/fake-deps.ts';
import { type Answer, listen, send } from './world/listener.ts';
import { recipient, source, stranger } from './world/partners.ts';

async function get(
  given: Partial<Omit<PartnerDeps, 'operations'>>,
  unit: string,
  path: string,
  headers = {},
): Promise<Answer> {
  const listener = await listen(partnerApp(fakeDeps(given)));
  try {
    return await send(`${listener.url}${path}`, { headers: { 'x-test-unit': unit, ...headers } });
  } finally {
    await listener.close();
  }
}

const at = '2026-03-01T09:00:00.000Z' as Instant;

describe('GET /v1/events', () => {
  const feedOf = (asked: unknown[][]): EventFeed => ({
    feed: async (unit, after, limit) => {
      asked.push([unit, after, limit]);
      return Array.from({ length: 3 }, (_, index) => after + index + 1)
        .filter((sequence) => sequence <= 5)
        .slice(0, limit)
        .map((sequence) => ({
          sequence,
          event: {
            id: randomUUID(),
            unit,
            type: 'nl.sluis.notice.given',
            time: at,
            dataref: `/v1/notices/${randomUUID()}`,
          },
        }));
    },
  });

  it('gives CloudEvents of the calling unit with a link and nothing personal', async () => {
    const asked: unknown[][] = [];
    const answer = await get({ events: feedOf(asked) }, recipient, '/v1/events?after=3&limit=100');
    expect(asked).toEqual([[recipient, 3, 100]]);
    const [event] = answer.json.events as Record<string, unknown>[];
    expect(Object.keys(event ?? {}).sort()).toEqual([
      'dataref',
      'id',
      'sequence',
      'source',
      'specversion',
      'time',
      'type',
    ]);
    for (const name of Object.keys(event ?? {})) expect(name).toMatch(/^[a-z0-9]{1,20}$/);
    expect(event).toMatchObject({
      specversion: '1.0',
      source: 'urn:nld:oin:00000099000000000009:systeem:sluis',
      type: 'nl.sluis.notice.given',
      sequence: '000000000004',
    });
  });

  it('walked page by page misses nothing and ends', async () => {
    const seen: string[] = [];
    let after = '';
    for (;;) {
      const answer = await get({ events: feedOf([]) }, recipient, `/v1/events?limit=2${after && `&after=${after}`}`);
      const events = answer.json.events as { sequence: string }[];
      after = String(answer.json.next);
      if (events.length === 0) break;
      seen.push(...events.map(({ sequence }) => sequence));
    }
    expect(seen.map(Number)).toEqual([1, 2, 3, 4, 5]);
    expect(seen).toEqual([...seen].sort());
  });
});

describe('GET /v1/notices/{id}', () => {
  const notice: Notice = {
    id: randomUUID(),
    recipient,
    source,
    purpose: 'purpose-a' as PurposeId,
    subject: randomUUID() as SubjectId,
    fields: ['detention.start'],
    at,
    entry: randomUUID() as EntryId,
  };
  const pseudonym = randomUUID();
  // finds it for whoever asks, so that the route's own check shows
  const notices = {
    find: async (_: string, id: string) => (id === notice.id ? notice : null),
    pseudonym: async () => pseudonym,
  };

  it('tells its recipient what it may ask, and by which pseudonym', async () => {
    const answer = await get({ notices }, recipient, `/v1/notices/${notice.id}`);
    const { id, purpose, fields } = notice;
    expect(answer.json).toEqual({ id, purpose, source, fields, at, subject: { type: 'pseudonym', value: pseudonym } });
    expect(answer.text).not.toContain(notice.subject);
  });

  it.each([source, stranger])('is not found by %s', async (unit) => {
    expect((await get({ notices }, unit, `/v1/notices/${notice.id}`)).status).toBe(404);
  });
});

describe('the ledger on the partner listener', () => {
  const entry = randomUUID();
  const leaf = JSON.stringify({ v: 1, kind: 'refusal', source, recipient, conditions: [{ value: 'true' }] });
  const checkpoint = 'sluis.example/log\n3\nAAAA\n\n— sluis.example/log AAAA\n';
  const ledger: LedgerReader = {
    checkpoint: async () => checkpoint,
    proof: async (id) => (id === entry ? { leaf, index: 2, path: ['A'.repeat(43)], checkpoint } : null),
  };

  it('gives the checkpoint as text', async () => {
    const answer = await get({ ledger }, stranger, '/ledger/checkpoint');
    expect([answer.status, answer.headers.get('content-type'), answer.text]).toEqual([
      200,
      'text/plain; charset=utf-8',
      checkpoint,
    ]);
    expect((await get({ ledger }, stranger, '/ledger/checkpoint', { accept: 'application/json' })).status).toBe(406);
  });

  it('there is none before the first', async () => {
    expect((await get({}, stranger, '/ledger/checkpoint')).status).toBe(404);
  });

  it.each([recipient, source])('proves an entry to its party %s by hashes alone', async (unit) => {
    const answer = await get({ ledger }, unit, `/ledger/proof/${entry}`);
    const leafHash = createHash('sha256')
      .update(Buffer.concat([Buffer.from([0]), Buffer.from(leaf)]))
      .digest('base64url');
    expect(answer.json).toEqual({ entry, leafHash, index: 2, path: ['A'.repeat(43)], checkpoint });
  });

  it('to anybody else an entry is what an unknown entry is', async () => {
    const strip = (answer: Answer) => answer.text.replace(/"trace":"\w+"/, '');
    const other = await get({ ledger }, stranger, `/ledger/proof/${entry}`);
    expect(other.status).toBe(404);
    expect(strip(other)).toBe(strip(await get({ ledger }, stranger, `/ledger/proof/${randomUUID()}`)));
  });

  it('a leaf that cannot be read proves nothing to anybody', async () => {
    const unreadable = { ...ledger, proof: async () => ({ leaf: '{}', index: 0, path: [], checkpoint }) };
    expect((await get({ ledger: unreadable }, recipient, `/ledger/proof/${entry}`)).status).toBe(500);
  });
});
