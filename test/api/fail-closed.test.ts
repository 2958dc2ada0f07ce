import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { partnerApp } from '../../src/api/partner-app.ts';
import { partnerRoutes } from '../../src/api/partner-routes.ts';
import type { ProblemName } from '../../src/api/problem-types.ts';
import { Fault } from '../../src/core/fault.ts';
import type { RecognitionRefusal } from '../../src/core/partner/recognise.ts';
import type { CertificateRefusal } from '../../src/crypto/certificate.ts';
import { type FakeDeps, fakeDeps } from './world/fake-deps.ts';
import { type Listener, listen, send } from './world/listener.ts';
import { recipient } from './world/partners.ts';
import { requestBodyJson } from './world/records.ts';

/** The compiler insists that every word is here; a word that comes later is a word to decide on. */
const reasons: Readonly<Record<CertificateRefusal | RecognitionRefusal | 'a-reason-from-the-future', ProblemName>> = {
  'no-certificate': 'no-certificate',
  'unknown-authority': 'unknown-authority',
  expired: 'certificate-expired',
  'not-yet-valid': 'certificate-not-yet-valid',
  revoked: 'certificate-revoked',
  'revocation-unknown': 'revocation-unknown',
  'wrong-purpose': 'certificate-wrong-purpose',
  malformed: 'certificate-malformed',
  'unknown-extension': 'certificate-malformed',
  'weak-algorithm': 'certificate-weak-algorithm',
  'invalid-path': 'certificate-invalid-path',
  'name-not-permitted': 'certificate-invalid-path',
  'wrong-policy': 'certificate-wrong-policy',
  'no-oin': 'certificate-refused',
  'several-oins': 'certificate-refused',
  'malformed-oin': 'certificate-refused',
  'test-oin': 'certificate-refused',
  invalid: 'certificate-refused',
  'a-reason-from-the-future': 'certificate-refused',
  unregistered: 'unregistered-partner',
  suspended: 'suspended-partner',
  'ambiguous-unit': 'ambiguous-unit',
  'no-unit': 'no-unit',
};
const notLetIn: readonly string[] = ['unregistered', 'suspended', 'ambiguous-unit', 'no-unit'];

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

  it.each(Object.entries(reasons))('%s is refused with the problem %s', async (reason, name) => {
    const status = notLetIn.includes(reason) ? 403 : 401;
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
