import { join } from 'node:path';
import { v7 } from 'uuid';
import { beforeAll, describe, expect, it } from 'vitest';
import { z } from 'zod';
import { openKeys } from '../../src/crypto/keys.ts';
import type { PartnerClient, Reply } from '../../src/demo/partner-client.ts';
import type { Person } from '../../src/demo/population.ts';
import { delivered, roles } from '../../src/demo/story/scene.ts';
import {
  approver,
  askConsent,
  atThePages,
  decideOnPage,
  detain,
  expectProblem,
  housingRequest,
  kindsOf,
  personOf,
  planRequest,
  useChain,
} from '../world/chain.ts';

const chain = useChain({ gateways: 2 });
const withId = z.looseObject({ id: z.uuid() });
const view = z.looseObject({ id: z.uuid(), state: z.string() });
const event = z.looseObject({ id: z.uuid(), type: z.string(), dataref: z.string(), sequence: z.string() });
const page = z.strictObject({ events: z.array(event), next: z.string() });
const notice = z.looseObject({ fields: z.array(z.string()), subject: z.object({ type: z.string(), value: z.uuid() }) });
const reference = 'WH-2026-3001';
let person: Person;
let facts: Readonly<Record<string, string>>;
let municipality: PartnerClient;
let housing: PartnerClient;

beforeAll(async () => {
  person = personOf(chain(), 0);
  municipality = chain().client(roles.municipality);
  housing = chain().client(roles.housing);
  facts = await detain(chain(), person);
  await detain(chain(), personOf(chain(), 1));
  await askConsent(chain(), person, reference);
  await decideOnPage(await atThePages(chain(), person), 'given');
});

async function waiting(): Promise<string> {
  const reply = await housing.post('/v1/requests', housingRequest(reference));
  expect(reply.status).toBe(202);
  expect(reply.headers.location).toBe(`/v1/requests/${withId.parse(reply.body).id}`);
  return withId.parse(reply.body).id;
}

async function stateOf(id: string): Promise<string> {
  return view.parse((await housing.get(`/v1/requests/${id}`)).body).state;
}

/** What stands in the database of the municipality's key. */
async function kept(key: string): Promise<string> {
  const { marks } = await openKeys({ directory: join(chain().world.dataDir, 'keys'), create: false });
  return marks.call(`key\n${roles.municipality}\n${key}`);
}

async function count(query: string, value: string): Promise<number> {
  const { rows } = await chain().owner.query<{ count: number }>(query, [value]);
  return rows[0]?.count ?? Number.NaN;
}

describe('an Idempotency-Key', () => {
  it('repeated gives the state and the receipt, never the data, and makes no entry', async () => {
    const key = v7();
    const first = delivered.parse((await municipality.post('/v1/requests', planRequest(person), key)).body);
    const again = await municipality.post('/v1/requests', planRequest(person), key);
    expect(again.status).toBe(200);
    expect(again.body).toMatchObject({ id: first.id, state: 'delivered', receipt: { v: 1 } });
    expect(again.body).not.toHaveProperty('data');
    expect(JSON.stringify(again.body)).not.toContain(person.surname);
    expect(await kindsOf(chain(), first.id)).toEqual(['permit', 'disclosure']);
  });

  it('takes the same question in another spelling for the same question', async () => {
    const key = v7();
    const body = planRequest(person);
    const first = withId.parse((await municipality.post('/v1/requests', body, key)).body);
    const turned = Object.fromEntries(Object.entries(body).reverse());
    expect(withId.parse((await municipality.post('/v1/requests', turned, key)).body).id).toBe(first.id);
  });

  it('used again for anything else is refused, and nothing is asked', async () => {
    const key = v7();
    await municipality.post('/v1/requests', planRequest(person), key);
    const other = planRequest(person, ['identity.surname', 'identity.birthDate']);
    expectProblem(await municipality.post('/v1/requests', other, key), 422, 'key-reused');
    const about = planRequest(personOf(chain(), 1));
    expectProblem(await municipality.post('/v1/requests', about, key), 422, 'key-reused');
    expect(await count('SELECT count(*)::integer AS count FROM idempotency WHERE key = $1', await kept(key))).toBe(1);
  });

  it('is each unit’s own', async () => {
    const key = v7();
    const [one, other] = [municipality, chain().client(roles.probation)];
    const first = delivered.parse((await one.post('/v1/requests', planRequest(person), key)).body);
    const second = delivered.parse((await other.post('/v1/requests', planRequest(person), key)).body);
    expect(second.id).not.toBe(first.id);
  });

  it('of a refused request repeats the refusal', async () => {
    const key = v7();
    const neighbour = chain().client(roles.neighbour);
    const first = await neighbour.post('/v1/requests', planRequest(person), key);
    const again = await neighbour.post('/v1/requests', planRequest(person), key);
    expectProblem(again, 403, 'refused');
    expect(z.looseObject({ instance: z.string() }).parse(again.body).instance).toBe(
      z.looseObject({ instance: z.string() }).parse(first.body).instance,
    );
  });

  it('sent by twenty twins at once, on two gateways, gives one disclosure to one of them', async () => {
    const [here, there] = [municipality, chain().world.client(roles.municipality, 1)];
    for (let round = 0; round < 3; round++) {
      const key = v7();
      const twins = Array.from({ length: 20 }, (_, index) =>
        (index % 2 === 0 ? here : there).post('/v1/requests', planRequest(person), key),
      );
      const replies = await Promise.all(twins);
      expect(replies.filter(hasData)).toHaveLength(1);
      for (const reply of replies.filter((each) => !hasData(each))) {
        if (reply.status !== 200) expectProblem(reply, 409, 'in-progress');
      }
      const { id } = withId.parse(replies.find(hasData)?.body);
      expect(await kindsOf(chain(), id)).toEqual(['permit', 'disclosure']);
      expect(await count('SELECT count(*)::integer AS count FROM idempotency WHERE key = $1', await kept(key))).toBe(1);
    }
    there.close();
  });

  it('of a fact and of a consent makes one of each', async () => {
    const prison = chain().client(roles.prison);
    const fact = { subject: { type: 'bsn', value: person.bsn }, type: 'detention', from: '2026-01-01T00:00:00Z' };
    const key = v7();
    const replies = await Promise.all([1, 2, 3].map(() => prison.post('/v1/facts', fact, key)));
    expect(new Set(replies.map(({ body }) => withId.parse(body).id)).size).toBe(1);
    const end = { until: '2026-02-01T00:00:00Z' };
    const id = withId.parse(replies[0]?.body).id;
    expect((await prison.post(`/v1/facts/${id}/end`, end, v7())).status).toBe(200);
    expectProblem(await prison.post(`/v1/facts/${id}/end`, end, v7()), 409, 'already-ended');
  });
});

function hasData({ status, body }: Reply): boolean {
  return status === 200 && z.looseObject({ data: z.unknown().optional() }).parse(body).data !== undefined;
}

describe('an approval', () => {
  it('that declines ends the request; the asker hears that, and not why', async () => {
    const id = await waiting();
    const ground = 'Deze woning is al vergeven';
    const declined = await municipality.post(`/v1/requests/${id}/approvals`, {
      decision: 'declined',
      approver,
      ground,
    });
    expect(view.parse(declined.body).state).toBe('declined');
    expect(await stateOf(id)).toBe('declined');
    const collected = await housing.post(`/v1/requests/${id}/collections`, {});
    const told = expectProblem(collected, 403, 'refused');
    expect(told).toMatchObject({ class: 'declined' });
    for (const reply of [collected, await housing.get(`/v1/requests/${id}`)]) {
      expect(JSON.stringify(reply.body)).not.toMatch(/vergeven|Bakker/);
    }
    expect(await kindsOf(chain(), id)).toEqual(['permit', 'approval-declined']);
  });

  it('is given once', async () => {
    const id = await waiting();
    const approval = { decision: 'approved', approver };
    const key = v7();
    expect((await municipality.post(`/v1/requests/${id}/approvals`, approval, key)).status).toBe(200);
    const again = await municipality.post(`/v1/requests/${id}/approvals`, approval, key);
    expect(again.body).toMatchObject({ id, state: 'permitted', receipt: null });
    const anew = await municipality.post(`/v1/requests/${id}/approvals`, approval);
    expect(expectProblem(anew, 409, 'wrong-state')).toMatchObject({ state: 'permitted' });
    expect(await kindsOf(chain(), id)).toEqual(['permit', 'approval']);
  });

  it('by the asker itself, or by anybody who is not the source, finds nothing', async () => {
    const id = await waiting();
    for (const unit of [roles.housing, roles.neighbour, roles.prison, 'burgemeester-zwolle']) {
      const reply = await chain().client(unit).post(`/v1/requests/${id}/approvals`, { decision: 'approved', approver });
      expectProblem(reply, 404, 'not-found');
    }
    expect(await stateOf(id)).toBe('awaiting-approval');
    expectProblem(await housing.post(`/v1/requests/${id}/collections`, {}), 409, 'wrong-state');
  });

  it('lets the asker collect once, by itself alone', async () => {
    const id = await waiting();
    await municipality.post(`/v1/requests/${id}/approvals`, { decision: 'approved', approver });
    for (const unit of [roles.municipality, roles.neighbour]) {
      expectProblem(await chain().client(unit).post(`/v1/requests/${id}/collections`, {}), 404, 'not-found');
    }
    const key = v7();
    const attempts = await Promise.all(
      [key, v7(), v7()].map((each) => housing.post(`/v1/requests/${id}/collections`, {}, each)),
    );
    expect(attempts.filter(hasData)).toHaveLength(1);
    for (const other of attempts.filter((reply) => !hasData(reply))) expectProblem(other, 409, 'wrong-state');
    const later = await housing.post(`/v1/requests/${id}/collections`, {});
    expect(expectProblem(later, 409, 'wrong-state')).toMatchObject({ state: 'delivered' });
    const kinds = await kindsOf(chain(), id);
    expect(kinds.filter((kind) => kind === 'disclosure')).toHaveLength(1);
  });

  it('collected with the same key again gives no data again', async () => {
    const id = await waiting();
    await municipality.post(`/v1/requests/${id}/approvals`, { decision: 'approved', approver });
    const key = v7();
    expect(hasData(await housing.post(`/v1/requests/${id}/collections`, {}, key))).toBe(true);
    const again = await housing.post(`/v1/requests/${id}/collections`, {}, key);
    expect(again.body).toMatchObject({ id, state: 'delivered' });
    expect(again.body).not.toHaveProperty('data');
  });
});

it('keeps of keys and questions marks alone, under a key that the database does not have', async () => {
  const { rows } = await chain().owner.query('SELECT key, digest FROM idempotency');
  expect(rows.length).toBeGreaterThan(10);
  const mark = expect.stringMatching(/^[A-Za-z0-9_-]{43}$/);
  for (const row of rows) expect(row).toEqual({ key: mark, digest: mark });
});

it('a request is there for its asker and its source, and for nobody else', async () => {
  const { id } = withId.parse((await municipality.post('/v1/requests', planRequest(person))).body);
  for (const unit of [roles.municipality, roles.prison]) {
    const reply = await chain().client(unit).get(`/v1/requests/${id}`);
    expect(reply.status).toBe(200);
    expect(JSON.stringify(reply.body)).not.toMatch(new RegExp(`${person.bsn}|${person.surname}`));
  }
  for (const unit of [roles.neighbour, roles.probation, 'burgemeester-zwolle', 'pi-zwolle-medisch']) {
    expectProblem(await chain().client(unit).get(`/v1/requests/${id}`), 404, 'not-found');
  }
});

describe('the feed of events', () => {
  async function feed(unit: string, limit: number): Promise<readonly z.infer<typeof event>[]> {
    const all: z.infer<typeof event>[] = [];
    for (let after = '0'; ; ) {
      const reply = await chain().client(unit).get(`/v1/events?after=${after}&limit=${limit}`);
      const { events, next } = page.parse(reply.body);
      if (events.length === 0) return all;
      expect(events.length).toBeLessThanOrEqual(limit);
      all.push(...events);
      after = next;
    }
  }

  it('read by one, by three and at once is the same feed, numbered without gaps', async () => {
    const whole = await feed(roles.municipality, 100);
    expect(whole.length).toBeGreaterThan(5);
    expect(whole.map(({ sequence }) => Number(sequence))).toEqual(whole.map((_, index) => index + 1));
    expect(await feed(roles.municipality, 1)).toEqual(whole);
    expect(await feed(roles.municipality, 3)).toEqual(whole);
  });

  it('is each unit’s own, and links to what only that unit may read', async () => {
    const [told] = (await feed(roles.municipality, 100)).filter(({ type }) => type.endsWith('.started'));
    const path = told?.dataref ?? '';
    expect((await municipality.get(path)).status).toBe(200);
    expectProblem(await chain().client(roles.neighbour).get(path), 404, 'not-found');
    expect(await feed(roles.neighbour, 100)).toEqual([]);
  });

  it('tells whoever was told that somebody came in that the basis has ended, and by then it has', async () => {
    const before = await feed(roles.municipality, 100);
    const prison = chain().client(roles.prison);
    const until = new Date().toISOString();
    for (const unit of [roles.municipality, roles.probation]) {
      const reply = await chain().client(unit).post(`/v1/facts/${facts.municipality}/end`, { until });
      expectProblem(reply, 404, 'not-found');
    }
    expect((await prison.post(`/v1/facts/${facts.municipality}/end`, { until })).status).toBe(200);
    const since = (await feed(roles.municipality, 100)).slice(before.length);
    // What waited on this basis is stopped meanwhile, of which its source is told as well.
    const [news, ...more] = since.filter(({ type }) => type !== 'nl.sluis.request.stopped');
    expect(more).toEqual([]);
    expect(news?.type).toBe('nl.sluis.detention-notice.ended');
    const ended = notice.parse((await municipality.get(news?.dataref ?? '')).body);
    expect(ended.fields).toEqual([]);

    const asked = await municipality.post('/v1/requests', planRequest(person));
    expect(expectProblem(asked, 403, 'refused')).toMatchObject({ class: 'not-available' });
    const byPseudonym = { ...planRequest(person), subject: ended.subject };
    expectProblem(await municipality.post('/v1/requests', byPseudonym), 403, 'refused');
  });
});
