import { expect, it, vi } from 'vitest';
import { z } from 'zod';
import { delivered, roles } from '../../src/demo/story/scene.ts';
import { detain, expectProblem, personOf, planRequest, useChain } from '../world/chain.ts';

const chain = useChain({ gateways: 2 });
const received = z.looseObject({ id: z.uuid() });
const page = z.looseObject({ events: z.array(z.looseObject({ type: z.string(), dataref: z.string() })) });
const attention = z.looseObject({ attention: z.array(z.looseObject({ code: z.string() })) });

/** A gateway looks every five seconds. */
const atLeisure = { timeout: 20_000, interval: 500 };
const by = { id: 'medewerker-12', role: 'casemanager', name: 'L. Bakker' };

async function told(unit: string, id: string): Promise<readonly string[]> {
  const { events } = page.parse((await chain().client(unit).get('/v1/events')).body);
  return events
    .filter(({ dataref }) => dataref === `/v1/corrections/${id}`)
    .map(({ type }) => type.replace('nl.sluis.correction.', ''));
}

async function attentionOf(unit: string): Promise<readonly string[]> {
  const reply = await chain().client(unit).post('/v1/connection-test', {});
  return attention.parse(reply.body).attention.map(({ code }) => code);
}

it('what a source corrects reaches who got it, is followed until it is confirmed, and a restriction stops the field', async () => {
  const [prison, municipality, police] = [roles.prison, roles.municipality, roles.police].map((role) =>
    chain().client(role),
  );
  if (!prison || !municipality || !police) throw new Error('three partners take part');
  const person = personOf(chain(), 0);
  await detain(chain(), person);
  const subject = { type: 'bsn', value: person.bsn };
  const { id: request } = delivered.parse((await municipality.post('/v1/requests', planRequest(person))).body);

  const correction = {
    subject,
    kind: 'rectified',
    fields: ['identity.surname'],
    ground: 'Verkeerd overgenomen uit het dossier',
    by,
  };
  const reply = await prison.post('/v1/corrections', correction);
  expect(reply).toMatchObject({ status: 202, body: { receipt: { v: 1 } } });
  const { id } = received.parse(reply.body);
  expect(await told(roles.municipality, id)).toEqual(['made']);
  expect(await municipality.get(`/v1/corrections/${id}`)).toMatchObject({
    status: 200,
    body: {
      source: roles.prison,
      kind: 'rectified',
      fields: ['identity.surname'],
      requests: [request],
      givenOn: [],
      how: null,
    },
  });
  expectProblem(await police.get(`/v1/corrections/${id}`), 404, 'not-found');

  // Somebody nobody knows: the same answer, and nothing for anybody.
  const nobody = await prison.post('/v1/corrections', { ...correction, subject: { type: 'bsn', value: '999999990' } });
  expect([nobody.status, Object.keys(nobody.body as object)]).toEqual([202, Object.keys(reply.body as object)]);
  const empty = await prison.get(`/v1/corrections/${received.parse(nobody.body).id}`);
  expect(empty).toMatchObject({ status: 200, body: { recipients: [] } });

  // As it will stand in three weeks.
  await chain().owner.query(
    `UPDATE correction_notice SET due_at = date_trunc('hour', now()), look_at = date_trunc('hour', now())
    WHERE correction_id = $1`,
    [id],
  );
  await vi.waitFor(async () => expect(await told(roles.municipality, id)).toContain('due'), atLeisure);
  expect(await told(roles.prison, id)).toEqual(['overdue']);
  expect(await attentionOf(roles.municipality)).toContain('correction-overdue');
  expect(await attentionOf(roles.prison)).not.toContain('correction-overdue');

  const confirmations = `/v1/corrections/${id}/confirmations`;
  expectProblem(await prison.post(confirmations, { how: 'corrected', by }), 404, 'not-found');
  expectProblem(await municipality.post(confirmations, { how: 'forgotten', by }), 400, 'invalid-input');
  expect(await municipality.post(confirmations, { how: 'corrected', by })).toMatchObject({
    status: 200,
    body: { correction: { how: 'corrected' }, receipt: { v: 1 } },
  });
  expect(await municipality.post(confirmations, { how: 'erased', by })).toMatchObject({
    status: 200,
    body: { correction: { how: 'corrected' }, receipt: null },
  });
  expect(await told(roles.prison, id)).toEqual(['overdue', 'confirmed']);
  expect(await prison.get(`/v1/corrections/${id}`)).toMatchObject({
    body: { recipients: [{ recipient: roles.municipality, requests: [request], how: 'corrected', onward: [] }] },
  });
  expect(await attentionOf(roles.municipality)).not.toContain('correction-overdue');

  const asked = async () => {
    const again = await municipality.post('/v1/requests', { ...planRequest(person), fields: ['identity.surname'] });
    return again.status;
  };
  expect((await prison.post('/v1/corrections', { ...correction, kind: 'restricted' })).status).toBe(202);
  expect(await asked()).toBe(403);
  expect((await prison.post('/v1/corrections', { ...correction, kind: 'restriction-lifted' })).status).toBe(202);
  expect(await asked()).toBe(200);

  const { rows } = await chain().owner.query(
    'SELECT * FROM correction NATURAL JOIN (SELECT * FROM correction_notice) n',
  );
  expect(JSON.stringify(rows)).not.toMatch(/Bakker|medewerker-12|dossier/);
});
