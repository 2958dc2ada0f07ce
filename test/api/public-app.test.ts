import { Hono } from 'hono';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { ApiEnv } from '../../src/api/ports.ts';
import { refusalPages } from '../../src/api/problem-types/refusal-pages.ts';
import { problemTypes } from '../../src/api/problem-types.ts';
import { publicApp } from '../../src/api/public-app.ts';
import { fakePublicDeps } from './world/fake-deps.ts';
import { type Listener, listen, send } from './world/listener.ts';

let listener: Listener;
const entry = '0197a000-0000-7000-8000-000000000001';
const leaf = '{"source":"prison-a","recipient":"municipality-a","purpose":"purpose-a"}';

beforeAll(async () => {
  const ledger = {
    checkpoint: async () => 'note\n',
    proof: async (id: string) => (id === entry ? { leaf, index: 0, path: [], checkpoint: 'note\n' } : null),
  };
  listener = await listen(publicApp(fakePublicDeps({ ledger })));
});
afterAll(() => listener.close());

const get = (path: string, headers = {}) => send(`${listener.url}${path}`, { headers });

describe('the public listener', () => {
  it('serves the API description of this gateway, open to all origins', async () => {
    const answer = await get('/v1/openapi.json', { origin: 'https://elsewhere.example' });
    expect([answer.status, answer.headers.get('access-control-allow-origin')]).toEqual([200, '*']);
    expect(answer.json).toMatchObject({
      openapi: '3.1.0',
      info: { contact: { email: 'beheer@gateway.example' } },
      servers: [{ url: 'https://partners.gateway.example/v1' }],
    });
  });

  it('serves the public keys', async () => {
    expect((await get('/.well-known/jwks.json')).json).toEqual({
      keys: [{ kty: 'OKP', crv: 'Ed25519', x: 'AAAA', kid: 'one' }],
    });
  });

  it('serves the checkpoint and proofs of hashes: nothing of what an entry says', async () => {
    expect((await get('/ledger/checkpoint')).text).toBe('note\n');
    const proof = await get(`/ledger/proof/${entry}`);
    expect(proof.json).toMatchObject({ entry, index: 0 });
    expect(proof.text).not.toMatch(/prison|municipality|purpose/);
    expect((await get('/ledger/proof/0197a000-0000-7000-8000-000000000002')).status).toBe(404);
  });

  it.each([...Object.keys(problemTypes), ...Object.keys(refusalPages)])(
    'explains %s, in both languages, without script',
    async (name) => {
      const dutch = await get(`/problems/${name}`, { accept: 'text/html' });
      const english = await get(`/problems/${name}`, { 'accept-language': 'en' });
      expect([dutch.status, dutch.headers.get('content-type')]).toEqual([200, 'text/html; charset=UTF-8']);
      expect(dutch.text).toContain('<html lang="nl">');
      expect(english.text).toContain('<html lang="en">');
      expect(dutch.text).toContain(`<code>${name}</code>`);
      expect(dutch.text).not.toMatch(/<script|undefined|\[object/);
      expect(dutch.headers.get('content-security-policy')).toMatch(/^default-src 'none'; style-src 'sha256-/);
    },
  );

  it.each([
    '/problems/nothing',
    '/problems/__proto__',
    '/problems/constructor',
    '/problems/',
    '/ledger/other',
    '/ledger/checkpoint/',
  ])('%s is not found', async (path) => {
    const answer = await get(path);
    expect([answer.status, answer.json.type]).toEqual([404, '/problems/not-found']);
  });

  it('knows no other method', async () => {
    const answer = await send(`${listener.url}/v1/openapi.json`, { method: 'DELETE' });
    expect([answer.status, answer.headers.get('allow')]).toEqual([405, 'GET, HEAD']);
  });
});

describe('health', () => {
  it.each([
    [true, 200],
    [false, 503],
  ])('%s is %i', async (healthy, status) => {
    const other = await listen(publicApp(fakePublicDeps({ healthy: async () => healthy })));
    expect((await send(`${other.url}/health`)).status).toBe(status);
    await other.close();
  });

  it('a check that breaks is no health', async () => {
    const broken = await listen(publicApp(fakePublicDeps({ healthy: () => Promise.reject(new Error('geheim')) })));
    const answer = await send(`${broken.url}/health`);
    expect([answer.status, answer.text.includes('geheim')]).toEqual([500, false]);
    await broken.close();
  });
});

describe('pages mounted beside it', () => {
  it('keep their own headers, their own not-found and their own log', async () => {
    const deps = fakePublicDeps();
    const app = new Hono<ApiEnv>();
    app.route('/', publicApp(deps));
    app.get('/me', (c) => c.text('page', 200, { 'Content-Security-Policy': "default-src 'self'" }));
    app.notFound((c) => c.text('pagina niet gevonden', 404));
    const beside = await listen(app);
    const page = await send(`${beside.url}/me`);
    expect([page.text, page.headers.get('content-security-policy')]).toEqual(['page', "default-src 'self'"]);
    expect(page.headers.get('api-version')).toBeNull();
    expect((await send(`${beside.url}/elders`)).text).toBe('pagina niet gevonden');
    expect(deps.logged.access).toEqual([]);
    expect((await send(`${beside.url}/health`)).headers.get('api-version')).toBe('1.0.0');
    await beside.close();
  });
});
