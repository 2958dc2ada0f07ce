import { v7 } from 'uuid';
import { beforeAll, describe, expect, it } from 'vitest';
import { z } from 'zod';
import { isBsn } from '../../src/core/subject/reference.ts';
import type { PartnerClient, Reply } from '../../src/demo/partner-client.ts';
import type { Person } from '../../src/demo/population.ts';
import { planFields } from '../../src/demo/story/plan.ts';
import { ask, roles } from '../../src/demo/story/scene.ts';
import { plainAnswer } from '../world/alike.ts';
import {
  type Chain,
  detain,
  eventually,
  municipalityReference,
  personOf,
  planRequest,
  useChain,
} from '../world/chain.ts';

const chain = useChain();
const refused = z.looseObject({ class: z.string(), request: z.looseObject({ id: z.uuid() }) });
const page = z.looseObject({ events: z.array(z.looseObject({ dataref: z.string() })) });
const notice = z.looseObject({ subject: z.object({ type: z.string(), value: z.uuid() }) });

/** On record with everything there can be; on record and restricted; on record by a chain number alone. */
let known: Person;
let restricted: Person;
/** In the source's own system, and never heard of by the gateway. */
let unheard: Person;
let pseudonym: string;
const nobody = Array.from({ length: 2_000 }, (_, index) => String(999_990_000 + index)).find(isBsn) ?? '';

beforeAll(async () => {
  const running = chain();
  known = personOf(running, 0);
  restricted = personOf(running, 1);
  unheard = personOf(running, 3);
  await detain(running, known);
  await detain(running, restricted);
  const from = '2026-01-01T00:00:00Z';
  const prison = running.client(roles.prison);
  const restriction = { subject: { type: 'bsn', value: restricted.bsn }, type: 'restriction', from };
  expect((await prison.post('/v1/facts', restriction)).status).toBe(201);
  // A chain number makes nobody known: a second record of one person would escape a restriction.
  const byNumber = { ...restriction, subject: { type: 'skn', value: restricted.skn } };
  expect((await prison.post('/v1/facts', byNumber)).status).toBe(400);
  const municipality = running.client(roles.municipality);
  const { events } = page.parse((await municipality.get('/v1/events')).body);
  const told = await municipality.get(events[0]?.dataref ?? '');
  pseudonym = notice.parse(told.body).subject.value;
});

/** The answer to a question, and how the request reads afterwards to whoever asked. */
async function askAndRead(asker: PartnerClient, body: object, written: readonly string[]) {
  const key = v7();
  const answer = await asker.post('/v1/requests', body, key);
  const { class: kind, request } = refused.parse(answer.body);
  const later = await asker.get(`/v1/requests/${request.id}`);
  const again = await asker.post('/v1/requests', body, key);
  const approval = { decision: 'approved', approver: { id: 'a', role: 'b', name: 'c' } };
  const others: Reply[] = [
    await asker.post(`/v1/requests/${request.id}/collections`, {}),
    await asker.post(`/v1/requests/${request.id}/approvals`, approval),
  ];
  const seen = [answer, later, again, ...others].map((reply) => plainAnswer(reply, written));
  return { kind, statuses: [answer, later, again, ...others].map(({ status }) => status), seen };
}

async function expectAlike(asker: PartnerClient, questions: readonly (readonly [object, string])[]): Promise<void> {
  const answers = [];
  for (const [body, written] of questions) answers.push(await askAndRead(asker, body, [written]));
  const [first, ...others] = answers;
  expect(first?.kind).toBe('not-available');
  expect(first?.statuses).toEqual([403, 200, 403, 403, 404]);
  for (const other of others) expect(other).toEqual(first);
}

function about(
  subject: { type: string; value: string },
  purpose = 'plan-basic-conditions',
  fields: readonly string[] = planFields,
) {
  return [ask(purpose, roles.prison, subject, fields), subject.value] as const;
}

describe('a partner that is not involved gets one and the same answer', () => {
  it('by citizen service number: known, restricted, known to the source only, nobody at all', async () => {
    const numbers = [known, restricted, unheard].map(({ bsn }) => bsn);
    await expectAlike(
      chain().client(roles.neighbour),
      [...numbers, nobody].map((value) => about({ type: 'bsn', value })),
    );
  });

  it('under another purpose as well', async () => {
    const fields = ['identity.surname', 'detention.start'];
    await expectAlike(
      chain().client(roles.neighbour),
      [known.bsn, nobody].map((value) => about({ type: 'bsn', value }, 'detention-notice', fields)),
    );
  });

  it('by criminal chain number, which a municipality may not use of anybody', async () => {
    const [one, other] = [known.skn, '99999999'].map((value) => about({ type: 'skn', value }));
    const replies = [one, other].map((asked) => chain().client(roles.neighbour).post('/v1/requests', asked?.[0]));
    const [first, second] = await Promise.all(replies);
    expect(first?.status).toBe(403);
    expect(first && plainAnswer(first)).toEqual(second && plainAnswer(second));
  });

  it('by the pseudonym of another unit, and by none of anybody', async () => {
    await expectAlike(
      chain().client(roles.neighbour),
      [pseudonym, v7(), '7f3c2d1e-4b5a-4c6d-8e7f-0a1b2c3d4e5f'].map((value) => about({ type: 'pseudonym', value })),
    );
  });

  it('by the case reference of another unit, and by none of anybody', async () => {
    await expectAlike(
      chain().client(roles.neighbour),
      [municipalityReference(known), 'GZ-19999999'].map((value) => about({ type: 'caseReference', value })),
    );
  });

  it('where the law forbids it, whoever it is about', async () => {
    const police = chain().client(roles.police);
    const one = await police.post('/v1/requests', planRequest(known));
    const other = await police.post('/v1/requests', planRequest({ bsn: nobody }));
    expect(refused.parse(one.body).class).toBe('prohibited');
    expect(plainAnswer(one, [known.bsn])).toEqual(plainAnswer(other, [nobody]));
  });
});

it('would show a difference, if there were one', async () => {
  const asker = chain().client(roles.neighbour);
  const [body, written] = about({ type: 'bsn', value: nobody });
  const refusal = await asker.post('/v1/requests', body);
  const fewer = await asker.post('/v1/requests', planRequest({ bsn: nobody }));
  expect(plainAnswer(refusal, [written])).not.toEqual(plainAnswer(fewer, [written]));
  expect(plainAnswer({ ...refusal, status: 404 }, [written])).not.toEqual(plainAnswer(refusal, [written]));
});

it('also with a key that was used for the question itself', async () => {
  const answers: unknown[] = [];
  for (const bsn of [known.bsn, nobody]) {
    const client = chain().client(roles.neighbour);
    const key = `key-${bsn}-${Date.now()}`;
    const { request } = refused.parse((await client.post('/v1/requests', planRequest({ bsn }), key)).body);
    const used = await client.post(`/v1/requests/${request.id}/collections`, {}, key);
    const fresh = await client.post(`/v1/requests/${request.id}/collections`, {});
    const again = await client.post(`/v1/requests/${request.id}/collections`, {});
    answers.push([used, fresh, again].map((reply) => plainAnswer(reply, [bsn])));
    expect([used.status, fresh.status, again.status]).toEqual([422, 403, 403]);
  }
  expect(answers[0]).toEqual(answers[1]);
});

it('also while what is on record about the person is being changed', async () => {
  const { owner } = chain();
  const changing = await owner.connect();
  try {
    await changing.query('BEGIN');
    await changing.query('UPDATE subject SET epoch = epoch');
    await expectAlike(
      chain().client(roles.neighbour),
      [known.bsn, nobody].map((value) => about({ type: 'bsn', value })),
    );
  } finally {
    await changing.query('ROLLBACK');
    changing.release();
  }
});

describe('attesting tells nothing about the person', () => {
  const fact = { type: 'plan-closed', from: '2026-03-01T00:00:00Z' };
  const attest = (subject: object) =>
    chain()
      .client(roles.neighbour)
      .post('/v1/facts', { ...fact, subject });

  it('by a number: known, or first heard of now', async () => {
    const fresh = chain().world.persons.find(({ detention }) => detention === null)?.bsn ?? '';
    const [one, other] = [await attest({ type: 'bsn', value: known.bsn }), await attest({ type: 'bsn', value: fresh })];
    expect([one.status, other.status]).toEqual([403, 403]);
    expect(plainAnswer(one, [known.bsn])).toEqual(plainAnswer(other, [fresh]));
  });

  it('by the reference of another unit, or of nobody', async () => {
    const references = [
      ['pseudonym', pseudonym, '7f3c2d1e-4b5a-4c6d-8e7f-0a1b2c3d4e5f'],
      ['caseReference', municipalityReference(known), 'GZ-19999999'],
    ] as const;
    for (const [type, others, nobodys] of references) {
      const [one, other] = [await attest({ type, value: others }), await attest({ type, value: nobodys })];
      expect(one.status).toBe(403);
      expect(plainAnswer(one)).toEqual(plainAnswer(other));
    }
  });
});

describe('what is asked and refused is kept the same way', () => {
  it('keeps as many entries and openings for a known person as for nobody', async () => {
    const counts: unknown[] = [];
    for (const bsn of [known.bsn, nobody]) {
      const reply = await chain().client(roles.neighbour).post('/v1/requests', planRequest({ bsn }));
      counts.push(await openingsOf(chain(), refused.parse(reply.body).request.id));
    }
    expect(counts[0]).toEqual(counts[1]);
    expect(counts[0]).toEqual(expect.arrayContaining([{ kind: 'refusal', name: 'conditions' }]));
  });

  it('makes nobody known by asking', async () => {
    const before = await subjects(chain());
    await chain()
      .client(roles.neighbour)
      .post('/v1/requests', planRequest({ bsn: nobody }));
    await chain().client(roles.neighbour).post('/v1/requests', planRequest(unheard));
    expect(await subjects(chain())).toBe(before);
  });

  it('opens to the asker only what the asker said', async () => {
    const reply = await chain().client(roles.neighbour).post('/v1/requests', planRequest(known));
    const receipt = z.looseObject({ openings: z.array(z.looseObject({ name: z.string() })), leaf: z.string() });
    const { openings, leaf } = receipt.parse(z.looseObject({ receipt: z.unknown() }).parse(reply.body).receipt);
    expect(openings.map(({ name }) => name).sort()).toEqual(['caseReference', 'justification', 'reference', 'user']);
    expect(leaf).not.toMatch(/epoch|residence|involved|"inputs"/);
  });

  it('commits anew each time, so that no two receipts show that they are about the same person', async () => {
    const form = z.looseObject({ receipt: z.looseObject({ leaf: z.string() }) });
    const leaf = z.looseObject({ commitments: z.record(z.string(), z.string()) });
    const seen: string[] = [];
    for (const bsn of [known.bsn, known.bsn, nobody, nobody]) {
      const reply = await chain().client(roles.neighbour).post('/v1/requests', planRequest({ bsn }));
      const { commitments } = leaf.parse(JSON.parse(form.parse(reply.body).receipt.leaf));
      expect(Object.keys(commitments)).toEqual(expect.arrayContaining(['conditions', 'reference', 'subject']));
      seen.push(...Object.values(commitments));
    }
    expect(new Set(seen).size).toBe(seen.length);
  });

  it('gives the proof of an entry to its parties, and to other partners no sign that it is there', async () => {
    const proof = z.looseObject({ receipt: z.looseObject({ leaf: z.string() }) });
    const reply = await chain().client(roles.neighbour).post('/v1/requests', planRequest(known));
    const leaf: unknown = JSON.parse(proof.parse(reply.body).receipt.leaf);
    const entry = z.looseObject({ id: z.uuid() }).parse(leaf).id;
    await eventually(async () => {
      const own = await chain().client(roles.neighbour).get(`/ledger/proof/${entry}`);
      return own.status === 200 ? own : null;
    });
    const other = await chain().client(roles.housing).get(`/ledger/proof/${entry}`);
    expect(other.status).toBe(404);
  });
});

async function openingsOf({ owner }: Chain, request: string): Promise<unknown> {
  const { rows } = await owner.query<{ kind: string; name: string }>(
    `SELECT e.kind, o.name FROM ledger_entry e JOIN ledger_opening o ON o.entry_id = e.id
     WHERE e.request_id = $1 ORDER BY e.kind, o.name`,
    [request],
  );
  return rows;
}

async function subjects({ owner }: Chain): Promise<number> {
  const { rows } = await owner.query<{ count: number }>('SELECT count(*)::integer AS count FROM subject');
  return rows[0]?.count ?? Number.NaN;
}
