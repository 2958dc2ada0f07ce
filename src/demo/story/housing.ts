import { setTimeout as sleep } from 'node:timers/promises';
import { z } from 'zod';
import { loginCode } from '../login-code.ts';
import type { Reply } from '../partner-client.ts';
import {
  accepted,
  ask,
  delivered,
  insist,
  OtherwiseThanTold,
  read,
  refusal,
  roles,
  type Scene,
  type Stage,
} from './scene.ts';

const housingCase = { type: 'caseReference', value: 'WH-2026-0117' } as const;
const fields = ['identity.surname', 'identity.birthDate', 'housing.need', 'housing.neededFrom'];
const struck = 'identity.birthDate';
const approver = { id: 'medewerker-12', role: 'woonconsulent', name: 'B. Bakker' };
const lateMs = 1_500;

function askForHousing({ partners }: Stage): Promise<Reply> {
  return partners.housing.post('/v1/requests', ask('housing-placement', roles.municipality, housingCase, fields));
}

/** Asks, and has the municipality's housing officer approve it. */
async function approvedRequest(stage: Stage): Promise<string> {
  const { id, state } = read(await askForHousing(stage), 202, accepted);
  insist(state === 'awaiting-approval', `de vraag is ${state}`);
  const approval = { decision: 'approved', approver };
  read(await stage.partners.municipality.post(`/v1/requests/${id}/approvals`, approval), 200, z.unknown());
  return id;
}

/** The same officer, at the gateway's own pages: reads who asks what and why, and leaves one field out. */
async function decideAtThePages({ world }: Stage, id: string, field: string): Promise<void> {
  const officer = world.visitor();
  const code = await loginCode(world, { staff: approver, unit: roles.municipality });
  await officer.submit(await officer.visit('/login'), '/login', { code });
  const page = await officer.visit(`/staff/requests/${id}`);
  insist(page.html.includes(`name="strike.${field}"`), 'de pagina laat het gegeven niet zien');
  const after = await officer.submit(page, '/decision', {
    decision: 'approved',
    ground: '',
    [`strike.${field}`]: 'yes',
  });
  insist(after.status === 200 && after.path.includes('done=approved'), `de pagina antwoordt ${after.status}`);
  officer.close();
}

/** A home after release: P16, on consent and a human. */
export const housingScenes: readonly Scene[] = [
  {
    title: 'Gemeente Zwolle legt vast dat zij een woning aanvraagt bij De Hoven',
    told: 'vastgelegd',
    async play({ partners, person }) {
      const application = {
        subject: { type: 'bsn', value: person.bsn },
        type: 'involvement',
        unit: roles.housing,
        from: `${person.detention?.start}T08:00:00Z`,
        attributes: { role: 'housing-applicant' },
        caseReference: housingCase.value,
      };
      read(await partners.municipality.post('/v1/facts', application), 201, z.looseObject({ id: z.uuid() }));
      return 'één aanvraag, bij één woningcorporatie';
    },
  },
  {
    title: 'Woonstichting De Hoven vraagt voor een woning (P16)',
    told: 'niet beschikbaar: niemand vroeg om toestemming',
    play: async (stage) => refusal(await askForHousing(stage), 'not-available'),
  },
  {
    title: 'Gemeente Zwolle legt de toestemming aan de gedetineerde voor',
    told: 'gevraagd, en nog steeds niet beschikbaar',
    async play(stage) {
      const validUntil = new Date(Date.now() + 180 * 86_400_000).toISOString();
      const consent = {
        subject: { type: 'bsn', value: stage.person.bsn },
        source: roles.municipality,
        recipient: roles.housing,
        purpose: 'housing-placement',
        categories: ['identity', 'housing'],
        validUntil,
        language: 'nl',
        caseReference: housingCase.value,
      };
      read(await stage.partners.municipality.post('/v1/consents', consent), 202, z.unknown());
      return refusal(await askForHousing(stage), 'not-available');
    },
  },
  {
    title: 'De gedetineerde leest de vraag op de pagina en zegt ja',
    told: 'toestemming gegeven',
    async play({ detainee }) {
      const page = await detainee.visit('/me/consents');
      insist(page.html.includes('gevangenis'), 'de pagina zegt niet dat het detentie laat blijken');
      const after = await detainee.submit(page, '/decision', { decision: 'given' });
      insist(after.status === 200 && after.html.includes('/withdrawal'), `de pagina antwoordt ${after.status}`);
      return 'ja, met een knop om te stoppen';
    },
  },
  {
    title: 'De Hoven vraagt, een woonconsulent keurt goed op de pagina, zonder de geboortedatum, De Hoven haalt op',
    told: 'verstrekt na goedkeuring, zonder wat is geschrapt',
    async play(stage) {
      const { id } = read(await askForHousing(stage), 202, accepted);
      await decideAtThePages(stage, id, struck);
      const reply = await stage.partners.housing.post(`/v1/requests/${id}/collections`, {});
      const answer = read(reply, 200, delivered);
      insist(typeof answer.data['housing.need'] === 'string', 'de woonbehoefte ontbreekt');
      insist(!(struck in answer.data), 'wat is geschrapt, is toch verstrekt');
      stage.receipts.push(answer.receipt);
      return `${Object.keys(answer.data).length} gegevens verstrekt`;
    },
  },
  {
    title: 'De gedetineerde trekt in terwijl de bron nog antwoordt',
    told: 'het antwoord wordt niet verstrekt',
    async play(stage) {
      const id = await approvedRequest(stage);
      const source = stage.world.sources.get(roles.municipality);
      if (source === undefined) throw new OtherwiseThanTold('de gemeente heeft geen bronsysteem');
      await source.behave({ type: 'late', delayMs: lateMs });
      const asked = source.asked();
      const collecting = stage.partners.housing.post(`/v1/requests/${id}/collections`, {});
      await asked;
      const page = await stage.detainee.visit('/me/consents');
      const after = await stage.detainee.submit(page, '/withdrawal');
      insist(after.status === 200, `de pagina antwoordt ${after.status}`);
      const reply = await collecting;
      await source.behave({ type: 'well' });
      return refusal(reply, 'not-available');
    },
  },
  {
    title: 'De Hoven vraagt na de intrekking',
    told: 'niet beschikbaar, zoals in het begin',
    async play(stage) {
      await sleep(0);
      return refusal(await askForHousing(stage), 'not-available');
    },
  },
];
