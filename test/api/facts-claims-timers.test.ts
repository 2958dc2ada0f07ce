import { randomUUID } from 'node:crypto';
import { describe, expect, it } from 'vitest';
import { partnerApp } from '../../src/api/partner-app.ts';
import type { ClaimId, FactId, Instant, SubjectId, TimerId } from '../../src/core/brand.ts';
import type { ClaimBody, FactCorrection, PartnerOperations } from '../../src/core/disclosure/operations.ts';
import type { Fact } from '../../src/core/fact/fact.ts';
import type { InvolvementClaim } from '../../src/core/involvement/involvement-claim.ts';
import { fakeDeps } from './world/fake-deps.ts';
import { type Answer, listen, send } from './world/listener.ts';
import { recipient, source } from './world/partners.ts';
import { bsn, receiptOf, record } from './world/records.ts';

const id = randomUUID();
const at = '2026-03-01T09:00:00.000Z' as Instant;

async function call(
  operations: Partial<PartnerOperations>,
  path: string,
  body?: unknown,
  found = record({ state: 'delivered' }),
): Promise<Answer> {
  const listener = await listen(partnerApp(fakeDeps({ operations, requests: { find: async () => found } })));
  const headers = { 'x-test-unit': recipient, 'content-type': 'application/json', 'idempotency-key': 'k1' };
  try {
    const sent = body === undefined ? { headers } : { method: 'POST', headers, body: JSON.stringify(body) };
    return await send(`${listener.url}${path}`, sent);
  } finally {
    await listener.close();
  }
}

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

describe('a fact', () => {
  it('is corrected with 201 and the fact that stands in its place', async () => {
    let seen: FactCorrection | null = null;
    const correctFact: PartnerOperations['correctFact'] = async (_, old, correction) => {
      seen = correction;
      return { kind: 'corrected', old, fact, receipt: receiptOf() };
    };
    const answer = await call({ correctFact }, `/v1/facts/${randomUUID()}/correction`, { from: at });
    expect(seen).toEqual({ from: at, until: null, unit: null, reference: null, attributes: {}, caseReference: null });
    expect([answer.status, answer.json]).toMatchObject([201, { id, state: 'attested' }]);
  });

  it('keeps its type and its person in a correction', async () => {
    for (const more of [{ type: 'phase' }, { subject: { type: 'bsn', value: bsn } }]) {
      expect((await call({}, `/v1/facts/${id}/correction`, { from: at, ...more })).status).toBe(400);
    }
  });

  it('is disputed with a ground, and confirmed', async () => {
    const disputeFact: PartnerOperations['disputeFact'] = async (_, disputed) => ({
      kind: 'disputed',
      id: disputed,
      receipt: receiptOf(),
    });
    const disputed = await call({ disputeFact }, `/v1/facts/${id}/dispute`, { ground: 'niet van hier' });
    expect([disputed.status, disputed.json]).toMatchObject([200, { id, state: 'disputed' }]);
    expect((await call({}, `/v1/facts/${id}/dispute`, {})).status).toBe(400);
    const confirmFact: PartnerOperations['confirmFact'] = async (_, confirmed) => ({
      kind: 'confirmed',
      id: confirmed,
      state: 'ended',
      receipt: receiptOf(),
    });
    const confirmed = await call({ confirmFact }, `/v1/facts/${id}/confirmation`, {});
    expect([confirmed.status, confirmed.json]).toMatchObject([200, { id, state: 'ended' }]);
  });

  it.each([
    ['not-found', 404],
    ['wrong-fact-state', 409],
    ['key-reused', 422],
  ] as const)('%s: %i', async (kind, status) => {
    const answer = await call({ disputeFact: async () => ({ kind }) }, `/v1/facts/${id}/dispute`, {
      ground: 'nee hoor',
    });
    expect([answer.status, answer.json.type]).toEqual([status, `/problems/${kind}`]);
  });

  it('is read without a word of whom it is about, and is not there for others', async () => {
    const readFact: PartnerOperations['readFact'] = async () => ({ fact, dispute: null });
    const answer = await call({ readFact }, `/v1/facts/${id}`);
    expect([answer.status, answer.json]).toMatchObject([200, { id, type: 'detention', dispute: null }]);
    expect(answer.text).not.toContain(fact.subject);
    expect((await call({ readFact: async () => null }, `/v1/facts/${id}`)).status).toBe(404);
  });
});

describe('a claim of involvement', () => {
  const body = {
    subject: { type: 'bsn', value: bsn },
    role: 'return-municipality',
    attester: source,
    justification: 'Heeft zich bij ons gemeld',
  };
  const claim: InvolvementClaim = {
    id: id as ClaimId,
    claimant: recipient,
    attester: source,
    role: 'return-municipality',
    subject: fact.subject,
    justification: 'Heeft zich bij ons gemeld',
    userRole: null,
    state: 'rejected',
    receivedAt: at,
    movedAt: at,
  };

  it('is received with 202 and nothing but its id', async () => {
    let seen: ClaimBody | null = null;
    const claimInvolvement: PartnerOperations['claimInvolvement'] = async (_, given) => {
      seen = given;
      return { kind: 'received', id: claim.id };
    };
    const answer = await call({ claimInvolvement }, '/v1/involvement-claims', body);
    expect([answer.status, answer.json]).toEqual([202, { id }]);
    expect(seen).toEqual({ ...body, onBehalfOf: null });
  });

  it('names the member that is wrong', async () => {
    const claimInvolvement: PartnerOperations['claimInvolvement'] = async () => ({
      kind: 'invalid',
      member: 'role',
      problem: { nl: 'geen rol', en: 'no role' },
    });
    const answer = await call({ claimInvolvement }, '/v1/involvement-claims', body);
    expect([answer.status, answer.json.errors]).toMatchObject([400, [{ location: { pointer: '#/role' } }]]);
  });

  it('shows the claimant no more than its state', async () => {
    const shown = { ...claim, state: 'received' } as const;
    const answer = await call(
      { readClaim: async () => ({ for: 'claimant', claim: shown }) },
      `/v1/involvement-claims/${id}`,
    );
    expect(answer.json).toEqual({
      id,
      state: 'received',
      role: claim.role,
      attester: source,
      receivedAt: at,
    });
    expect((await call({ readClaim: async () => null }, `/v1/involvement-claims/${id}`)).status).toBe(404);
  });

  it('shows the attesting unit its own pseudonym, and never whose it is', async () => {
    const pseudonym = randomUUID();
    const readClaim: PartnerOperations['readClaim'] = async () => ({ for: 'attester', claim, pseudonym });
    const answer = await call({ readClaim }, `/v1/involvement-claims/${id}`);
    expect(answer.json).toMatchObject({ state: 'rejected', subject: { type: 'pseudonym', value: pseudonym } });
    expect(answer.text).not.toContain(fact.subject);
  });

  it('is confirmed with the fact that is now on record, or rejected', async () => {
    const confirmClaim: PartnerOperations['confirmClaim'] = async () => ({
      kind: 'confirmed',
      id: claim.id,
      fact: fact.id,
      receipt: receiptOf(),
    });
    const confirmed = await call({ confirmClaim }, `/v1/involvement-claims/${id}/confirmation`, { from: at });
    expect([confirmed.status, confirmed.json]).toMatchObject([200, { id, state: 'confirmed', fact: id }]);
    const rejectClaim: PartnerOperations['rejectClaim'] = async () => ({
      kind: 'rejected',
      id: claim.id,
      receipt: receiptOf(),
    });
    const rejected = await call({ rejectClaim }, `/v1/involvement-claims/${id}/rejection`, { ground: 'onbekend' });
    expect([rejected.status, rejected.json]).toMatchObject([200, { id, state: 'rejected' }]);
    const decided: PartnerOperations['rejectClaim'] = async () => ({ kind: 'already-decided' });
    const again = await call({ rejectClaim: decided }, `/v1/involvement-claims/${id}/rejection`, {
      ground: 'onbekend',
    });
    expect([again.status, again.json.type]).toEqual([409, '/problems/already-decided']);
  });
});

describe('what follows from facts', () => {
  it('a deadline is read by who was told of it', async () => {
    const pseudonym = randomUUID();
    const readTimer: PartnerOperations['readTimer'] = async () => ({
      timer: {
        id: id as TimerId,
        word: 'trajectory-conference',
        kind: 'reminder',
        subject: fact.subject,
        fact: fact.id,
        at,
        state: 'fired',
        movedAt: at,
      },
      rule: {
        id: 'trajectory-conference',
        label: { nl: 'trajectberaad', en: 'conference' },
        starts: { type: 'detention', edge: 'start', is: new Map() },
        after: 'P10D',
        reminds: [],
        to: [],
        stops: null,
        law: [],
      },
      pseudonym,
    });
    const answer = await call({ readTimer }, `/v1/timers/${id}`);
    expect(answer.json).toEqual({
      id,
      timer: 'trajectory-conference',
      kind: 'reminder',
      text: 'trajectberaad',
      at,
      subject: { type: 'pseudonym', value: pseudonym },
    });
    expect((await call({ readTimer: async () => null }, `/v1/timers/${id}`)).status).toBe(404);
  });

  it('a request says since when its retention runs, once it does', async () => {
    const retention = { startedAt: at, deleteBy: at };
    const held = { disclosedAt: at, retention, sourceKnows: true, remindedAt: null, lookAt: null };
    const read = (given: object) => call({}, `/v1/requests/${id}`, undefined, record({ held, ...given }));
    expect((await read({})).json).toMatchObject({ retention });
    expect((await read({ held: { ...held, retention: null } })).json.retention).toBeNull();
    expect((await read({ held: null })).json.retention).toBeNull();
    // To its source it never does, whoever knows of the start.
    expect((await read({ recipient: source, source: recipient })).json.retention).toBeNull();
  });
});
