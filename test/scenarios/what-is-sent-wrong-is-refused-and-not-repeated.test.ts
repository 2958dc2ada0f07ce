import { v7 } from 'uuid';
import { beforeAll, describe, expect, it } from 'vitest';
import { z } from 'zod';
import { roles } from '../../src/demo/story/scene.ts';
import { consentRequest, detain, expectProblem, personOf, planRequest, useChain } from '../world/chain.ts';
import { type RawReply, rawCall } from '../world/raw-call.ts';

const chain = useChain({ persons: 24 });
/** Stands in every wrong value below; where it shows in an answer or the log, a name would. */
const mark = 'MERKTEKEN7Q3X';
const errors = z.looseObject({ errors: z.array(z.looseObject({ code: z.string() })).min(1) });

beforeAll(() => detain(chain(), personOf(chain(), 0)));

interface Sent {
  readonly method?: string;
  readonly path?: string;
  readonly headers?: Readonly<Record<string, string>>;
  readonly body?: string | Buffer;
}

function send({ method = 'POST', path = '/v1/requests', headers = {}, body }: Sent): Promise<RawReply> {
  const { world } = chain();
  return rawCall({
    url: `${world.gateways[0]?.ready.partnerUrl}${path}`,
    ca: world.authority.ca,
    credentials: world.credentials.get(roles.municipality),
    method,
    headers: { 'content-type': 'application/json', 'idempotency-key': v7(), ...headers },
    ...(body === undefined ? {} : { body }),
  });
}

async function expectRefused(sent: Sent, status: number, kind: string): Promise<unknown> {
  const before = await entries();
  const reply = await send(sent);
  const body: unknown = JSON.parse(reply.text);
  expectProblem({ ...reply, body }, status, kind);
  expect(reply.text).not.toContain(mark);
  expect(JSON.stringify(reply.headers)).not.toContain(mark);
  expect(await entries()).toBe(before);
  return body;
}

async function entries(): Promise<number> {
  const { rows } = await chain().owner.query<{ count: number }>(
    `SELECT count(*)::integer AS count FROM ledger_entry WHERE kind <> 'heartbeat'`,
  );
  return rows[0]?.count ?? Number.NaN;
}

async function good(): Promise<object> {
  return Object(await chain().world.signed(roles.municipality, '/v1/requests', planRequest(personOf(chain(), 0))));
}

async function padded(bytes: number): Promise<string> {
  const text = JSON.stringify(await good());
  return text + ' '.repeat(bytes - Buffer.byteLength(text));
}

it('the same request sent well is answered, up to exactly 64 KiB', async () => {
  expect((await send({ body: JSON.stringify(await good()) })).status).toBe(200);
  expect((await send({ body: await padded(65_536) })).status).toBe(200);
});

describe('a wrong form', () => {
  it.each(['GET', 'PUT', 'PATCH', 'DELETE', 'OPTIONS', 'REPORT'])('method %s', async (method) => {
    await expectRefused({ method, headers: { [`x-${mark}`]: mark } }, 405, 'method-not-allowed');
    expect((await send({ method })).headers.allow).toBe('POST');
  });

  it.each([
    ['text/plain', {}],
    ['application/json; charset=iso-8859-1', {}],
    ['application/vnd.api+json', {}],
    ['application/x-www-form-urlencoded', {}],
    ['', {}],
    ['application/json', { 'content-encoding': 'gzip' }],
  ])('type %s %o', async (type, more) => {
    const headers = { 'content-type': type, ...more };
    await expectRefused({ headers, body: JSON.stringify({ ...(await good()), mark }) }, 415, 'unsupported-media-type');
  });

  it('more than 64 KiB, announced and not', async () => {
    await expectRefused({ body: await padded(65_537) }, 413, 'too-large');
    await expectRefused({ headers: { 'transfer-encoding': 'chunked' }, body: await padded(80_000) }, 413, 'too-large');
    await expectRefused(
      { body: JSON.stringify({ ...(await good()), justification: mark.repeat(6_000) }) },
      413,
      'too-large',
    );
  });

  it('a length that is announced twice over, by which two readers see two requests', async () => {
    const headers = { 'transfer-encoding': 'chunked', 'content-length': '5' };
    await expectRefused({ headers, body: JSON.stringify({ mark }) }, 400, 'malformed-request');
  });

  it('headers of more than 16 KiB', async () => {
    await expectRefused({ headers: { 'x-much': mark.repeat(1_500) } }, 431, 'headers-too-large');
  });

  it('an answer asked in a form that there is not', async () => {
    await expectRefused({ headers: { accept: `text/${mark}` }, body: '{}' }, 406, 'not-acceptable');
  });

  it.each([undefined, '', 'with space', 'k'.repeat(129), `${mark}\té`])('idempotency key %j', async (key) => {
    const { world } = chain();
    const before = await entries();
    const reply = await rawCall({
      url: `${world.gateways[0]?.ready.partnerUrl}/v1/requests`,
      ca: world.authority.ca,
      credentials: world.credentials.get(roles.municipality),
      method: 'POST',
      headers: { 'content-type': 'application/json', ...(key === undefined ? {} : { 'idempotency-key': key }) },
      body: JSON.stringify(await good()),
    });
    expectProblem({ ...reply, body: JSON.parse(reply.text) }, 400, 'idempotency-key-missing');
    expect(reply.text).not.toContain(mark);
    expect(await entries()).toBe(before);
  });
});

describe('what is no JSON, or JSON that two readers may read differently', () => {
  const start = `{"purpose":"${mark}`;
  it.each<readonly [string, string | Buffer]>([
    ['cut off', start],
    ['with a comma too many', `${start}",}`],
    ['with a number that is none', `${start}","a":NaN}`],
    ['with a comment', `/* ${mark} */ {}`],
    ['with more behind it', `{} ${mark}`],
    ['that is no UTF-8', Buffer.concat([Buffer.from(start), Buffer.from([0xff, 0xfe]), Buffer.from('"}')])],
    ['with an unescaped control character', `${start}\u0001"}`],
    ['with half a surrogate pair as a value', `${start}\\ud800"}`],
    ['with half a surrogate pair as a name', `{"${mark}\\udfff":1}`],
    ['with a NUL as a value', `${start}\\u0000"}`],
    ['with a NUL as a name', `{"${mark}\\u0000":1}`],
    ['with half a surrogate pair deep inside', `{"a":${'['.repeat(500)}"${mark}\\ud800"${']'.repeat(500)}}`],
    ['with a member named twice', `${start}","purpose":"plan-basic-conditions"}`],
    ['with a member named twice, once escaped', `${start}","\\u0070urpose":"plan-basic-conditions"}`],
  ])('%s', async (_, body) => {
    await expectRefused({ body }, 400, 'broken-json');
  });

  it.each<readonly [string, string]>([
    ['lists, deep', `${'['.repeat(30_000)}${']'.repeat(30_000)}`],
    ['objects, deep', `${'{"a":'.repeat(10_000)}1${'}'.repeat(10_000)}`],
    ['deep below a member that is known', `{"subject":${'['.repeat(30_000)}${']'.repeat(30_000)}}`],
    ['a list', '[]'],
    ['null', 'null'],
    ['a text', `"${mark}"`],
    ['a number', '1e400'],
    ['nothing', ''],
  ])('JSON of another shape: %s', async (_, body) => {
    errors.parse(await expectRefused({ body }, 400, 'invalid-input'));
  });
});

/** The good body with members put over it; a JSON text, so that `__proto__` is a member like any other. */
async function withMembers(members: string): Promise<string> {
  const over = new Set(Object.keys(JSON.parse(`{${members}}`)));
  const { onBehalfOf, ...request } = planRequest(personOf(chain(), 0));
  const rest = Object.fromEntries(Object.entries(request).filter(([name]) => !over.has(name)));
  const text = `{${members},${JSON.stringify(rest).slice(1)}`;
  if (over.has('onBehalfOf')) return text;
  // Signed for exactly what is sent, so that nothing but the wrong member is wrong.
  const body = Object.assign(JSON.parse(text), { onBehalfOf });
  const signed = await chain().world.signed(roles.municipality, '/v1/requests', body);
  const { onBehalfOf: token } = z.looseObject({ onBehalfOf: z.string() }).parse(signed);
  return `${text.slice(0, -1)},"onBehalfOf":${JSON.stringify(token)}}`;
}

describe('a wrong member of a request', () => {
  it.each([
    `"${mark}":1`,
    `"__proto__":{"purpose":"${mark}"}`,
    `"constructor":{"prototype":{"${mark}":1}}`,
    `"toString":"${mark}"`,
    `"purpose":"${mark}"`,
    `"purpose":"onbekend-doel"`,
    `"purpose":"constructor"`,
    `"purpose":"__proto__"`,
    `"purpose":null`,
    `"source":"${mark.toLowerCase()}"`,
    `"source":"00000099000000001000"`,
    `"source":"pi-zwolle\\n"`,
    `"fields":["identity.surname","identity.${mark}"]`,
    `"fields":["identity.onbekend"]`,
    `"fields":["__proto__.constructor"]`,
    `"fields":["identity.surname","identity.surname"]`,
    `"fields":[]`,
    `"fields":"identity.surname"`,
    `"fields":{"0":"identity.surname"}`,
    `"fields":[${Array.from({ length: 65 }, (_, index) => `"identity.surname${String.fromCharCode(97 + (index % 26))}"`).join()}]`,
    `"justification":"kort"`,
    `"justification":"${mark.repeat(60)}"`,
    `"justification":["${mark}"]`,
    `"caseReference":"${mark} met spaties"`,
    `"caseReference":"${'9'.repeat(65)}"`,
    `"onBehalfOf":{"id":"1","role":"r"}`,
    `"onBehalfOf":{"id":"1","role":"r","name":"n","${mark}":1}`,
    `"onBehalfOf":{"id":"1","role":"r","name":"n","__proto__":{"admin":true}}`,
    `"onBehalfOf":{"id":"1","role":"r","name":"${mark.repeat(20)}"}`,
    `"subject":{"type":"bsn","value":"123456789"}`,
    `"subject":{"type":"bsn","value":"000000000"}`,
    `"subject":{"type":"bsn","value":"99999999"}`,
    `"subject":{"type":"bsn","value":" 999999990"}`,
    `"subject":{"type":"bsn","value":"999999990\\n"}`,
    `"subject":{"type":"bsn","value":"${mark}"}`,
    `"subject":{"type":"bsn","value":999999990}`,
    `"subject":{"type":"skn","value":"${mark}"}`,
    `"subject":{"type":"pseudonym","value":"${mark}"}`,
    `"subject":{"type":"caseReference","value":"${mark}'; DROP TABLE subject; --"}`,
    `"subject":{"type":"${mark}","value":"999999990"}`,
    `"subject":{"type":"__proto__","value":"999999990"}`,
    `"subject":{"value":"999999990"}`,
    `"subject":{"type":"bsn","value":"999999990","${mark}":"x"}`,
    `"subject":{"type":"bsn","value":"999999990","__proto__":{"type":"skn"}}`,
    `"subject":null`,
  ])('%s', async (members) => {
    const problem = await expectRefused({ body: await withMembers(members) }, 400, 'invalid-input');
    const told = JSON.stringify(errors.parse(problem).errors);
    for (const value of ['123456789', '999999990', 'onbekend-doel', 'DROP TABLE']) expect(told).not.toContain(value);
  });
});

describe('a wrong member of anything else that is sent', () => {
  const fact = { type: 'detention', from: '2026-01-01T00:00:00Z' };
  const approval = { decision: 'approved', approver: 'a.compact.token' };
  it.each<readonly [string, string, object]>([
    ['a fact with an impossible date', '/v1/facts', { ...fact, from: '2026-02-30T00:00:00Z' }],
    ['a fact with a date that no calendar holds', '/v1/facts', { ...fact, from: '9999-12-31T23:59:59Z' }],
    ['a fact of an unknown type', '/v1/facts', { ...fact, type: mark }],
    ['a fact that ends before it starts', '/v1/facts', { ...fact, until: '2025-01-01T00:00:00Z' }],
    ['a fact with an unknown attribute', '/v1/facts', { ...fact, attributes: { constructor: mark } }],
    ['a fact about an unknown unit', '/v1/facts', { ...fact, type: 'involvement', unit: mark }],
    ['an end without a time', `/v1/facts/${v7()}/end`, {}],
    [
      'an approval that declines without a ground',
      `/v1/requests/${v7()}/approvals`,
      { ...approval, decision: 'declined' },
    ],
    ['an approval by nobody', `/v1/requests/${v7()}/approvals`, { decision: 'approved' }],
    ['a collection with a body', `/v1/requests/${v7()}/collections`, { mark }],
    ['a withdrawal with a body', `/v1/consents/${v7()}/withdrawal`, { mark }],
    ['an id that is none', `/v1/requests/${mark}/collections`, {}],
    ['a consent for thirteen months', '/v1/consents', { validUntil: '2199-01-01T00:00:00Z' }],
    ['a consent for an unknown category', '/v1/consents', { categories: [mark] }],
    ['a consent in no language', '/v1/consents', { language: mark }],
    ['a consent of an unknown recipient', '/v1/consents', { recipient: mark }],
    ['a consent that lasts no time', '/v1/consents', { validUntil: '2020-01-01T00:00:00Z' }],
  ])('%s', async (_, path, members) => {
    const subject = { type: 'bsn', value: personOf(chain(), 0).bsn };
    const base = path === '/v1/facts' ? { subject } : path === '/v1/consents' ? consentRequest(subject) : {};
    await expectRefused({ path, body: JSON.stringify({ ...base, ...members }) }, 400, 'invalid-input');
  });
});

describe('a wrong address', () => {
  it.each([
    [`/v1/requests/${mark}`, 400, 'invalid-input'],
    ['/v1/requests/%00', 400, 'invalid-input'],
    [`/v1/requests/%ED%A0%80${mark}`, 400, 'invalid-input'],
    [`/v1/requests/${mark}%ZZ`, 400, 'invalid-input'],
    [`/v1/requests/${v7()}`, 404, 'not-found'],
    [`/v1/requests/${v7()}/`, 404, 'not-found'],
    [`/v1/notices/${v7()}`, 404, 'not-found'],
    [`/v1/${mark}`, 404, 'not-found'],
    [`/v1/events?${mark}=1`, 400, 'invalid-input'],
    [`/v1/events?after=${mark}`, 400, 'invalid-input'],
    ['/v1/events?after=-1', 400, 'invalid-input'],
    ['/v1/events?after=1&after=2', 400, 'invalid-input'],
    ['/v1/events?after=9999999999999', 400, 'invalid-input'],
    ['/v1/events?limit=101', 400, 'invalid-input'],
    ['/v1/events?limit=0', 400, 'invalid-input'],
    ['/v1/events?__proto__=1', 400, 'invalid-input'],
    [`/ledger/proof/${mark}`, 400, 'invalid-input'],
    [`/ledger/proof/${v7()}`, 404, 'not-found'],
  ])('%s: %i %s', async (path, status, kind) => {
    await expectRefused({ method: 'GET', path }, status, kind);
  });
});

it('the log holds the mark nowhere, and no fault', () => {
  const log = chain().log();
  expect(log).not.toContain(mark);
  expect(log.toLowerCase()).not.toContain(mark.toLowerCase());
  expect(log).not.toMatch(/"status":5\d\d|"fault":/);
  expect(log).toMatch(/"status":400/);
});
