import { expect, it, vi } from 'vitest';
import { z } from 'zod';
import { delivered, roles } from '../../src/demo/story/scene.ts';
import { detain, expectProblem, kindsOf, personOf, planRequest, useChain } from '../world/chain.ts';

const chain = useChain({ gateways: 2 });
const request = z.looseObject({
  retention: z.object({ startedAt: z.string(), deleteBy: z.string() }).nullable(),
  destruction: z.object({ confirmedAt: z.string().nullable(), how: z.string().nullable() }),
});
const page = z.looseObject({ events: z.array(z.looseObject({ type: z.string(), dataref: z.string() })) });
const attention = z.looseObject({ attention: z.array(z.looseObject({ code: z.string() })) });

/** A gateway looks every five seconds. */
const atLeisure = { timeout: 20_000, interval: 500 };

async function read(unit: string, id: string) {
  return request.parse((await chain().client(unit).get(`/v1/requests/${id}`)).body);
}

async function told(unit: string, id: string): Promise<readonly string[]> {
  const { events } = page.parse((await chain().client(unit).get('/v1/events')).body);
  return events
    .filter(({ dataref }) => dataref === `/v1/requests/${id}`)
    .map(({ type }) => type.replace('nl.sluis.', ''));
}

async function attentionOf(unit: string): Promise<readonly string[]> {
  const reply = await chain().client(unit).post('/v1/connection-test', {});
  return attention.parse(reply.body).attention.map(({ code }) => code);
}

it('what was given has its date once its start has come, is reminded of once, and ends with who destroyed it and how', async () => {
  const { owner } = chain();
  const [prison, municipality] = [chain().client(roles.prison), chain().client(roles.municipality)];
  const person = personOf(chain(), 0);
  await detain(chain(), person);
  const { id } = delivered.parse((await municipality.post('/v1/requests', planRequest(person))).body);
  expect(await read(roles.municipality, id)).toMatchObject({ retention: null, destruction: { confirmedAt: null } });

  const fact = { subject: { type: 'bsn', value: person.bsn }, type: 'plan-closed', from: new Date().toISOString() };
  const closed = z.looseObject({ id: z.uuid() }).parse((await prison.post('/v1/facts', fact)).body);
  const begun = async () => expect((await read(roles.municipality, id)).retention?.startedAt).toBe(fact.from);
  await vi.waitFor(begun, atLeisure);
  expect((await read(roles.prison, id)).retention).toBeNull();
  const isTold = async (type: string) => expect(await told(roles.municipality, id)).toContain(type);
  await vi.waitFor(() => isTold('retention.started'), atLeisure);
  expect(await attentionOf(roles.municipality)).not.toContain('destruction-overdue');

  // As it will stand in seven months: everything that the date is reckoned from, and the date, so much earlier.
  const earlier = async (table: string, key: string, columns: readonly string[]) => {
    const moved = columns.map((column) => `${column} = ${column} - interval '7 months'`).join(', ');
    await owner.query(`UPDATE ${table} SET ${moved} WHERE id = $1`, [key]);
  };
  await earlier('fact', closed.id, ['from_at']);
  await earlier('request', id, ['received_at', 'disclosed_at', 'retention_began', 'destroy_by', 'duty_at']);
  await vi.waitFor(() => isTold('destruction.due'), atLeisure);
  expect(await attentionOf(roles.municipality)).toContain('destruction-overdue');
  expect(await attentionOf(roles.prison)).not.toContain('destruction-overdue');

  const path = `/v1/disclosures/${id}/destruction`;
  const by = { id: 'medewerker-30', role: 'casemanager', name: 'R. Blom' };
  expectProblem(await prison.post(path, { how: 'erased', by }), 404, 'not-found');
  expectProblem(await municipality.post(path, { how: 'burnt', by }), 400, 'invalid-input');
  expectProblem(await municipality.post(path, { how: 'erased', by: 'R. Blom' }), 400, 'user-token-malformed');
  const reported = await municipality.post(path, { how: 'shredded', by });
  expect(reported).toMatchObject({ status: 200, body: { destruction: { how: 'shredded' }, receipt: { v: 1 } } });
  const again = await municipality.post(path, { how: 'returned', by });
  expect(again).toMatchObject({ status: 200, body: { destruction: { how: 'shredded' }, receipt: null } });
  expect((await read(roles.prison, id)).destruction.how).toBe('shredded');
  expect(await attentionOf(roles.municipality)).not.toContain('destruction-overdue');

  expect(await told(roles.municipality, id)).toEqual(['retention.started', 'destruction.due']);
  expect(await told(roles.prison, id)).toEqual(['request.delivered', 'destruction.reported']);
  expect([...(await kindsOf(chain(), id))].sort()).toEqual(
    ['permit', 'disclosure', 'destruction-followed', 'destruction-followed', 'destruction-reported'].sort(),
  );
  const { rows } = await owner.query('SELECT * FROM request WHERE id = $1', [id]);
  expect(JSON.stringify(rows)).not.toMatch(/Blom|medewerker-30/);
});
