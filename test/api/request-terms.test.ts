import { describe, expect, it } from 'vitest';
import { partnerApp } from '../../src/api/partner-app.ts';
import type { Instant } from '../../src/core/brand.ts';
import type { DestructionOutcome, DestructionReport, PartnerOperations } from '../../src/core/disclosure/operations.ts';
import type { RequestRecord } from '../../src/core/disclosure/request.ts';
import { refuse } from '../../src/core/result.ts';
import { someUser } from '../world/some-user.ts';
import { fakeDeps } from './world/fake-deps.ts';
import { type Answer, listen, type Sent, send } from './world/listener.ts';
import { recipient } from './world/partners.ts';
import { receiptOf, record } from './world/records.ts';

async function exchange(deps: ReturnType<typeof fakeDeps>, path: string, sent: Sent): Promise<Answer> {
  const listener = await listen(partnerApp(deps));
  try {
    return await send(`${listener.url}${path}`, sent);
  } finally {
    await listener.close();
  }
}

function read(request: RequestRecord): Promise<Answer> {
  const deps = fakeDeps({ requests: { find: async () => request } });
  return exchange(deps, `/v1/requests/${request.id}`, { headers: { 'x-test-unit': recipient } });
}

describe('POST /v1/requests/{id}/destruction-confirmations', () => {
  const confirmedAt = '2026-09-01T09:00:00.000Z' as Instant;
  const confirm = async (outcome: DestructionOutcome) => {
    const deps = fakeDeps({ operations: { confirmDestruction: async () => outcome } });
    const headers = { 'x-test-unit': recipient, 'idempotency-key': 'k1' };
    return exchange(deps, `/v1/requests/${record().id}/destruction-confirmations`, { method: 'POST', headers });
  };

  it('answers with the moment and the receipt, and again without the receipt', async () => {
    const request = record({ destructionConfirmedAt: confirmedAt });
    const first = await confirm({ kind: 'confirmed', request, receipt: receiptOf() });
    expect(first).toMatchObject({
      status: 200,
      json: { destruction: { required: false, confirmedAt }, receipt: { v: 1 } },
    });
    const again = await confirm({ kind: 'replayed', request });
    expect(again).toMatchObject({ status: 200, json: { destruction: { confirmedAt }, receipt: null } });
  });

  it('is a problem of a request that is not yours, gave nothing, or with a key of something else', async () => {
    const request = record({ state: 'permitted' });
    expect((await confirm({ kind: 'not-found' })).status).toBe(404);
    expect(await confirm({ kind: 'wrong-state', request })).toMatchObject({
      status: 409,
      json: { state: 'permitted' },
    });
    expect((await confirm({ kind: 'key-reused' })).status).toBe(422);
  });
});

describe('POST /v1/disclosures/{id}/destruction', () => {
  const confirmedAt = '2026-09-01T09:00:00.000Z' as Instant;
  const body = { how: 'erased', by: 'a.compact.token' };
  const report = async (sent: unknown, outcome?: DestructionOutcome, refusal?: 'expired') => {
    let seen: DestructionReport | null = null;
    const reportDestruction: PartnerOperations['reportDestruction'] = async (_, __, said) => {
      seen = said;
      return outcome ?? { kind: 'not-found' };
    };
    const users = refusal === undefined ? {} : { users: { take: async () => refuse(refusal) } };
    const deps = fakeDeps({ operations: { reportDestruction }, ...users });
    const headers = { 'x-test-unit': recipient, 'idempotency-key': 'k1', 'content-type': 'application/json' };
    const path = `/v1/disclosures/${record().id}/destruction`;
    const answer = await exchange(deps, path, { method: 'POST', headers, body: JSON.stringify(sent) });
    return { answer, seen };
  };

  it('passes on how and by whom, and answers with both the moment and how, and with a receipt the first time', async () => {
    const request = record({ destructionConfirmedAt: confirmedAt, destroyedHow: 'erased' });
    const first = await report(body, { kind: 'confirmed', request, receipt: receiptOf() });
    expect(first.seen).toEqual({ how: 'erased', by: someUser('u1', 'casemanager', 'A. de Wit') });
    expect(first.answer).toMatchObject({
      status: 200,
      json: { destruction: { required: false, confirmedAt, how: 'erased' }, receipt: { v: 1 } },
    });
    const again = await report(body, { kind: 'replayed', request });
    expect(again.answer.json).toMatchObject({ destruction: { confirmedAt, how: 'erased' }, receipt: null });
  });

  it.each([
    [{ by: 'a.compact.token' }, '#/how'],
    [{ how: 'burnt', by: 'a.compact.token' }, '#/how'],
    [{ how: 'erased' }, '#/by'],
    [{ ...body, note: 'in de versnipperaar' }, '#/note'],
  ])('says what is wrong with %j, and nothing is put on record', async (sent, pointer) => {
    const { answer, seen } = await report(sent);
    expect([answer.status, answer.json.errors]).toMatchObject([400, [{ location: { pointer } }]]);
    expect(JSON.stringify(answer.json)).not.toMatch(/burnt|versnipperaar/);
    expect(seen).toBeNull();
  });

  it('takes nobody at their word for who did it', async () => {
    const { answer, seen } = await report(body, undefined, 'expired');
    expect([answer.status, answer.json.errors]).toMatchObject([
      403,
      [{ location: { pointer: '#/by' }, code: 'expired' }],
    ]);
    expect(seen).toBeNull();
  });

  it('is a problem of a request that is not yours, gave nothing, or with a key of something else', async () => {
    expect((await report(body, { kind: 'not-found' })).answer.status).toBe(404);
    const request = record({ state: 'permitted' });
    expect((await report(body, { kind: 'wrong-state', request })).answer).toMatchObject({
      status: 409,
      json: { state: 'permitted' },
    });
    expect((await report(body, { kind: 'key-reused' })).answer.status).toBe(422);
  });
});

describe('GET /v1/requests/{id}', () => {
  it('says for what the data may be used, where it may come from and that its destruction is asked', async () => {
    const given = record();
    const obligations = given.decision.obligations && {
      ...given.decision.obligations,
      destruction: 'confirm' as const,
    };
    const asking = { ...given, decision: { ...given.decision, obligations } };
    expect((await read(asking)).json).toMatchObject({
      usableFor: 'purpose-a',
      obtained: { 'identity.surname': ['own'] },
      approvalsNeeded: { persons: 0, roles: [] },
      destruction: { required: true, confirmedAt: null },
    });
  });

  it('of a request that was stopped says nothing of that', async () => {
    expect((await read(record({ state: 'withdrawn' }))).json).toMatchObject({
      usableFor: null,
      obtained: {},
      approvalsNeeded: { persons: 0, roles: [] },
      destruction: { required: false, confirmedAt: null },
    });
  });
});
