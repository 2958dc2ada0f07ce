import { randomUUID } from 'node:crypto';
import { afterEach, describe, expect, it } from 'vitest';
import { partnerApp } from '../../src/api/partner-app.ts';
import type { Digest, FieldId, Instant, RequestId } from '../../src/core/brand.ts';
import type { Purpose } from '../../src/core/category/catalogue.ts';
import type { InboxQuery, InboxView } from '../../src/core/disclosure/inbox.ts';
import type { ApprovalBody, PartnerOperations } from '../../src/core/disclosure/operations.ts';
import type { RequestRecord } from '../../src/core/disclosure/request.ts';
import { strike } from '../../src/core/disclosure/strike.ts';
import { memoryUnit } from '../world/memory-world.ts';
import { planFields } from '../world/personas.ts';
import { shippedSet } from '../world/shipped-set.ts';
import { fakeDeps } from './world/fake-deps.ts';
import { type Answer, type Listener, listen, send } from './world/listener.ts';
import { source } from './world/partners.ts';
import { receiptOf, record } from './world/records.ts';

let listener: Listener | null = null;
afterEach(async () => {
  await listener?.close();
  listener = null;
});

async function call(operations: Partial<PartnerOperations>, path: string, body?: unknown): Promise<Answer> {
  listener = await listen(partnerApp(fakeDeps({ operations, escalatedTo: () => ['role-a'] })));
  const headers = { 'x-test-unit': source, 'accept-language': 'nl' };
  if (body === undefined) return send(`${listener.url}${path}`, { headers });
  const posted = { ...headers, 'content-type': 'application/json', 'idempotency-key': 'k1' };
  return send(`${listener.url}${path}`, { method: 'POST', headers: posted, body: JSON.stringify(body) });
}

const dueAt = '2026-03-15T09:00:00.000Z' as Instant;
const waits = (given: Partial<RequestRecord> = {}) => record({ state: 'awaiting-approval', dueAt, ...given });

describe('GET /v1/inbox', () => {
  it('has nothing in it about anybody', async () => {
    const request = waits();
    const { status, json, text } = await call({ listInbox: async () => [request] }, '/v1/inbox');
    expect([status, json]).toEqual([
      200,
      {
        items: [
          {
            id: request.id,
            waitsFor: 'approval',
            purpose: request.purpose,
            recipient: request.recipient,
            fields: request.decision.permitted,
            receivedAt: request.receivedAt,
            dueAt,
            approvalsNeeded: { persons: 0, roles: [] },
            escalatedTo: ['role-a'],
          },
        ],
        next: null,
      },
    ]);
    expect(text).not.toContain(request.subject);
  });

  it('goes on where a page ended, and asks for one task where that is asked', async () => {
    const all = Array.from({ length: 3 }, () => waits());
    const asked: InboxQuery[] = [];
    const listInbox: PartnerOperations['listInbox'] = async (_, query) => {
      asked.push(query);
      return all.slice(0, query.limit);
    };
    const first = await call({ listInbox }, '/v1/inbox?limit=2&waitsFor=approval');
    expect((first.json.items as unknown[]).length).toBe(2);
    expect(first.json.next).toBe(`${dueAt}~${all[1]?.id}`);
    await listener?.close();
    await call({ listInbox }, `/v1/inbox?after=${String(first.json.next)}`);
    expect(asked).toEqual([
      { task: 'approval', after: null, limit: 3 },
      { task: null, after: { at: dueAt, id: all[1]?.id }, limit: 51 },
    ]);
  });

  it.each([
    'waitsFor=nothing',
    'limit=0',
    'limit=101',
    'after=x',
    `after=2026-13-45T09:00:00.000Z~${randomUUID()}`,
    `after=${dueAt}~------------------------------------`,
    'before=x',
    `after=${dueAt}~${randomUUID()}&after=${dueAt}~${randomUUID()}`,
  ])('refuses %s', async (query) => {
    expect((await call({}, `/v1/inbox?${query}`)).status).toBe(400);
  });
});

describe('GET /v1/inbox/{id}', () => {
  const { catalogue } = shippedSet();
  const purpose = [...catalogue.purposes.values()][0] as Purpose;
  const fields = planFields.map((id) => catalogue.fields.get(id as FieldId)).filter((field) => field !== undefined);

  function viewOf(given: Partial<InboxView> = {}): InboxView {
    return {
      request: waits({ approvals: [{ by: 'somebody', role: 'director' }] }),
      step: `sha256:${'a'.repeat(64)}` as Digest,
      task: 'approval',
      subject: { pseudonym: 'p-1', caseReferences: ['PI-17'], numbers: { bsn: '900000016' } },
      purpose,
      fields,
      answered: [],
      delegatedTo: null,
      recipient: memoryUnit('gemeente', 'municipality'),
      kind: { nl: 'gemeente', en: 'municipality' },
      mustSeal: false,
      sealing: null,
      said: {
        justification: 'Voor het plan.',
        caseReference: 'ZAAK-1',
        asker: { role: { nl: 'coördinator', en: 'coordinator' }, name: 'A. de Vries' },
      },
      ...given,
    };
  }

  it('shows what somebody must see to decide, in their language', async () => {
    const view = viewOf();
    const { status, json } = await call({ readInbox: async () => view }, `/v1/inbox/${view.request.id}`);
    expect([status, json]).toMatchObject([
      200,
      {
        waitsFor: 'approval',
        step: view.step,
        subject: { pseudonym: 'p-1', caseReferences: ['PI-17'], bsn: '900000016', skn: null },
        purpose: { id: purpose.id, title: purpose.label.nl },
        recipient: { id: 'gemeente', kind: 'gemeente' },
        said: { justification: 'Voor het plan.', caseReference: 'ZAAK-1', asker: { role: 'coördinator' } },
        approvedBy: ['director'],
        struck: [],
        reminders: ['Denk na.'],
        escalatedTo: ['role-a'],
        law: [{ act: 'Pbw', article: '18a lid 4' }],
      },
    ]);
    expect(json.fields).toEqual(fields.map(({ id, label, classes }) => ({ field: id, title: label.nl, classes })));
    expect(JSON.stringify(json)).not.toContain('somebody');
  });

  it('says that the reason is gone, and shows what was struck', async () => {
    const { decision, ...request } = waits();
    const view = viewOf({ request: { ...request, decision: strike(decision, planFields as FieldId[]) }, said: null });
    const { json } = await call({ readInbox: async () => view }, `/v1/inbox/${request.id}`);
    expect([json.said, json.struck]).toEqual([null, planFields]);
  });

  it('has no reminders for approvers where it waits for an answer', async () => {
    const answered = planFields.slice(0, 1) as FieldId[];
    const view = viewOf({ task: 'answer', answered, delegatedTo: { user: 'p7' } });
    const { json } = await call({ readInbox: async () => view }, `/v1/inbox/${view.request.id}`);
    expect([json.waitsFor, json.reminders, json.approvalsNeeded]).toEqual(['answer', [], { persons: 0, roles: [] }]);
    expect([json.answered, json.delegatedTo]).toEqual([answered, { user: 'p7' }]);
  });

  it.each(['approval', 'answer'] as const)('says that it must be sealed, while it waits for an %s', async (task) => {
    const view = viewOf({ task, mustSeal: true });
    const { json } = await call({ readInbox: async () => view }, `/v1/inbox/${view.request.id}`);
    expect([json.mustSeal, json.sealing]).toEqual([true, null]);
    await listener?.close();
    const clear = await call({ readInbox: async () => viewOf({ task }) }, `/v1/inbox/${view.request.id}`);
    expect(clear.json.mustSeal).toBe(false);
  });

  it('is not there for anybody else', async () => {
    const { status, json } = await call({ readInbox: async () => null }, `/v1/inbox/${randomUUID()}`);
    expect([status, json.type]).toEqual([404, '/problems/not-found']);
  });
});

describe('POST /v1/requests/{id}/approvals with fields struck out', () => {
  const id = randomUUID() as RequestId;
  const path = `/v1/requests/${id}/approvals`;
  const approver = 'a.compact.token';

  it('passes them on with what the approver read', async () => {
    let said: ApprovalBody | null = null;
    const approve: PartnerOperations['approve'] = async (_, __, body) => {
      said = body;
      return { kind: 'recorded', request: record({ state: 'permitted' }), receipt: receiptOf() };
    };
    const seen = `sha256:${'b'.repeat(64)}` as Digest;
    await call({ approve }, path, { decision: 'approved', approver, strike: ['a.b', 'a.c'], seen });
    expect(said).toMatchObject({ strike: ['a.b', 'a.c'], seen });
  });

  it.each([
    [{ decision: 'declined', ground: 'niet nodig', strike: ['a.b'] }, '#/strike'],
    [{ decision: 'approved', strike: [] }, '#/strike'],
    [{ decision: 'approved', strike: ['a.b', 'a.b'] }, '#/strike'],
    [{ decision: 'approved', strike: ['nothing'] }, '#/strike/0'],
    [{ decision: 'approved', strike: 'a.b' }, '#/strike'],
    [{ decision: 'approved', seen: 'x' }, '#/seen'],
    [{ decision: 'approved', seen: '0192f0c1-2222-7333-8444-555566667777' }, '#/seen'],
  ])('refuses %j', async (body, pointer) => {
    const { status, json } = await call({}, path, { ...body, approver });
    expect([status, json.errors]).toMatchObject([400, [{ location: { pointer } }]]);
  });

  it('names what cannot be struck, and never approves without a reason', async () => {
    const text = { nl: 'moet er zijn', en: 'must be there' };
    const invalid = await call(
      { approve: async () => ({ kind: 'invalid', member: 'strike.1', problem: text }) },
      path,
      { decision: 'approved', approver, strike: ['a.b', 'a.c'] },
    );
    expect([invalid.status, invalid.json.errors]).toMatchObject([
      400,
      [{ location: { pointer: '#/strike/1' }, detail: text.nl }],
    ]);
    await listener?.close();
    const gone = await call({ approve: async () => ({ kind: 'reason-gone' }) }, path, {
      decision: 'approved',
      approver,
    });
    expect([gone.status, gone.json.type]).toEqual([409, '/problems/reason-gone']);
  });
});
