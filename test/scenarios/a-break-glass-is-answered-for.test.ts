import { describe, expect, it, vi } from 'vitest';
import { z } from 'zod';
import { loginCode } from '../../src/demo/login-code.ts';
import type { Person } from '../../src/demo/population.ts';
import { roles } from '../../src/demo/story/scene.ts';
import { atThePages, detain, expectProblem, kindsOf, personOf, useChain } from '../world/chain.ts';
import { replacementGateway } from './chain/replacement-gateway.ts';
import { ledgerVerify, until } from './chain/running-chain.ts';

const chain = useChain({ gateways: 2 });
const hospital = 'zorg-de-wissel';
const colleague = { id: 'arts-2', role: 'physician', name: 'R. Vos' };
const emergency = z.looseObject({ id: z.uuid(), state: z.string(), revokedAt: z.string().nullable() });
const given = z.looseObject({ data: z.record(z.string(), z.unknown()), breakGlass: emergency });
const feed = z.object({ events: z.array(z.looseObject({ type: z.string(), dataref: z.string() })) });
const atLeisure = { timeout: 30_000, interval: 250 };

function question({ bsn }: Person) {
  return {
    source: roles.prison,
    subject: { type: 'bsn', value: bsn },
    fields: ['contactPersons.name', 'contactPersons.role', 'identity.surname'],
    ground: 'Bewusteloos binnengebracht; wie deze persoon kent, moet nu worden gebeld.',
    unableToConsent: 'physical',
    establishedHow: 'Geen reactie op aanspreken, vastgesteld door de SEH-arts',
    caseReference: 'SEH-2026-17',
    onBehalfOf: { id: 'arts-1', role: 'physician', name: 'M. de Boer' },
  };
}

async function opened(index: number): Promise<{ readonly id: string; readonly person: Person }> {
  const person = personOf(chain(), index);
  await detain(chain(), person);
  const reply = await chain().client(hospital).post('/v1/break-glass', question(person));
  expect(reply.status).toBe(200);
  const { data, breakGlass } = given.parse(reply.body);
  expect(Object.keys(data).sort()).toEqual(['contactPersons.name', 'contactPersons.role']);
  expect(breakGlass.state).toBe('awaiting-second-person');
  return { id: breakGlass.id, person };
}

async function told(unit: string, id: string): Promise<readonly string[]> {
  const { events } = feed.parse((await chain().client(unit).get('/v1/events?limit=100')).body);
  return events.filter(({ dataref }) => dataref.endsWith(id)).map(({ type }) => type.replace('nl.sluis.', ''));
}

const read = async (unit: string, id: string) =>
  emergency.parse((await chain().client(unit).get(`/v1/break-glass/${id}`)).body);

/** As it will stand so much later: everything that is to happen by then is so much nearer. */
async function later(id: string, period: string): Promise<void> {
  await chain().owner.query(
    `UPDATE emergency SET opened_at = opened_at - $2::interval, second_before = second_before - $2::interval,
      until = until - $2::interval, review_before = review_before - $2::interval WHERE request_id = $1`,
    [id, period],
  );
}

const alerts = async (kind: string) =>
  (await chain().owner.query('SELECT unit_id FROM alert WHERE kind = $1 ORDER BY unit_id', [kind])).rows.map(
    ({ unit_id }) => unit_id,
  );

describe('a break-glass', () => {
  it('behind which a colleague stands in time is over after a day, and is reviewed', async () => {
    const { id, person } = await opened(0);
    const path = `/v1/break-glass/${id}/second-persons`;
    const doctor = question(person).onBehalfOf;
    expectProblem(await chain().client(hospital).post(path, { by: doctor }), 403, 'may-not-confirm');
    expectProblem(await chain().client(roles.prison).post(path, { by: colleague }), 404, 'not-found');
    expectProblem(await chain().client(roles.police).post(path, { by: colleague }), 404, 'not-found');
    expect((await chain().client(hospital).post(path, { by: colleague })).body).toMatchObject({ state: 'confirmed' });
    expect(await told(roles.prison, id)).toEqual(['break-glass.opened', 'request.delivered', 'break-glass.confirmed']);
    await later(id, '25 hours');
    expect(await read(hospital, id)).toMatchObject({ state: 'expired', revokedAt: null });

    const code = await loginCode(chain().world, { officer: 'F. Gerritsen', unit: null });
    const visitor = chain().world.visitor(1);
    await visitor.submit(await visitor.visit('/login'), '/login', { code });
    expect((await visitor.visit('/officer/break-glass')).html).toContain('Nog te beoordelen');
    const story = await visitor.visit(`/officer/break-glass/${id}`);
    expect(story.html).toContain('wie deze persoon kent, moet nu worden gebeld');
    const sent = { verdict: 'justified', ground: 'De SEH-arts bevestigt het.' };
    const reviewed = await visitor.submit(story, `/officer/break-glass/${id}/reviews`, sent);
    expect(reviewed.html).toContain('Terecht');
    const me = await (await atThePages(chain(), person)).visit('/me');
    expect(me.html).toContain('het was terecht');
    expect(await kindsOf(chain(), id)).toEqual(expect.arrayContaining(['break-glass', 'disclosure', 'review']));
  });

  it('behind which nobody stands in time is revoked once: both are told, officers look, and it must be destroyed', async () => {
    const { id } = await opened(1);
    await later(id, '61 minutes');
    await vi.waitFor(async () => expect((await read(roles.prison, id)).revokedAt).not.toBeNull(), atLeisure);
    const due = async () => expect(await told(hospital, id)).toEqual(['break-glass.revoked', 'destruction.due']);
    await vi.waitFor(due, atLeisure);
    expect((await told(roles.prison, id)).at(-1)).toBe('break-glass.revoked');
    expect(await alerts('emergency-revoked')).toEqual([roles.prison, hospital, null]);
    const late = await chain().client(hospital).post(`/v1/break-glass/${id}/second-persons`, { by: colleague });
    expectProblem(late, 409, 'wrong-emergency-state');
    expect((await kindsOf(chain(), id)).filter((kind) => kind === 'break-glass-revoked')).toHaveLength(1);
    const by = { id: 'arts-1', role: 'physician', name: 'M. de Boer' };
    const destroyed = await chain().client(hospital).post(`/v1/disclosures/${id}/destruction`, { how: 'erased', by });
    expect(destroyed.status).toBe(200);
  });

  it('of somebody whom the prison does not hold looks as one of somebody whom nobody knows', async () => {
    const free = chain().world.persons.find(({ detention }) => detention === null);
    if (free === undefined) throw new RangeError('everybody is in prison');
    const replies = [free.bsn, '999999990'].map((bsn) =>
      chain()
        .client(hospital)
        .post('/v1/break-glass', question({ ...free, bsn })),
    );
    const shape = z.looseObject({
      class: z.string(),
      request: z.looseObject({ decision: z.looseObject({ refused: z.unknown() }) }),
    });
    const [one, other] = (await Promise.all(replies)).map(({ status, body }) => {
      const { class: kind, request } = shape.parse(body);
      return { status, kind, refused: request.decision.refused };
    });
    expect(one).toEqual(other);
    expect(one).toMatchObject({ status: 403, kind: 'not-available' });
  });

  it('whose gateway is killed before the source answered gave nothing, and the ledger is whole', async () => {
    const { world, owner } = chain();
    const person = personOf(chain(), 2);
    await detain(chain(), person);
    await world.sources.get(roles.prison)?.behave({ type: 'late', delayMs: 5_000 });
    const [doomed] = world.gateways;
    if (doomed === undefined) throw new RangeError('there is no gateway');
    const asked = chain()
      .client(hospital)
      .post('/v1/break-glass', question(person))
      .then(
        ({ status }) => status,
        () => 'cut off',
      );
    const fetching = async () => (await owner.query(`SELECT id FROM request WHERE state = 'fetching'`)).rows[0]?.id;
    await until(async () => (await fetching()) !== undefined, 'a fetch');
    const id: string = await fetching();
    doomed.kill('SIGKILL');
    await doomed.exited;
    expect(await asked).toBe('cut off');
    await owner.query(`UPDATE request SET moved_at = moved_at - interval '3 minutes' WHERE id = $1`, [id]);
    const after = await replacementGateway(world);
    try {
      await until(async () => (await kindsOf(chain(), id)).includes('failed-attempt'), 'an end', 60_000);
      await later(id, '2 hours');
      const client = after.client(hospital);
      expect((await client.get(`/v1/break-glass/${id}`)).body).toMatchObject({ state: 'gave-nothing' });
      client.close();
      expect(await kindsOf(chain(), id)).toEqual(['break-glass', 'failed-attempt']);
    } finally {
      await after.stop();
    }
    expect(await ledgerVerify(world)).toMatchObject({ code: 0, report: { ok: true, problems: [] } });
  });
});
