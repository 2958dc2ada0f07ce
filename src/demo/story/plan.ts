import { setTimeout as sleep } from 'node:timers/promises';
import { z } from 'zod';
import { accepted, ask, delivered, insist, OtherwiseThanTold, read, roles, type Scene, type Stage } from './scene.ts';

export const planFields = [
  'identity.surname',
  'identity.givenNames',
  'identity.birthDate',
  'numbers.bsn',
  'detention.start',
  'detention.expectedRelease',
  'identityDocument.hasValid',
  'housing.priorSituation',
  'incomeWork.workHistory',
  'debts.referral',
] as const;

const events = z.looseObject({
  events: z.array(z.looseObject({ id: z.uuid(), type: z.string(), dataref: z.string() })),
});
const notice = z.looseObject({
  source: z.string(),
  purpose: z.string(),
  fields: z.array(z.string()).min(1),
  subject: z.object({ type: z.literal('pseudonym'), value: z.uuid() }),
});

/** The text in which this event came to the municipality's own address: within moments, or the story goes otherwise. */
async function receivedBy({ world }: Stage, id: string): Promise<string> {
  for (let looked = 0; looked < 50; looked++) {
    const found = world.receiver.received.find(({ event }) => event.id === id);
    if (found !== undefined) return found.body;
    await sleep(100);
  }
  throw new OtherwiseThanTold('de melding kwam niet aan op het eigen adres');
}

/** From entry into prison to a shared plan: P1 and P3. */
export const planScenes: readonly Scene[] = [
  {
    title: 'Gemeente Zwolle geeft een adres op voor haar meldingen',
    told: 'meldingen gaan naar het eigen adres',
    async play({ partners, world }) {
      const { url } = world.receiver;
      read(await partners.municipality.post('/v1/subscriptions', { url }), 201, z.looseObject({ id: z.uuid() }));
      return 'meldingen gaan naar het eigen adres';
    },
  },
  {
    title: 'De PI legt vast: detentie, fase, betrokken partijen',
    told: 'vastgelegd',
    async play({ partners, person }) {
      const from = `${person.detention?.start}T08:00:00Z`;
      const until = `${person.detention?.expectedRelease}T08:00:00Z`;
      const subject = { type: 'bsn', value: person.bsn };
      const facts = [
        { type: 'detention' },
        { type: 'phase', attributes: { phase: 'detention' } },
        { type: 'involvement', unit: roles.prison, attributes: { role: 'detaining-prison' } },
        { type: 'involvement', unit: roles.municipality, attributes: { role: 'residence-municipality' } },
        { type: 'involvement', unit: roles.probation, attributes: { role: 'supervising-probation' } },
      ];
      for (const fact of facts) {
        read(
          await partners.prison.post('/v1/facts', { subject, from, until, ...fact }),
          201,
          z.looseObject({ id: z.uuid() }),
        );
      }
      return `${facts.length} feiten vastgelegd`;
    },
  },
  {
    title: 'Gemeente Zwolle krijgt een melding, en leest dezelfde in haar berichten',
    told: 'melding zonder persoonsgegevens',
    async play(stage) {
      const reply = await stage.partners.municipality.get('/v1/events?after=0');
      const page = read(reply, 200, events);
      // Other purposes may push at the same moment; the story goes on with the notice of detention.
      const [event, ...more] = page.events.filter(({ type }) => type === 'nl.sluis.detention-notice.started');
      insist(
        event !== undefined && more.length === 0,
        `${page.events.length} berichten, maar niet één melding van detentie`,
      );
      const sent = await receivedBy(stage, event.id);
      const { bsn, surname } = stage.person;
      const text = JSON.stringify(reply.body) + sent;
      insist(!text.includes(bsn) && !text.includes(surname), 'er staan persoonsgegevens in het bericht');
      const found = read(
        await stage.partners.municipality.get(new URL(event.dataref, 'https://gateway').pathname),
        200,
        notice,
      );
      stage.pseudonym = found.subject.value;
      return `${event.type}, met een pseudoniem`;
    },
  },
  {
    title: 'Gemeente Zwolle vraagt onder de melding wie het is (P1)',
    told: 'verstrekt, zonder BSN',
    async play(stage) {
      const subject = { type: 'pseudonym', value: stage.pseudonym ?? '' };
      const fields = ['identity.surname', 'identity.birthDate', 'detention.start', 'detention.expectedRelease'];
      const body = ask('detention-notice', roles.prison, subject, fields);
      const answer = read(await stage.partners.municipality.post('/v1/requests', body), 200, delivered);
      insist(answer.data['identity.surname'] === stage.person.surname, 'de naam is van een ander');
      stage.receipts.push(answer.receipt);
      return `${Object.keys(answer.data).length} gegevens verstrekt`;
    },
  },
  {
    title: 'Gemeente Zwolle vraagt gegevens voor het plan (P3)',
    told: 'minstens 8 gegevens verstrekt',
    async play(stage) {
      const subject = { type: 'pseudonym', value: stage.pseudonym ?? '' };
      const body = ask('plan-basic-conditions', roles.prison, subject, planFields);
      const answer = read(await stage.partners.municipality.post('/v1/requests', body), 200, delivered);
      const given = Object.keys(answer.data);
      insist(given.length >= 8, `maar ${given.length} gegevens`);
      insist(
        given.every((field) => (planFields as readonly string[]).includes(field)),
        'meer dan gevraagd',
      );
      insist(answer.data['numbers.bsn'] === stage.person.bsn, 'het BSN is van een ander');
      stage.receipts.push(answer.receipt);
      return `${given.length} gegevens verstrekt`;
    },
  },
  {
    title: 'De reclassering vraagt voor hetzelfde plan (P3)',
    told: 'verstrekt',
    async play(stage) {
      const subject = { type: 'bsn', value: stage.person.bsn };
      const body = ask('plan-basic-conditions', roles.prison, subject, [
        'identity.surname',
        'detention.expectedRelease',
      ]);
      const answer = read(await stage.partners.probation.post('/v1/requests', body), 200, delivered);
      stage.receipts.push(answer.receipt);
      return `${Object.keys(answer.data).length} gegevens verstrekt`;
    },
  },
  {
    title: 'Dezelfde vraag met dezelfde Idempotency-Key',
    told: 'toestand en bewijs, geen gegevens',
    async play(stage) {
      const body = ask('plan-basic-conditions', roles.prison, { type: 'bsn', value: stage.person.bsn }, [
        'identity.surname',
      ]);
      const key = `demo-${Date.now()}`;
      read(await stage.partners.municipality.post('/v1/requests', body, key), 200, delivered);
      const again = read(await stage.partners.municipality.post('/v1/requests', body, key), 200, accepted);
      insist(!('data' in again), 'de herhaling gaf gegevens');
      insist(again.state === 'delivered', `de herhaling is ${again.state}`);
      return 'al verstrekt: alleen het bewijs';
    },
  },
];
