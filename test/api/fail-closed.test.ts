import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { partnerApp } from '../../src/api/partner-app.ts';
import { partnerRoutes } from '../../src/api/partner-routes.ts';
import { Fault } from '../../src/core/fault.ts';
import { type FakeDeps, fakeDeps } from './world/fake-deps.ts';
import { type Listener, listen, send } from './world/listener.ts';
import { recipient } from './world/partners.ts';
import { requestBodyJson } from './world/records.ts';

const reasons = [
  ['no-certificate', 401, 'no-certificate'],
  ['unknown-authority', 401, 'unknown-authority'],
  ['expired', 401, 'certificate-expired'],
  ['not-yet-valid', 401, 'certificate-not-yet-valid'],
  ['revoked', 401, 'certificate-revoked'],
  ['revocation-unknown', 401, 'revocation-unknown'],
  ['wrong-purpose', 401, 'certificate-wrong-purpose'],
  ['no-oin', 401, 'certificate-refused'],
  ['a-reason-from-the-future', 401, 'certificate-refused'],
  ['unregistered', 403, 'unregistered-partner'],
  ['suspended', 403, 'suspended-partner'],
  ['ambiguous-unit', 403, 'ambiguous-unit'],
  ['no-unit', 403, 'no-unit'],
] as const;

const post = {
  method: 'POST',
  headers: { 'content-type': 'application/json', 'idempotency-key': 'k1' },
  body: JSON.stringify(requestBodyJson()),
};

describe('a caller that is not recognised', () => {
  let deps: FakeDeps;
  let listener: Listener;
  beforeAll(async () => {
    deps = fakeDeps();
    listener = await listen(partnerApp(deps));
  });
  afterAll(() => listener.close());

  it.each(reasons)('%s is %i with a problem that says why', async (reason, status, name) => {
    const answer = await send(`${listener.url}/v1/events`, { headers: { 'x-test-refusal': reason } });
    expect(answer.status).toBe(status);
    expect(answer.headers.get('content-type')).toBe('application/problem+json');
    expect(answer.json).toMatchObject({ type: `/problems/${name}`, status });
  });

  it('meets the refusal on every route, before anything is read or called', async () => {
    const id = '0197a000-0000-7000-8000-000000000001';
    for (const { method, path } of partnerRoutes) {
      const url = `${listener.url}${path.replaceAll(/\{\w+\}/g, id)}`;
      const answer = await send(url, method === 'post' ? post : {});
      expect([path, answer.status]).toEqual([path, 401]);
    }
    expect(deps.called).toEqual([]);
  });

  it.each(['/', '/v1', '/v1/nothing', '/problems/refused', '/v1/openapi.json', '/v1/events/'])(
    'learns nothing about %s',
    async (path) => {
      const answer = await send(`${listener.url}${path}`);
      expect([answer.status, answer.json.type]).toEqual([401, '/problems/no-certificate']);
    },
  );

  it('learns nothing from methods, sizes or types either', async () => {
    const wrong = [
      { method: 'DELETE' },
      { method: 'POST', body: 'x'.repeat(70_000) },
      { headers: { accept: 'image/png' } },
    ];
    for (const sent of wrong) expect((await send(`${listener.url}/v1/requests`, sent)).status).toBe(401);
  });
});

describe('a recognition that breaks', () => {
  const broken = [
    ['with a fault', new Fault('database-unavailable', 'host db.internal refused'), 503],
    ['with anything else', new RangeError('serial 900000016 of A. de Wit'), 500],
  ] as const;

  it.each(broken)('%s recognises nobody and tells nothing', async (_, error, status) => {
    const deps = fakeDeps({
      identify: () => {
        throw error;
      },
    });
    const listener = await listen(partnerApp(deps));
    const answer = await send(`${listener.url}/v1/requests`, {
      ...post,
      headers: { ...post.headers, 'x-test-unit': recipient },
    });
    expect(answer.status).toBe(status);
    expect(answer.text).not.toMatch(/db\.internal|900000016|Wit|\.ts/);
    expect(deps.called).toEqual([]);
    await listener.close();
  });
});
