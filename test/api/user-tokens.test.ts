import { randomUUID } from 'node:crypto';
import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest';
import { partnerApp } from '../../src/api/partner-app.ts';
import { instant, mint } from '../../src/core/brand.ts';
import type { Call } from '../../src/core/disclosure/operations.ts';
import type { RequestBody } from '../../src/core/disclosure/request.ts';
import type { Partner } from '../../src/core/partner/partner.ts';
import { ok } from '../../src/core/result.ts';
import { markUnder } from '../../src/crypto/kept-marks.ts';
import { partnerKeys } from '../../src/crypto/partner-keys.ts';
import { actingUsers } from '../../src/wire/acting-users.ts';
import { seedUnits } from '../store/seed.ts';
import { testSecrets } from '../store/test-secrets.ts';
import { type FreshDatabase, freshDatabase } from '../world/database.ts';
import { algOf, type KeyKind } from '../world/forge-jws.ts';
import { fakeDeps } from './world/fake-deps.ts';
import { type Answer, type Listener, listen, send } from './world/listener.ts';
import { partners } from './world/partners.ts';
import { receiptOf, record } from './world/records.ts';
import {
  gatewayOin,
  keys,
  malformed,
  nowMs,
  nowS,
  path,
  refused,
  rest,
  token,
  withHeader,
} from './world/wrong-tokens.ts';

const plain = partners.get('municipality-a') as Partner;
const unit = { ...plain.unit, signingKeys: [keys.OKP.jwk, keys.EC.jwk, keys.RSA.jwk] };
const caller = mint<Partner>({ unit, thumbprint: plain.thumbprint });
/** Has no key at all. */
const keyless = mint<Partner>({ unit: plain.unit, thumbprint: plain.thumbprint });

let database: FreshDatabase;
let listener: Listener;
let current: Partner;
let asked: { readonly call: Call; readonly body: RequestBody }[];
const tokenFetches: string[] = [];

beforeAll(async () => {
  database = await freshDatabase();
  await seedUnits(database.pools.owner, 'municipality-a');
  const users = actingUsers({
    mark: markUnder(Buffer.alloc(32, 1), 'call-mark'),
    pool: database.pools.serve,
    clock: { now: () => instant(new Date(nowMs)) },
    cipher: testSecrets(),
    keys: partnerKeys({
      fetch: async (url) => {
        tokenFetches.push(url);
        throw new Error('not there');
      },
    }),
    gatewayOin,
  });
  const deps = fakeDeps({
    users,
    identify: () => ok(current),
    operations: {
      ask: async (call, body) => {
        asked.push({ call, body });
        return { kind: 'waiting', request: record({ state: 'awaiting-approval' }), receipt: receiptOf() };
      },
    },
  });
  listener = await listen(partnerApp(deps));
});
afterAll(async () => {
  await listener.close();
  await database.drop();
});
beforeEach(() => {
  asked = [];
  current = caller;
});

function post(text: unknown, key: string = randomUUID(), body: Record<string, unknown> = rest): Promise<Answer> {
  const headers = { 'content-type': 'application/json', 'idempotency-key': key, 'accept-language': 'en' };
  return send(listener.url + path, { method: 'POST', headers, body: JSON.stringify({ ...body, onBehalfOf: text }) });
}

describe('a token', () => {
  test.each<[string, KeyKind, object]>([
    ['Ed25519', 'OKP', {}],
    ['P-256, by its registered name', 'EC', { kid: 'ec-2026', typ: 'JWT' }],
    ['RSA', 'RSA', {}],
  ])('by a registered key of %s names the user, in role and name', async (_name, kind, header) => {
    const answer = await post(token({}, { key: keys[kind], header: { alg: algOf[kind], ...header } }));
    expect(answer.status).toBe(202);
    expect(asked[0]?.body.onBehalfOf).toMatchObject({ id: 'u1', role: 'casemanager', name: 'A. de Wit' });
  });

  test.each<[string, Record<string, unknown>]>([
    ['29 s after its end', { nbf: nowS - 320, exp: nowS - 29 }],
    ['30 s before its start', { nbf: nowS + 30, exp: nowS + 240 }],
    ['made 30 s from now', { iat: nowS + 30 }],
    ['of exactly five minutes', { nbf: nowS - 10, exp: nowS + 290 }],
  ])('%s is within what clocks may differ', async (_name, times) => {
    expect((await post(token({ ...times, ...(times.nbf === nowS - 320 ? { nbf: nowS - 329 } : {}) }))).status).toBe(
      202,
    );
  });

  test.each([...malformed, ...refused])('with %s names nobody: %i %s', async (_name, status, code, make) => {
    const text = make();
    const answer = await post(text);
    const type = status === 400 ? '/problems/user-token-malformed' : '/problems/user-token-refused';
    expect([answer.status, answer.json.type]).toEqual([status, type]);
    expect(answer.json.errors).toMatchObject([{ in: 'body', location: { pointer: '#/onBehalfOf' }, code }]);
    expect(asked).toEqual([]);
    for (const said of [String(text), 'A. de Wit', 'casemanager']) expect(answer.text).not.toContain(said);
  });

  test('is no use to a unit without a key, nor where it publishes none', async () => {
    current = keyless;
    expect((await post(token())).json.errors).toMatchObject([{ code: 'unknown-key' }]);
    expect(tokenFetches).toEqual([]);
  });

  test('whose keys cannot be had now is not believed: 503', async () => {
    current = mint<Partner>({
      unit: { ...plain.unit, jwks: 'https://partner.example/jwks' },
      thumbprint: plain.thumbprint,
    });
    const answer = await post(withHeader({ kid: 'new' }));
    expect([answer.status, answer.json.type, answer.headers.get('retry-after')]).toEqual([
      503,
      '/problems/user-keys-unavailable',
      '10',
    ]);
    expect(answer.json.errors).toMatchObject([{ code: 'keys-unavailable' }]);
    expect(asked).toEqual([]);
  });

  test.each([[null], [{ id: 'u1', role: 'physician', name: 'A. de Wit' }], ['a'.repeat(4_097)], ['']])(
    'is a text of at most 4 KiB: %j is none',
    async (value) => {
      const answer = await post(value);
      expect([answer.status, answer.json.type]).toEqual([400, '/problems/invalid-input']);
      expect(asked).toEqual([]);
    },
  );
});

describe('the same token', () => {
  test('counts once: with another call, or another key, it was used before', async () => {
    const once = token();
    expect((await post(once, 'first')).status).toBe(202);
    const again = await post(once, 'second');
    expect([again.status, again.json.errors]).toMatchObject([403, [{ code: 'used-before' }]]);
    expect(asked).toHaveLength(1);
  });

  test('comes again with the same call, and so may a fresh one; both are one call to the gateway', async () => {
    const once = token();
    for (const text of [once, once, token()]) expect((await post(text, 'same')).status).toBe(202);
    expect(new Set(asked.map(({ call }) => call.idempotency.digest)).size).toBe(1);
  });

  test('spelt with another jti is one call, for another user another', async () => {
    await post(token(), 'k');
    await post(token({ sub: 'u2', name: 'B. de Wit' }), 'k');
    await post(token({ role: 'physician' }), 'k');
    expect(new Set(asked.map(({ call }) => call.idempotency.digest)).size).toBe(3);
  });

  test('is not another token with its jti, not even in the same call', async () => {
    const jti = randomUUID();
    expect((await post(token({ jti }), 'one')).status).toBe(202);
    expect((await post(token({ jti, role: 'physician' }), 'one')).json.errors).toMatchObject([{ code: 'used-before' }]);
  });

  test('of two calls at once is one’s alone', async () => {
    const once = token();
    const answers = await Promise.all(Array.from({ length: 8 }, () => post(once)));
    expect(answers.map(({ status }) => status).sort()).toEqual([202, ...Array(7).fill(403)]);
  });

  test('that was refused is not used up by it', async () => {
    const early = token({ nbf: nowS + 20 });
    expect((await post(early, 'k1', { ...rest, purpose: 'purpose-b' })).json.errors).toMatchObject([
      { code: 'other-request' },
    ]);
    expect((await post(early, 'k2')).status).toBe(202);
  });
});
