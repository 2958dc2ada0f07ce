import { answerSealed } from 'sluis/client';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { z } from 'zod';
import type { Person } from '../../src/demo/population.ts';
import { ask, roles } from '../../src/demo/story/scene.ts';
import { gatewayOin } from '../../src/demo/world.ts';
import { dump, filesBelow } from '../faults/canary/dump.ts';
import { plainAnswer } from '../world/alike.ts';
import { atThePages, decideOnPage, detain, eventually, expectProblem, kindsOf, personOf } from '../world/chain.ts';
import { withinASecond } from '../world/within-a-second.ts';
import { ledgerVerify } from './chain/running-chain.ts';
import {
  opened,
  partsOf,
  publishedKeys,
  type SealingSource,
  sourcesFolder,
  startSealingSource,
} from './chain/sealing-source.ts';
import { useWiderChain } from './chain/wider-chain.ts';

// P7: who treats inside and who treats outside owe secrecy to each other too, until the person lifts it. (BW 7:457 lid 1)
const purpose = 'care-continuity';
const [inside, outside, clinic] = ['pi-zwolle-medisch', 'zorg-de-wissel', 'fpk-de-linde'];
const secret = {
  'medical.diagnosis': ['epilepsie, gemerkt-5591'],
  'medical.medication': ['valproaat, gemerkt-5592'],
  'medical.notes': 'controle in januari, gemerkt-5593',
};
const marked = 'gemerkt-559';
const fields = Object.keys(secret);
const asker = { id: 'arts-3', role: 'physician', name: 'H. Huisarts' };
const holder = { id: 'arts-8', role: 'physician', name: 'M. Medicus' };
const referenceOf = (unit: string, { skn }: Person) => `${unit}-${skn}`;

let source: SealingSource | undefined;
const chain = useWiderChain({
  units: [
    {
      ...{ id: clinic, kind: 'forensicCare', oin: '00000099000000081000' },
      ...{ name: 'FPK De Linde', organisation: 'FPK De Linde' },
    },
  ],
  recipients: [outside, inside],
  async changes(wider) {
    const indexes = Array.from({ length: 13 }, (_, index) => index);
    const files = Object.fromEntries(indexes.map((index) => [referenceOf(inside, personOf(wider, index)), secret]));
    source = await startSealingSource(wider, { unit: inside, scheme: 'caseReference', files });
    return { [inside]: { connector: source.connector }, [outside]: { connector: { type: 'inbox' } } };
  },
});
afterAll(() => source?.stop());

/** Which of the two asks the other: the service inside answers by a system, those outside by people with an inbox. */
interface Direction {
  readonly from: string;
  readonly to: string;
}
const outwards: Direction = { from: inside, to: outside };
const inwards: Direction = { from: outside, to: inside };

const waiting = z.looseObject({ id: z.uuid(), state: z.literal('awaiting-approval') });
let taken = 0;
const neverGiven = 'nooit-gegeven-8999';

/** Somebody in prison whom all three treat. */
async function patient(): Promise<Person> {
  const person = personOf(chain(), taken++);
  await detain(chain(), person);
  const subject = { type: 'bsn', value: person.bsn };
  for (const unit of [inside, outside, clinic]) {
    const fact = { type: 'involvement', unit, attributes: { role: 'treating-care-provider' } };
    const body = { subject, from: '2026-01-01T00:00:00Z', caseReference: referenceOf(unit, person), ...fact };
    expect((await chain().client(roles.prison).post('/v1/facts', body)).status).toBe(201);
  }
  return person;
}

/** Who treats outside asks that the person be asked, as recipient or as source; the person decides on their own pages. */
async function waiver(person: Person, { from, to }: Direction, decision: 'given' | 'refused' = 'given'): Promise<void> {
  const asked = { kind: 'waiver', source: from, recipient: to, purpose, categories: ['medical'], language: 'nl' };
  const validUntil = new Date(Date.now() + 90 * 86_400_000).toISOString();
  const body = { subject: { type: 'bsn', value: person.bsn }, ...asked, validUntil };
  expect((await chain().client(outside).post('/v1/consents', body)).status).toBe(202);
  await decideOnPage(await atThePages(chain(), person), decision);
}

const asking = (person: Person, direction: Direction) => askingBy(referenceOf(direction.to, person), direction);

function askingBy(value: string, { from, to }: Direction) {
  const subject = { type: 'caseReference', value };
  return chain()
    .client(to)
    .post('/v1/requests', { ...ask(purpose, from, subject, fields), onBehalfOf: asker });
}

async function asked(person: Person, direction: Direction): Promise<string> {
  const reply = await asking(person, direction);
  expect(reply.status).toBe(202);
  return waiting.parse(reply.body).id;
}

const decide = (id: string, { from }: Direction, decision: object = { decision: 'approved' }) =>
  chain()
    .client(from)
    .post(`/v1/requests/${id}/approvals`, { ...decision, approver: holder });
const collect = (id: string, { to }: Direction) => chain().client(to).post(`/v1/requests/${id}/collections`, {});

async function approved(person: Person, direction: Direction): Promise<string> {
  const id = await asked(person, direction);
  expect((await decide(id, direction)).status).toBe(200);
  return id;
}

const inboxItem = z.looseObject({
  sealing: z.object({
    permit: z.string(),
    recipientKey: z.object({ jwk: z.looseObject({ kty: z.string() }), proof: z.string() }),
  }),
});

/** As people outside answer: sealed by their own system, with the client library. */
async function answered(person: Person): Promise<string> {
  const id = await approved(person, inwards);
  const { sealing } = inboxItem.parse((await chain().client(outside).get(`/v1/inbox/${id}`)).body);
  const own = { request: id, unit: outside, anchors: chain().world.authority.ca, recipients: 'any' as const };
  const gatewayKeys = await publishedKeys(chain());
  const { sealed } = await answerSealed({
    ...sealing,
    ...own,
    isRevoked: () => false,
    data: secret,
    gatewayKeys,
    gatewayOin,
  });
  const subject = { type: 'bsn', value: person.bsn };
  const body = { subject, sealed, permit: sealing.permit, complete: true, by: holder };
  expect((await chain().client(outside).post(`/v1/inbox/${id}/answers`, body)).status).toBe(200);
  return id;
}

const rowsOf = async (id: string) =>
  (await chain().owner.query('SELECT 1 FROM answer WHERE request_id = $1', [id])).rows.length;

async function kept(): Promise<string> {
  const files = filesBelow(chain().world.directory, new Set([sourcesFolder]));
  const rows = await dump(chain().owner);
  return [...rows.values(), ...[...files.values()].map((bytes) => bytes.toString('latin1'))].join('\n');
}

describe('a detainee who lifts the secrecy', () => {
  let person: Person;
  beforeAll(async () => {
    person = await patient();
  });

  it('is asked in plain words who would hear what, and before that nothing is given', async () => {
    expectProblem(await asking(person, outwards), 403, 'refused');
    await waiver(person, outwards);
    const { html } = await (await atThePages(chain(), person)).visit('/me/consents');
    expect(html).toContain('PI Zwolle, medische dienst');
    expect(html).toContain('Zorg De Wissel');
  });

  it('lets a physician inside give what treatment needs, sealed to who treats outside and nobody else', async () => {
    const id = await approved(person, outwards);
    const reply = await collect(id, outwards);
    expect(partsOf(reply).parts.map(({ category }) => category)).toEqual(['medical']);
    expect(await opened(chain(), outside, reply)).toEqual({ data: secret, excess: [] });
    expect(await kindsOf(chain(), id)).toEqual(['permit', 'approval', 'permit', 'disclosure']);
    const everything = await kept();
    expect(everything).toContain(id);
    expect(everything).not.toContain(marked);
  });

  it('said so of these two in this direction: not of another who treats them, and not the other way', async () => {
    const subject = { type: 'caseReference', value: referenceOf(clinic, person) };
    const body = { ...ask(purpose, inside, subject, fields), onBehalfOf: asker };
    expectProblem(await chain().client(clinic).post('/v1/requests', body), 403, 'refused');
    expectProblem(await asking(person, inwards), 403, 'refused');
  });

  it('obliges nobody to speak: the physician may still say no, and why stays inside', async () => {
    const id = await asked(person, outwards);
    const ground = 'niet goed voor de behandeling';
    expect((await decide(id, outwards, { decision: 'declined', ground })).status).toBe(200);
    const { body } = await chain().client(outside).get(`/v1/requests/${id}`);
    expect(body).toMatchObject({ state: 'declined' });
    expect(JSON.stringify(body)).not.toContain(ground);
    expectProblem(await collect(id, outwards), 403, 'refused');
  });

  it('is not told apart from who said no, or who was never asked', async () => {
    const [refused, never] = [await patient(), await patient()];
    await waiver(refused, outwards, 'refused');
    const [one, other] = await Promise.all([refused, never].map((each) => asking(each, outwards)));
    if (one === undefined || other === undefined) throw new Error('both are asked about');
    expectProblem(one, 403, 'refused');
    expect(plainAnswer(one, [referenceOf(outside, refused)])).toEqual(
      plainAnswer(other, [referenceOf(outside, never)]),
    );
  });
});

const toldOf = async (person: Person) => (await (await atThePages(chain(), person)).visit('/me')).html;

describe('a detainee who reads what was given', () => {
  it('reads that their own yes carried it', async () => {
    const person = await patient();
    await waiver(person, outwards);
    expect((await collect(await approved(person, outwards), outwards)).status).toBe(200);
    expect(await toldOf(person)).toMatch(/Ja\. U gaf toestemming op \d/);
  });

  it('reads that the law did, where they said no and the recipient joined in the treatment', async () => {
    const person = await patient();
    await waiver(person, outwards, 'refused');
    expectProblem(await asking(person, outwards), 403, 'refused');
    // Directly involved in the treatment: no waiver is needed. (BW 7:457 lid 2)
    const subject = { type: 'caseReference', value: referenceOf(inside, person) };
    const joins = { type: 'involvement', unit: outside, attributes: { role: 'joining-care-provider' } };
    const body = { subject, from: '2026-01-01T00:00:00Z', ...joins };
    expect((await chain().client(inside).post('/v1/facts', body)).status).toBe(201);
    expect((await collect(await approved(person, outwards), outwards)).status).toBe(200);
    const told = await toldOf(person);
    expect(told).toMatch(/Ja\. Dit staat in de wet: [^<]*\. Uw toestemming is hiervoor niet nodig\./);
    expect(told).not.toMatch(/Ja. U gaf toestemming|Ja, toen mocht het met uw toestemming/);
  });
});

const feed = z.object({ events: z.array(z.looseObject({ type: z.string(), dataref: z.string() })) });

async function eventsOf(unit: string, id: string): Promise<readonly string[]> {
  const { events } = feed.parse((await chain().client(unit).get('/v1/events?limit=100')).body);
  const own = events.filter(({ dataref }) => dataref === `/v1/requests/${id}`);
  return own.map(({ type }) => type.replace('nl.sluis.request.', ''));
}

/** What the recipient can learn of a request by every way that it has; the same for whatever ended it. */
async function seenByRecipient(id: string, direction: Direction, reference: string): Promise<readonly unknown[]> {
  const read = await chain().client(direction.to).get(`/v1/requests/${id}`);
  const collected = await collect(id, direction);
  expectProblem(collected, 403, 'refused');
  return [read, collected].map((reply) => plainAnswer(reply, [reference]));
}

/** How far a request came when the person changes their mind. */
const waits: Readonly<Record<string, readonly [Direction, (person: Person) => Promise<string>]>> = {
  'awaiting-approval': [outwards, (person) => asked(person, outwards)],
  permitted: [outwards, (person) => approved(person, outwards)],
  'awaiting-source': [inwards, (person) => approved(person, inwards)],
  answered: [inwards, answered],
};
const tookMs: number[] = [];

describe.each(Object.entries(waits))(
  'a waiver that is taken back while a request is %s',
  (state, [direction, make]) => {
    it('stops it within a second, and its recipient reads no more than about nobody', async () => {
      let person = personOf(chain(), 0);
      let id = '';
      const took = await withinASecond(async () => {
        person = await patient();
        await waiver(person, direction);
        id = await make(person);
        const { rows } = await chain().owner.query('SELECT state FROM request WHERE id = $1', [id]);
        expect([rows, await rowsOf(id)]).toEqual([[{ state }], state === 'answered' ? 1 : 0]);
        const visitor = await atThePages(chain(), person);
        const page = await visitor.visit('/me/consents');
        expect((await visitor.submit(page, '/withdrawal')).status).toBe(200);
        const since = performance.now();
        await eventually(async () => ((await kindsOf(chain(), id)).includes('request-stopped') ? true : null));
        return performance.now() - since;
      });
      tookMs.push(took);

      expect(await rowsOf(id)).toBe(0);
      const bySource = await chain().client(direction.from).get(`/v1/requests/${id}`);
      expect(bySource.body).toMatchObject({ state: 'refused', stoppedFor: 'consent' });
      expect((await eventsOf(direction.to, id)).at(-1)).toBe('ended');
      expect((await eventsOf(direction.from, id)).at(-1)).toBe('stopped');
      expectProblem(await decide(id, direction), 409, 'wrong-state');

      const nobody = await askingBy(neverGiven, direction);
      const { request } = z.looseObject({ request: z.looseObject({ id: z.uuid() }) }).parse(nobody.body);
      const never = await seenByRecipient(request.id, direction, neverGiven);
      expect(await seenByRecipient(id, direction, referenceOf(direction.to, person))).toEqual(never);
      expectProblem(await asking(person, direction), 403, 'refused');
      expect(await kindsOf(chain(), id)).not.toContain('disclosure');
    });
  },
);

it('was measured in every state, gave nothing in clear, and left a ledger that is whole', async () => {
  process.stdout.write(`stopped after ${tookMs.map((ms) => Math.round(ms)).join(', ')} ms\n`);
  expect(tookMs).toHaveLength(4);
  expect(await kept()).not.toContain(marked);
  expect(await ledgerVerify(chain().world)).toMatchObject({ code: 0, report: { ok: true, problems: [] } });
});
