import { beforeEach, describe, expect, test } from 'vitest';
import { officer, type PagesWorld, pagesWorld, playStory } from './pages-world.ts';
import { textOf, Visitor } from './visitor.ts';

/** Everything that a rule can ask at once, on the record of the plan that the prison gave the municipality. */
const asked = {
  retain: { until: 'plan-closed', plus: 'P6M', atLeast: 'P8W', status: 'law' },
  informSubject: 'delayed',
  informAfter: 'P2W',
  approval: 'two-persons',
  approvers: ['director', 'unheard-of'],
  seal: 'recipient',
  destruction: 'confirm',
} as const;

let pages: PagesWorld;
beforeEach(async () => {
  pages = pagesWorld();
  await playStory(pages);
  for (const request of pages.world.requests.values()) {
    if (request.recipient !== 'gemeente-zwolle' || request.state !== 'delivered') continue;
    const decision = { ...request.decision, obligations: asked, informAfter: asked.informAfter };
    pages.world.requests.set(request.id, { ...request, decision });
  }
});

describe('what comes with a permit', () => {
  test.each([
    [
      'nl',
      [
        'Tot 6 maanden na: de afsluiting van het plan (ten minste 8 weken)',
        'pas na 2 weken',
        'door twee mensen bij de bron, in de rol van vestigingsdirecteur, unheard-of',
        'de ontvanger bevestigt die',
        'de eigen registratie van de bron',
      ],
    ],
    [
      'en',
      [
        'Until 6 months after: closing of the plan (at least 8 weeks)',
        'only after 2 weeks',
        'by two humans at the source, in the role of prison director, unheard-of',
        'the recipient confirms it',
        'the source’s own registration',
      ],
    ],
  ])('is told to the officer in words: %s', async (language, expected) => {
    const entry = pages.world.entries.find(
      ({ kind, recipient }) => kind === 'disclosure' && recipient === 'gemeente-zwolle',
    );
    const { html } = await Visitor.as(pages, officer(null)).get(`/officer/entries/${entry?.id}?taal=${language}`);
    for (const words of expected) expect(textOf(html)).toContain(words);
  });

  test.each([
    [
      'nl',
      [
        'Tot 6 maanden na: de afsluiting van het plan (ten minste 8 weken)',
        'Twee mensen moeten het eerst goedvinden.',
        'Wij laten u dit pas na 2 weken zien.',
        'Wie het krijgt, moet laten weten dat het later is weggegooid.',
      ],
    ],
    [
      'en',
      [
        'Until 6 months after: closing of the plan (at least 8 weeks)',
        'Two people must agree to it first.',
        'We show you this only after 2 weeks.',
        'Whoever gets it must report that it was thrown away later.',
      ],
    ],
  ])('is told to the person it is about in plain words: %s', async (language, expected) => {
    const { html } = await Visitor.as(pages, { kind: 'subject', id: pages.subject }).get(`/me?taal=${language}`);
    for (const words of expected) expect(textOf(html)).toContain(words);
  });

  test('is not told to the person before the review date, and then is', async () => {
    const me = Visitor.as(pages, { kind: 'subject', id: pages.subject });
    const shown = async (moment: string) => {
      pages.world.nowMs = Date.parse(moment);
      return textOf((await me.get('/me')).html).includes('dinsdag 20 oktober 2026');
    };
    expect(await shown('2026-11-03T12:04:00.000Z')).toBe(false);
    expect(await shown('2026-11-03T12:06:00.000Z')).toBe(true);
  });

  test('says nothing of what is not asked', async () => {
    const { html } = await Visitor.as(pages, { kind: 'subject', id: pages.subject }).get('/me');
    const cards = [...html.matchAll(/<article.*?<\/article>/gs)].map(([article]) => textOf(article));
    const plain = cards.find((text) => text.includes('Deels gedeeld'));
    expect(plain).toBeDefined();
    for (const word of ['Afspraken', 'ten minste', 'pas na']) expect(plain).not.toContain(word);
  });
});
