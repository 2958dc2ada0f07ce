import { randomUUID } from 'node:crypto';
import { describe, expect, it } from 'vitest';
import { partnerApp } from '../../src/api/partner-app.ts';
import type { RequestId } from '../../src/core/brand.ts';
import { isNeverOffered } from '../../src/core/disclosure/accept-offer.ts';
import type { Offer } from '../../src/core/disclosure/offer-operations.ts';
import type { PartnerOperations } from '../../src/core/disclosure/operations.ts';
import type { RequestRecord } from '../../src/core/disclosure/request.ts';
import { Fault } from '../../src/core/fault.ts';
import { refuse } from '../../src/core/result.ts';
import { someUser } from '../world/some-user.ts';
import { type FakeDeps, fakeDeps } from './world/fake-deps.ts';
import { type Answer, listen, send } from './world/listener.ts';
import { recipient, source, stranger } from './world/partners.ts';
import { bsn, receiptOf, record, refusalSummary } from './world/records.ts';

const token = 'a.compact.token';
/** Whom it names, as `fakeDeps` has it. */
const named = someUser('u1', 'casemanager', 'A. de Wit');
const given = {
  purpose: 'purpose-a',
  recipient,
  subject: { type: 'bsn', value: bsn },
  data: { 'identity.surname': 'Ebbink' },
  addressee: 'mayor',
  justification: 'Komt in januari terug naar uw gemeente.',
  caseReference: 'BIJ-2026/1',
  onBehalfOf: token,
};
const waiting = (more: Partial<RequestRecord> = {}) => record({ direction: 'push', state: 'answered', ...more });
const neverOffered = waiting({ state: 'refused', decision: refusalSummary() });

let deps: FakeDeps;
async function call(made: Parameters<typeof fakeDeps>[0], path: string, sent: object): Promise<Answer> {
  deps = fakeDeps(made);
  const listener = await listen(partnerApp(deps));
  try {
    return await send(`${listener.url}${path}`, sent);
  } finally {
    await listener.close();
  }
}

function post(made: Parameters<typeof fakeDeps>[0], path: string, body: unknown, unit = source): Promise<Answer> {
  const headers = { 'content-type': 'application/json', 'idempotency-key': 'k1', 'x-test-unit': unit };
  return call(made, path, { method: 'POST', headers, body: JSON.stringify(body) });
}

const offering = (offer: PartnerOperations['offer'], body: unknown = given) =>
  post({ operations: { offer } }, '/v1/offers', body);

describe('POST /v1/offers', () => {
  it('passes on what is offered and by whom, and answers with where it waits and the receipt', async () => {
    let seen: Offer | null = null;
    const request = waiting();
    const answer = await offering(async (_, offer) => {
      seen = offer;
      return { kind: 'offered', request, receipt: receiptOf() };
    });
    const { onBehalfOf: _, ...rest } = given;
    expect(seen).toEqual({ ...rest, by: named });
    expect([answer.status, answer.json.state, answer.json.receipt]).toMatchObject([202, 'answered', { v: 1 }]);
    expect(answer.headers.get('location')).toBe(`/v1/requests/${request.id}`);
    expect(answer.text).not.toContain('Ebbink');
    // Why a field was not kept: for the source, which sent it.
    const { refused } = answer.json.decision as { refused: { field: string; reasons: unknown[] }[] };
    expect(refused).toMatchObject([{ field: 'detention.start', reasons: [{ text: 'Geen regel' }] }]);
  });

  it('takes an offer without an addressee as one for anybody there', async () => {
    let seen: Offer | null = null;
    const { addressee: _, ...forAnybody } = given;
    await offering(async (_, offer) => {
      seen = offer;
      return { kind: 'offered', request: waiting(), receipt: receiptOf() };
    }, forAnybody);
    expect(seen).toMatchObject({ addressee: null });
  });

  it('that is refused says why, with its receipt, and nothing of what was offered', async () => {
    const { status, json, text } = await offering(async () => ({
      kind: 'refused',
      request: neverOffered,
      receipt: receiptOf(),
    }));
    expect([status, json.type, json.class, json.receipt]).toMatchObject([
      403,
      '/problems/refused',
      'not-available',
      { v: 1 },
    ]);
    expect(text).not.toMatch(/Ebbink|900000016/);
  });

  it.each([
    ['waits', waiting(), 202],
    ['was declined', waiting({ state: 'declined' }), 202],
    ['was refused', neverOffered, 403],
    ['was stopped', waiting({ state: 'withdrawn' }), 403],
  ])('once more, where it %s, answers as the request stands now', async (_, request, status) => {
    const answer = await offering(async () => ({ kind: 'replayed', request }));
    expect([answer.status, answer.json.receipt]).toEqual([status, null]);
    expect(answer.headers.get('idempotency-replayed')).toBe('true');
  });

  it('names the member that is wrong, and says nothing of what it held', async () => {
    const problem = { nl: 'mag niet', en: 'may not' };
    const { status, json, text } = await offering(async () => ({
      ...{ kind: 'invalid', member: 'data/identity.surname', code: 'wrong-form', problem },
    }));
    expect([status, json.errors]).toMatchObject([
      400,
      [{ in: 'body', location: { pointer: '#/data/identity.surname' }, code: 'wrong-form' }],
    ]);
    expect(text).not.toContain('Ebbink');
  });

  it.each([
    ['number-not-allowed', 403],
    ['may-not-approve', 403],
    ['key-reused', 422],
    ['in-progress', 409],
  ] as const)('%s: %i', async (kind, status) => {
    expect((await offering(async () => ({ kind }))).status).toBe(status);
  });

  it('to nobody who can open it: 409 or worse, and never a waiting offer', async () => {
    const { status, json } = await offering(() => Promise.reject(new Fault('seal-impossible', 'no key')));
    expect([status, json.type]).toEqual([status, '/problems/seal-impossible']);
    expect(status).toBeGreaterThanOrEqual(400);
  });

  it.each([
    ['nothing in it', { ...given, data: {} }],
    ['a field that is no field', { ...given, data: { '900000041': 1 } }],
    ['data that is a list', { ...given, data: ['Ebbink'] }],
    ['more fields than may be', { ...given, data: Object.fromEntries([...Array(65)].map((_, i) => [field(i), 1])) }],
    ['nobody it is about', { ...given, subject: undefined }],
    ['a number that is none', { ...given, subject: { type: 'bsn', value: '123456789' } }],
    ['no recipient', { ...given, recipient: undefined }],
    ['no reason', { ...given, justification: 'kort' }],
    ['nobody who offers', { ...given, onBehalfOf: undefined }],
    ['a member more', { ...given, extra: 'Ebbink' }],
  ])('with %s never reaches the core', async (_, body) => {
    const { status, text } = await post({}, '/v1/offers', body);
    expect([status, deps.called]).toEqual([400, []]);
    expect(text).not.toMatch(/Ebbink|900000041|123456789/);
  });

  it('larger than a body may be is not read', async () => {
    const body = { ...given, data: { 'identity.surname': 'x'.repeat(70_000) } };
    const { status, json } = await post({}, '/v1/offers', body);
    expect([status, json.type, deps.called]).toEqual([413, '/problems/too-large', []]);
  });
});

/** A field of letters only, another one for each number. */
function field(number: number): string {
  return `identity.${String.fromCharCode(97 + Math.floor(number / 26), 97 + (number % 26))}`;
}

describe('accepting and declining', () => {
  const id = randomUUID();
  const collections = `/v1/requests/${id}/collections`;
  const refusals = `/v1/requests/${id}/refusals`;
  const refusal = { by: token, ground: 'niet nodig voor de openbare orde' };

  it('hands over to a person what waited, sealed', async () => {
    let taker: unknown;
    const request = waiting({ state: 'delivered' });
    const parts = [{ category: null, fields: request.fields, sealed: 'a.b.c.d.e', permit: null }];
    const collect: PartnerOperations['collect'] = async (_, __, user) => {
      taker = user;
      return { kind: 'handed-over', request, parts, receipt: receiptOf(), again: false };
    };
    const { status, json } = await post({ operations: { collect } }, collections, { onBehalfOf: token }, recipient);
    expect([status, json.parts, taker]).toMatchObject([200, [{ sealed: 'a.b.c.d.e' }], named]);
  });

  it.each([
    ['user-needed', 400, 'invalid-input'],
    ['other-addressee', 403, 'other-addressee'],
    ['other-role', 403, 'other-role'],
    ['not-found', 404, 'not-found'],
  ] as const)('%s: %i', async (kind, status, name) => {
    const answer = await post({ operations: { collect: async () => ({ kind }) } }, collections, {}, recipient);
    expect([answer.status, answer.json.type]).toEqual([status, `/problems/${name}`]);
    if (kind === 'user-needed')
      expect(answer.json.errors).toMatchObject([{ location: { pointer: '#/onBehalfOf' }, code: 'required' }]);
  });

  it('what was declined is not there to accept, and was refused by nobody', async () => {
    const request = waiting({ state: 'declined' });
    const collect = async () => ({ kind: 'wrong-state', request }) as const;
    const { status, json } = await post({ operations: { collect } }, collections, { onBehalfOf: token }, recipient);
    expect([status, json.type, json.state]).toEqual([409, '/problems/wrong-state', 'declined']);
  });

  it('goes on record where the recipient declines', async () => {
    let seen: unknown;
    const declineOffer: PartnerOperations['declineOffer'] = async (_, of, what) => {
      seen = [of, what];
      return { kind: 'recorded', request: waiting({ id: of, state: 'declined' }), receipt: receiptOf() };
    };
    const { status, json, text } = await post({ operations: { declineOffer } }, refusals, refusal, recipient);
    expect(seen).toEqual([id, { by: named, ground: refusal.ground }]);
    expect([status, json.state, json.receipt]).toMatchObject([200, 'declined', { v: 1 }]);
    expect(text).not.toContain(refusal.ground);
  });

  it('too late: 409 with the state, in which a stopped offer looks as one that was refused', async () => {
    const request = waiting({ id: id as RequestId, state: 'withdrawn' });
    const declineOffer = async () => ({ kind: 'wrong-state', request }) as const;
    const answer = await post({ operations: { declineOffer } }, refusals, refusal, recipient);
    expect([answer.status, answer.json.state]).toEqual([409, 'refused']);
  });

  it.each([
    ['nobody who does', { ground: 'niet nodig' }],
    ['no ground', { by: token, ground: ' ' }],
    ['a member more', { ...refusal, extra: 1 }],
  ])('with %s is not declined', async (_, body) => {
    expect((await post({}, refusals, body, recipient)).status).toBe(400);
    expect(deps.called).toEqual([]);
  });

  it.each([
    ['/v1/offers', given, source],
    [collections, { onBehalfOf: token }, recipient],
    [refusals, refusal, recipient],
  ] as const)('%s does nothing for a token that is not accepted', async (path, body, unit) => {
    const users = { take: async () => refuse('expired' as const) };
    const { status, json } = await post({ users }, path, body, unit);
    expect([status, json.type, deps.called]).toEqual([403, '/problems/user-token-refused', []]);
  });
});

describe('GET /v1/requests/{id} of an offer', () => {
  const read = (request: RequestRecord, unit: string) =>
    call({ requests: { find: async () => request } }, `/v1/requests/${request.id}`, {
      headers: { 'x-test-unit': unit },
    });

  it('that was refused is for its source alone; its recipient gets the answer of what does not exist', async () => {
    expect(isNeverOffered(neverOffered, recipient)).toBe(true);
    expect(await read(neverOffered, source)).toMatchObject({ status: 200, json: { state: 'refused' } });
    const nothing = await call({}, `/v1/requests/${neverOffered.id}`, { headers: { 'x-test-unit': recipient } });
    for (const unit of [recipient, stranger]) {
      const { status, json } = await read(neverOffered, unit);
      expect([status, { ...json, trace: null }]).toEqual([404, { ...nothing.json, trace: null }]);
    }
  });

  it('that waits is for both, with for whom it is meant, and for nobody else', async () => {
    for (const unit of [source, recipient])
      for (const userRole of ['mayor', null])
        expect(await read(waiting({ userRole }), unit)).toMatchObject({
          ...{ status: 200, json: { state: 'answered', offer: { addressee: userRole } } },
        });
    expect((await read(waiting({ direction: 'pull' }), recipient)).json.offer).toBeNull();
    expect((await read(waiting(), stranger)).status).toBe(404);
  });

  it('of which not all is permitted tells its recipient of what is, wherever that reads it', async () => {
    const made = waiting();
    const { permitted, refused } = made.decision;
    const kept = { ...made, fields: permitted };
    expect(refused).toHaveLength(1);
    expect((await read(kept, source)).json.decision).toMatchObject({
      permitted,
      refused: [{ field: refused[0]?.field }],
    });
    const seen = { fields: permitted, decision: { permitted, refused: [] } };
    expect((await read(kept, recipient)).json).toMatchObject(seen);
    const collect = async () =>
      ({ kind: 'handed-over', again: false, request: kept, parts: [], receipt: receiptOf() }) as const;
    const body = { onBehalfOf: token };
    const taken = await post({ operations: { collect } }, `/v1/requests/${kept.id}/collections`, body, recipient);
    expect([taken.status, taken.json]).toMatchObject([200, seen]);
    const asked = (await read({ ...kept, direction: 'pull' }, recipient)).json;
    expect(asked).toMatchObject({ decision: { refused: [{ field: refused[0]?.field }] } });
  });
});
