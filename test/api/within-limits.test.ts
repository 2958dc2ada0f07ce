import { afterEach, describe, expect, it } from 'vitest';
import { partnerApp } from '../../src/api/partner-app.ts';
import { steadyAnswers } from '../../src/api/steady.ts';
import { Fault } from '../../src/core/fault.ts';
import type { Admission, Asking, Limiter } from '../../src/core/limit/limiter.ts';
import { type FakeDeps, fakeDeps } from './world/fake-deps.ts';
import { type Answer, type Listener, listen, send } from './world/listener.ts';
import { recipient } from './world/partners.ts';
import { bsn, receiptOf, record, requestBodyJson } from './world/records.ts';

let listener: Listener | null = null;
afterEach(async () => {
  await listener?.close();
  listener = null;
});

interface Told {
  readonly asked: Asking[];
  readonly verdicts: string[];
  calls: number;
}

/** A limiter that says what a test has it say, and keeps what it was told. */
function watching(over: Admission['over'] = null, broken: 'refused' | 'permitted' | 'none' = 'none') {
  const told: Told = { asked: [], verdicts: [], calls: 0 };
  const verdict = (name: 'refused' | 'permitted') => async () => {
    told.verdicts.push(name);
    if (broken === name) throw new Fault('database-unavailable', 'gone');
  };
  const limiter: Limiter = {
    async call() {
      told.calls += 1;
      return null;
    },
    async admit(asking) {
      told.asked.push(asking);
      if (over !== null) return { over };
      return { over: null, refused: verdict('refused'), permitted: verdict('permitted') };
    },
  };
  return { told, limiter };
}

async function serve(given: Parameters<typeof fakeDeps>[0]): Promise<FakeDeps> {
  const deps = fakeDeps(given);
  listener = await listen(partnerApp(deps));
  return deps;
}

function post(path: string, body: unknown, key = 'k1'): Promise<Answer> {
  const headers = { 'x-test-unit': recipient, 'content-type': 'application/json', 'idempotency-key': key };
  return send(`${listener?.url}${path}`, { method: 'POST', headers, body: JSON.stringify(body) });
}

const ask = async () =>
  ({ kind: 'waiting', request: record({ state: 'awaiting-approval' }), receipt: receiptOf() }) as const;
const refuse = async () => ({ kind: 'refused', request: record({ state: 'refused' }), receipt: receiptOf() }) as const;
const evaluation = {
  subject: { type: 'unit', id: recipient },
  action: { name: 'purpose-a' },
  resource: { type: 'person', id: bsn, properties: { identifiedBy: 'bsn', source: 'prison-a', fields: ['a.b'] } },
};
const consent = {
  subject: { type: 'bsn', value: bsn },
  source: 'prison-a',
  recipient,
  purpose: 'p',
  categories: ['c'],
  validUntil: '2027-01-01T00:00:00Z',
  language: 'nl',
};
const claim = { subject: { type: 'bsn', value: bsn }, role: 'r', attester: 'prison-a', justification: 'x'.repeat(20) };
const fact = { subject: { type: 'bsn', value: bsn }, type: 'plan-closed', from: '2026-03-01T00:00:00Z' };
const correction = {
  ...{ subject: { type: 'bsn', value: bsn }, kind: 'erased', fields: ['a.b'], by: 'a.compact.token' },
  ground: 'x'.repeat(20),
};
const approvals = '/v1/requests/0197aaaa-0000-7000-8000-000000000001/approvals';
const answerBody = { subject: { type: 'bsn', value: bsn }, data: {}, complete: true, by: 'a.compact.token' };
const offer = {
  ...{ purpose: 'purpose-a', recipient: 'prison-a', subject: { type: 'bsn', value: bsn }, data: { 'a.b': 1 } },
  ...{ justification: 'x'.repeat(20), caseReference: 'BIJ-1', onBehalfOf: 'a.compact.token' },
};
const approval = { decision: 'approved', approver: 'a.compact.token' };

describe('over a limit', () => {
  it.each([
    ['/v1/requests', requestBodyJson()],
    ['/v1/consents', consent],
    ['/v1/involvement-claims', claim],
    ['/v1/facts', fact],
    ['/v1/corrections', correction],
    ['/access/v1/evaluation', evaluation],
    ['/access/v1/evaluations', { evaluations: [evaluation] }],
    ['/v1/requests/0197aaaa-0000-7000-8000-000000000001/collections', {}],
    ['/v1/offers', offer],
    ['/v1/requests/0197aaaa-0000-7000-8000-000000000001/refusals', { by: 'a.compact.token', ground: 'niet nodig' }],
    [approvals, approval],
    ['/v1/inbox/0197aaaa-0000-7000-8000-000000000001/answers', answerBody],
    ['/v1/inbox/0197aaaa-0000-7000-8000-000000000001/questions', { by: 'a.compact.token', text: 'Welke?' }],
  ])('%s answers 429 with Retry-After, and nothing is decided', async (path, body) => {
    const { limiter, told } = watching({ limit: 'subjects', retryAfterS: 17 });
    const deps = await serve({ limiter });
    const answer = await post(path, body);
    expect([answer.status, answer.json.type]).toEqual([429, '/problems/too-many-requests']);
    expect(answer.headers.get('retry-after')).toBe('17');
    expect(told.asked).toHaveLength(1);
    expect([deps.called, told.verdicts]).toEqual([[], []]);
  });

  it('says the same whichever limit it was', async () => {
    const texts = [];
    for (const limit of ['requests', 'subjects', 'refusals'] as const) {
      await serve({ limiter: watching({ limit, retryAfterS: 5 }).limiter });
      const { trace: _, ...rest } = (await post('/v1/requests', requestBodyJson())).json;
      texts.push(JSON.stringify(rest));
      await listener?.close();
    }
    listener = null;
    expect(new Set(texts).size).toBe(1);
  });

  it('of calls, every path answers so, also one that does not exist', async () => {
    const limiter = { ...watching().limiter, call: async () => ({ limit: 'requests', retryAfterS: 9 }) as const };
    await serve({ limiter });
    for (const path of ['/v1/events', '/v1/nothing', '/v1/permissions', '/v1/requests']) {
      const answer = await send(`${listener?.url}${path}`, { headers: { 'x-test-unit': recipient } });
      expect([path, answer.status, answer.headers.get('retry-after')]).toEqual([path, 429, '9']);
    }
  });
});

describe('what is counted', () => {
  it('is every call of a recognised partner, and no call of anybody else', async () => {
    const { limiter, told } = watching();
    await serve({ limiter });
    for (const path of ['/v1/events', '/v1/nothing']) {
      await send(`${listener?.url}${path}`, { headers: { 'x-test-unit': recipient } });
    }
    await send(`${listener?.url}/v1/events`);
    expect(told.calls).toBe(2);
  });

  it('is whom each kind of call names', async () => {
    const { limiter, told } = watching({ limit: 'requests', retryAfterS: 1 });
    await serve({ limiter });
    const other = { ...evaluation, resource: { ...evaluation.resource, id: '900000053' } };
    await post('/v1/requests', requestBodyJson());
    await post('/v1/consents', consent);
    await post('/v1/involvement-claims', claim);
    await post('/v1/facts', fact);
    await post('/v1/offers', offer);
    await post('/access/v1/evaluation', evaluation);
    await post('/access/v1/evaluations', { ...evaluation, evaluations: [{}, { resource: other.resource }] });
    const values = told.asked.map(({ subjects }) => subjects.map(({ value }) => value));
    expect(values).toEqual([[bsn], [bsn], [bsn], [bsn], [bsn], [bsn], [bsn, '900000053']]);
    expect(new Set(told.asked.map(({ unit }) => unit))).toEqual(new Set([recipient]));
  });

  it('is the user whom the token of a request, a claim or an approval names', async () => {
    const { limiter, told } = watching({ limit: 'requests', retryAfterS: 1 });
    await serve({ limiter });
    const token = ['{}', '{"sub":"jan"}', 'x'].map((part) => Buffer.from(part).toString('base64url')).join('.');
    await post('/v1/requests', { ...Object(requestBodyJson()), onBehalfOf: token });
    await post('/v1/involvement-claims', { ...claim, onBehalfOf: token });
    await post(approvals, { ...approval, approver: token });
    await post('/v1/involvement-claims', claim);
    expect(told.asked.map(({ user }) => user)).toEqual(['jan', 'jan', 'jan', null]);
    expect(told.asked[2]?.subjects).toEqual([]);
  });

  it('is nobody when the form is wrong', async () => {
    const { limiter, told } = watching();
    await serve({ limiter });
    expect((await post('/v1/requests', {})).status).toBe(400);
    expect(told.asked).toEqual([]);
  });
});

describe('a verdict', () => {
  it('of a permit and of a refusal is told once', async () => {
    for (const [operation, verdict] of [
      [ask, 'permitted'],
      [refuse, 'refused'],
    ] as const) {
      const { limiter, told } = watching();
      await serve({ limiter, operations: { ask: operation } });
      await post('/v1/requests', requestBodyJson());
      expect(told.verdicts).toEqual([verdict]);
      await listener?.close();
    }
    listener = null;
  });

  it('is a refusal too when somebody may not approve', async () => {
    const { limiter, told } = watching();
    await serve({ limiter, operations: { approve: async () => ({ kind: 'may-not-approve' }) } });
    expect([(await post(approvals, approval)).status, told.verdicts]).toEqual([403, ['refused']]);
  });

  it('that was told before is not told again with a repeated key', async () => {
    const { limiter, told } = watching();
    const request = record({ state: 'refused' });
    await serve({ limiter, operations: { ask: async () => ({ kind: 'replayed', request, receipt: null }) } });
    expect((await post('/v1/requests', requestBodyJson())).headers.get('idempotency-replayed')).toBe('true');
    expect(told.verdicts).toEqual([]);
  });

  it('is that of an evaluation by its decision, and of several by whether one of them permits', async () => {
    const { limiter, told } = watching();
    // Asks on behalf of another unit: denied before anything is read.
    const denied = { ...evaluation, subject: { type: 'unit', id: 'prison-a' } };
    await serve({ limiter });
    await post('/access/v1/evaluation', denied);
    await post('/access/v1/evaluations', { evaluations: [denied, denied] });
    expect(told.verdicts).toEqual(['refused', 'refused']);
  });

  it('that cannot be counted takes a refusal back to a fault, and never takes away what was permitted', async () => {
    await serve({ limiter: watching(null, 'refused').limiter, operations: { ask: refuse } });
    expect((await post('/v1/requests', requestBodyJson())).status).toBe(503);
    await listener?.close();
    await serve({ limiter: watching(null, 'permitted').limiter, operations: { ask } });
    expect((await post('/v1/requests', requestBodyJson())).status).toBe(202);
  });
});

it('nothing is decided when it cannot be counted', async () => {
  const gone = () => Promise.reject(new Fault('database-unavailable', 'gone'));
  for (const limiter of [
    { ...watching().limiter, call: gone },
    { ...watching().limiter, admit: gone },
  ]) {
    const deps = await serve({ limiter, operations: { ask } });
    const answer = await post('/v1/requests', requestBodyJson());
    expect([answer.status, answer.headers.get('retry-after'), deps.called]).toEqual([503, '1', []]);
    await listener?.close();
  }
  listener = null;
});

describe('the moment at which an answer leaves', () => {
  const floorMs = 60;
  /** Longer than a busy machine takes for an answer that nobody holds. */
  const longMs = 3_000;
  const timed = async (path: string, body: unknown, least = floorMs): Promise<readonly [number, boolean]> => {
    const began = performance.now();
    const { status } = await post(path, body, `k${began}`);
    return [status, performance.now() - began >= least];
  };
  const steady = () => steadyAnswers({ floorMs });

  it('waits for a refusal, a wait for approval, a replay, a limit and a fault alike', async () => {
    for (const [operation, status] of [
      [refuse, 403],
      [ask, 202],
      [() => Promise.reject(new Fault('subject-busy', 'busy')), 503],
      [async () => ({ kind: 'in-progress' }) as const, 409],
    ] as const) {
      await serve({ steady: steady(), operations: { ask: operation } });
      expect(await timed('/v1/requests', requestBodyJson())).toEqual([status, true]);
      await listener?.close();
    }
    await serve({ steady: steady(), limiter: watching({ limit: 'subjects', retryAfterS: 1 }).limiter });
    expect(await timed('/v1/requests', requestBodyJson())).toEqual([429, true]);
  });

  it('does not hold a delivery, nor what is wrong in form', async () => {
    const request = record({ state: 'delivered' });
    const answer = { form: 'clear', data: {} } as const;
    await serve({
      steady: steadyAnswers({ floorMs: longMs }),
      operations: { ask: async () => ({ kind: 'delivered', request, answer, receipt: receiptOf() }) },
    });
    expect(await timed('/v1/requests', requestBodyJson(), longMs)).toEqual([200, false]);
    expect(await timed('/v1/requests', {}, longMs)).toEqual([400, false]);
  });

  it('waits for decisions of AuthZEN too, a floor for every four', async () => {
    await serve({ steady: steady() });
    const denied = { ...evaluation, subject: { type: 'unit', id: 'prison-a' } };
    expect(await timed('/access/v1/evaluation', denied)).toEqual([200, true]);
    const began = performance.now();
    await post('/access/v1/evaluations', { evaluations: Array.from({ length: 5 }, () => denied) });
    expect(performance.now() - began).toBeGreaterThanOrEqual(2 * floorMs);
  });
});
