import { AxeBuilder } from '@axe-core/playwright';
import type { Browser, Page } from 'playwright-core';
import { v7 } from 'uuid';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import type { ConsentId, RequestId, UnitId } from '../../src/core/brand.ts';
import type { EntryKind } from '../../src/core/ledger/entry.ts';
import { dismissedRights } from '../pages/decided-rights.ts';
import { someCorrections } from '../pages/memory-corrections.ts';
import { askInEmergency } from '../pages/memory-emergencies.ts';
import { officer, pagesWorld, playStory } from '../pages/pages-world.ts';
import { someDuties } from '../pages/some-duties.ts';
import { staffMember, whatWaits } from '../pages/staff-member.ts';
import { at } from '../world/memory-world.ts';
import { launchChromium, newVisitor, noBrowser } from './chromium.ts';
import { type PagesServer, servePages } from './pages-server.ts';

const title = (name: string) => (noBrowser === null ? name : `${name} (${noBrowser})`);

describe.skipIf(noBrowser !== null)(title('in a browser'), () => {
  const pages = pagesWorld();
  let waits: RequestId;
  let story: { readonly open: ConsentId; readonly given: ConsentId };
  let emergency: RequestId;
  let server: PagesServer;
  let browser: Browser;

  beforeAll(async () => {
    story = await playStory(pages);
    for (const [index, unit] of ['gemeente-zwolle', 'politie-oost', null].entries()) {
      const seenAt = index === 1 ? at('2026-11-21T09:00:00.000Z') : null;
      const kind = unit === null ? 'revocation-list-ages' : 'subject-sweep';
      const detail: Record<string, string | number> = unit === null ? { days: 2 } : { who: 'user', most: 250 };
      const raised = at('2026-11-20T09:30:00.000Z');
      pages.alerts.shown.push({ id: v7(), kind, unit: unit as UnitId | null, at: raised, detail, seenAt });
    }
    pages.duties.lines.push(...someDuties());
    pages.corrections.lines.push(...someCorrections());
    emergency = await askInEmergency(pages);
    await dismissedRights(pages, `Zie ${'paspoort'.repeat(30)}, dat wij hebben bekeken.`);
    const expiresAt = at('2026-12-01T00:00:00.000Z');
    pages.logins.codes.set('SUBJECT', { person: { kind: 'subject', id: pages.subject }, expiresAt });
    pages.logins.codes.set('OFFICER', { person: officer(null), expiresAt });
    pages.logins.codes.set('STAFF', { person: staffMember, expiresAt });
    waits = await whatWaits(pages);
    server = await servePages(pages.app);
    browser = await launchChromium();
  });

  afterAll(async () => {
    await browser?.close();
    await server?.stop();
  });

  /** Does what leads to another page, and waits until that is there. */
  async function follow(page: Page, act: () => Promise<unknown>): Promise<void> {
    await Promise.all([page.waitForEvent('load'), act()]);
  }

  async function logIn(code: string, options: { width?: number; locale?: string } = {}): Promise<Page> {
    const context = await newVisitor(browser, server.origin, options);
    const page = await context.newPage();
    await page.goto('/login');
    await page.getByRole('textbox').fill(code);
    await follow(page, () => page.keyboard.press('Enter'));
    return page;
  }

  function entryPath(kind: EntryKind): string {
    const found = pages.world.entries.find((draft) => draft.kind === kind);
    if (found === undefined) throw new Error(`no ${kind}`);
    return `/officer/entries/${found.id}`;
  }

  function givenId(): string {
    const found = [...pages.world.requests.values()].find(({ held }) => held !== null);
    if (found === undefined) throw new Error('nothing was given');
    return found.id;
  }

  const everyPage: readonly (readonly [who: string, name: string, path: () => string])[] = [
    ...['/', '/login', '/me', '/me?taal=en', '/me/rights', '/me/consents', '/me/nothing'].map(
      (path) => ['SUBJECT', path, () => path] as const,
    ),
    ['SUBJECT', 'a question about what was given', () => `/me/sharings/${givenId()}/not-right`],
    ['SUBJECT', 'a consent that is asked', () => `/me/consents/${story.open}`],
    ['SUBJECT', 'a consent that was given', () => `/me/consents/${story.given}`],
    ...[
      '/officer/alerts',
      '/officer/alerts?taal=en',
      '/officer/certificates',
      '/officer/sources',
      '/officer/break-glass',
      '/officer/break-glass?taal=en',
      '/officer/destruction',
      '/officer/destruction?taal=en',
      '/officer/destruction?state=open&recipient=gemeente-zwolle',
      '/officer/destruction?state=destroyed',
      '/officer/destruction?state=never',
      '/officer/corrections',
      '/officer/corrections?taal=en&state=confirmed',
      '/officer/informing',
      '/officer/rights',
      '/officer/disclosures',
      '/officer/disclosures?from=never',
      '/officer/disclosures?kind=any',
    ].map((path) => ['OFFICER', path, () => path] as const),
    ['OFFICER', 'a break-glass that is to be reviewed', () => `/officer/break-glass/${emergency}`],
    ...['/staff/inbox', '/staff/inbox?taal=en', '/staff/inbox?done=approved', '/staff/nothing'].map(
      (path) => ['STAFF', path, () => path] as const,
    ),
    ['STAFF', 'a request', () => `/staff/requests/${waits}`],
    ['STAFF', 'a request in English', () => `/staff/requests/${waits}?taal=en`],
    ['OFFICER', 'a disclosure', () => entryPath('disclosure')],
    ['OFFICER', 'a refusal', () => entryPath('refusal')],
    ['OFFICER', 'a consent', () => entryPath('consent-given')],
  ];

  async function openWhole(who: string, path: string, options: { width?: number } = {}): Promise<Page> {
    const page = await logIn(who, options);
    await page.goto(path);
    for (const summary of await page.locator('summary').all()) await summary.click();
    return page;
  }

  test.each(everyPage)('%s at %s breaks no rule of WCAG A or AA that a machine can check', async (who, _, path) => {
    const page = await openWhole(who, path());
    const { violations, passes } = await new AxeBuilder({ page })
      .withTags(['wcag2a', 'wcag2aa', 'wcag21a', 'wcag21aa', 'wcag22aa', 'best-practice'])
      .analyze();
    expect(violations.map(({ id, nodes }) => `${id}: ${nodes[0]?.html}`)).toEqual([]);
    expect(passes.length).toBeGreaterThan(10);
  });

  test.each(everyPage)('%s at %s does not scroll sideways at 320 pixels', async (who, _, path) => {
    const page = await openWhole(who, path(), { width: 320 });
    expect(await page.evaluate('document.documentElement.scrollWidth')).toBe(320);
  });

  test.each(['nl', 'en'])(
    'the bar of an officer is no heap in %s: a row or two of tabs, and of a group',
    async (taal) => {
      /** In how many rows the links of a bar stand, and how high the bars are together. */
      const rows = (page: Page, bar: string) =>
        page
          .locator(`${bar} a`)
          .evaluateAll((links) => new Set(links.map((link) => link.getBoundingClientRect().top)).size);
      for (const [width, tabs, group, height] of [
        [1_280, 1, 1, 120],
        [320, 2, 3, 345],
      ] as const) {
        const page = await logIn('OFFICER', { width });
        await page.goto(`/officer/destruction?taal=${taal}`);
        expect([await rows(page, '.bar nav'), await rows(page, '.within nav')]).toEqual([tabs, group]);
        const bars = await page
          .locator('.bar, .within')
          .evaluateAll((all) => all.reduce((sum, bar) => sum + bar.getBoundingClientRect().height, 0));
        expect(bars).toBeLessThan(height);
      }
    },
  );

  test('with a keyboard alone an officer goes from a list to what must be followed up, and knows where they are', async () => {
    const page = await logIn('OFFICER');
    const tab = page.getByRole('navigation', { name: 'Pagina’s voor functionarissen' }).getByRole('link');
    expect(await tab.allInnerTexts()).toEqual(['Verstrekkingen', 'Meldingen 2', 'Opvolgen 5', 'Aansluitingen']);
    await follow(page, () => tab.nth(2).press('Enter'));
    expect(await tab.nth(2).getAttribute('aria-current')).toBe('true');
    expect(await tab.nth(2).locator('.count').getAttribute('title')).toMatch(/noodtoegang.*correcties.*vernietigingen/);
    const own = page.getByRole('navigation', { name: 'Opvolgen' }).getByRole('link');
    expect(await own.first().getAttribute('aria-current')).toBe('page');
    await follow(page, () => own.nth(3).press('Enter'));
    expect(new URL(page.url()).pathname).toBe('/officer/destruction');
    await page.goto(entryPath('disclosure'));
    expect(await tab.first().getAttribute('aria-current')).toBe('true');
  });

  test('the browser finds nothing to block or to miss', async () => {
    const page = await logIn('SUBJECT');
    const complaints: string[] = [];
    const requested: string[] = [];
    page.on('console', (message) => complaints.push(message.text()));
    page.on('request', (request) => requested.push(new URL(request.url()).origin));
    page.on('response', (response) => {
      if (response.status() >= 400) complaints.push(`${response.status()} ${response.url()}`);
    });
    for (const path of ['/', '/me', '/me/consents']) await page.goto(path);
    expect(complaints).toEqual([]);
    expect(new Set(requested)).toEqual(new Set([server.origin]));
    const colour = await page.evaluate("getComputedStyle(document.querySelector('.top')).backgroundColor");
    expect(colour).toBe('rgb(7, 52, 71)');
  });

  test('the session cookie is out of reach for scripts and other sites', async () => {
    const page = await logIn('SUBJECT');
    const cookie = (await page.context().cookies()).find(({ name }) => name === '__Host-sluis-sessie');
    expect(cookie).toMatchObject({ httpOnly: true, secure: true, sameSite: 'Strict', path: '/' });
  });

  test('a browser in English is answered in English, until its reader chooses Dutch', async () => {
    const page = await logIn('SUBJECT', { locale: 'en-GB' });
    expect(await page.getByRole('heading', { level: 1 }).textContent()).toBe('What was shared about me?');
    await follow(page, () => page.getByRole('link', { name: 'Nederlands' }).click());
    expect(new URL(page.url()).pathname).toBe('/me');
    expect(await page.getByRole('heading', { level: 1 }).textContent()).toBe('Wat is er over mij gedeeld?');
    expect(await page.locator('html').getAttribute('lang')).toBe('nl');
  });

  // Before the next: what it stops is what the request rests on.
  test('with a keyboard alone somebody of a unit opens a request, ticks a field out and approves', async () => {
    const page = await logIn('STAFF');
    await follow(page, () => page.getByRole('link', { name: /vraagt$/ }).press('Enter'));
    const box = page.getByRole('checkbox', { name: /^Niet geven: Woning nodig vanaf/ });
    await box.focus();
    await page.keyboard.press('Space');
    expect(await box.isChecked()).toBe(true);
    await page.keyboard.press('Tab');
    expect(await page.evaluate("document.activeElement.getAttribute('name')")).toBe('ground');
    await page.keyboard.press('Tab');
    expect(await page.evaluate('document.activeElement.textContent')).toBe('Goedkeuren');
    await follow(page, () => page.keyboard.press('Enter'));
    expect(new URL(page.url()).search).toBe('?done=approved');
    const { decision } = pages.world.requests.get(waits) ?? {};
    expect(decision?.permitted).toEqual(['housing.need']);
  });

  test('with a keyboard alone one logs in, refuses a question, stops a consent and logs out', async () => {
    const context = await newVisitor(browser, server.origin);
    const page = await context.newPage();
    // Expressions as text: they run in the browser, whose globals these tests do not have.
    const focused = () =>
      page.evaluate<string>(
        "document.activeElement.getAttribute('name') === 'code' ? 'code' : document.activeElement.textContent.trim()",
      );
    /** Tabs on until something with this text has the focus, and sees that it shows. */
    const tabTo = async (text: string) => {
      for (let presses = 0; presses < 60; presses++) {
        await page.keyboard.press('Tab');
        if ((await focused()).startsWith(text)) {
          const outline = await page.evaluate('getComputedStyle(document.activeElement).outlineStyle');
          expect(outline).toBe('solid');
          return;
        }
      }
      throw new Error(`no way to ${text} by keyboard on ${new URL(page.url()).pathname}`);
    };

    await page.goto('/');
    await page.keyboard.press('Tab');
    expect(await focused()).toBe('Ga naar de inhoud');
    await page.keyboard.press('Enter');
    await tabTo('Wat is er over mij gedeeld?');
    await follow(page, () => page.keyboard.press('Enter'));
    await tabTo('code');
    await page.keyboard.type('SUBJECT');
    await follow(page, () => page.keyboard.press('Enter'));
    await tabTo('Toestemming');
    await follow(page, () => page.keyboard.press('Enter'));
    await tabTo('Nee, dit mag niet');
    await follow(page, () => page.keyboard.press('Enter'));
    expect(await page.getByRole('heading', { level: 1 }).textContent()).toBe('U heeft nee gezegd');
    await tabTo('Terug naar mijn toestemmingen');
    await follow(page, () => page.keyboard.press('Enter'));
    await tabTo('Stop mijn toestemming');
    await follow(page, () => page.keyboard.press('Space'));
    expect(await page.getByRole('heading', { level: 1 }).textContent()).toBe('Uw toestemming is gestopt');
    expect(pages.world.consents.get(story.open)?.state).toBe('refused');
    expect(pages.world.consents.get(story.given)?.state).toBe('withdrawn');
    await tabTo('Uitloggen');
    await follow(page, () => page.keyboard.press('Enter'));
    await page.goto('/me');
    expect(new URL(page.url()).pathname).toBe('/login');
  });

  test('an officer says by keyboard that an alert was seen, and the count goes', async () => {
    const page = await logIn('OFFICER');
    const count = page.getByRole('link', { name: 'Meldingen' }).locator('.count');
    expect(await count.getAttribute('title')).toBe('2 meldingen wachten');
    await follow(page, () => page.getByRole('link', { name: 'Meldingen' }).press('Enter'));
    const button = page.getByRole('button', { name: /^Ik heb dit gezien: Er is naar te veel personen gevraagd/ });
    await follow(page, () => button.press('Enter'));
    expect(new URL(page.url()).pathname).toBe('/officer/alerts');
    expect(await count.getAttribute('title')).toBe('1 melding wacht');
    expect(await button.count()).toBe(0);
  });

  test('an officer filters, opens an entry, sees its proof and takes it along', async () => {
    const page = await logIn('OFFICER');
    await page.getByLabel('Ontvanger').selectOption({ label: 'Politie Oost-Nederland' });
    await follow(page, () => page.getByRole('button', { name: 'Toon' }).click());
    await follow(page, () => page.getByRole('link', { name: 'Detentie- en re-integratieplan' }).click());
    expect(await page.getByText('Alle controles zijn geslaagd.').count()).toBe(1);
    const [download] = await Promise.all([
      page.waitForEvent('download'),
      page.getByRole('link', { name: 'Download het bewijs' }).click(),
    ]);
    expect(download.suggestedFilename()).toMatch(/^sluis-[0-9a-f-]{36}\.json$/);
  });
});
