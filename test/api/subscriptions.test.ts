import { randomUUID } from 'node:crypto';
import { describe, expect, it } from 'vitest';
import { partnerApp } from '../../src/api/partner-app.ts';
import type { SubscriptionOperations } from '../../src/api/ports.ts';
import type { Instant, SubscriptionId } from '../../src/core/brand.ts';
import type { SubscriptionView } from '../../src/core/subscription/subscription.ts';
import { shippedSet } from '../world/shipped-set.ts';
import { fakeDeps } from './world/fake-deps.ts';
import { type Answer, listen, send } from './world/listener.ts';
import { recipient } from './world/partners.ts';

const view: SubscriptionView = {
  id: randomUUID() as SubscriptionId,
  unit: recipient,
  url: 'https://partner.example/events',
  types: [],
  createdAt: '2026-03-01T09:00:00.000Z' as Instant,
  endedAt: null,
  waiting: 2,
  parked: 1,
  problem: 'refused',
};
const shown = {
  ...{ id: view.id, url: view.url, types: null, createdAt: view.createdAt },
  ...{ waiting: 2, parked: 1, problem: 'refused' },
};

const set = shippedSet();
const asked = [...set.policies.values()].find(({ trigger }) => trigger === 'pull')?.purpose;

interface Sent {
  readonly method: string;
  readonly body?: unknown;
  readonly key?: string;
}

async function call(
  path: string,
  given: Partial<SubscriptionOperations>,
  { method, body, key }: Sent,
): Promise<Answer> {
  const deps = fakeDeps();
  const subscriptions = { ...deps.subscriptions, ...given };
  const policies = { ...deps.policies, current: () => set };
  const listener = await listen(partnerApp({ ...deps, subscriptions, policies }));
  try {
    return await send(`${listener.url}${path}`, {
      method,
      headers: {
        'x-test-unit': recipient,
        ...(body === undefined ? {} : { 'content-type': 'application/json' }),
        ...(key === undefined ? {} : { 'idempotency-key': key }),
      },
      ...(body === undefined ? {} : { body: JSON.stringify(body) }),
    });
  } finally {
    await listener.close();
  }
}

const post = { method: 'POST', body: { url: view.url }, key: 'k' };

describe('/v1/subscriptions', () => {
  it('adds one, and says when it did so before', async () => {
    const asked: unknown[] = [];
    const subscribe: SubscriptionOperations['subscribe'] = async (_call, body) => {
      asked.push(body);
      return { kind: 'subscribed', subscription: view, replayed: asked.length > 1 };
    };
    const types = ['nl.sluis.request.approved'];
    const first = await call('/v1/subscriptions', { subscribe }, { ...post, body: { url: view.url, types } });
    expect([first.status, first.json]).toEqual([201, shown]);
    expect(first.headers.get('idempotency-replayed')).toBeNull();
    const second = await call('/v1/subscriptions', { subscribe }, post);
    expect(second.headers.get('idempotency-replayed')).toBe('true');
    expect(asked).toEqual([
      { url: view.url, types },
      { url: view.url, types: [] },
    ]);
  });

  it.each([
    ['url-not-allowed', 422, 'url-not-allowed'],
    ['too-many', 409, 'too-many-subscriptions'],
    ['key-reused', 422, 'key-reused'],
    ['in-progress', 409, 'in-progress'],
  ] as const)('answers %s by %i %s', async (kind, status, type) => {
    const answer = await call('/v1/subscriptions', { subscribe: async () => ({ kind }) }, post);
    expect(answer.status).toBe(status);
    expect(answer.json.type).toMatch(new RegExp(`/${type}$`));
  });

  it.each([
    [{}],
    [{ url: 'http://partner.example/' }],
    [{ url: 'https://10.0.0.1/' }],
    [{ url: view.url, types: [] }],
    [{ url: view.url, types: ['*'] }],
    [{ url: view.url, types: ['NL.sluis.request.approved'] }],
    [{ url: view.url, secret: 'x' }],
  ])('does nothing with %j', async (body) => {
    const answer = await call('/v1/subscriptions', {}, { ...post, body });
    expect(answer.status).toBe(400);
    expect(answer.json.type).toMatch(/\/invalid-input$/);
  });

  it.each([
    ['nl.sluis.bestaat.niet', 'invalid-union', 'moet een soort melding zijn die wordt gestuurd'],
    [`nl.sluis.${asked}.started`, 'unknown-word', 'noemt een doel waarvoor geen beleid een melding kent'],
    ['nl.sluis.unheard-of.ended', 'unknown-word', 'noemt een doel waarvoor geen beleid een melding kent'],
  ])('takes no type that is never told: %s', async (type, code, detail) => {
    const types = ['nl.sluis.request.approved', type];
    const answer = await call('/v1/subscriptions', {}, { ...post, body: { url: view.url, types } });
    expect(answer.status).toBe(400);
    expect(answer.json.errors).toEqual([{ in: 'body', location: { pointer: '#/types/1' }, code, detail }]);
  });

  it('takes the notices that a policy lets a source begin', async () => {
    const types = ['nl.sluis.detention-notice.started', 'nl.sluis.detention-notice.ended'];
    const subscribe = async () => ({ kind: 'subscribed', subscription: view, replayed: false }) as const;
    expect((await call('/v1/subscriptions', { subscribe }, { ...post, body: { url: view.url, types } })).status).toBe(
      201,
    );
  });

  it('asks for an Idempotency-Key', async () => {
    const answer = await call('/v1/subscriptions', {}, { method: 'POST', body: post.body });
    expect(answer.json.type).toMatch(/\/idempotency-key-missing$/);
  });

  it('lists those of the caller', async () => {
    const of: SubscriptionOperations['of'] = async (unit) => (unit === recipient ? [view] : []);
    const answer = await call('/v1/subscriptions', { of }, { method: 'GET' });
    expect([answer.status, answer.json]).toEqual([200, { subscriptions: [shown] }]);
  });
});

describe('/v1/subscriptions/{id}', () => {
  const path = `/v1/subscriptions/${view.id}`;

  it('ends without a body and without a key, and tells which methods it has', async () => {
    const asked: unknown[] = [];
    const end: SubscriptionOperations['end'] = async ({ partner }, id) => {
      asked.push([partner.unit.id, id]);
      return { kind: 'ended' };
    };
    const answer = await call(path, { end }, { method: 'DELETE' });
    expect([answer.status, answer.text]).toEqual([204, '']);
    expect(answer.headers.get('api-version')).not.toBeNull();
    expect(asked).toEqual([[recipient, view.id]]);
    const other = await call(path, { end }, { method: 'PUT' });
    expect([other.status, other.headers.get('allow')]).toEqual([405, 'DELETE']);
  });

  it('of somebody else is not there', async () => {
    const answer = await call(path, { end: async () => ({ kind: 'not-found' }) }, { method: 'DELETE' });
    expect(answer.status).toBe(404);
    const again = await call(
      `${path}/redeliveries`,
      { redeliver: async () => ({ kind: 'not-found' }) },
      { ...post, body: {} },
    );
    expect(again.status).toBe(404);
  });

  it('sends again what is parked, or everything since a moment', async () => {
    const asked: unknown[] = [];
    const redeliver: SubscriptionOperations['redeliver'] = async (_call, _id, what) => {
      asked.push(what);
      return { kind: 'again', subscription: view, replayed: false };
    };
    const parked = await call(`${path}/redeliveries`, { redeliver }, { ...post, body: {} });
    expect([parked.status, parked.json]).toEqual([202, shown]);
    await call(`${path}/redeliveries`, { redeliver }, { ...post, body: { since: '2026-03-01T10:00:00+01:00' } });
    expect(asked).toEqual([{ of: 'parked' }, { of: 'since', since: '2026-03-01T09:00:00.000Z' }]);
    const wrong = await call(`${path}/redeliveries`, { redeliver }, { ...post, body: { since: 'yesterday' } });
    expect(wrong.status).toBe(400);
  });
});
