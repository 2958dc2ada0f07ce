import { createHash } from 'node:crypto';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { idempotencyOf } from '../../src/api/idempotency.ts';
import { partnerApp } from '../../src/api/partner-app.ts';
import { partnerRoutes } from '../../src/api/partner-routes.ts';
import type { Call } from '../../src/core/disclosure/operations.ts';
import { type FakeDeps, fakeDeps } from './world/fake-deps.ts';
import { type Listener, listen, send } from './world/listener.ts';
import { recipient } from './world/partners.ts';
import { receiptOf, record, requestBodyJson } from './world/records.ts';

describe('the digest of what a key was used for', () => {
  it('is SHA-256 over method, path and canonical body', () => {
    const text = 'POST\n/v1/requests\n{"a":[1,"é"],"b":null}';
    const digest = `sha256:${createHash('sha256').update(text).digest('hex')}`;
    expect(idempotencyOf('k', '/v1/requests', { b: null, a: [1, 'é'] })).toEqual({ key: 'k', digest });
  });

  it('takes an absent body for an empty object', () => {
    expect(idempotencyOf('k', '/p', undefined)).toEqual(idempotencyOf('k', '/p', {}));
  });

  it('differs by path and by body', () => {
    const digests = [
      idempotencyOf('k', '/v1/requests', { a: 1 }),
      idempotencyOf('k', '/v1/facts', { a: 1 }),
      idempotencyOf('k', '/v1/requests', { a: 2 }),
    ].map(({ digest }) => digest);
    expect(new Set(digests).size).toBe(3);
  });
});

describe('Idempotency-Key', () => {
  let deps: FakeDeps;
  let listener: Listener;
  const calls: Call[] = [];
  const who = { 'x-test-unit': recipient, 'content-type': 'application/json' };

  beforeAll(async () => {
    const ask = async (call: Call) => {
      calls.push(call);
      return { kind: 'waiting', request: record({ state: 'awaiting-approval' }), receipt: receiptOf() } as const;
    };
    deps = fakeDeps({ operations: { ask } });
    listener = await listen(partnerApp(deps));
  });
  afterAll(() => listener.close());

  const bodies: Readonly<Record<string, unknown>> = {
    askRequest: requestBodyJson(),
    collectRequest: {},
    approveRequest: { decision: 'approved', approver: 'a.compact.token' },
    breakGlass: {
      source: 'prison-a',
      subject: { type: 'skn', value: '1234567' },
      fields: ['medical.medication'],
      ground: 'Bewusteloos, en niemand weet welke medicijnen.',
      unableToConsent: 'physical',
      establishedHow: 'geen reactie op aanspreken',
      caseReference: 'SEH-1',
      onBehalfOf: 'a.compact.token',
    },
    offerData: {
      ...{ purpose: 'purpose-a', recipient, subject: { type: 'skn', value: '1234567' }, data: { 'a.b': 1 } },
      ...{ justification: 'Nodig voor de terugkeer.', caseReference: 'BIJ-1', onBehalfOf: 'a.compact.token' },
    },
    declineOffer: { by: 'a.compact.token', ground: 'niet nodig' },
    answerRequest: { subject: { type: 'skn', value: '1234567' }, data: {}, complete: true, by: 'a.compact.token' },
    declineRequest: { by: 'a.compact.token', ground: 'niet te vinden' },
    delegateRequest: { by: 'a.compact.token', to: { role: 'planner' } },
    questionRequest: { by: 'a.compact.token', text: 'Welke periode?' },
    replyToQuestion: { onBehalfOf: 'a.compact.token', text: 'Dit jaar.' },
    confirmCollection: { by: 'a.compact.token' },
    reportExcess: { fields: ['a.b'], by: 'a.compact.token' },
    delayInforming: { ground: 'ground-a', reviewAt: '2026-03-20T00:00:00Z', by: 'a.compact.token' },
    decideRightsRequest: { decision: 'upheld', ground: 'Het gegeven klopte niet.', by: 'a.compact.token' },
    makeCorrection: {
      ...{ subject: { type: 'skn', value: '1234567' }, kind: 'erased', fields: ['a.b'], by: 'a.compact.token' },
      ground: 'Verkeerd overgenomen uit het dossier',
    },
    confirmCorrection: { how: 'erased', by: 'a.compact.token' },
    confirmBreakGlass: { by: 'a.compact.token' },
    reportDestruction: { how: 'erased', by: 'a.compact.token' },
    attestFact: { subject: { type: 'skn', value: '1234567' }, type: 'detention', from: '2026-01-01T00:00:00Z' },
    endFact: { until: '2026-01-01T00:00:00Z' },
    correctFact: { from: '2026-01-01T00:00:00Z' },
    disputeFact: { ground: 'onjuist' },
    claimInvolvement: {
      subject: { type: 'skn', value: '1234567' },
      role: 'role-a',
      attester: 'prison-a',
      justification: 'Betrokken bij de terugkeer.',
    },
    confirmInvolvementClaim: { from: '2026-01-01T00:00:00Z' },
    rejectInvolvementClaim: { ground: 'niet betrokken' },
    requestConsent: {
      subject: { type: 'skn', value: '1234567' },
      source: 'prison-a',
      recipient,
      purpose: 'purpose-a',
      categories: ['housing'],
      validUntil: '2026-06-01T00:00:00Z',
      language: 'nl',
    },
    withdrawConsent: {},
    subscribe: { url: 'https://partner.example/events' },
    redeliver: {},
    acceptPolicySet: { set: `sha256:${'0'.repeat(64)}`, signature: 'e30..AAAA' },
  };
  const posts = partnerRoutes
    .filter((route) => route.method === 'post' && !route.keyless)
    .map((route) => [route.operationId, route.path] as const);

  it.each(posts)('%s needs one', async (operationId, path) => {
    const url = `${listener.url}${path.replace('{id}', '0197a000-0000-7000-8000-000000000001')}`;
    const answer = await send(url, { method: 'POST', headers: who, body: JSON.stringify(bodies[operationId]) });
    expect([answer.status, answer.json.type]).toEqual([400, '/problems/idempotency-key-missing']);
    expect(deps.called).toEqual([]);
  });

  it.each([
    ['empty', ''],
    ['129 characters', 'k'.repeat(129)],
    ['a space', 'a b'],
    ['a letter beyond ASCII', 'sleutel-\u00eb'],
  ])('%s is none', async (_, key) => {
    const headers = { ...who, 'idempotency-key': key };
    const answer = await send(`${listener.url}/v1/requests`, {
      method: 'POST',
      headers,
      body: JSON.stringify(requestBodyJson()),
    });
    expect(answer.json.type).toBe('/problems/idempotency-key-missing');
  });

  it('reaches the operation with its digest, the same for another spelling of the same question', async () => {
    const body = requestBodyJson();
    const turned = Object.fromEntries(Object.entries(body).reverse());
    for (const text of [JSON.stringify(body), JSON.stringify(turned, null, 3)]) {
      const headers = { ...who, 'idempotency-key': 'k'.repeat(128) };
      await send(`${listener.url}/v1/requests`, { method: 'POST', headers, body: text });
    }
    const [one, two] = calls;
    expect(one?.idempotency).toEqual(two?.idempotency);
    expect(one?.idempotency.key).toBe('k'.repeat(128));
    expect(one?.idempotency.digest).toMatch(/^sha256:[0-9a-f]{64}$/);
    expect(one?.partner.unit.id).toBe(recipient);
  });
});
