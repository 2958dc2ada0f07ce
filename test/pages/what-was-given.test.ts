import { beforeEach, describe, expect, test } from 'vitest';
import type { FieldId, RequestId } from '../../src/core/brand.ts';
import { ask } from '../../src/core/disclosure/ask.ts';
import type { Given } from '../../src/core/disclosure/request.ts';
import { askInEmergency } from './memory-emergencies.ts';
import { officer, type PagesWorld, pagesWorld, planBody, playStory } from './pages-world.ts';
import { textOf, Visitor } from './visitor.ts';

const fields = ['identity.surname', 'identity.birthDate', 'medical.diagnosis'];
let pages: PagesWorld;
let me: Visitor;
beforeEach(async () => {
  pages = pagesWorld();
  await playStory(pages);
  me = Visitor.as(pages, { kind: 'subject', id: pages.subject });
});

async function given(answer: object): Promise<RequestId> {
  const { world } = pages;
  world.answer = async () => ({ ...answer });
  const outcome = await ask(world.ports, world.call('gemeente-zwolle'), planBody(fields));
  if (outcome.kind !== 'delivered') throw new Error(outcome.kind);
  return outcome.request.id;
}

/** From now on its record says this of what was given. */
function say(id: RequestId, said: Given | null): void {
  const request = pages.world.requests.get(id);
  if (request === undefined) throw new Error('there is no such request');
  pages.world.requests.set(id, { ...request, decision: { ...request.decision, given: said } });
}

async function cardOf(id: RequestId, language = 'nl'): Promise<string> {
  const { html } = await me.get(`/me?taal=${language}`);
  const card = html.split('<article').find((part) => part.includes(`aria-labelledby="sharing-${id}"`)) ?? '';
  return textOf(card.split('</article>')[0] ?? '');
}

describe('what a source did not have', () => {
  test('is read as not shared, apart from what was not allowed, and cannot be said to be wrong', async () => {
    const id = await given({ 'identity.surname': 'Ebbink' });
    const card = await cardOf(id);
    expect(card).toContain('Deels gedeeld');
    expect(card).toMatch(/Wat uw achternaam Niet gedeeld/i);
    expect(card).toMatch(/Niet gedeeld .*geboortedatum \(de organisatie gaf dit niet\)/i);
    expect(card.match(/gaf dit niet/g)).toHaveLength(1);
    expect(await cardOf(id, 'en')).toContain('(the organisation did not give this)');
    const { html } = await me.get(`/me/sharings/${id}/not-right?taal=nl`);
    expect([...html.matchAll(/<option value="([^"]+)"/g)].map(([, field]) => field)).toEqual(['identity.surname']);
  });

  test('is nothing that was shared, where it had nothing', async () => {
    const id = await given({});
    const card = await cardOf(id);
    expect(card).toContain('Het mocht, maar de organisatie gaf niets. Er is niets gedeeld.');
    expect(card).not.toContain('Dit klopt niet');
    expect(card).not.toContain('Deels gedeeld');
    expect((await me.get(`/me/sharings/${id}/not-right`)).status).toBe(404);
    const entry = pages.world.entries.findLast(({ kind }) => kind === 'disclosure');
    const seen = await Visitor.as(pages, officer(null)).get(`/officer/entries/${entry?.id}`);
    expect(textOf(seen.html)).toContain('Gegevens in deze regel Geen: de bron gaf niets van wat was toegestaan.');
  });
});

describe('what its source sealed', () => {
  const unseen = 'Wij kunnen niet zien of elk gegeven erbij zat.';

  test('is read as shared as far as the gateway can see, and says so', async () => {
    const id = await given({ 'identity.surname': 'Ebbink', 'identity.birthDate': '1988-03-02' });
    expect(await cardOf(id)).not.toContain(unseen);
    say(id, { fields: ['identity.surname' as FieldId, 'identity.birthDate' as FieldId], seen: false });
    expect(await cardOf(id)).toContain(unseen);
  });
});

test('an older disclosure, which does not say what it gave, reads as what was allowed', async () => {
  const id = await given({ 'identity.surname': 'Ebbink' });
  say(id, null);
  const card = await cardOf(id);
  expect(card).toMatch(/Wat .*achternaam .*geboortedatum Niet gedeeld/i);
  expect(card).not.toContain('gaf dit niet');
});

test('an officer reads what an emergency gave', async () => {
  const id = await askInEmergency(pages);
  const read = async () => textOf((await Visitor.as(pages, officer(null)).get(`/officer/break-glass/${id}`)).html);
  expect(await read()).not.toContain('Geen: de bron gaf niets.');
  say(id, { fields: [], seen: true });
  expect(await read()).toContain('Gegevens Geen: de bron gaf niets.');
});
