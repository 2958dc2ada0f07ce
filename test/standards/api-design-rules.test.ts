import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { buildOpenApi } from '../../src/api/openapi.ts';
import { partnerApp } from '../../src/api/partner-app.ts';
import { partnerRoutes, technicianRoutes } from '../../src/api/partner-routes.ts';
import { publicApp } from '../../src/api/public-app.ts';
import { fakeDeps, fakePublicDeps } from '../api/world/fake-deps.ts';
import { type Answer, type Listener, listen, type Sent, send } from '../api/world/listener.ts';
import { recipient } from '../api/world/partners.ts';
import { receiptOf, record, requestBodyJson } from '../api/world/records.ts';

/** The rules of NL GOV REST API Design Rules 2.2 that its linter cannot see, on running listeners. */

let partner: Listener;
let open: Listener;
const who = { 'x-test-unit': recipient };
const json = { ...who, 'content-type': 'application/json', 'idempotency-key': 'k1' };

beforeAll(async () => {
  const known = record();
  const deps = fakeDeps({
    operations: {
      ask: async () => ({
        kind: 'delivered',
        request: known,
        answer: { form: 'sealed', jwe: 'a.b.c.d.e' },
        receipt: receiptOf(),
      }),
    },
    requests: { find: () => Promise.reject(new Error('broken')) },
  });
  partner = await listen(partnerApp(deps));
  open = await listen(publicApp(fakePublicDeps()));
});
afterAll(async () => {
  await partner.close();
  await open.close();
});

/** What the rules ask of a route, they ask of those for a partner's technician as well. */
const routes = [...partnerRoutes, ...technicianRoutes];
const id = '0197a000-0000-7000-8000-000000000001';
const body = JSON.stringify(requestBodyJson());
const exchanges: readonly [string, string, Sent, number][] = [
  ['a delivery', '/v1/requests', { method: 'POST', headers: json, body }, 200],
  ['invalid input', '/v1/requests', { method: 'POST', headers: json, body: '{}' }, 400],
  ['no certificate', '/v1/requests', { method: 'POST', body }, 401],
  ['an unregistered partner', '/v1/events', { headers: { 'x-test-refusal': 'unregistered' } }, 403],
  ['an unknown address', '/v1/unknown', { headers: who }, 404],
  ['another method', '/v1/requests', { headers: who }, 405],
  ['another form', '/v1/events', { headers: { ...who, accept: 'image/png' } }, 406],
  ['a body too large', '/v1/requests', { method: 'POST', headers: json, body: 'x'.repeat(70_000) }, 413],
  ['a wrong type', '/v1/requests', { method: 'POST', headers: { ...json, 'content-type': 'text/plain' }, body }, 415],
  ['a fault', `/v1/requests/${id}`, { headers: who }, 500],
  ['a HEAD', '/v1/events', { method: 'HEAD', headers: who }, 200],
];

describe.each(exchanges)('the answer to %s', (_, path, sent, status) => {
  let answer: Answer;
  beforeAll(async () => {
    answer = await send(`${partner.url}${path}`, sent);
  });

  it(`is ${status}`, () => expect(answer.status).toBe(status));

  it('names the full version (/core/version-header)', () => {
    expect(answer.headers.get('api-version')).toBe(buildOpenApi().info.version);
  });

  it('carries the security headers (/core/transport/security-headers)', () => {
    expect(Object.fromEntries(answer.headers)).toMatchObject({
      'cache-control': 'no-store',
      'content-security-policy': "frame-ancestors 'none'",
      'strict-transport-security': expect.stringMatching(/^max-age=31536000/),
      'x-content-type-options': 'nosniff',
      'x-frame-options': 'DENY',
      traceparent: expect.stringMatching(/^00-[0-9a-f]{32}-[0-9a-f]{16}-01$/),
    });
    expect(answer.headers.get('content-type')).toBeTruthy();
  });
});

it.each(exchanges.filter(([, , , status]) => status >= 400))(
  'the answer to %s is a problem document with status, title and detail (/core/error-handling)',
  async (_, path, sent, status) => {
    const answer = await send(`${partner.url}${path}`, sent);
    expect(answer.headers.get('content-type')).toBe('application/problem+json');
    expect(answer.json).toMatchObject({ status, title: expect.any(String), detail: expect.any(String) });
    expect(answer.headers.get('traceparent')).toContain(String(answer.json.trace));
    expect(answer.text).not.toMatch(/broken|\.ts:|node_modules/);
  },
);

describe('addresses', () => {
  it.each(routes.map(({ path, method }) => [path, method] as const))(
    '%s with a slash at its end is not found and not redirected (/core/no-trailing-slash)',
    async (path, method) => {
      const url = `${partner.url}${path.replaceAll(/\{\w+\}/g, id)}/`;
      const answer = await send(
        url,
        method === 'post' ? { method: 'POST', headers: json, body: '{}' } : { headers: who },
      );
      expect([answer.status, answer.headers.get('location')]).toEqual([404, null]);
    },
  );

  it('take nothing that says who a person is (/core/uris)', () => {
    for (const { path, query } of routes) {
      const names = [...path.matchAll(/\{(\w+)\}/g)].map((match) => match[1]).concat(Object.keys(query.shape));
      const known = ['id', 'entry', 'after', 'limit', 'waitsFor', 'purpose', 'older', 'newer', 'level', 'tile'];
      for (const name of names) expect(known).toContain(name);
    }
  });

  it('are nouns in kebab-case behind the major version, save the ledger and what AuthZEN names (/core/uri-version)', () => {
    for (const { path } of routes)
      expect(path).toMatch(/^(\/v1|\/ledger|\/access\/v1|\/\.well-known)(\/[a-z-]+|\/\{[a-z]+\})+$/);
  });
});

describe('the API description', () => {
  it('stands at the base without authentication, for every origin (/core/publish-openapi, /core/cors)', async () => {
    const answer = await send(`${open.url}/v1/openapi.json`, { headers: { origin: 'https://elsewhere.example' } });
    expect([answer.status, answer.headers.get('access-control-allow-origin')]).toEqual([200, '*']);
    expect(answer.headers.get('content-type')).toMatch(/^application\/json/);
    expect(answer.headers.get('api-version')).toBe('1.0.0');
  });

  it('names whom to contact (/core/doc-openapi-contact)', async () => {
    const { json: document } = await send(`${open.url}/v1/openapi.json`);
    expect(document.info).toMatchObject({
      contact: { name: expect.any(String), email: expect.any(String), url: expect.any(String) },
    });
  });
});

describe('a trace that is given', () => {
  it('is taken over, in header and problem alike', async () => {
    const trace = '4bf92f3577b34da6a3ce929d0e0e4736';
    const headers = { ...who, traceparent: `00-${trace}-00f067aa0ba902b7-01` };
    const answer = await send(`${partner.url}/v1/unknown`, { headers });
    expect(answer.headers.get('traceparent')).toMatch(new RegExp(`^00-${trace}-(?!00f067aa0ba902b7)`));
    expect(answer.json.trace).toBe(trace);
  });
});
