import { beforeAll, describe, expect, it } from 'vitest';
import { z } from 'zod';
import type { Person } from '../../src/demo/population.ts';
import { ask, roles } from '../../src/demo/story/scene.ts';
import { plainAnswer } from '../world/alike.ts';
import { atThePages, detain, eventually, expectProblem, kindsOf, personOf } from '../world/chain.ts';
import { Offering } from './chain/offering.ts';
import { ledgerVerify } from './chain/running-chain.ts';
import { subscribe } from './chain/webhooks.ts';
import { useWiderChain } from './chain/wider-chain.ts';

// P1 (Wjsg 51c) and P12 (Bjsg 11a): what the prison and the Minister tell a municipality and its mayor of their own accord.
const [service, mayor] = ['dji', 'burgemeester-zwolle'];
const chain = useWiderChain({
  units: [
    {
      ...{ id: service, kind: 'prisonService', oin: '00000099000000082000' },
      ...{ name: 'Dienst Justitiële Inrichtingen', organisation: 'Dienst Justitiële Inrichtingen' },
    },
  ],
  recipients: [roles.municipality, roles.neighbour, mayor],
  changes: async ({ world }) => ({ [mayor]: { webhooks: [world.receiver.host] } }),
});
const offering = new Offering(chain);
const known = z.looseObject({ id: z.uuid() });
const daysAhead = (days: number) => new Date(Date.now() + days * 86_400_000).toISOString();

const caseManager = { id: 'casemanager-4', role: 'caseManager', name: 'B. Bos' };
const coordinator = { id: 'medewerker-7', role: 'aftercareCoordinator', name: 'A. de Vries' };
const officer = { id: 'dji-11', role: 'placementOfficer', name: 'P. Plaatser' };
const theMayor = { id: 'burgemeester', role: 'mayor', name: 'P. Snijders' };
const designated = { id: 'aov-2', role: 'designatedOfficer', name: 'O. Veen' };

async function attest(unit: string, body: object): Promise<string> {
  const reply = await chain()
    .client(unit)
    .post('/v1/facts', { from: '2026-01-01T00:00:00Z', ...body });
  expect({ status: reply.status, body: reply.body }).toMatchObject({ status: 201 });
  return known.parse(reply.body).id;
}

async function end(unit: string, fact: string | undefined): Promise<void> {
  const reply = await chain().client(unit).post(`/v1/facts/${fact}/end`, { until: new Date().toISOString() });
  expect(reply.status).toBe(200);
}

const subjectOf = ({ bsn }: Pick<Person, 'bsn'>) => ({ type: 'bsn', value: bsn });

beforeAll(async () => {
  const { receiver } = chain().world;
  for (const unit of [roles.municipality, mayor]) await subscribe(chain().client(unit), receiver.url);
});

describe('a notice of detention (P1)', () => {
  const noticeOf = (person: Person) => ({
    'identity.surname': person.surname,
    'identity.givenNames': person.givenNames,
    'detention.start': person.detention?.start,
    'detention.expectedRelease': person.detention?.expectedRelease,
  });
  const body = (person: Person, more: object = {}) => ({
    purpose: 'detention-notice',
    recipient: roles.municipality,
    subject: subjectOf(person),
    data: noticeOf(person),
    justification: 'Melding van het begin van de detentie',
    caseReference: 'PI-2026-0117',
    onBehalfOf: caseManager,
    ...more,
  });
  const person = () => personOf(chain(), 0);
  let facts: Readonly<Record<string, string>> = {};
  beforeAll(async () => {
    facts = await detain(chain(), person());
  });

  it('reaches the municipality of residence as an event, is accepted by a person, and opened by nobody else', async () => {
    const id = await offering.waiting(roles.prison, body(person()));
    await offering.untilTold(id, ['offered']);
    const [event] = chain().world.receiver.received.filter(({ event: { dataref } }) => dataref.endsWith(id));
    expect(event?.body).not.toMatch(new RegExp(`${person().bsn}|${person().surname}`));
    const { body: seen } = await chain().client(roles.municipality).get(`/v1/requests/${id}`);
    expect(seen).toMatchObject({ state: 'answered', purpose: 'detention-notice', source: roles.prison });
    expect(JSON.stringify(seen)).not.toContain(person().surname);

    const taken = await offering.accept(roles.municipality, id, coordinator);
    expect(await offering.open(roles.municipality, taken)).toEqual([noticeOf(person())]);
    const confirmations = `/v1/requests/${id}/collection-confirmations`;
    const confirmed = await chain().client(roles.municipality).post(confirmations, { by: coordinator });
    expect(confirmed).toMatchObject({ status: 200, body: { state: 'collected' } });
    expect(await offering.rows(id)).toBe(0);
    expect(await offering.feedOf(roles.prison, id)).toEqual(['delivered', 'collected']);
    expect(await kindsOf(chain(), id)).toEqual([
      ...['permit', 'source-offered', 'permit', 'offer-accepted', 'disclosure', 'collection-confirmed'],
    ]);
  });

  it('keeps nothing of what the law does not name: no number, no title, no offence', async () => {
    const extra = {
      'numbers.bsn': person().bsn,
      'detentionContext.title': 'Gevangenisstraf-gemerkt',
      'offence.conviction': ['diefstal-gemerkt'],
    };
    const reply = await offering.offer(roles.prison, body(person(), { data: { ...noticeOf(person()), ...extra } }));
    const decision = z.looseObject({ refused: z.array(z.looseObject({ field: z.string() })) });
    const { id, decision: made } = z.looseObject({ id: z.uuid(), decision }).parse(reply.body);
    expect(made.refused.map(({ field }) => field).toSorted()).toEqual(Object.keys(extra).toSorted());
    const taken = await offering.accept(roles.municipality, id, coordinator);
    expect(await offering.open(roles.municipality, taken)).toEqual([noticeOf(person())]);
    expectProblem(await offering.offer(roles.prison, body(person(), { data: extra })), 403, 'refused');
    expect(chain().log()).not.toContain('gemerkt');
  });

  it('is declined by the municipality: nothing of it is kept, and the prison learns that, not why', async () => {
    const id = await offering.waiting(roles.prison, body(person()));
    const ground = 'betrokkene is ons al bekend-gemerkt';
    const declined = await offering.decline(roles.municipality, id, coordinator, ground);
    expect(declined).toMatchObject({ status: 200, body: { state: 'declined' } });
    expect([await offering.rows(id), await offering.feedOf(roles.prison, id)]).toEqual([0, ['declined']]);
    const seen = await chain().client(roles.prison).get(`/v1/requests/${id}`);
    expect(JSON.stringify(seen.body)).not.toContain(ground);
    expectProblem(await offering.accept(roles.municipality, id, coordinator), 409, 'wrong-state');
    expect(await kindsOf(chain(), id)).toEqual(['permit', 'source-offered', 'offer-declined']);
  });

  it('is on the page of the person: who offered it, to whom, and what came of it', async () => {
    const { html } = await (await atThePages(chain(), person())).visit('/me');
    for (const word of ['Wie bood het aan', 'PI Zwolle', 'Gemeente Zwolle']) expect(html).toContain(word);
    expect(html).toContain('Om uw gemeente te laten weten dat u vastzit');
    expect(html).not.toContain('gemerkt');
  });

  it('goes to the municipality of return once that is another, and what waits for the former one is gone', async () => {
    const waits = await offering.waiting(roles.prison, body(person()));
    const elsewhere = body(person(), { recipient: roles.neighbour });
    const before = await offering.offer(roles.prison, elsewhere);
    expectProblem(before, 403, 'refused');
    const nobody = await offering.offer(roles.prison, { ...elsewhere, subject: subjectOf({ bsn: '999999990' }) });
    expect(plainAnswer(before, [])).toEqual(plainAnswer(nobody, []));

    await end(roles.prison, facts.municipality);
    const role = { type: 'involvement', unit: roles.neighbour, attributes: { role: 'return-municipality' } };
    await attest(roles.prison, { subject: subjectOf(person()), ...role });
    await offering.untilTold(waits, ['offered', 'ended']);
    expect(await offering.rows(waits)).toBe(0);
    expectProblem(await offering.accept(roles.municipality, waits, coordinator), 403, 'refused');
    const id = await offering.waiting(roles.prison, elsewhere);
    const taken = await offering.accept(roles.neighbour, id, coordinator);
    expect(await offering.open(roles.neighbour, taken)).toEqual([noticeOf(person())]);
    expectProblem(await offering.offer(roles.prison, body(person())), 403, 'refused');
  });

  it('tells of the release while the detention runs, and nothing any more from the release on', async () => {
    const released = personOf(chain(), 1);
    const { detention } = await detain(chain(), released);
    const earlier = { data: { 'detention.expectedRelease': daysAhead(1).slice(0, 10) } };
    const id = await offering.waiting(roles.prison, body(released, earlier));
    const taken = await offering.accept(roles.municipality, id, coordinator);
    expect(await offering.open(roles.municipality, taken)).toEqual([earlier.data]);

    const late = await offering.waiting(roles.prison, body(released, earlier));
    const notices = () => chain().world.receiver.received.map(({ event: { type } }) => type);
    const ended = () => notices().filter((type) => type === 'nl.sluis.detention-notice.ended').length;
    const before = ended();
    await end(roles.prison, detention);
    await offering.untilTold(late, ['offered', 'ended']);
    expect(await offering.stateOf(late)).toBe('withdrawn');
    await eventually(async () => (ended() > before ? true : null));
    expectProblem(await offering.offer(roles.prison, body(released)), 403, 'refused');
  });
});

describe('a return that the mayor must hear of (P12)', () => {
  const told = {
    'identity.surname': 'Van der Hooiveld',
    'detention.expectedRelease': daysAhead(60).slice(0, 10),
    'offence.conviction': ['zware mishandeling, gemerkt-6611'],
    'offence.sentence': 'gevangenisstraf van vier jaar, gemerkt-6612',
  };
  const body = (person: Pick<Person, 'bsn'>, more: object = {}) => ({
    purpose: 'public-order-return',
    recipient: mayor,
    subject: subjectOf(person),
    data: told,
    addressee: 'mayor',
    justification: 'Terugkeer binnen drie maanden',
    caseReference: 'BIJ-2026-31',
    onBehalfOf: officer,
    ...more,
  });

  /** Somebody who was convicted of such an offence and comes back after so many days. */
  async function convicted(index: number, days: number, offence = 'listed'): Promise<Person> {
    const person = personOf(chain(), index);
    const subject = subjectOf(person);
    const involved = { type: 'involvement', subject };
    await attest(roles.prison, { ...involved, unit: service, attributes: { role: 'responsible-prison-service' } });
    await attest(service, { type: 'detention', subject, until: daysAhead(days) });
    await attest(service, { ...involved, unit: mayor, attributes: { role: 'mayor-of-return' } });
    await attest(service, { type: 'final-conviction', subject, attributes: { offence } });
    return person;
  }

  it('is offered by the Minister, accepted by the mayor, and destroyed after that', async () => {
    const person = await convicted(2, 60);
    const id = await offering.waiting(service, body(person));
    await offering.untilTold(id, ['offered']);
    expectProblem(await offering.accept(mayor, id, designated), 403, 'other-addressee');
    expectProblem(await offering.accept(roles.municipality, id, theMayor), 404, 'not-found');
    const taken = await offering.accept(mayor, id, theMayor);
    expect(await offering.open(mayor, taken)).toEqual([told]);
    const { rows } = await chain().owner.query('SELECT t::text AS row FROM answer t WHERE request_id = $1', [id]);
    expect(`${JSON.stringify(rows)}${chain().log()}`).not.toContain('gemerkt-661');

    const destroyed = { by: theMayor, how: 'erased' };
    const reply = await chain().client(mayor).post(`/v1/disclosures/${id}/destruction`, destroyed);
    expect({ status: reply.status, body: reply.body }).toMatchObject({ status: 200 });
    expect(await kindsOf(chain(), id)).toEqual([
      ...['permit', 'source-offered', 'permit', 'offer-accepted', 'disclosure', 'destruction-reported'],
    ]);
    const { html } = await (await atThePages(chain(), person)).visit('/me');
    for (const word of ['Dienst Justitiële Inrichtingen', 'Burgemeester van Zwolle']) expect(html).toContain(word);
    expect(html).not.toContain('gemerkt');
  });

  it('is declined by the mayor’s own officer, though it was meant for the mayor', async () => {
    const person = await convicted(3, 30);
    const id = await offering.waiting(service, body(person));
    expect((await offering.decline(mayor, id, designated, 'geen maatregel nodig')).status).toBe(200);
    expect([await offering.rows(id), await offering.feedOf(service, id)]).toEqual([0, ['declined']]);
    expect(await kindsOf(chain(), id)).not.toContain('disclosure');
  });

  it('is not offered too early, of another offence, or for nobody in particular, and looks then as about nobody', async () => {
    const [early, other, person] = [await convicted(4, 200), await convicted(5, 60, 'other'), personOf(chain(), 2)];
    const nobody = plainAnswer(await offering.offer(service, body({ bsn: '999999990' })), []);
    for (const each of [early, other]) {
      const reply = await offering.offer(service, body(each));
      expectProblem(reply, 403, 'refused');
      expect(plainAnswer(reply, [])).toEqual(nobody);
    }
    expectProblem(await offering.offer(service, body(person, { addressee: undefined })), 403, 'refused');
  });

  it('is nothing for aftercare: the college of the same municipality is neither offered it nor may ask', async () => {
    const person = personOf(chain(), 2);
    const college = { recipient: roles.municipality, addressee: 'designatedOfficer' };
    expectProblem(await offering.offer(service, body(person, college)), 403, 'refused');
    const question = ask('public-order-return', service, subjectOf(person), ['offence.conviction']);
    const asked = await chain().client(roles.municipality).post('/v1/requests', question);
    expectProblem(asked, 403, 'refused');
    expect(JSON.stringify(asked.body)).not.toContain('gemerkt');
  });
});

it('leaves a ledger that is whole', async () => {
  expect(await ledgerVerify(chain().world)).toMatchObject({ code: 0, report: { ok: true, problems: [] } });
});
