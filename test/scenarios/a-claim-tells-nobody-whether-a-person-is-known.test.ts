import { beforeAll, expect, it } from 'vitest';
import { z } from 'zod';
import { isBsn } from '../../src/core/subject/reference.ts';
import type { Person } from '../../src/demo/population.ts';
import { roles } from '../../src/demo/story/scene.ts';
import { plainAnswer } from '../world/alike.ts';
import { type Chain, detain, expectProblem, personOf, planRequest, useChain } from '../world/chain.ts';

const chain = useChain();
const received = z.strictObject({ id: z.uuid() });
const eventPage = z.looseObject({ events: z.array(z.looseObject({ type: z.string(), dataref: z.string() })) });
const nobody = Array.from({ length: 2_000 }, (_, index) => String(999_990_000 + index)).find(isBsn) ?? '';

/** In prison and on record; known to the prison's own system alone. */
let known: Person;
let unheard: Person;
beforeAll(async () => {
  known = personOf(chain(), 0);
  unheard = personOf(chain(), 3);
  await detain(chain(), known);
});

function claim(bsn: string) {
  return {
    subject: { type: 'bsn', value: bsn },
    role: 'return-municipality',
    attester: roles.prison,
    justification: 'Deze persoon heeft zich bij ons gemeld voor terugkeer',
    onBehalfOf: { id: 'u7', role: 'nazorgcoordinator', name: 'K. Smit' },
  };
}

async function onRecord({ owner }: Chain): Promise<unknown> {
  const { rows } = await owner.query(
    `SELECT (SELECT count(*)::integer FROM ledger_entry WHERE kind <> 'heartbeat') AS entries,
      (SELECT count(*)::integer FROM ledger_opening) AS openings,
      (SELECT count(*)::integer FROM involvement_claim) AS claims, (SELECT count(*)::integer FROM subject) AS subjects,
      (SELECT count(*)::integer FROM event WHERE type LIKE '%involvement-claim%') AS events`,
  );
  return rows[0];
}

it('answers, shows and records the same for somebody on record, somebody unheard of and nobody', async () => {
  const neighbour = chain().client(roles.neighbour);
  const prison = chain().client(roles.prison);
  const seen: unknown[] = [];
  const ids: string[] = [];
  for (const bsn of [known.bsn, unheard.bsn, nobody]) {
    const counts = z.record(z.string(), z.number());
    const before = counts.parse(await onRecord(chain()));
    const answer = await neighbour.post('/v1/involvement-claims', claim(bsn));
    const after = counts.parse(await onRecord(chain()));
    expect(answer.status).toBe(202);
    const { id } = received.parse(answer.body);
    ids.push(id);
    const more = Object.fromEntries(Object.entries(after).map(([name, count]) => [name, count - (before[name] ?? 0)]));
    const read = await neighbour.get(`/v1/involvement-claims/${id}`);
    expect(read.status).toBe(200);
    seen.push([more, plainAnswer(answer, [bsn]), plainAnswer(read, [bsn])]);
  }
  expect(seen[0]).toMatchObject([{ entries: 1, claims: 1, subjects: 0, events: 1 }, {}, {}]);
  expect(seen[1]).toEqual(seen[0]);
  expect(seen[2]).toEqual(seen[0]);

  const [one, other, third] = ids;
  expect((await prison.get(`/v1/involvement-claims/${one}`)).status).toBe(200);
  const hidden = await Promise.all([other, third].map((id) => prison.get(`/v1/involvement-claims/${id}`)));
  for (const reply of hidden) expectProblem(reply, 404, 'not-found');
  const stranger = await chain().client(roles.police).get(`/v1/involvement-claims/${one}`);
  expectProblem(stranger, 404, 'not-found');
});

it('shows the claimant a refused claim as one about nobody, and opens the door only when it is confirmed', async () => {
  const neighbour = chain().client(roles.neighbour);
  const prison = chain().client(roles.prison);
  const file = async (bsn: string) =>
    received.parse((await neighbour.post('/v1/involvement-claims', claim(bsn))).body).id;
  const [refused, about, confirmed] = [await file(known.bsn), await file(nobody), await file(known.bsn)];
  const no = await prison.post(`/v1/involvement-claims/${refused}/rejection`, { ground: 'Niet bij ons bekend' });
  expect(no.status).toBe(200);
  const shown = await Promise.all([refused, about].map((id) => neighbour.get(`/v1/involvement-claims/${id}`)));
  expect(shown[0] && plainAnswer(shown[0])).toEqual(shown[1] && plainAnswer(shown[1]));
  expect((await neighbour.post('/v1/requests', planRequest(known))).status).toBe(403);

  const from = new Date(Date.now() - 86_400_000).toISOString();
  const yes = await prison.post(`/v1/involvement-claims/${confirmed}/confirmation`, { from });
  expect(yes.status).toBe(200);
  expect((await neighbour.get(`/v1/involvement-claims/${confirmed}`)).body).toMatchObject({ state: 'confirmed' });
  const { events } = eventPage.parse((await neighbour.get('/v1/events?limit=100')).body);
  expect(events).toContainEqual(
    expect.objectContaining({
      type: 'nl.sluis.involvement-claim.confirmed',
      dataref: `/v1/involvement-claims/${confirmed}`,
    }),
  );
  expect((await neighbour.post('/v1/requests', planRequest(known))).status).toBe(200);
});
