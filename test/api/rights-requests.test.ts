import { randomUUID } from 'node:crypto';
import { expect, it } from 'vitest';
import { partnerApp } from '../../src/api/partner-app.ts';
import type { EntryId, FieldId, Instant, RequestId, RightsRequestId } from '../../src/core/brand.ts';
import type { PartnerOperations } from '../../src/core/disclosure/operations.ts';
import type { RightsRequest } from '../../src/core/rights/rights-request.ts';
import { fakeDeps } from './world/fake-deps.ts';
import { listen, send } from './world/listener.ts';
import { source } from './world/partners.ts';
import { receiptOf } from './world/records.ts';

const at = '2026-12-01T09:00:00.000Z' as Instant;
const rights: RightsRequest = {
  ...{ id: randomUUID() as RightsRequestId, request: randomUUID() as RequestId, source, field: 'a.b' as FieldId },
  ...{ wish: 'correct', madeBy: 'subject', madeAt: at, dueAt: at, entry: randomUUID() as EntryId },
  ...{ state: 'open', decidedAt: null, decisionEntry: null, carriedOut: null, remindedAt: null },
};
const body = { decision: 'upheld', ground: 'Nagekeken in de registratie', by: 'a.compact.token' };

async function call(operations: Partial<PartnerOperations>, sent?: unknown) {
  const listener = await listen(partnerApp(fakeDeps({ operations })));
  const headers = { 'x-test-unit': source, 'content-type': 'application/json', 'idempotency-key': 'k1' };
  const path = `${listener.url}/v1/rights-requests/${rights.id}`;
  try {
    if (sent === undefined) return await send(path, { headers });
    return await send(`${path}/decisions`, { method: 'POST', headers, body: JSON.stringify(sent) });
  } finally {
    await listener.close();
  }
}

it('shows its source what the person asks, in their own words, and to anybody else it is not there', async () => {
  const { entry: _, source: __, decisionEntry: ___, remindedAt: ____, carriedOut: _____, ...stays } = rights;
  const shown = { ...stays, carriedOutAt: null };
  const read = await call({ readRightsRequest: async () => ({ rights, statement: 'Mijn naam is Ebbing' }) });
  expect([read.status, read.json]).toEqual([200, { ...shown, statement: 'Mijn naam is Ebbing' }]);
  const carriedOut = { at, as: 'rectified' } as const;
  const done = await call({ readRightsRequest: async () => ({ rights: { ...rights, carriedOut }, statement: null }) });
  expect(done.json).toMatchObject({ carriedOutAt: at });
  const erased = await call({ readRightsRequest: async () => ({ rights, statement: null }) });
  expect(erased.json.statement).toBeNull();
  expect((await call({ readRightsRequest: async () => null })).status).toBe(404);
});

it('takes a decision with its ground and who decided', async () => {
  const decided: PartnerOperations['decideRightsRequest'] = async (_, __, { decision }) => ({
    kind: 'decided',
    rights: { ...rights, state: decision, decidedAt: at, decisionEntry: rights.entry },
    receipt: receiptOf(),
  });
  const answer = await call({ decideRightsRequest: decided }, body);
  expect([answer.status, answer.json]).toMatchObject([200, { state: 'upheld', decidedAt: at, receipt: { v: 1 } }]);
  const replay = await call({ decideRightsRequest: async () => ({ kind: 'replayed', rights }) }, body);
  expect([replay.json.receipt, replay.headers.get('idempotency-replayed')]).toEqual([null, 'true']);
  expect((await call({ decideRightsRequest: async () => ({ kind: 'not-found' }) }, body)).status).toBe(404);
  for (const wrong of [
    { ...body, decision: 'maybe' },
    { ...body, ground: 'nee' },
    { ...body, by: undefined },
  ])
    expect((await call({}, wrong)).json.type).toBe('/problems/invalid-input');
});
