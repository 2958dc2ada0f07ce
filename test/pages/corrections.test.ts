import { beforeEach, describe, expect, test } from 'vitest';
import type { CorrectionId, UnitId } from '../../src/core/brand.ts';
import { confirmCorrection } from '../../src/core/correction/confirm-correction.ts';
import { makeCorrection } from '../../src/core/correction/make-correction.ts';
import { someUser } from '../world/some-user.ts';
import { correction, someCorrections } from './memory-corrections.ts';
import { officer, type PagesWorld, pagesWorld, playStory } from './pages-world.ts';
import { textOf, Visitor } from './visitor.ts';

const path = '/officer/corrections';
let pages: PagesWorld;
beforeEach(() => {
  pages = pagesWorld();
  pages.corrections.lines.push(...someCorrections());
});

const as = (unit: string | null) => Visitor.as(pages, officer(unit));
const textAt = async (unit: string | null, query = '') => textOf((await as(unit).get(`${path}${query}`)).html);

describe('what recipients must do about corrections', () => {
  test('opens with what is overdue, in figures by recipient and line by line', async () => {
    const text = await textAt(null);
    expect(text).toMatch(/Team Nazorg, Gemeente Zwolle Te laat 1 Nog te bevestigen 1 Bevestigd 1 Waarvan te laat 0/);
    expect(text).toMatch(/Stichting Wonen aan de IJssel Te laat 1 .* Bevestigd 1 Waarvan te laat 1/);
    expect(text).toMatch(/Correcties: Te laat 2 regels/);
    expect(text).toContain('Bevestigd uiterlijk op 15 oktober 2026');
    expect(text).toContain('De ontvanger gaf de gegevens verder en heeft dit nog niet doorgegeven.');
    expect(text).toContain('Dit geeft een andere correctie door.');
  });

  test('shows in the bar of every page how much is overdue, to officers of recipient and source', async () => {
    for (const [unit, title] of [
      [null, '2 correcties zijn te laat'],
      ['gemeente-zwolle', '2 correcties zijn te laat'],
      ['pi-zwolle', '1 correctie is te laat'],
      ['woningcorporatie', '1 correctie is te laat'],
    ] as const) {
      expect((await as(unit).get('/officer/alerts')).html, `${unit}`).toContain(`title="${title}"`);
    }
    expect((await as('politie-oost').get('/officer/alerts')).html).not.toContain('class="count"');
  });

  test('says what was done, and that it was after the date', async () => {
    const text = await textAt(null, '?state=confirmed');
    expect(text).toContain('Bevestigd op 4 oktober 2026 Wat is gedaan verbeterd');
    expect(text).toContain(
      'Bevestigd op 20 oktober 2026 (na de datum) Wat is gedaan de ontvanger heeft de gegevens niet meer',
    );
    expect(await textAt(null, '?state=open&taal=en')).toContain('The recipient has passed this on.');
  });

  test('goes on where a page ends, and lists nothing for a filter that is not well formed', async () => {
    pages.corrections.lines.push(...Array.from({ length: 60 }, () => correction({})));
    const first = await as(null).get(`${path}?state=open`);
    expect(first.html.match(/line-title" href/g)).toHaveLength(50);
    const next = /href="(\/officer\/corrections\?[^"]*after=[^"]*)"/.exec(first.html)?.[1]?.replaceAll('&amp;', '&');
    expect((await as(null).get(next ?? '')).html.match(/line-title" href/g)).toHaveLength(11);
    for (const query of ['?state=all', '?recipient=A%20B']) {
      const answer = await as(null).get(`${path}${query}`);
      expect(answer.status).toBe(400);
      expect(answer.html).not.toContain('line-title" href');
    }
  });

  test('is told to nobody who is not an officer', async () => {
    const me = Visitor.as(pages, { kind: 'subject', id: pages.subject });
    expect((await me.get(path)).status).toBe(403);
    expect((await new Visitor(pages).get(path)).status).toBe(303);
    expect(await textAt('politie-oost')).toContain('Er is nog niets gecorrigeerd van wat is verstrekt.');
  });
});

test('its entries say to each party what was done; who did it, in which role', async () => {
  await playStory(pages);
  const by = someUser('u9', 'casemanager', 'R. Blom');
  const body = {
    subject: { type: 'bsn', value: '900000041' },
    kind: 'erased',
    ground: 'Het gegeven was onjuist',
  } as const;
  const fields = [...pages.world.requests.values()].find(({ held }) => held)?.decision.permitted ?? [];
  const call = (unit: string) => pages.world.call(unit);
  const made = await makeCorrection(pages.world.ports, call('pi-zwolle'), {
    ...body,
    fields,
    corrects: null,
    rightsRequest: null,
    by,
  });
  if (made.kind !== 'made') throw new Error(made.kind);
  const report = { how: 'erased', by } as const;
  expect(
    await confirmCorrection(pages.world.ports, call('gemeente-zwolle'), made.id as CorrectionId, report),
  ).toMatchObject({
    kind: 'confirmed',
  });
  const pageOf = async (kind: string, unit: string | null) => {
    const entry = pages.world.entries.find(
      (one) => one.kind === kind && [null, one.source, one.recipient].includes(unit as UnitId),
    );
    return textOf((await as(unit).get(`/officer/entries/${entry?.id}`)).html);
  };
  for (const unit of ['gemeente-zwolle', 'pi-zwolle']) {
    expect(await pageOf('correction-told', unit)).toContain('Uitkomst Gewist');
    const confirmed = await pageOf('correction-confirmed', unit);
    expect(confirmed).toContain('Wat is gedaan gewist');
    expect(confirmed).toContain('Gemeld door casemanager');
    expect(confirmed).not.toContain('R. Blom');
  }
  expect(await pageOf('correction-made', 'pi-zwolle')).toContain('Gegevens gecorrigeerd');
  const own = pages.world.entries.find(({ kind }) => kind === 'correction-made');
  expect((await as('gemeente-zwolle').get(`/officer/entries/${own?.id}`)).status).toBe(404);
});
