import { connect } from 'node:tls';
import { v7 } from 'uuid';
import { beforeAll, describe, expect, it } from 'vitest';
import { z } from 'zod';
import { roles } from '../../src/demo/story/scene.ts';
import {
  approver,
  askConsent,
  atThePages,
  decideOnPage,
  detain,
  eventually,
  expectProblem,
  housingRequest,
  kindsOf,
  personOf,
  useChain,
} from '../world/chain.ts';
import { plentyLimits } from '../world/plenty-limits.ts';
import { type RawReply, rawCall } from '../world/raw-call.ts';
import { InboxChain, planner } from './chain/inbox-chain.ts';
import { ledgerVerify } from './chain/running-chain.ts';

const chain = useChain({ gateways: 2, env: plentyLimits });
const inbox = new InboxChain(chain);
const patience = { timeout: 120_000 };
const feed = z.object({ events: z.array(z.looseObject({ type: z.string(), dataref: z.string() })) });
const given = { 'identity.surname': 'Verzegelaar', 'identity.givenNames': 'Anna Sofie' };

beforeAll(async () => {
  for (const index of [0, 1]) await detain(chain(), personOf(chain(), index));
  await inbox.connect([roles.prison, roles.municipality], [roles.municipality, roles.housing], personOf(chain(), 0));
}, 120_000);

const person = () => personOf(chain(), 0);

async function eventsOf(unit: string, id: string): Promise<readonly string[]> {
  const { events } = feed.parse((await chain().client(unit).get('/v1/events?limit=100')).body);
  const own = events.filter(({ dataref }) => dataref === `/v1/requests/${id}`);
  return own.map(({ type }) => type.replace('nl.sluis.request.', ''));
}

/** Everything that the database holds of a request, as whoever steals it reads it. */
async function stolen(id: string): Promise<string> {
  const tables = ['answer', 'request_message', 'ledger_entry'].map(
    (table) => `SELECT t::text AS row FROM ${table} t WHERE request_id = $1`,
  );
  const { rows } = await chain().owner.query<{ row: string }>(tables.join(' UNION ALL '), [id]);
  return rows.map(({ row }) => row).join('\n');
}

it('is given by people of the source, kept sealed, handed over, opened by its recipient, and gone', async () => {
  const id = await inbox.ask(person());
  expect(await eventsOf(roles.prison, id)).toEqual(['awaiting-answer']);
  const half = inbox.body(person(), { 'identity.surname': 'Verzegelaar' }, { complete: false });
  expect(await inbox.answer(id, half)).toMatchObject({ status: 200, body: { state: 'partly-answered' } });
  const rest = inbox.body(person(), { 'identity.givenNames': 'Anna Sofie' });
  expect(await inbox.answer(id, rest)).toMatchObject({ status: 200, body: { state: 'answered' } });
  expect(await stolen(id)).toContain('source-answered');
  expect(await stolen(id)).not.toMatch(/Verzegelaar|Anna Sofie/);

  expect(await eventsOf(roles.municipality, id)).toEqual(['partly-answered', 'answered']);
  const collecting = v7();
  const opened = await inbox.open(await inbox.collect(id, collecting));
  expect(opened).toEqual([{ 'identity.surname': 'Verzegelaar' }, { 'identity.givenNames': 'Anna Sofie' }]);
  const again = await inbox.collect(id, collecting);
  expect(again.headers['idempotency-replayed']).toBe('true');
  expect(await inbox.open(again)).toEqual(opened);

  expect(await inbox.rows(id)).toBe(2);
  expect(await inbox.confirm(id)).toMatchObject({ status: 200, body: { state: 'collected' } });
  expect(await inbox.rows(id)).toBe(0);
  expect((await inbox.collect(id, collecting)).body).not.toHaveProperty('parts');
  expectProblem(await inbox.collect(id), 409, 'wrong-state');
  expect(await eventsOf(roles.prison, id)).toEqual(['awaiting-answer', 'delivered', 'collected']);
  expect((await kindsOf(chain(), id)).filter((kind) => kind === 'disclosure')).toHaveLength(1);
  expect(chain().log()).not.toMatch(/Verzegelaar|Anna Sofie/);
});

it('is asked about first, and said to whom it is for', async () => {
  const id = await inbox.ask(person());
  const [prison, municipality] = [chain().client(roles.prison), chain().client(roles.municipality)];
  const question = { by: planner, text: 'Welke naam bedoelt u?' };
  expect((await prison.post(`/v1/inbox/${id}/questions`, question)).status).toBe(200);
  const delegation = { by: planner, to: { user: 'medewerker-9' } };
  expect((await prison.post(`/v1/inbox/${id}/delegations`, delegation)).status).toBe(200);
  const reply = { text: 'De geboortenaam.', onBehalfOf: { id: 'm-3', role: 'nazorgcoordinator', name: 'A. de Vries' } };
  expect((await municipality.post(`/v1/requests/${id}/replies`, reply)).status).toBe(200);
  const kinds = z.object({ messages: z.array(z.looseObject({ kind: z.string() })) });
  const read = async (unit: string) =>
    kinds.parse((await chain().client(unit).get(`/v1/requests/${id}/messages`)).body).messages.map(({ kind }) => kind);
  expect(await read(roles.prison)).toEqual(['question', 'delegation', 'reply']);
  expect(await read(roles.municipality)).toEqual(['question', 'reply']);
  expect(await stolen(id)).not.toMatch(/Welke naam|geboortenaam|medewerker-9/);
  expectProblem(await chain().client(roles.police).get(`/v1/requests/${id}/messages`), 404, 'not-found');
});

describe('an answer that is wrong', () => {
  /** Refused, with nothing of it kept nor repeated. */
  async function refused(id: string, body: object, status: number, kind: string): Promise<string> {
    const reply = await inbox.answer(id, body);
    const problem = expectProblem(reply, status, kind);
    expect(await inbox.rows(id)).toBe(0);
    expect(`${JSON.stringify(problem)}${chain().log()}`).not.toMatch(/Verzegelaar|geheim-7/);
    return JSON.stringify(problem);
  }

  it('in its fields, its forms or its person is refused whole, and named', async () => {
    const id = await inbox.ask(person());
    const more = { ...given, 'debts.referral': 'geheim-7' };
    expect(await refused(id, inbox.body(person(), more), 400, 'invalid-input')).toContain('#/data/debts.referral');
    const wrong = { ...given, 'identity.givenNames': { geheim: 'geheim-7' } };
    expect(await refused(id, inbox.body(person(), wrong), 400, 'invalid-input')).toContain(
      '#/data/identity.givenNames',
    );
    for (const subject of [{ bsn: personOf(chain(), 1).bsn }, { bsn: '999999990' }]) {
      const other = { subject: { type: 'bsn', value: subject.bsn } };
      await refused(id, inbox.body(person(), given, other), 422, 'answer-about-another');
    }
    expect((await inbox.answer(id, inbox.body(person(), given))).status).toBe(200);
  });

  it('of the wrong party is about a request that does not exist', async () => {
    const id = await inbox.ask(person());
    const reply = await inbox.answer(id, inbox.body(person(), given), undefined, roles.probation);
    expectProblem(reply, 404, 'not-found');
  });

  it('with a key or a token that was used before is refused, and the same again is no second answer', async () => {
    const [id, other] = [await inbox.ask(person()), await inbox.ask(person())];
    const path = `/v1/inbox/${id}/answers`;
    const signed = await chain().world.signed(roles.prison, path, inbox.body(person(), given));
    const key = v7();
    expect((await chain().client(roles.prison).post(path, signed, key)).status).toBe(200);
    const again = await chain().client(roles.prison).post(path, signed, key);
    expect([again.status, again.headers['idempotency-replayed']]).toEqual([200, 'true']);
    expectProblem(await chain().client(roles.prison).post(path, signed), 403, 'user-token-refused');
    const elsewhere = `/v1/inbox/${other}/answers`;
    expectProblem(await chain().client(roles.prison).post(elsewhere, signed), 403, 'user-token-refused');
    expectProblem(await inbox.answer(other, inbox.body(person(), given), key), 422, 'key-reused');
    expect([await inbox.rows(id), await inbox.rows(other)]).toEqual([1, 0]);
  });

  it('that comes after its deadline is not taken, also before anybody looked', async () => {
    const id = await inbox.ask(person());
    await chain().owner.query(`UPDATE request SET due_at = now(), wakes_at = 'infinity' WHERE id = $1`, [id]);
    await refused(id, inbox.body(person(), given), 409, 'wrong-state');
    expect([await inbox.stateOf(id), await inbox.rows(id)]).toEqual(['awaiting-source', 0]);
  });

  it('given on two gateways at once is taken once', async () => {
    const { world } = chain();
    const id = await inbox.ask(person());
    const clients = [world.client(roles.prison, 0), world.client(roles.prison, 1)];
    const path = `/v1/inbox/${id}/answers`;
    const replies = await Promise.all(clients.map((client) => client.post(path, inbox.body(person(), given))));
    expect(replies.map(({ status }) => status).sort()).toEqual([200, 409]);
    expect(await inbox.rows(id)).toBe(1);
    for (const client of clients) client.close();
  });

  it('of fifty megabytes is not read', async () => {
    const id = await inbox.ask(person());
    const body = `{"data":{"identity.surname":"${'x'.repeat(50 * 1024 * 1024)}"}}`;
    // Either it reads why, or the connection closes while it still sends.
    const reply = await sent(id, { 'transfer-encoding': 'chunked' }, body).catch((error: unknown) => error);
    if (!(reply instanceof Error)) expect((reply as RawReply).status).toBe(413);
    expect((await sent(id, { 'content-length': String(body.length) }, body.slice(0, 10))).status).toBe(413);
    expect([await inbox.rows(id), await inbox.stateOf(id)]).toEqual([0, 'awaiting-source']);
  });

  it('that never ends is given up, and holds up nobody', patience, async () => {
    const id = await inbox.ask(person());
    const { gateways, authority, credentials } = chain().world;
    const { hostname, port } = new URL(gateways[0]?.ready.partnerUrl ?? '');
    const files = credentials.get(roles.prison);
    if (files === undefined) throw new Error('no certificate');
    const socket = connect({
      host: hostname,
      port: Number(port),
      ca: authority.ca,
      cert: files.certificate,
      key: files.key,
    });
    const text = new Promise<string>((resolve) => {
      let read = '';
      socket.on('data', (chunk: Buffer) => {
        read += chunk.toString('utf8');
      });
      socket.on('close', () => resolve(read));
      socket.on('error', () => resolve(read));
    });
    socket.write(
      `POST /v1/inbox/${id}/answers HTTP/1.1\r\nhost: ${hostname}:${port}\r\ncontent-type: application/json\r\n` +
        `idempotency-key: ${v7()}\r\ncontent-length: 5000\r\n\r\n{"data":`,
    );
    expect((await inbox.answer(id, inbox.body(person(), given))).status).toBe(200);
    // Cut off, and told nothing but that it was too slow.
    expect(await text).toMatch(/^$|^HTTP\/1\.1 408 /);
    expect(await inbox.rows(id)).toBe(1);
  });
});

function sent(id: string, headers: Readonly<Record<string, string>>, body: string): Promise<RawReply> {
  const { world } = chain();
  return rawCall({
    url: `${world.gateways[0]?.ready.partnerUrl}/v1/inbox/${id}/answers`,
    ca: world.authority.ca,
    credentials: world.credentials.get(roles.prison),
    method: 'POST',
    headers: { 'content-type': 'application/json', 'idempotency-key': v7(), ...headers },
    body,
  });
}

it('stops at once when a consent is withdrawn, and what waited is gone', async () => {
  const subject = personOf(chain(), 2);
  const reference = 'WH-2026-9002';
  await detain(chain(), subject);
  const consent = await askConsent(chain(), subject, reference);
  await decideOnPage(await atThePages(chain(), subject), 'given');
  const [municipality, housing] = [chain().client(roles.municipality), chain().client(roles.housing)];
  const asked = await housing.post('/v1/requests', housingRequest(reference));
  const { id } = z.looseObject({ id: z.uuid() }).parse(asked.body);
  const approval = { decision: 'approved', approver };
  const agreed = await municipality.post(`/v1/requests/${id}/approvals`, approval);
  expect(agreed.body).toMatchObject({ state: 'awaiting-source' });
  const data = { 'identity.surname': 'Verzegelaar' };
  const answered = await inbox.answer(id, inbox.body(subject, data), undefined, roles.municipality);
  expect(answered.body).toMatchObject({ state: 'answered' });
  expect(await inbox.rows(id)).toBe(1);

  expect((await municipality.post(`/v1/consents/${consent}/withdrawal`, {})).status).toBeLessThan(300);
  await eventually(async () => ((await inbox.stateOf(id)) === 'withdrawn' ? true : null));
  expect(await inbox.rows(id)).toBe(0);
  expectProblem(await inbox.collect(id, undefined, roles.housing), 403, 'refused');
  await eventually(async () => ((await eventsOf(roles.housing, id)).at(-1) === 'ended' ? true : null));
  expect((await kindsOf(chain(), id)).filter((kind) => kind === 'disclosure')).toEqual([]);
});

it('leaves a ledger that is whole', async () => {
  expect(await ledgerVerify(chain().world)).toMatchObject({ code: 0, report: { ok: true, problems: [] } });
});
