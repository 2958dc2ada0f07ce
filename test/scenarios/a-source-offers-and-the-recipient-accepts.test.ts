import { v7 } from 'uuid';
import { beforeAll, describe, expect, it } from 'vitest';
import { z } from 'zod';
import type { Reply } from '../../src/demo/partner-client.ts';
import type { Person } from '../../src/demo/population.ts';
import { roles } from '../../src/demo/story/scene.ts';
import { plainAnswer } from '../world/alike.ts';
import { atThePages, detain, eventually, expectProblem, kindsOf, personOf, useChain } from '../world/chain.ts';
import { plentyLimits } from '../world/plenty-limits.ts';
import { withinASecond } from '../world/within-a-second.ts';
import { InboxChain } from './chain/inbox-chain.ts';
import { ledgerVerify } from './chain/running-chain.ts';

const chain = useChain({ gateways: 2, env: plentyLimits });
const inbox = new InboxChain(chain);
const feed = z.object({ events: z.array(z.looseObject({ type: z.string(), dataref: z.string() })) });
const known = z.looseObject({ id: z.uuid() });
const offered = z.looseObject({ id: z.uuid(), state: z.literal('answered'), receipt: z.unknown() });

const agent = { id: 'agent-7', role: 'policeOfficer', name: 'R. Meijer' };
const probationOfficer = { id: 'reclassering-3', role: 'probationOfficer', name: 'S. Aydin' };
const colleague = { id: 'reclassering-4', role: 'designatedOfficer', name: 'P. Jansen' };
const told = { 'policeContacts.incidents': ['Zwartboek aangetroffen op 20 november'] };
const secret = /Zwartboek/;
const ground = 'al bekend bij de toezichthouder';

let facts: Readonly<Record<string, string>>[] = [];
beforeAll(async () => {
  facts = [];
  for (const index of [0, 1, 2, 3]) {
    const person = personOf(chain(), index);
    const subject = { type: 'bsn', value: person.bsn };
    facts.push(await detain(chain(), person));
    const supervision = { subject, type: 'supervision', from: '2026-01-01T00:00:00Z' };
    expect((await chain().client(roles.prison).post('/v1/facts', supervision)).status).toBe(201);
  }
  await inbox.connect([roles.prison], [roles.municipality, roles.probation], personOf(chain(), 0));
}, 120_000);

const person = () => personOf(chain(), 0);

function body(of: Pick<Person, 'bsn'>, more: object = {}): object {
  return {
    purpose: 'supervision',
    recipient: roles.probation,
    subject: { type: 'bsn', value: of.bsn },
    data: told,
    addressee: 'probationOfficer',
    justification: 'Aangehouden tijdens het toezicht',
    caseReference: 'PO-2026-77',
    onBehalfOf: agent,
    ...more,
  };
}

const offering = (of: object, key?: string): Promise<Reply> => chain().client(roles.police).post('/v1/offers', of, key);

async function waiting(of: Person = person()): Promise<string> {
  const reply = await offering(body(of));
  const { id } = offered.parse(reply.body);
  expect([reply.status, reply.headers.location]).toEqual([202, `/v1/requests/${id}`]);
  return id;
}

const take = (id: string, onBehalfOf: object = probationOfficer, key?: string, unit: string = roles.probation) =>
  chain().client(unit).post(`/v1/requests/${id}/collections`, { onBehalfOf }, key);
const decline = (id: string, key?: string, unit: string = roles.probation) =>
  chain().client(unit).post(`/v1/requests/${id}/refusals`, { by: probationOfficer, ground }, key);

async function eventsOf(unit: string, id: string): Promise<readonly string[]> {
  const { events } = feed.parse((await chain().client(unit).get('/v1/events?limit=100')).body);
  const own = events.filter(({ dataref }) => dataref === `/v1/requests/${id}`);
  return own.map(({ type }) => type.replace('nl.sluis.request.', ''));
}

/** Everything that the database holds of a request, as whoever steals it reads it. */
async function stolen(id: string): Promise<string> {
  const { rows } = await chain().owner.query<{ row: string }>(
    `SELECT t::text AS row FROM answer t WHERE request_id = $1 UNION ALL SELECT t::text FROM request t WHERE id = $1
      UNION ALL SELECT t::text FROM ledger_entry t WHERE request_id = $1`,
    [id],
  );
  return rows.map(({ row }) => row).join('\n');
}

it('is decided, waits sealed, is accepted by a person, opened by its recipient, confirmed, and gone', async () => {
  const id = await waiting();
  expect(await eventsOf(roles.probation, id)).toEqual(['offered']);
  expect(await stolen(id)).toContain('source-offered');
  expect(await stolen(id)).not.toMatch(secret);
  const { body: seen } = await chain().client(roles.probation).get(`/v1/requests/${id}`);
  expect(seen).toMatchObject({ state: 'answered', source: roles.police, recipient: roles.probation });

  const opened = await inbox.open(await take(id));
  expect(opened).toEqual([told]);
  const again = await take(id);
  expect(again.headers['idempotency-replayed']).toBe('true');
  expect(await inbox.open(again)).toEqual([told]);

  expect(await inbox.rows(id)).toBe(1);
  const confirmations = `/v1/requests/${id}/collection-confirmations`;
  const confirmed = await chain().client(roles.probation).post(confirmations, { by: probationOfficer });
  expect(confirmed).toMatchObject({ status: 200, body: { state: 'collected' } });
  expect(await inbox.rows(id)).toBe(0);
  expect(await eventsOf(roles.police, id)).toEqual(['delivered', 'collected']);
  expect(await kindsOf(chain(), id)).toEqual([
    ...['permit', 'source-offered', 'permit', 'offer-accepted', 'disclosure', 'collection-confirmed'],
  ]);
  const { html } = await (await atThePages(chain(), person())).visit('/me');
  expect(html).toContain('Wie bood het aan');
  expect(`${chain().log()}${html}`).not.toMatch(secret);
});

it('is nobody else’s: not of another role, another partner, or a system without a person', async () => {
  const id = await waiting();
  expectProblem(await take(id, colleague), 403, 'other-addressee');
  const nameless = await chain().client(roles.probation).post(`/v1/requests/${id}/collections`, {});
  expectProblem(nameless, 400, 'invalid-input');
  for (const unit of [roles.municipality, roles.police]) {
    expectProblem(await take(id, probationOfficer, undefined, unit), 404, 'not-found');
    expectProblem(await decline(id, undefined, unit), 404, 'not-found');
  }
  expect([await inbox.stateOf(id), await inbox.rows(id)]).toEqual(['answered', 1]);
});

it('under the same key on another gateway is the same offer, and another offer under it is refused', async () => {
  const key = v7();
  const first = offered.parse((await offering(body(person()), key)).body);
  const elsewhere = chain().world.client(roles.police, 1);
  const second = await elsewhere.post('/v1/offers', body(person()), key);
  expect([second.status, second.headers['idempotency-replayed']]).toEqual([202, 'true']);
  expect(known.parse(second.body).id).toBe(first.id);
  const other = { data: { 'policeContacts.incidents': ['Iets anders'] } };
  expectProblem(await elsewhere.post('/v1/offers', body(person(), other), key), 422, 'key-reused');
  expect(await inbox.rows(first.id)).toBe(1);
  elsewhere.close();
});

it('is declined: nothing of it is kept, its source learns that, and not why', async () => {
  const id = await waiting();
  const key = v7();
  expect(await decline(id, key)).toMatchObject({ status: 200, body: { state: 'declined' } });
  expect([await inbox.rows(id), await eventsOf(roles.police, id)]).toEqual([0, ['declined']]);
  expect((await decline(id, key)).headers['idempotency-replayed']).toBe('true');
  expectProblem(await take(id), 409, 'wrong-state');
  const seen = JSON.stringify((await chain().client(roles.police).get(`/v1/requests/${id}`)).body);
  expect(seen).toContain('declined');
  expect(`${seen}${await stolen(id)}${chain().log()}`).not.toContain(ground);
});

it('is stopped within a second of the end of an involvement, and what waited is gone', async () => {
  const indexes = [1, 3].values();
  let id = '';
  await withinASecond(async () => {
    const index = indexes.next().value ?? 0;
    id = await waiting(personOf(chain(), index));
    const until = { until: new Date().toISOString() };
    const ended = await chain().client(roles.prison).post(`/v1/facts/${facts[index]?.probation}/end`, until);
    const since = performance.now();
    expect(ended.status).toBeLessThan(300);
    await eventually(async () => ((await inbox.stateOf(id)) === 'withdrawn' ? true : null));
    return performance.now() - since;
  });
  expect(await inbox.rows(id)).toBe(0);
  expectProblem(await take(id), 403, 'refused');
  const bySource = await chain().client(roles.police).get(`/v1/requests/${id}`);
  expect(bySource.body).toMatchObject({ state: 'refused', stoppedFor: 'facts' });
  expect([await eventsOf(roles.police, id), await eventsOf(roles.probation, id)]).toEqual([
    ['stopped'],
    ['offered', 'ended'],
  ]);
  expect(await kindsOf(chain(), id)).not.toContain('disclosure');
});

describe('an offer that is refused', () => {
  it('looks the same about nobody as about somebody who is not the recipient’s', async () => {
    const notTheirs = personOf(chain(), 2);
    const until = { until: new Date().toISOString() };
    await chain().client(roles.prison).post(`/v1/facts/${facts[2]?.probation}/end`, until);
    const replies = [await offering(body(notTheirs)), await offering(body({ bsn: '999999990' }))];
    for (const reply of replies) {
      expectProblem(reply, 403, 'refused');
      expect(JSON.stringify(reply.body)).not.toMatch(secret);
    }
    const [one, other] = replies.map((reply) => plainAnswer(reply, []));
    expect(one).toEqual(other);
  });

  it('is not there for whom it was meant, and its source reads it', async () => {
    const reply = await offering(body({ bsn: '999999990' }));
    const { request } = z.looseObject({ request: known }).parse(reply.body);
    expectProblem(await chain().client(roles.probation).get(`/v1/requests/${request.id}`), 404, 'not-found');
    expectProblem(await take(request.id), 404, 'not-found');
    expectProblem(await decline(request.id), 404, 'not-found');
    const read = await chain().client(roles.police).get(`/v1/requests/${request.id}`);
    expect(read).toMatchObject({ status: 200, body: { state: 'refused' } });
    expect(await eventsOf(roles.probation, request.id)).toEqual([]);
  });

  it('names what is wrong before anybody is looked for, and never the value', async () => {
    const wrong = { data: { 'policeContacts.incidents': 'Zwartboek' } };
    const problem = expectProblem(await offering(body(person(), wrong)), 400, 'invalid-input');
    expect(JSON.stringify(problem)).toContain('#/data/policeContacts.incidents');
    expect(JSON.stringify(problem)).not.toMatch(secret);
    const keyless = { recipient: roles.neighbour, addressee: undefined };
    const impossible = await offering(body(person(), keyless));
    expect(z.looseObject({ type: z.string() }).parse(impossible.body).type).toBe('/problems/seal-impossible');
  });
});

it('leaves a ledger that is whole', async () => {
  expect(await ledgerVerify(chain().world)).toMatchObject({ code: 0, report: { ok: true, problems: [] } });
});
