import fc from 'fast-check';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { partnerApp } from '../../src/api/partner-app.ts';
import { type FakeDeps, fakeDeps } from './world/fake-deps.ts';
import { type Listener, listen, pour, type Sent, send } from './world/listener.ts';
import { recipient } from './world/partners.ts';
import { bsn, receiptOf, record, requestBodyJson } from './world/records.ts';

let deps: FakeDeps;
let listener: Listener;
const who = { 'x-test-unit': recipient };
const json = { ...who, 'content-type': 'application/json', 'idempotency-key': 'k1' };

beforeAll(async () => {
  deps = fakeDeps({
    operations: {
      ask: async () => ({ kind: 'waiting', request: record({ state: 'awaiting-approval' }), receipt: receiptOf() }),
    },
  });
  listener = await listen(partnerApp(deps));
});
afterAll(() => listener.close());

const get = (path: string, headers: Sent['headers'] = {}) =>
  send(`${listener.url}${path}`, { headers: { ...who, ...headers } });
const post = (body: Sent['body'], headers: Sent['headers'] = {}) =>
  send(`${listener.url}/v1/requests`, { method: 'POST', headers: { ...json, ...headers }, ...(body ? { body } : {}) });

describe('addresses and methods', () => {
  it.each(['/v1/events/', '/v1/requests/', '/v1/nothing', '/V1/events', '//v1/events', '/v1//events', '/'])(
    '%s is not found, and is not redirected',
    async (path) => {
      const answer = await get(path);
      expect([answer.status, answer.json.type]).toEqual([404, '/problems/not-found']);
    },
  );

  it.each([
    ['DELETE', '/v1/requests', 'POST'],
    ['GET', '/v1/facts', 'POST'],
    ['PUT', '/v1/events', 'GET, HEAD'],
    ['OPTIONS', '/v1/events', 'GET, HEAD'],
  ])('%s %s is not allowed, and Allow says what is', async (method, path, allow) => {
    const answer = await send(`${listener.url}${path}`, { method, headers: who });
    expect([answer.status, answer.headers.get('allow')]).toEqual([405, allow]);
    expect(answer.json.type).toBe('/problems/method-not-allowed');
  });

  it.each(['?bsn=900000016', '?limit=0', '?limit=101', '?after=-1', '?after=x', '?limit=1&limit=2'])(
    'a query %s is invalid, and its value is not repeated',
    async (query) => {
      const answer = await get(`/v1/events${query}`);
      expect([answer.status, answer.json.type]).toEqual([400, '/problems/invalid-input']);
      expect(answer.json.errors).toMatchObject([{ in: 'query', location: { name: query.slice(1).split('=')[0] } }]);
      expect(answer.text).not.toContain(bsn);
    },
  );

  it('an id that is no id is invalid, by the name of its parameter', async () => {
    const answer = await get('/v1/requests/900000016');
    expect([answer.status, answer.json.errors]).toMatchObject([400, [{ in: 'path', location: { name: 'id' } }]]);
    expect(answer.text).not.toContain(bsn);
  });
});

describe('size', () => {
  it('64 KiB is taken', async () => {
    const text = JSON.stringify(requestBodyJson());
    expect((await post(text + ' '.repeat(65_536 - Buffer.byteLength(text)))).status).toBe(202);
  });

  it('one byte more is refused, announced or not', async () => {
    const text = JSON.stringify(requestBodyJson()).padEnd(65_537, ' ');
    const chunked = new Blob([text]).stream();
    expect((await post(text)).json.type).toBe('/problems/too-large');
    const answer = await post(chunked);
    expect([answer.status, answer.headers.get('connection')]).toEqual([413, 'close']);
  });

  it('a body without end is not read on', async () => {
    const chunk = Buffer.alloc(65_536, 0x20);
    const { status, poured } = await pour(`${listener.url}/v1/requests`, json, chunk, 512 * 65_536);
    expect(status).toBe(413);
    expect(poured).toBeLessThan(256 * 65_536);
  });
});

describe('types', () => {
  it.each(['text/plain', 'application/xml', 'application/json; charset=iso-8859-1', 'application/jsonp'])(
    'a body as %s is not supported',
    async (type) => {
      const answer = await post(JSON.stringify(requestBodyJson()), { 'content-type': type });
      expect([answer.status, answer.json.type]).toEqual([415, '/problems/unsupported-media-type']);
    },
  );

  it('a body without a type, or compressed, is not supported', async () => {
    const bytes = new TextEncoder().encode(JSON.stringify(requestBodyJson()));
    expect((await post(bytes, { 'content-type': '' })).status).toBe(415);
    expect((await post(bytes, { 'content-encoding': 'gzip' })).status).toBe(415);
  });

  it.each([
    ['image/png', 406],
    ['application/json;q=0', 406],
    ['text/html, application/json;q=0.1', 202],
    ['application/*', 202],
    ['*/*', 202],
  ])('Accept: %s gives %i', async (accept, status) => {
    expect((await post(JSON.stringify(requestBodyJson()), { accept })).status).toBe(status);
  });
});

describe('JSON', () => {
  it.each([
    ['cut off', '{"purpose":'],
    ['two values', '{}{}'],
    ['a byte that is no UTF-8', new Uint8Array([0x22, 0xff, 0x22])],
    ['a NUL', JSON.stringify(requestBodyJson({ justification: 'lang genoeg \u0000' }))],
    ['half a surrogate pair', '{"purpose":"\\ud800"}'],
    ['half a pair as a name', '{"\\udc00":1}'],
  ])('%s is not readable', async (_, body) => {
    const answer = await post(body);
    expect([answer.status, answer.json.type]).toEqual([400, '/problems/broken-json']);
  });

  it('a whole surrogate pair is fine', async () => {
    const body = JSON.stringify(requestBodyJson({ justification: 'lang genoeg X' })).replace('X', '\\ud83d\\ude00');
    expect((await post(body)).status).toBe(202);
  });

  it.each([
    ['an array', '[]'],
    ['null', 'null'],
    ['a number', '7'],
    ['nothing at all', undefined],
    ['an abyss', `${'['.repeat(30_000)}"\\ud800"${']'.repeat(30_000)}`],
    ['an abyss of objects', `${'{"a":'.repeat(10_000)}1${'}'.repeat(10_000)}`],
  ])('%s is invalid input, never a fault', async (_, body) => {
    expect((await post(body)).status).toBe(400);
  });
});

describe('members', () => {
  const cases: readonly [string, Record<string, unknown>, string, string][] = [
    ['an unknown member', { extra: 1 }, '#/extra', 'unknown-member'],
    ['a missing member', { purpose: undefined }, '#/purpose', 'required'],
    ['a wrong type', { fields: 'identity.surname' }, '#/fields', 'invalid-type'],
    ['an empty list', { fields: [] }, '#/fields', 'too-small'],
    ['a field named twice', { fields: ['a.b', 'a.b'] }, '#/fields', 'custom'],
    [
      'a number that fails the eleven-test',
      { subject: { type: 'bsn', value: '900000017' } },
      '#/subject/value',
      'custom',
    ],
    ['a user in clear', { onBehalfOf: { id: 'u', role: 'r', name: 'n' } }, '#/onBehalfOf', 'invalid-type'],
    ['a token of more than 4 KiB', { onBehalfOf: 'a'.repeat(4_097) }, '#/onBehalfOf', 'too-big'],
    ['another kind of reference', { subject: { type: 'name', value: 'x' } }, '#/subject/type', 'invalid-union'],
    [
      'an unknown member inside',
      { subject: { type: 'bsn', value: '900000016', name: 'x' } },
      '#/subject/name',
      'unknown-member',
    ],
  ];

  it.each(cases)('%s is named', async (_, more, pointer, code) => {
    const answer = await post(JSON.stringify(requestBodyJson(more)));
    expect(answer.status).toBe(400);
    expect(answer.json.errors).toMatchObject([{ in: 'body', location: { pointer }, code }]);
  });

  it('a prototype is a member like any other, and unknown', async () => {
    const body = JSON.stringify(requestBodyJson()).replace('{', '{"__proto__":{"purpose":"x"},');
    expect((await post(body)).json.errors).toMatchObject([
      { location: { pointer: '#/__proto__' }, code: 'unknown-member' },
    ]);
  });

  it('is told in Dutch, or in English when that is preferred', async () => {
    const wrong = JSON.stringify(requestBodyJson({ subject: { type: 'bsn', value: '900000017' } }));
    const dutch = await post(wrong);
    const english = await post(wrong, { 'accept-language': 'de, en;q=0.8, nl;q=0.3' });
    expect([dutch.headers.get('content-language'), dutch.json.title]).toEqual(['nl', 'Ongeldige invoer']);
    expect(dutch.json.errors).toMatchObject([{ detail: 'moet een geldig burgerservicenummer zijn' }]);
    expect([english.headers.get('content-language'), english.json.title]).toEqual(['en', 'Invalid input']);
    expect(english.json.errors).toMatchObject([{ detail: 'must be a valid citizen service number' }]);
  });

  it('a value never comes back, wherever it stood', async () => {
    const before = deps.called.length;
    const secret = fc.stringMatching(/^[0-9]{9}$/).filter((text) => !'0000000000000000'.includes(text));
    const places = fc.constantFrom(
      'purpose',
      'source',
      'justification',
      'caseReference',
      'key',
      'subject',
      'field',
      'user',
    );
    await fc.assert(
      fc.asyncProperty(secret, places, async (value, place) => {
        const misplaced: Readonly<Record<string, Record<string, unknown>>> = {
          key: { [value]: 1 },
          subject: { subject: { type: value, value } },
          field: { fields: [value] },
          user: { onBehalfOf: { id: value, role: value, [value]: value } },
          justification: { justification: [value] },
        };
        const body = misplaced[place] ?? { [place]: `${value}!` };
        const answer = await post(JSON.stringify(requestBodyJson(body)));
        expect(answer.status).toBe(400);
        expect(answer.text.replace(/"trace":"\w+"/, '')).not.toContain(value);
      }),
      { numRuns: 60 },
    );
    expect(deps.called.length).toBe(before);
  });
});
