import { randomUUID } from 'node:crypto';
import { describe, expect, it } from 'vitest';
import { partnerApp } from '../../src/api/partner-app.ts';
import type { ConsentId, FactId, Instant, PurposeId, SubjectId } from '../../src/core/brand.ts';
import type { Consent } from '../../src/core/consent/consent.ts';
import type { ApprovalBody, ConsentBody, FactBody, PartnerOperations } from '../../src/core/disclosure/operations.ts';
import type { Fact } from '../../src/core/fact/fact.ts';
import { someUser } from '../world/some-user.ts';
import { fakeDeps } from './world/fake-deps.ts';
import { type Answer, listen, send } from './world/listener.ts';
import { recipient, source } from './world/partners.ts';
import { bsn, receiptOf, record } from './world/records.ts';

async function post(operations: Partial<PartnerOperations>, path: string, body: unknown): Promise<Answer> {
  const listener = await listen(partnerApp(fakeDeps({ operations })));
  try {
    const headers = { 'x-test-unit': source, 'content-type': 'application/json', 'idempotency-key': 'k1' };
    return await send(`${listener.url}${path}`, { method: 'POST', headers, body: JSON.stringify(body) });
  } finally {
    await listener.close();
  }
}

const id = randomUUID();
const at = '2026-03-01T09:00:00.000Z' as Instant;

describe('POST /v1/requests/{id}/approvals', () => {
  const path = `/v1/requests/${id}/approvals`;
  const approver = 'a.compact.token';
  /** Whom it names, as `fakeDeps` has it. */
  const named = someUser('u1', 'casemanager', 'A. de Wit');

  it('passes on who said what, and answers with the request and its receipt', async () => {
    let seen: ApprovalBody | null = null;
    const request = record({ state: 'permitted' });
    const approve: PartnerOperations['approve'] = async (_, __, body) => {
      seen = body;
      return { kind: 'recorded', request, receipt: receiptOf() };
    };
    const answer = await post({ approve }, path, { decision: 'approved', approver });
    expect(seen).toEqual({ decision: 'approved', approver: named, ground: null });
    expect([answer.status, answer.json.state, answer.json.receipt]).toMatchObject([200, 'permitted', { v: 1 }]);
  });

  it('a no needs its ground', async () => {
    const answer = await post({}, path, { decision: 'declined', approver });
    expect([answer.status, answer.json.errors]).toMatchObject([
      400,
      [{ location: { pointer: '#/ground' }, code: 'required' }],
    ]);
  });

  it('says after the first of two how many more must approve, and in which roles', async () => {
    const asked = { approval: 'two-persons', approvers: ['director', 'nurse'] } as const;
    const { decision, ...request } = record({ state: 'awaiting-approval', approvals: [{ by: 'x', role: 'nurse' }] });
    const obligations = decision.obligations && { ...decision.obligations, ...asked };
    const half = { ...request, decision: { ...decision, obligations } };
    const approve = async () => ({ kind: 'recorded', request: half, receipt: receiptOf() }) as const;
    const { status, json } = await post({ approve }, path, { decision: 'approved', approver });
    expect([status, json.state, json.approvalsNeeded]).toEqual([
      200,
      'awaiting-approval',
      { persons: 1, roles: ['director'] },
    ]);
    const whole = { ...half, state: 'permitted' } as const;
    const done = await post({ approve: async () => ({ kind: 'replayed', request: whole }) }, path, {
      decision: 'approved',
      approver,
    });
    expect(done.json.approvalsNeeded).toEqual({ persons: 0, roles: [] });
  });

  it.each([
    ['not-found', 404],
    ['may-not-approve', 403],
    ['key-reused', 422],
    ['in-progress', 409],
  ] as const)('%s: %i', async (kind, status) => {
    const answer = await post({ approve: async () => ({ kind }) }, path, { decision: 'approved', approver });
    expect([answer.status, answer.json.type]).toEqual([status, `/problems/${kind}`]);
  });

  it('of what changed since it was read says so, though the state is one in which somebody may approve', async () => {
    const request = record({ state: 'awaiting-approval' });
    const approve: PartnerOperations['approve'] = async () => ({ kind: 'wrong-state', request });
    const { json } = await post({ approve }, path, {
      decision: 'approved',
      approver,
      seen: `sha256:${'a'.repeat(64)}`,
    });
    expect([json.type, json.state]).toEqual([expect.stringContaining('wrong-state'), 'awaiting-approval']);
    expect(json.detail).toMatch(/changed since you read it|veranderd sinds u haar las/);
  });

  it('of a stopped request says only that it is refused', async () => {
    const request = record({ state: 'withdrawn' });
    const approve: PartnerOperations['approve'] = async () => ({ kind: 'wrong-state', request });
    const answer = await post({ approve }, path, { decision: 'approved', approver });
    expect([answer.status, answer.json.state]).toEqual([409, 'refused']);
  });
});

describe('POST /v1/facts', () => {
  const body = { subject: { type: 'bsn', value: bsn }, type: 'detention', from: '2026-03-01T10:00:00+01:00' };
  const fact: Fact = {
    id: id as FactId,
    subject: randomUUID() as SubjectId,
    type: 'detention',
    from: at,
    until: null,
    attestedBy: source,
    unit: null,
    reference: null,
    state: 'attested',
    attributes: {},
  };

  it('takes any offset, passes on UTC and answers 201 without saying who it is about', async () => {
    let seen: FactBody | null = null;
    const attestFact: PartnerOperations['attestFact'] = async (_, given) => {
      seen = given;
      return { kind: 'attested', fact, receipt: receiptOf() };
    };
    const answer = await post({ attestFact }, '/v1/facts', body);
    expect(seen).toMatchObject({ from: at, until: null, unit: null, attributes: {}, caseReference: null });
    expect([answer.status, answer.json]).toMatchObject([201, { id, state: 'attested', from: at, until: null }]);
    expect(answer.text).not.toMatch(new RegExp(`${fact.subject}|${bsn}`));
  });

  it.each([
    ['0000-01-01T00:00:00Z', 'custom'],
    ['9999-12-31T23:59:59Z', 'custom'],
    ['2026-02-30T00:00:00Z', 'invalid-format'],
    ['2026-03-01', 'invalid-format'],
    ['2026-03-01T10:00:00', 'invalid-format'],
  ])('from %s is refused', async (from, code) => {
    const answer = await post({}, '/v1/facts', { ...body, from });
    expect([answer.status, answer.json.errors]).toMatchObject([400, [{ location: { pointer: '#/from' }, code }]]);
  });

  it('what the domain finds wrong is named like what the schema finds wrong', async () => {
    const attestFact: PartnerOperations['attestFact'] = async () => ({
      kind: 'invalid',
      member: 'attributes.role',
      problem: { nl: 'is geen bekend woord', en: 'is not a known word' },
    });
    const answer = await post({ attestFact }, '/v1/facts', body);
    expect([answer.status, answer.json.errors]).toMatchObject([
      400,
      [{ location: { pointer: '#/attributes/role' }, detail: 'is geen bekend woord' }],
    ]);
  });

  it.each([
    ['may-not-attest', 403],
    ['number-not-allowed', 403],
    ['not-found', 404],
    ['key-reused', 422],
  ] as const)('%s: %i', async (kind, status) => {
    const answer = await post({ attestFact: async () => ({ kind }) }, '/v1/facts', body);
    expect([answer.status, answer.json.type]).toEqual([status, `/problems/${kind}`]);
  });

  it('ends with 200, once', async () => {
    const path = `/v1/facts/${id}/end`;
    const endFact: PartnerOperations['endFact'] = async (_, fact, until) => ({
      kind: 'ended',
      id: fact,
      until,
      receipt: receiptOf(),
    });
    const ended = await post({ endFact }, path, { until: '2026-04-01T00:00:00+02:00' });
    expect([ended.status, ended.json]).toMatchObject([200, { id, state: 'ended', until: '2026-03-31T22:00:00.000Z' }]);
    const again = await post({ endFact: async () => ({ kind: 'already-ended' }) }, path, { until: at });
    expect([again.status, again.json.type]).toEqual([409, '/problems/already-ended']);
  });

  it('a replay gives the id and says that it is one', async () => {
    const answer = await post({ attestFact: async () => ({ kind: 'replayed', id }) }, '/v1/facts', body);
    expect([answer.status, answer.json, answer.headers.get('idempotency-replayed')]).toEqual([201, { id }, 'true']);
  });
});

describe('POST /v1/consents', () => {
  const body = {
    subject: { type: 'bsn', value: bsn },
    source,
    recipient,
    purpose: 'purpose-a',
    categories: ['housing'],
    validUntil: '2026-09-01T00:00:00Z',
    language: 'nl',
  };
  const consent = (subject: SubjectId | null): Consent => ({
    id: id as ConsentId,
    subject,
    source,
    recipient,
    purpose: 'purpose-a' as PurposeId,
    categories: ['housing'],
    kind: 'consent',
    state: 'requested',
    decidedBy: null,
    requestedBy: source,
    requestedAt: at,
    decidedAt: null,
    validUntil: at,
    noticeVersion: 1,
    language: 'nl',
  });

  it('answers 202, the same for a known and an unknown person', async () => {
    const asked: ConsentBody[] = [];
    const answers = await Promise.all(
      [randomUUID() as SubjectId, null].map((subject) => {
        const requestConsent: PartnerOperations['requestConsent'] = async (_, given) => {
          asked.push(given);
          return { kind: 'requested', consent: consent(subject) };
        };
        return post({ requestConsent }, '/v1/consents', body);
      }),
    );
    expect(answers.map(({ status }) => status)).toEqual([202, 202]);
    expect(answers[0]?.text).toBe(answers[1]?.text);
    expect(asked[0]).toMatchObject({ caseReference: null, validUntil: '2026-09-01T00:00:00.000Z' });
  });

  it.each([
    ['may-not-request', 403, 'may-not-request-consent'],
    ['number-not-allowed', 403, 'number-not-allowed'],
    ['in-progress', 409, 'in-progress'],
  ] as const)('%s: %i', async (kind, status, name) => {
    const answer = await post({ requestConsent: async () => ({ kind }) }, '/v1/consents', body);
    expect([answer.status, answer.json.type]).toEqual([status, `/problems/${name}`]);
  });

  it('a withdrawal answers 200; one of somebody else is not found', async () => {
    const path = `/v1/consents/${id}/withdrawal`;
    const stopped = await post(
      { withdrawConsent: async (_, consentId) => ({ kind: 'withdrawn', id: consentId }) },
      path,
      {},
    );
    expect([stopped.status, stopped.json]).toEqual([200, { id, state: 'withdrawn' }]);
    expect((await post({ withdrawConsent: async () => ({ kind: 'not-found' }) }, path, {})).status).toBe(404);
  });

  it('an outcome that is none of this operation is a fault, not an answer', async () => {
    const wrong = await post(
      { requestConsent: async () => ({ kind: 'withdrawn', id: id as ConsentId }) },
      '/v1/consents',
      body,
    );
    expect([wrong.status, wrong.json.type]).toEqual([500, '/problems/internal']);
  });
});
