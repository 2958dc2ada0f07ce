import { randomUUID } from 'node:crypto';
import { describe, expect, it } from 'vitest';
import { partnerApp } from '../../src/api/partner-app.ts';
import type { FieldId, Instant, RequestId } from '../../src/core/brand.ts';
import type { SourceAnswer } from '../../src/core/disclosure/inbox-operations.ts';
import type { PartnerOperations } from '../../src/core/disclosure/operations.ts';
import { someUser } from '../world/some-user.ts';
import { type FakeDeps, fakeDeps } from './world/fake-deps.ts';
import { type Answer, listen, send } from './world/listener.ts';
import { recipient, source } from './world/partners.ts';
import { bsn, receiptOf, record } from './world/records.ts';

const id = randomUUID();
const token = 'a.compact.token';
/** Whom it names, as `fakeDeps` has it. */
const named = someUser('u1', 'casemanager', 'A. de Wit');
const subject = { type: 'bsn', value: bsn };
const given = { subject, data: { 'identity.surname': 'Ebbink' }, complete: true, by: token };

let deps: FakeDeps;
async function call(operations: Partial<PartnerOperations>, path: string, sent: object): Promise<Answer> {
  deps = fakeDeps({ operations });
  const listener = await listen(partnerApp(deps));
  try {
    return await send(`${listener.url}${path}`, sent);
  } finally {
    await listener.close();
  }
}

function post(operations: Partial<PartnerOperations>, path: string, body: unknown, unit = source): Promise<Answer> {
  const headers = { 'content-type': 'application/json', 'idempotency-key': 'k1', 'x-test-unit': unit };
  return call(operations, path, { method: 'POST', headers, body: JSON.stringify(body) });
}

const answers = `/v1/inbox/${id}/answers`;

describe('POST /v1/inbox/{id}/answers', () => {
  it('passes on what was given and by whom, and answers with the request and its receipt', async () => {
    let seen: SourceAnswer | null = null;
    const request = record({ state: 'answered' });
    const answerRequest: PartnerOperations['answerRequest'] = async (_, __, answer) => {
      seen = answer;
      return { kind: 'recorded', request, receipt: receiptOf() };
    };
    const { status, json, text } = await post({ answerRequest }, answers, given);
    expect(seen).toEqual({ ...given, by: named });
    expect([status, json.state, json.receipt]).toMatchObject([200, 'answered', { v: 1 }]);
    expect(text).not.toContain('Ebbink');
  });

  it('passes on what the source sealed itself, with its permit', async () => {
    let seen: SourceAnswer | null = null;
    const request = record({ state: 'answered' });
    const answerRequest: PartnerOperations['answerRequest'] = async (_, __, answer) => {
      seen = answer;
      return { kind: 'recorded', request, receipt: receiptOf() };
    };
    const { data: _, ...rest } = given;
    const own = { sealed: { identity: 'a.b.c.d.e' }, permit: 'a.b.c' };
    expect((await post({ answerRequest }, answers, { ...rest, ...own })).status).toBe(200);
    expect(seen).toEqual({ ...rest, data: {}, sealed: own, by: named });
  });

  it('names the size of a category that is too large by one character', async () => {
    const { data: _, ...rest } = given;
    const sealed = { identity: 'x'.repeat(262_145) };
    const { status, json } = await post({}, answers, { ...rest, sealed, permit: 'a.b.c' });
    expect(status).toBe(400);
    expect(json.errors).toMatchObject([
      { location: { pointer: '#/sealed/identity' }, detail: 'moet hoogstens 262144 tekens hebben' },
    ]);
  });

  it('takes as much as three categories that are sealed, and not a byte more than a mebibyte', async () => {
    let chars = 0;
    const answerRequest: PartnerOperations['answerRequest'] = async (_, __, { sealed }) => {
      chars = Object.values(sealed?.sealed ?? {}).join('').length;
      return { kind: 'recorded', request: record({ state: 'answered' }), receipt: receiptOf() };
    };
    const { data: _, ...rest } = given;
    const jwe = 'x'.repeat(262_144);
    const permit = 'x'.repeat(8_192);
    const whole = { ...rest, sealed: { identity: jwe, housing: jwe, medical: jwe }, permit };
    expect((await post({ answerRequest }, answers, whole)).status).toBe(200);
    expect(chars).toBe(3 * 262_144);
    const left = 1_048_576 - Buffer.byteLength(JSON.stringify({ ...whole, more: '' }));
    const full = await post({ answerRequest }, answers, { ...whole, more: 'x'.repeat(left) });
    expect([full.status, full.json.type]).toEqual([400, '/problems/invalid-input']);
    const over = await post({ answerRequest }, answers, { ...whole, more: 'x'.repeat(left + 1) });
    expect([over.status, over.json.type, over.json.detail]).toEqual([
      413,
      '/problems/too-large',
      expect.stringContaining('1024 KiB'),
    ]);
    const refused = await post({}, `/v1/inbox/${id}/refusals`, { by: token, ground: 'x'.repeat(65_536) });
    expect([refused.status, refused.json.detail]).toEqual([413, expect.stringContaining(' 64 KiB')]);
  });

  it.each([
    ['neither', { data: undefined }],
    ['both', { sealed: {}, permit: 'a.b.c' }],
    ['sealed without its permit', { data: undefined, sealed: {} }],
    ['a permit without what was sealed', { permit: 'a.b.c' }],
  ])('takes data or what was sealed, and not %s', async (_, change) => {
    const { status, json } = await post({}, answers, { ...given, ...change });
    expect([status, json.errors, deps.called]).toMatchObject([400, [{ code: 'one-of-two' }], []]);
  });

  it('names the member that is wrong, and says nothing of what it held', async () => {
    const problem = { nl: 'mag niet', en: 'may not' };
    const invalid = { kind: 'invalid', member: 'data/identity.surname', code: 'not-permitted', problem } as const;
    const { status, json, text } = await post({ answerRequest: async () => invalid }, answers, given);
    expect([status, json.errors]).toMatchObject([
      400,
      [{ in: 'body', location: { pointer: '#/data/identity.surname' }, code: 'not-permitted' }],
    ]);
    expect(text).not.toContain('Ebbink');
  });

  it.each([
    ['not-found', 404, 'not-found'],
    ['other-person', 422, 'answer-about-another'],
    ['number-not-allowed', 403, 'number-not-allowed'],
    ['key-reused', 422, 'key-reused'],
  ] as const)('%s: %i', async (kind, status, name) => {
    const answer = await post({ answerRequest: async () => ({ kind }) }, answers, given);
    expect([answer.status, answer.json.type]).toEqual([status, `/problems/${name}`]);
  });

  it('too late: 409 with the state, in which a stopped request looks as one that was refused', async () => {
    const request = record({ state: 'withdrawn' });
    const answer = await post({ answerRequest: async () => ({ kind: 'wrong-state', request }) }, answers, given);
    expect([answer.status, answer.json.state]).toEqual([409, 'refused']);
  });

  it.each([
    ['a field that is no field', { ...given, data: { '900000041': 1 } }],
    ['data that is a list', { ...given, data: ['Ebbink'] }],
    ['nobody', { ...given, subject: undefined }],
    ['a number that is none', { ...given, subject: { type: 'bsn', value: '123456789' } }],
    ['nothing of whether it is all', { ...given, complete: 'ja' }],
    ['nobody who says so', { ...given, by: undefined }],
    ['a member more', { ...given, extra: 'Ebbink' }],
  ])('with %s never reaches the core', async (_, body) => {
    const { status, text } = await post({}, answers, body);
    expect([status, deps.called]).toEqual([400, []]);
    expect(text).not.toMatch(/Ebbink|900000041|123456789/);
  });

  it('larger than a body may be is not read', async () => {
    const { status, json } = await post({}, answers, { ...given, data: { 'identity.surname': 'x'.repeat(1_048_576) } });
    expect([status, json.type, deps.called]).toEqual([413, '/problems/too-large', []]);
  });
});

describe('the other things that a source does', () => {
  const request = record({ state: 'awaiting-source' });
  const recorded = async () => ({ kind: 'recorded', request, receipt: receiptOf() }) as const;

  it.each([
    ['refusals', 'declineRequest', { by: token, ground: 'niet te vinden' }],
    ['questions', 'questionRequest', { by: token, text: 'Welke periode?' }],
    ['delegations', 'delegateRequest', { by: token, to: { role: 'planner' } }],
    ['delegations', 'delegateRequest', { by: token, to: { user: 'p7' }, note: 'vandaag' }],
  ] as const)('%s goes on record', async (path, operation, body) => {
    const { status, json } = await post({ [operation]: recorded }, `/v1/inbox/${id}/${path}`, body);
    expect([status, json.state, deps.called]).toEqual([200, 'awaiting-source', [operation]]);
  });

  it.each([
    ['refusals', { by: token }],
    ['refusals', { by: token, ground: ' ' }],
    ['questions', { by: token, text: 'x'.repeat(501) }],
    ['delegations', { by: token, to: { role: 'a', user: 'b' } }],
    ['delegations', { by: token, to: {} }],
  ])('%s without what it needs is refused: %j', async (path, body) => {
    expect((await post({}, `/v1/inbox/${id}/${path}`, body)).status).toBe(400);
    expect(deps.called).toEqual([]);
  });
});

describe('what a recipient does', () => {
  it('replies to a question, and confirms what it collected', async () => {
    const request = record({ state: 'collected' });
    const recorded = async () => ({ kind: 'recorded', request, receipt: receiptOf() }) as const;
    const replies = `/v1/requests/${id}/replies`;
    const reply = await post(
      { replyToQuestion: recorded },
      replies,
      { text: 'Dit jaar.', onBehalfOf: token },
      recipient,
    );
    expect([reply.status, deps.called]).toEqual([200, ['replyToQuestion']]);
    const confirmations = `/v1/requests/${id}/collection-confirmations`;
    const confirmed = await post({ confirmCollection: recorded }, confirmations, { by: token }, recipient);
    expect([confirmed.status, confirmed.json.state]).toEqual([200, 'collected']);
    const replayed = async () => ({ kind: 'replayed', request }) as const;
    const again = await post({ confirmCollection: replayed }, confirmations, { by: token }, recipient);
    expect([again.json.receipt, again.headers.get('idempotency-replayed')]).toEqual([null, 'true']);
  });

  it('collects an answer in its parts; given again, that is said', async () => {
    const parts = [{ category: null, fields: ['identity.surname' as FieldId], sealed: 'a.b.c.d.e', permit: null }];
    for (const again of [false, true]) {
      const handed = { kind: 'handed-over', request: record(), parts, receipt: receiptOf(), again } as const;
      const answer = await post({ collect: async () => handed }, `/v1/requests/${id}/collections`, {}, recipient);
      expect([answer.status, answer.json.parts, answer.json.data]).toEqual([200, parts, undefined]);
      expect(answer.headers.get('idempotency-replayed')).toBe(again ? 'true' : null);
    }
  });
});

describe('GET /v1/requests/{id}/messages', () => {
  const read = (readMessages: PartnerOperations['readMessages']) =>
    call({ readMessages }, `/v1/requests/${id}/messages`, { headers: { 'x-test-unit': source } });

  it('shows what was said, and to nobody else that there is such a request', async () => {
    const at = '2026-03-01T09:00:00.000Z' as Instant;
    const common = { id, request: id as RequestId, at, entry: record().entry };
    const { status, json } = await read(async () => [
      { ...common, said: { kind: 'question', text: 'Welke?' } },
      { ...common, said: { kind: 'delegation', to: { role: 'planner' }, note: null } },
    ]);
    expect([status, json]).toEqual([
      200,
      {
        messages: [
          { kind: 'question', at, text: 'Welke?' },
          { kind: 'delegation', at, to: { role: 'planner' }, note: null },
        ],
      },
    ]);
    expect((await read(async () => null)).status).toBe(404);
  });
});
