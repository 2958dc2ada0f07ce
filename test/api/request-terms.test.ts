import { describe, expect, it } from 'vitest';
import { partnerApp } from '../../src/api/partner-app.ts';
import type { Instant } from '../../src/core/brand.ts';
import type { DestructionOutcome } from '../../src/core/disclosure/operations.ts';
import type { RequestRecord } from '../../src/core/disclosure/request.ts';
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
