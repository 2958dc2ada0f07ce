import { describe, expect, it } from 'vitest';
import { partnerApp } from '../../src/api/partner-app.ts';
import { refusedProblem } from '../../src/api/schemas/problem-document.ts';
import { heldRequest } from '../../src/api/schemas/request-view.ts';
import type { FieldId } from '../../src/core/brand.ts';
import type { AskOutcome, CollectOutcome } from '../../src/core/disclosure/operations.ts';
import type { RequestRecord } from '../../src/core/disclosure/request.ts';
import { requestStates } from '../../src/core/disclosure/state.ts';
import type { RefusalClass } from '../../src/core/policy/decision.ts';
import { fakeDeps } from './world/fake-deps.ts';
import { type Answer, listen, type Sent, send } from './world/listener.ts';
import { recipient, source, stranger } from './world/partners.ts';
import { receiptOf, record, refusalSummary, requestBodyJson } from './world/records.ts';

async function exchange(deps: ReturnType<typeof fakeDeps>, path: string, sent: Sent): Promise<Answer> {
  const listener = await listen(partnerApp(deps));
  try {
    return await send(`${listener.url}${path}`, sent);
  } finally {
    await listener.close();
  }
}

const posted = (unit: string, body: unknown): Sent => ({
  method: 'POST',
  headers: { 'x-test-unit': unit, 'content-type': 'application/json', 'idempotency-key': 'k1' },
  body: JSON.stringify(body),
});

function ask(outcome: AskOutcome): Promise<Answer> {
  const deps = fakeDeps({ operations: { ask: async () => outcome } });
  return exchange(deps, '/v1/requests', posted(recipient, requestBodyJson()));
}

function collect(outcome: CollectOutcome, request = record()): Promise<Answer> {
  const deps = fakeDeps({ operations: { collect: async () => outcome } });
  return exchange(deps, `/v1/requests/${request.id}/collections`, posted(recipient, {}));
}

function read(request: RequestRecord | null, unit: string, id = request?.id): Promise<Answer> {
  const deps = fakeDeps({ requests: { find: async (wanted) => (wanted === request?.id ? request : null) } });
  return exchange(deps, `/v1/requests/${id}`, { headers: { 'x-test-unit': unit } });
}

const unknownId = '0197a000-0000-7000-8000-000000000001';

describe('POST /v1/requests', () => {
  it('delivered: 200 with data, permitted and refused fields, obligations, law, regimes and receipt', async () => {
    const request = record();
    const receipt = receiptOf();
    const data = { ['identity.surname' as FieldId]: 'Ebbink' };
    const answer = await ask({ kind: 'delivered', request, answer: { form: 'clear', data }, receipt });
    expect(answer.status).toBe(200);
    expect(answer.json).toMatchObject({
      id: request.id,
      state: 'delivered',
      data,
      receipt,
      decision: {
        permitted: ['identity.surname'],
        refused: [{ field: 'detention.start', reasons: [{ class: 'not-permitted', text: 'Geen regel' }] }],
        law: [{ act: 'Pbw', article: '18a lid 4' }],
        regimes: { source: 'wjsg', recipient: 'avg' },
        obligations: { retain: { until: 'plan-closed' } },
      },
    });
    expect(answer.text).not.toContain(String(request.subject));
  });

  it('sealed: the compact JWE and no data', async () => {
    const sealed: AskOutcome = {
      kind: 'delivered',
      request: record(),
      answer: { form: 'sealed', jwe: 'a.b.c.d.e' },
      receipt: receiptOf(),
    };
    const answer = await ask(sealed);
    expect(answer.json).toMatchObject({ sealed: 'a.b.c.d.e' });
    expect(answer.json).not.toHaveProperty('data');
  });

  it('waiting: 202 with where to follow it', async () => {
    const request = record({ state: 'awaiting-approval' });
    const answer = await ask({ kind: 'waiting', request, receipt: receiptOf() });
    expect([answer.status, answer.headers.get('location')]).toEqual([202, `/v1/requests/${request.id}`]);
    expect(answer.json).toMatchObject({ state: 'awaiting-approval', likelyDuplicateOf: null });
    expect(answer.json).not.toHaveProperty('data');
  });

  it('waiting like an earlier question of its own: says which', async () => {
    const request = record({ state: 'awaiting-approval' });
    const twin = record().id;
    const answer = await ask({ kind: 'waiting', request, receipt: receiptOf(), likelyDuplicateOf: twin });
    expect(answer.json).toMatchObject({ likelyDuplicateOf: twin });
  });

  const classes: readonly RefusalClass[] = [
    'not-permitted',
    'prohibited',
    'not-available',
    'condition-not-met',
    'undecidable',
    'declined',
  ];
  it.each(classes)('refused as %s: 403 with class, reasons, remedies and receipt', async (kind) => {
    const request = record({ state: 'refused', decision: { ...refusalSummary(), class: kind } });
    const receipt = receiptOf();
    const answer = await ask({ kind: 'refused', request, receipt });
    expect(answer.status).toBe(403);
    expect(refusedProblem.parse(answer.json)).toMatchObject({
      type: '/problems/refused',
      instance: `/v1/requests/${request.id}`,
      class: kind,
      receipt,
      request: {
        state: 'refused',
        decision: { refused: [{ reasons: [{ text: 'Niet beschikbaar', remedy: 'Meld betrokkenheid' }] }, {}] },
      },
    });
  });

  it('not available: byte for byte the same whoever the person is, apart from ids and trace', async () => {
    const seen = new Set<string>();
    for (const subject of [null, record().subject, record().subject]) {
      const request = record({ state: 'refused', subject, decision: refusalSummary() });
      const answer = await ask({
        kind: 'refused',
        request,
        receipt: { ...receiptOf(), flush: { ...receiptOf().flush, instance: 'i' } },
      });
      seen.add(answer.text.replaceAll(request.id, 'ID').replace(/"trace":"\w+"/, ''));
      expect(answer.text).not.toMatch(/subject/);
    }
    expect(seen.size).toBe(1);
  });

  it.each([
    ['purpose', '#/purpose'],
    ['fields.3', '#/fields/3'],
    ['fields[3]', '#/fields/3'],
    ['$.source', '#/source'],
    ['/source', '#/source'],
  ])('an unknown word at %s: 400 that names it', async (member, pointer) => {
    const answer = await ask({ kind: 'unknown-word', member });
    expect([answer.status, answer.json.errors]).toMatchObject([400, [{ location: { pointer }, code: 'unknown-word' }]]);
  });

  it.each([
    ['key-reused', 422, 'key-reused'],
    ['in-progress', 409, 'in-progress'],
    ['number-not-allowed', 403, 'number-not-allowed'],
  ] as const)('%s: %i', async (kind, status, name) => {
    const answer = await ask({ kind });
    expect([answer.status, answer.json.type]).toEqual([status, `/problems/${name}`]);
  });
});

describe('a replayed key', () => {
  const replay = (state: RequestRecord['state']) =>
    ask({ kind: 'replayed', request: record({ state }), receipt: receiptOf() });

  it.each([
    ['delivered', 200],
    ['collected', 200],
    ['permitted', 200],
    ['expired', 200],
    ['awaiting-approval', 202],
    ['awaiting-source', 202],
    ['refused', 403],
    ['declined', 403],
    ['withdrawn', 403],
    ['failed', 502],
  ] as const)(
    'of a request that is %s answers %i, says that it is a replay and gives no data',
    async (state, status) => {
      const answer = await replay(state);
      expect([answer.status, answer.headers.get('idempotency-replayed')]).toEqual([status, 'true']);
      expect(answer.json).not.toHaveProperty('data');
      expect(answer.json).not.toHaveProperty('sealed');
    },
  );

  it('knows an answer for every state that there is', async () => {
    for (const state of requestStates) expect((await replay(state)).status).not.toBe(500);
  });
});

describe('POST /v1/requests/{id}/collections', () => {
  it('takes no body at all', async () => {
    const deps = fakeDeps({ operations: { collect: async () => ({ kind: 'not-found' }) } });
    const headers = { 'x-test-unit': recipient, 'idempotency-key': 'k1' };
    const answer = await exchange(deps, `/v1/requests/${unknownId}/collections`, { method: 'POST', headers });
    expect(answer.status).toBe(404);
  });

  it('delivers what was approved', async () => {
    const outcome: CollectOutcome = {
      kind: 'delivered',
      request: record(),
      answer: { form: 'clear', data: { ['identity.surname' as FieldId]: 'Ebbink' } },
      receipt: receiptOf(),
    };
    expect((await collect(outcome)).json).toMatchObject({ data: { 'identity.surname': 'Ebbink' } });
  });

  it('in a state that cannot be collected: 409 with the state', async () => {
    const answer = await collect({ kind: 'wrong-state', request: record({ state: 'awaiting-approval' }) });
    expect([answer.status, answer.json.state]).toEqual([409, 'awaiting-approval']);
  });

  it.each(['withdrawn', 'refused'] as const)('%s: the refusal of a person nobody knows', async (state) => {
    const request = record({ state, ...(state === 'refused' ? { decision: refusalSummary() } : {}) });
    const answer = await collect({ kind: 'wrong-state', request });
    expect([answer.status, answer.json.class]).toEqual([403, 'not-available']);
    expect(answer.text).not.toContain('withdrawn');
  });
});

describe('GET /v1/requests/{id}', () => {
  it('reminds the source alone of what no rule can check, and only while it waits for an approval', async () => {
    const waiting = record({ state: 'awaiting-approval' });
    expect((await read(waiting, source)).json.reminders).toEqual(['Denk na.']);
    expect((await read(waiting, recipient)).json.reminders).toEqual([]);
    expect((await read(record({ state: 'delivered' }), source)).json.reminders).toEqual([]);
  });

  it.each([recipient, source])('is for %s', async (unit) => {
    const request = record();
    const answer = await read(request, unit);
    expect(answer.status).toBe(200);
    expect(heldRequest.strict().parse(answer.json).id).toBe(request.id);
  });

  it('to anybody else is what an unknown request is', async () => {
    const request = record();
    const strip = (answer: Answer) => answer.text.replace(/"trace":"\w+"/, '');
    const others = await read(request, stranger);
    expect(others.status).toBe(404);
    expect(strip(others)).toBe(strip(await read(null, stranger, request.id)));
  });

  it('is found by its id in capitals too', async () => {
    const request = record();
    const deps = fakeDeps({ requests: { find: async (id) => (id === request.id ? request : null) } });
    const path = `/v1/requests/${request.id.toUpperCase()}`;
    expect((await exchange(deps, path, { headers: { 'x-test-unit': source } })).status).toBe(200);
  });

  it('never says that a consent was withdrawn: a stopped request is one about a person nobody knows', async () => {
    const stopped = record({ state: 'withdrawn' });
    const refused = {
      ...stopped,
      state: 'refused',
      decision: { ...refusalSummary(), decidedAt: stopped.movedAt },
    } as const;
    for (const unit of [recipient, source]) {
      const answer = await read(stopped, unit);
      expect(answer.text).toBe((await read(refused, unit)).text);
      expect(answer.json).toMatchObject({
        state: 'refused',
        decision: { class: 'not-available', permitted: [], obligations: null },
      });
    }
  });

  it('of a stopped request no receipt leaves: its entry is the withdrawal', async () => {
    const leaf = '{"kind":"consent-withdrawn"}';
    const answer = await ask({ kind: 'replayed', request: record({ state: 'withdrawn' }), receipt: receiptOf(leaf) });
    expect(answer.json).toMatchObject({ class: 'not-available', receipt: null });
    expect(answer.text).not.toMatch(/withdraw/);
  });
});
