import { beforeEach, describe, expect, test } from 'vitest';
import type { UnitId } from '../../src/core/brand.ts';
import { reportDestruction } from '../../src/core/duty/report-destruction.ts';
import { someUser } from '../world/some-user.ts';
import { officer, type PagesWorld, pagesWorld, playStory } from './pages-world.ts';
import { duty, someDuties } from './some-duties.ts';
import { textOf, Visitor } from './visitor.ts';

const path = '/officer/destruction';
let pages: PagesWorld;
beforeEach(() => {
  pages = pagesWorld();
  pages.duties.lines.push(...someDuties());
});

const as = (unit: string | null) => Visitor.as(pages, officer(unit));
const textAt = async (unit: string | null, query = '') => textOf((await as(unit).get(`${path}${query}`)).html);

describe('what must be destroyed', () => {
  test('opens with what is overdue, in figures by recipient and line by line', async () => {
    const text = await textAt(null);
    expect(text).toMatch(/Team Nazorg, Gemeente Zwolle Te laat 1 Datum bekend 1 Nog niet begonnen 1/);
    expect(text).toMatch(/Geen datum bekend 2 Vernietigd 1 Waarvan te laat 0/);
    expect(text).toMatch(/Stichting Wonen aan de IJssel Te laat 1 .* Vernietigd 1 Waarvan te laat 1/);
    expect(text).toMatch(/Verstrekkingen: Te laat 2 regels/);
    expect(text).toMatch(
      /Bewaren Tot 6 maanden na: de afsluiting van het plan Vernietigd uiterlijk op 1 september 2026/,
    );
  });

  test('shows in the bar of every page how much is overdue, to officers of recipient and source', async () => {
    for (const [unit, title] of [
      [null, '2 vernietigingen zijn te laat'],
      ['gemeente-zwolle', '2 vernietigingen zijn te laat'],
      ['pi-zwolle', '1 vernietiging is te laat'],
      ['woningcorporatie', '1 vernietiging is te laat'],
    ] as const) {
      expect((await as(unit).get('/officer/alerts')).html, `${unit}`).toContain(`title="${title}"`);
    }
    expect((await as('politie-oost').get('/officer/alerts')).html).not.toContain('class="count"');
  });

  test('is chosen by how it stands, of all recipients or of the one that is read', async () => {
    const ways = async (query: string) => {
      const { html } = await as(null).get(`${path}${query}`);
      const group = html.slice(html.indexOf('aria-label="Welke regels"')).split('</p>')[0] ?? '';
      return [...group.matchAll(/href="([^"]+)"( aria-current="true")?/g)].map(([, to, current]) => [to, current]);
    };
    const states = ['overdue', 'dated', 'open', 'undated', 'destroyed'];
    const current = ' aria-current="true"';
    expect(await ways('')).toEqual(
      states.map((state) => [`${path}?state=${state}`, state === 'overdue' ? current : undefined]),
    );
    const of = 'recipient=gemeente-zwolle';
    expect(await ways(`?state=open&${of}`)).toEqual(
      states.map((state) => [`${path}?state=${state}&amp;${of}`, state === 'open' ? current : undefined]),
    );
    expect(await textAt(null, `?state=open&${of}`)).toContain('Alleen van Team Nazorg, Gemeente Zwolle.');
  });

  test('says of what has no date why not: never nothing, and never that it may be kept', async () => {
    const open = await textAt('gemeente-zwolle', '?state=open');
    expect(open).toContain('Vernietigd uiterlijk op Die tijd is nog niet begonnen.');
    const undated = await textAt('gemeente-zwolle', '?state=undated');
    expect(undated.match(/De gateway kent geen datum/g)).toHaveLength(2);
    expect(undated).toContain('Bewaren Zo lang als de eigen wet van die organisatie zegt');
  });

  test('tells a source only that it does not know of a start', async () => {
    const text = await textAt('pi-zwolle', '?state=open');
    expect(text).toContain('Wat uw organisatie weet, zegt niet dat die tijd is begonnen.');
    expect(text).not.toContain('Die tijd is nog niet begonnen.');
  });

  test('says how it was destroyed, and that it was after the date', async () => {
    const text = await textAt(null, '?state=destroyed');
    expect(text).toContain('Vernietigd gemeld op 1 april 2026 Hoe versnipperd');
    expect(text).toContain('Vernietigd gemeld op 1 juni 2026 (na de datum) Hoe niet gezegd');
  });

  test('of one recipient is what a figure leads to', async () => {
    const { html } = await as(null).get(`${path}?state=overdue&recipient=woningcorporatie`);
    expect(textOf(html)).toMatch(/Te laat 1 regel Alleen van Stichting Wonen aan de IJssel\./);
    expect(html).toContain('href="/officer/destruction?state=dated&amp;recipient=gemeente-zwolle"');
  });

  test('goes on where a page ends', async () => {
    pages.duties.lines.push(...Array.from({ length: 60 }, () => duty({ state: 'open' })));
    const first = await as(null).get(`${path}?state=open`);
    expect(first.html.match(/line-title" href/g)).toHaveLength(50);
    const next = /href="(\/officer\/destruction\?[^"]*after=[^"]*)"/.exec(first.html)?.[1]?.replaceAll('&amp;', '&');
    const rest = await as(null).get(next ?? '');
    expect(rest.html.match(/line-title" href/g)).toHaveLength(11);
  });

  test('lists nothing for a filter that is not well formed, and says so', async () => {
    for (const query of ['?state=all', '?recipient=A%20B']) {
      const answer = await as(null).get(`${path}${query}`);
      expect(answer.status).toBe(400);
      expect(textOf(answer.html)).toContain('Dit filter klopt niet.');
      expect(answer.html).not.toContain('line-title" href');
    }
  });

  test('is told in English too, and to nobody who is not an officer', async () => {
    expect(await textAt(null, '?taal=en')).toContain('Disclosures: Overdue 2 lines');
    const me = Visitor.as(pages, { kind: 'subject', id: pages.subject });
    expect((await me.get(path)).status).toBe(403);
    expect((await new Visitor(pages).get(path)).status).toBe(303);
  });

  test('says that nothing was disclosed where nothing was', async () => {
    expect(await textAt('politie-oost')).toContain('Er is nog niets verstrekt.');
  });
});

test('the entry of a destruction says how and by whom in which role; who that is, is kept apart', async () => {
  await playStory(pages);
  const given = [...pages.world.requests.values()].find(
    ({ held, recipient }) => held && recipient === 'gemeente-zwolle',
  );
  if (given === undefined) throw new Error('nothing was given');
  const call = pages.world.call('gemeente-zwolle');
  const report = { how: 'shredded', by: someUser('u9', 'archivaris', 'R. Blom') } as const;
  expect(await reportDestruction(pages.world.ports, call, given.id, report)).toMatchObject({ kind: 'confirmed' });
  const entry = pages.world.entries.find(({ kind }) => kind === 'destruction-reported');
  for (const unit of ['gemeente-zwolle', 'pi-zwolle'] as UnitId[]) {
    const text = textOf((await as(unit).get(`/officer/entries/${entry?.id}`)).html);
    expect(text).toContain('Vernietiging gemeld');
    expect(text).toContain('Hoe versnipperd');
    expect(text).toContain('Gemeld door archivaris');
    expect(text).not.toContain('R. Blom');
  }
});
