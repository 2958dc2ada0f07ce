import { setTimeout as sleep } from 'node:timers/promises';
import { v7 } from 'uuid';
import { beforeAll, describe, expect, it } from 'vitest';
import { z } from 'zod';
import { isBsn } from '../../src/core/subject/reference.ts';
import type { Reply } from '../../src/demo/partner-client.ts';
import { roles } from '../../src/demo/story/scene.ts';
import { plainAnswer } from '../world/alike.ts';
import {
  approver,
  askConsent,
  atThePages,
  type Chain,
  consentRequest,
  decideOnPage,
  detain,
  expectProblem,
  housingRequest,
  kindsOf,
  personOf,
  useChain,
} from '../world/chain.ts';

const chain = useChain();
const withId = z.looseObject({ id: z.uuid() });
const refused = z.looseObject({ class: z.string(), request: z.looseObject({ id: z.uuid() }) });
const nobody = Array.from({ length: 2_000 }, (_, index) => String(999_990_000 + index)).find(isBsn) ?? '';

/** Case reference and consent by what became of the consent; each of another person. */
const cases = {
  requested: 'WH-2026-1001',
  refused: 'WH-2026-1002',
  withdrawnOnThePage: 'WH-2026-1003',
  withdrawnByTheSource: 'WH-2026-1004',
  expired: 'WH-2026-1005',
  aboutNobody: 'WH-2026-1006',
  bySomebodyUninvolved: 'WH-2026-1007',
} as const;
const neverGiven = 'WH-2026-1999';
const ids: Record<string, string> = {};
/** Requests that were permitted and waited for approval when the consent went, by case reference. */
const waited: Record<string, string> = {};
const shortMs = 10_000;

beforeAll(async () => {
  const running = chain();
  const municipality = running.client(roles.municipality);
  for (const index of [0, 1, 2, 3, 4]) await detain(running, personOf(running, index));
  ids.requested = await askConsent(running, personOf(running, 0), cases.requested);

  ids.refused = await askConsent(running, personOf(running, 1), cases.refused);
  await decideOnPage(await atThePages(running, personOf(running, 1)), 'refused');

  ids.withdrawnOnThePage = await askConsent(running, personOf(running, 2), cases.withdrawnOnThePage);
  const visitor = await atThePages(running, personOf(running, 2));
  await decideOnPage(visitor, 'given');
  await expectAvailable(running, cases.withdrawnOnThePage);
  await visitor.submit(await visitor.visit('/me/consents'), '/withdrawal');

  ids.withdrawnByTheSource = await askConsent(running, personOf(running, 3), cases.withdrawnByTheSource);
  await decideOnPage(await atThePages(running, personOf(running, 3)), 'given');
  await expectAvailable(running, cases.withdrawnByTheSource);
  await municipality.post(`/v1/consents/${ids.withdrawnByTheSource}/withdrawal`, {});

  const validUntil = new Date(Date.now() + shortMs).toISOString();
  ids.expired = await askConsent(running, personOf(running, 4), cases.expired, { validUntil });
  await decideOnPage(await atThePages(running, personOf(running, 4)), 'given');
  await expectAvailable(running, cases.expired);

  ids.aboutNobody = await consentFor(roles.municipality, nobody, { caseReference: cases.aboutNobody });
  ids.bySomebodyUninvolved = await consentFor(roles.neighbour, personOf(running, 0).bsn, {
    source: roles.neighbour,
    caseReference: cases.bySomebodyUninvolved,
  });
  await sleep(Math.max(0, Date.parse(validUntil) - Date.now() + 50));
});

async function consentFor(unit: string, bsn: string, more: object): Promise<string> {
  const reply = await chain()
    .client(unit)
    .post('/v1/consents', consentRequest({ type: 'bsn', value: bsn }, more));
  expect(reply.status).toBe(202);
  return withId.parse(reply.body).id;
}

/** Without this the tests below would hold for a chain that never gives anything. */
async function expectAvailable(running: Chain, reference: string): Promise<void> {
  const reply = await running.client(roles.housing).post('/v1/requests', housingRequest(reference));
  expect(reply.status).toBe(202);
  waited[reference] = withId.parse(reply.body).id;
}

describe('a recipient whose only link would be a consent', () => {
  it('gets the answer about nobody when it was asked, refused, withdrawn or has expired', async () => {
    const housing = chain().client(roles.housing);
    const seen: Record<string, unknown> = {};
    for (const [name, reference] of Object.entries({ ...cases, neverGiven })) {
      const answer = await housing.post('/v1/requests', housingRequest(reference));
      const { class: kind, request } = refused.parse(answer.body);
      expect(kind).toBe('not-available');
      const later = await housing.get(`/v1/requests/${request.id}`);
      const collected = await housing.post(`/v1/requests/${request.id}/collections`, {});
      const approval = { decision: 'approved', approver: { id: 'a', role: 'b', name: 'c' } };
      const bySource = await chain().client(roles.municipality).post(`/v1/requests/${request.id}/approvals`, approval);
      expectProblem(bySource, 404, 'not-found');
      seen[name] = [answer, later, collected].map((reply) => plainAnswer(reply, [reference]));
    }
    for (const name of Object.keys(cases)) expect({ [name]: seen[name] }).toEqual({ [name]: seen.neverGiven });
  });

  it('gets it as well by a number or reference of another kind', async () => {
    const { skn } = personOf(chain(), 0);
    const seen: unknown[] = [];
    for (const [type, value] of [
      ['pseudonym', v7()],
      ['caseReference', `GZ-${skn}`],
    ] as const) {
      const reply = await chain()
        .client(roles.housing)
        .post('/v1/requests', { ...housingRequest(neverGiven), subject: { type, value } });
      seen.push(plainAnswer(reply, [`"type":"${type}"`, value]));
    }
    const plainly = await chain().client(roles.housing).post('/v1/requests', housingRequest(neverGiven));
    for (const one of seen) expect(one).toEqual(plainAnswer(plainly, ['"type":"caseReference"', neverGiven]));
  });

  it('may use neither number, whoever has it', async () => {
    const housing = chain().client(roles.housing);
    const replies: Reply[] = [];
    const { bsn, skn } = personOf(chain(), 0);
    const numbers = [
      { type: 'bsn', value: bsn },
      { type: 'bsn', value: nobody },
      { type: 'skn', value: skn },
      { type: 'skn', value: '99999999' },
    ];
    for (const subject of numbers) {
      replies.push(await housing.post('/v1/requests', { ...housingRequest(neverGiven), subject }));
    }
    for (const reply of replies) expectProblem(reply, 403, 'number-not-allowed');
    for (const reply of replies) expect(plainAnswer(reply)).toEqual(plainAnswer(replies[0] as Reply));
  });
});

describe('a request that waited for approval when the consent went', () => {
  it('reads as one about nobody', async () => {
    const housing = chain().client(roles.housing);
    const { id } = refused.parse((await housing.post('/v1/requests', housingRequest(neverGiven))).body).request;
    const nobodys = plainAnswer(await housing.get(`/v1/requests/${id}`));
    for (const reference of [cases.withdrawnOnThePage, cases.withdrawnByTheSource]) {
      expect(plainAnswer(await housing.get(`/v1/requests/${waited[reference]}`))).toEqual(nobodys);
    }
  });

  it('can no more be approved, gives nothing, and is alike whether it was withdrawn or came to its end', async () => {
    const [housing, municipality] = [chain().client(roles.housing), chain().client(roles.municipality)];
    const approvals = `/v1/requests/${waited[cases.expired]}/approvals`;
    expectProblem(await municipality.post(approvals, { decision: 'approved', approver }), 409, 'wrong-state');
    const seen: unknown[] = [];
    for (const reference of [cases.expired, cases.withdrawnOnThePage, cases.withdrawnByTheSource]) {
      const id = waited[reference] ?? '';
      const collected = await housing.post(`/v1/requests/${id}/collections`, {});
      expect(expectProblem(collected, 403, 'refused')).toMatchObject({ class: 'not-available' });
      expect(await kindsOf(chain(), id)).not.toContain('disclosure');
      seen.push([collected, await housing.get(`/v1/requests/${id}`)].map((reply) => plainAnswer(reply)));
    }
    expect(seen[1]).toEqual(seen[0]);
    expect(seen[2]).toEqual(seen[0]);
  });
});

describe('asking for consent tells nothing about the person', () => {
  const askers = [
    { who: 'an involved source', unit: roles.municipality, source: roles.municipality },
    { who: 'a source that is not involved', unit: roles.neighbour, source: roles.neighbour },
  ] as const;
  for (const { who, unit, source } of askers) {
    it(`to ${who}, for a known person and for nobody`, async () => {
      const seen: unknown[] = [];
      const validUntil = new Date(Date.now() + 30 * 86_400_000).toISOString();
      for (const value of [personOf(chain(), 5).bsn, personOf(chain(), 0).bsn, nobody]) {
        const more = { source, caseReference: `WH-${v7().slice(0, 13)}-${seen.length}`, validUntil };
        const body = consentRequest({ type: 'bsn', value }, more);
        const key = v7();
        const first = await chain().client(unit).post('/v1/consents', body, key);
        const again = await chain().client(unit).post('/v1/consents', body, key);
        expect([first.status, again.status]).toEqual([202, 202]);
        seen.push([first, again].map((reply) => plainAnswer(reply)));
      }
      expect(seen[1]).toEqual(seen[0]);
      expect(seen[2]).toEqual(seen[0]);
    });
  }

  it('also while what is on record about the person is being changed', async () => {
    const changing = await chain().owner.connect();
    try {
      await changing.query('BEGIN');
      await changing.query('UPDATE subject SET epoch = epoch');
      const seen: unknown[] = [];
      for (const value of [personOf(chain(), 0).bsn, nobody]) {
        const body = consentRequest({ type: 'bsn', value });
        seen.push(plainAnswer(await chain().client(roles.municipality).post('/v1/consents', body)));
      }
      expect(seen[0]).toEqual(seen[1]);
      expect(seen[0]).toMatchObject({ status: 202 });
    } finally {
      await changing.query('ROLLBACK');
      changing.release();
    }
  });

  it('to the recipient itself, by a reference it was given and by one that nobody gave', async () => {
    const seen: unknown[] = [];
    for (const value of [...Object.values(cases), neverGiven]) {
      const body = consentRequest({ type: 'caseReference', value });
      const reply = await chain().client(roles.housing).post('/v1/consents', body);
      expect(reply.status).toBe(202);
      seen.push(plainAnswer(reply));
    }
    for (const one of seen) expect(one).toEqual(seen.at(-1));
  });
});

describe('passing on a withdrawal', () => {
  it('reads the same whatever had become of the consent, also when it is repeated', async () => {
    const housing = chain().client(roles.housing);
    const seen: Record<string, unknown> = {};
    for (const name of Object.keys(cases)) {
      const path = `/v1/consents/${ids[name]}/withdrawal`;
      const key = v7();
      const first = await housing.post(path, {}, key);
      const again = await housing.post(path, {}, key);
      const reused = await housing.post('/v1/requests', housingRequest(neverGiven), key);
      const anew = await housing.post(path, {});
      expect([first, again, reused, anew].map(({ status }) => status)).toEqual([200, 200, 422, 200]);
      seen[name] = [first, again, reused, anew].map((reply) => plainAnswer(reply));
    }
    for (const name of Object.keys(cases)) expect({ [name]: seen[name] }).toEqual({ [name]: seen.requested });
  });

  it('is not found for who is no party of the consent', async () => {
    const neighbour = chain().client(roles.neighbour);
    const replies = [];
    for (const id of [ids.requested, ids.aboutNobody, v7()]) {
      replies.push(await neighbour.post(`/v1/consents/${id}/withdrawal`, {}));
    }
    for (const reply of replies) expectProblem(reply, 404, 'not-found');
    expect(plainAnswer(replies[0] as Reply)).toEqual(plainAnswer(replies[2] as Reply));
  });
});
