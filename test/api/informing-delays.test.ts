import { randomUUID } from 'node:crypto';
import { expect, it } from 'vitest';
import { partnerApp } from '../../src/api/partner-app.ts';
import type { EntryId, Instant, RequestId } from '../../src/core/brand.ts';
import type { PartnerOperations } from '../../src/core/disclosure/operations.ts';
import type { InformingBody } from '../../src/core/informing/delay-informing.ts';
import { fakeDeps } from './world/fake-deps.ts';
import { listen, send } from './world/listener.ts';
import { recipient } from './world/partners.ts';
import { receiptOf, record } from './world/records.ts';

const id = randomUUID() as RequestId;
const at = '2026-12-01T09:00:00.000Z' as Instant;
const body = { ground: 'public-security', reviewAt: '2026-12-01T10:00:00+01:00', by: 'a.compact.token' };
const delay = {
  ...{ request: id, ground: body.ground, tellWhy: true, deciderRole: 'casemanager' },
  ...{ decidedAt: at, reviewAt: at, entry: randomUUID() as EntryId },
};

async function call(delayInforming: PartnerOperations['delayInforming'], sent: unknown = body) {
  const listener = await listen(partnerApp(fakeDeps({ operations: { delayInforming } })));
  const headers = { 'x-test-unit': recipient, 'content-type': 'application/json', 'idempotency-key': 'k1' };
  try {
    const path = `${listener.url}/v1/disclosures/${id}/informing-delays`;
    return await send(path, { method: 'POST', headers, body: JSON.stringify(sent) });
  } finally {
    await listener.close();
  }
}

it('takes ground, review date and who decided, and answers until when', async () => {
  let seen: InformingBody | null = null;
  const answer = await call(async (_, __, said) => {
    seen = said;
    return { kind: 'delayed', delay, receipt: receiptOf() };
  });
  expect(answer.status).toBe(200);
  expect(answer.json).toMatchObject({ request: id, ground: 'public-security', reviewAt: at, tellWhy: true });
  expect(seen).toMatchObject({ reviewAt: at, tellWhy: true, by: { id: 'u1' } });
  const again = await call(async () => ({ kind: 'replayed', delay }));
  expect([again.status, again.json.receipt, again.headers.get('idempotency-replayed')]).toEqual([200, null, 'true']);
});

it('says what is wrong in a problem, where it is and what to do', async () => {
  const problem = { nl: 'moet anders', en: 'must differ' };
  const answers = [
    await call(async () => ({ kind: 'may-not-delay' })),
    await call(async () => ({ kind: 'not-found' })),
    await call(async () => ({ kind: 'wrong-state', request: record({ state: 'refused' }) })),
    await call(async () => ({ kind: 'invalid', member: 'reviewAt', problem })),
    await call(async () => ({ kind: 'may-not-delay' }), { ...body, reviewAt: 'tomorrow' }),
    await call(async () => ({ kind: 'may-not-delay' }), { ...body, tellWhy: 'no' }),
  ];
  expect(answers.map(({ status, json }) => [status, json.type])).toEqual([
    [409, '/problems/may-not-delay'],
    [404, '/problems/not-found'],
    [409, '/problems/wrong-state'],
    [400, '/problems/invalid-input'],
    [400, '/problems/invalid-input'],
    [400, '/problems/invalid-input'],
  ]);
  expect(answers[3]?.json.errors).toMatchObject([{ location: { pointer: '#/reviewAt' } }]);
});
