import { afterEach, describe, expect, it } from 'vitest';
import { partnerApp } from '../../src/api/partner-app.ts';
import type { Instant, RequestId } from '../../src/core/brand.ts';
import type { RequestRecord } from '../../src/core/disclosure/request.ts';
import type { Emergency } from '../../src/core/emergency/emergency.ts';
import type { EmergencyOperations } from '../../src/core/emergency/operations.ts';
import { fakeDeps } from './world/fake-deps.ts';
import { type Answer, type Listener, listen, send } from './world/listener.ts';
import { recipient, source, stranger } from './world/partners.ts';
import { bsn, receiptOf, record } from './world/records.ts';

const at = (time: string) => `2026-11-21T${time}:00.000Z` as Instant;

function emergency(request: RequestId, given: Partial<Emergency> = {}): Emergency {
  return {
    request,
    openedAt: at('09:30'),
    secondBefore: at('10:30'),
    until: '2026-11-22T09:30:00.000Z' as Instant,
    reviewBefore: '2026-11-25T23:00:00.000Z' as Instant,
    second: null,
    revokedAt: null,
    review: null,
    ...given,
  };
}

const body = {
  source,
  subject: { type: 'bsn', value: bsn },
  fields: ['medical.medication'],
  ground: 'Bewusteloos binnengebracht, en niemand weet welke medicijnen.',
  unableToConsent: 'physical',
  establishedHow: 'geen reactie op aanspreken',
  caseReference: 'SEH-2026-1',
  onBehalfOf: 'a.compact.token',
};

let listener: Listener | null = null;
afterEach(async () => {
  await listener?.close();
  listener = null;
});

async function call(
  path: string,
  sent: unknown,
  given: Partial<EmergencyOperations>,
  unit: string = recipient,
): Promise<Answer> {
  const missing = async () => {
    throw new Error('not expected in this test');
  };
  listener = await listen(
    partnerApp(fakeDeps({ emergencies: { ask: missing, confirm: missing, find: async () => null, ...given } })),
  );
  const headers = { 'x-test-unit': unit, 'content-type': 'application/json', 'idempotency-key': 'k1' };
  const post = { method: 'POST', headers, body: JSON.stringify(sent) };
  return send(`${listener.url}${path}`, sent === null ? { headers: { 'x-test-unit': unit } } : post);
}

const ask = (sent: unknown, outcome: Awaited<ReturnType<EmergencyOperations['ask']>>) =>
  call('/v1/break-glass', sent, { ask: async () => outcome });

describe('POST /v1/break-glass', () => {
  const request = record({ direction: 'break-glass' });
  const receipt = receiptOf();
  const answer = { form: 'clear', data: { 'medical.medication': ['fenprocoumon'] } } as const;

  it('answers with the data, the receipt, and what is asked of the recipient now', async () => {
    const { status, json } = await ask(body, {
      kind: 'delivered',
      request,
      answer,
      receipt,
      emergency: emergency(request.id),
    });
    expect([status, json.data]).toEqual([200, answer.data]);
    expect(json.breakGlass).toMatchObject({
      id: request.id,
      state: 'awaiting-second-person',
      secondBefore: at('10:30'),
      review: null,
    });
    expect(json.receipt).toMatchObject({ v: 1 });
  });

  it('says again how it stands, without the data', async () => {
    const second = { at: at('09:40'), role: 'physician' };
    const { status, json, headers } = await ask(body, {
      kind: 'replayed',
      request,
      receipt,
      emergency: emergency(request.id, { second }),
    });
    expect([status, headers.get('idempotency-replayed'), json.data]).toEqual([200, 'true', undefined]);
    expect(json.breakGlass).toMatchObject({ state: 'confirmed', second });
  });

  it('is refused as every other request', async () => {
    const { status, json } = await ask(body, { kind: 'refused', request: record({ state: 'refused' }), receipt });
    expect([status, json.type]).toEqual([403, '/problems/refused']);
  });

  it('says clearly that a source that answers through people cannot be asked so', async () => {
    const { status, json } = await ask(body, { kind: 'not-possible' });
    expect([status, json.type]).toEqual([409, '/problems/emergency-not-possible']);
    expect(json.detail).toMatch(/mensen/);
  });

  it.each<[string, object, string]>([
    ['a ground of a few words', { ground: 'Er is haast bij dit geval.' }, '#/ground'],
    ['no reason why the person cannot consent', { unableToConsent: undefined }, '#/unableToConsent'],
    ['a person who refuses', { unableToConsent: 'refuses' }, '#/unableToConsent'],
    ['nothing on how that was established', { establishedHow: '' }, '#/establishedHow'],
    ['nobody for whom it is asked', { onBehalfOf: undefined }, '#/onBehalfOf'],
    ['no case', { caseReference: undefined }, '#/caseReference'],
    ['a purpose of its own', { purpose: 'curiosity' }, '#/purpose'],
    ['a field twice', { fields: ['medical.medication', 'medical.medication'] }, '#/fields'],
  ])('takes no %s, and says where', async (_, changes, pointer) => {
    const { status, json, text } = await call('/v1/break-glass', { ...body, ...changes }, {});
    expect(status).toBe(400);
    expect((json.errors as { location: unknown }[]).map(({ location }) => location)).toContainEqual({ pointer });
    expect(text).not.toContain(bsn);
  });
});

describe('POST /v1/break-glass/{id}/second-persons', () => {
  const request = record({ direction: 'break-glass' });
  const path = `/v1/break-glass/${request.id}/second-persons`;
  const found = { emergency: emergency(request.id, { second: { at: at('09:50'), role: 'nurse' } }), request };
  const confirm = (outcome: Awaited<ReturnType<EmergencyOperations['confirm']>>) =>
    call(path, { by: 'a.compact.token' }, { confirm: async () => outcome });

  it('answers how it stands, with a receipt the first time', async () => {
    const first = await confirm({ kind: 'confirmed', found, receipt: receiptOf() });
    expect([first.status, first.json.state, first.json.receipt]).toMatchObject([200, 'confirmed', { v: 1 }]);
    await listener?.close();
    const again = await confirm({ kind: 'replayed', found });
    expect([again.status, again.json.receipt, again.headers.get('idempotency-replayed')]).toEqual([200, null, 'true']);
  });

  it('says that a person does not count, that it is too late, and that there is none', async () => {
    const mine = await confirm({ kind: 'may-not-confirm' });
    expect([mine.status, mine.json.type]).toEqual([403, '/problems/may-not-confirm']);
    await listener?.close();
    const late = { emergency: emergency(request.id), request };
    const over = await confirm({ kind: 'wrong-state', found: late, at: at('10:30') });
    expect([over.status, over.json.type, over.json.state]).toEqual([409, '/problems/wrong-emergency-state', 'revoked']);
    await listener?.close();
    expect((await confirm({ kind: 'not-found' })).status).toBe(404);
  });
});

describe('GET /v1/break-glass/{id}', () => {
  const request: RequestRecord = record({ direction: 'break-glass' });
  const read = (unit: string, given: Partial<Emergency> = {}, of = request) =>
    call(
      `/v1/break-glass/${of.id}`,
      null,
      { find: async () => ({ emergency: emergency(of.id, given), request: of }) },
      unit,
    );

  it.each([recipient, source])('tells %s how it stands', async (unit) => {
    const { status, json } = await read(unit);
    expect([status, json.state, Object.keys(json).sort()]).toEqual([
      200,
      'awaiting-second-person',
      ['id', 'openedAt', 'review', 'reviewBefore', 'revokedAt', 'second', 'secondBefore', 'state', 'until'],
    ]);
  });

  it('is to anybody else what is not there', async () => {
    const theirs = await read(stranger);
    await listener?.close();
    const none = await call(`/v1/break-glass/${request.id}`, null, {}, stranger);
    expect([theirs.status, none.status]).toEqual([404, 404]);
    expect(theirs.json.type).toBe(none.json.type);
  });

  it.each<[string, Partial<Emergency>, Partial<RequestRecord>]>([
    ['revoked', { secondBefore: at('09:59') }, {}],
    ['revoked', { revokedAt: at('09:59') }, {}],
    ['expired', { second: { at: at('09:40'), role: 'nurse' }, until: at('09:59') }, {}],
    ['gave-nothing', {}, { state: 'failed' }],
  ])('says that it is %s', async (state, given, changes) => {
    expect((await read(recipient, given, { ...request, ...changes })).json.state).toBe(state);
  });
});
