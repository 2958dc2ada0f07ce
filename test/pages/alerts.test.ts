import { v7 } from 'uuid';
import { beforeEach, describe, expect, test } from 'vitest';
import type { AlertKind } from '../../src/core/alert/alert.ts';
import type { UnitId } from '../../src/core/brand.ts';
import { pagesApp } from '../../src/pages/pages-app.ts';
import { at } from '../world/memory-world.ts';
import { officer, type PagesWorld, pagesWorld } from './pages-world.ts';
import { type Answer, formToken, textOf, Visitor } from './visitor.ts';

let pages: PagesWorld;

function alert(kind: AlertKind, unit: string | null): string {
  const id = v7();
  const detail = { who: 'user', most: 250 };
  const when = at('2026-11-20T09:30:00.000Z');
  pages.alerts.shown.push({ id, kind, unit: unit as UnitId | null, at: when, detail, seenAt: null });
  return id;
}

async function sees(visitor: Visitor, id: string): Promise<Answer> {
  const page = await visitor.get('/officer/alerts');
  return visitor.post(`/officer/alerts/${id}/seen`, { formToken: formToken(page) });
}

beforeEach(() => {
  pages = pagesWorld();
});

describe('the alerts', () => {
  test('of every unit and the gateway are there for an officer of the gateway, of their own unit alone for another', async () => {
    const sweep = alert('subject-sweep', 'gemeente-zwolle');
    const other = alert('refusals-in-a-row', 'politie-oost');
    const gateways = alert('revocation-list-ages', null);
    const all = (await Visitor.as(pages, officer(null)).get('/officer/alerts')).html;
    for (const id of [sweep, other, gateways]) expect(all).toContain(id);
    const own = (await Visitor.as(pages, officer('gemeente-zwolle')).get('/officer/alerts')).html;
    expect([own.includes(sweep), own.includes(other), own.includes(gateways)]).toEqual([true, false, false]);
  });

  test('say what happened, of whom, since when and what to do, in the language of the reader', async () => {
    alert('subject-sweep', 'gemeente-zwolle');
    const visitor = Visitor.as(pages, officer(null));
    const dutch = textOf((await visitor.get('/officer/alerts')).html);
    for (const part of [
      'Er is naar te veel personen gevraagd',
      'Team Nazorg',
      '250',
      'één gebruiker van de organisatie',
    ]) {
      expect(dutch).toContain(part);
    }
    expect(textOf((await visitor.get('/officer/alerts?taal=en')).html)).toContain('Too many persons were asked about');
  });

  test.each<readonly [AlertKind, Readonly<Record<string, string | number>>, readonly string[]]>([
    [
      'certificate-expires',
      { use: 'client', certificate: 'abcd', expires: '2026-12-01', days: 7 },
      ['Certificaat', 'Verloopt op', 'binnenkomen van de organisatie'],
    ],
    ['revocation-list-ages', { authority: 'CN=CA', expires: '2026-12-01 10:00' }, ['Uitgever', 'CN=CA', 'Verloopt op']],
    [
      'revocation-list-unusable',
      { problem: 'list-expired', authority: 'CN=CA' },
      ['Wat er mis is', 'de lijst is verlopen'],
    ],
    ['revocation-list-unusable', { problem: 'unreadable', file: 'a.pem' }, ['Bestand', 'het bestand is niet te lezen']],
  ])('of %s have words for everything in them', async (kind, detail, said) => {
    const when = at('2026-11-20T09:30:00.000Z');
    pages.alerts.shown.push({ id: v7(), kind, unit: null, at: when, detail, seenAt: null });
    const { html } = await Visitor.as(pages, officer(null)).get('/officer/alerts');
    for (const part of said) expect(textOf(html)).toContain(part);
    for (const raw of [...Object.keys(detail), 'client', 'list-expired', 'unreadable']) {
      expect(html).not.toMatch(new RegExp(`<d[td]>${raw}</d[td]>`));
    }
  });

  test('that nobody has seen are counted in the bar of every page of an officer', async () => {
    alert('subject-sweep', 'gemeente-zwolle');
    alert('subject-sweep', 'politie-oost');
    const count = async (unit: string | null) =>
      /class="count" title="([^"]+)"/.exec(
        (await Visitor.as(pages, officer(unit)).get('/officer/disclosures')).html,
      )?.[1];
    expect([await count(null), await count('politie-oost'), await count('pi-zwolle')]).toEqual([
      '2 meldingen wachten',
      '1 melding wacht',
      undefined,
    ]);
  });

  test('go from the count when an officer says that they were seen, and stay in the list', async () => {
    const id = alert('subject-sweep', 'gemeente-zwolle');
    const visitor = Visitor.as(pages, officer('gemeente-zwolle'));
    expect((await sees(visitor, id)).status).toBe(303);
    const { html } = await visitor.get('/officer/alerts');
    expect(html).toContain(id);
    expect(textOf(html)).toContain('Gezien op');
    expect(html).not.toContain('class="count"');
  });
});

describe('an alert is not seen', () => {
  test('by an officer of another unit', async () => {
    const id = alert('subject-sweep', 'gemeente-zwolle');
    alert('subject-sweep', 'politie-oost');
    const visitor = Visitor.as(pages, officer('politie-oost'));
    await sees(visitor, id);
    expect(pages.alerts.shown.find((shown) => shown.id === id)?.seenAt).toBeNull();
  });

  test('by a form without the token of the session, from elsewhere, or with more in it', async () => {
    const id = alert('subject-sweep', 'gemeente-zwolle');
    const visitor = Visitor.as(pages, officer(null));
    const path = `/officer/alerts/${id}/seen`;
    expect((await visitor.post(path, { formToken: 'guessed' })).status).toBe(403);
    expect((await visitor.post(path, {})).status).toBe(403);
    expect(pages.alerts.shown[0]?.seenAt).toBeNull();
  });

  test('by anybody without a session, nor by a detainee', async () => {
    const id = alert('subject-sweep', 'gemeente-zwolle');
    for (const visitor of [new Visitor(pages), Visitor.as(pages, { kind: 'subject', id: pages.subject })]) {
      expect((await visitor.get('/officer/alerts')).html).not.toContain(id);
      expect([303, 403]).toContain((await visitor.post(`/officer/alerts/${id}/seen`, { formToken: 'x' })).status);
    }
    expect(pages.alerts.shown[0]?.seenAt).toBeNull();
  });
});

test('no page is shown when it cannot be told whether alerts wait', async () => {
  const alerts = { list: async () => [], see: async () => undefined, waiting: () => Promise.reject(new Error('gone')) };
  const broken = { ...pages, app: pagesApp({ ...pages.deps, alerts }) };
  expect((await Visitor.as(broken, officer(null)).get('/officer/disclosures')).status).toBe(500);
});
