import { AxeBuilder } from '@axe-core/playwright';
import type { Browser, Page } from 'playwright-core';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import type { RequestId } from '../../src/core/brand.ts';
import { answerer, askDesk, mustSeal, openDesk, replyTo } from '../pages/answer-desk.ts';
import { pagesWorld, playStory } from '../pages/pages-world.ts';
import { at } from '../world/memory-world.ts';
import { launchChromium, newVisitor, noBrowser } from './chromium.ts';
import { type PagesServer, servePages } from './pages-server.ts';

const title = (name: string) => (noBrowser === null ? name : `${name} (${noBrowser})`);

describe.skipIf(noBrowser !== null)(title('who answers in a browser'), () => {
  const pages = pagesWorld();
  let ids: { readonly open: RequestId; readonly part: RequestId };
  let server: PagesServer;
  let browser: Browser;

  beforeAll(async () => {
    await playStory(pages);
    openDesk(pages);
    pages.logins.codes.set('STAFF', { person: answerer, expiresAt: at('2026-12-01T00:00:00.000Z') });
    ids = { open: await askDesk(pages), part: await askDesk(pages, ['identity.surname', 'identity.givenNames']) };
    const { staff, entropy } = pages.deps;
    const act = (said: Parameters<typeof staff.act>[3]) =>
      staff.act(answerer, entropy.trace(), ids.part, said, entropy.id());
    const subject = (await staff.read(answerer, ids.part))?.subject.pseudonym ?? '';
    const data = { 'identity.surname': 'Ebbink' };
    await act({ kind: 'answer', subject, data, complete: false });
    await act({ kind: 'delegation', to: { role: 'director' }, note: 'graag vandaag' });
    await act({ kind: 'question', text: 'Welke naam bedoelt u?' });
    await replyTo(pages, ids.part, 'De geboortenaam.');
    server = await servePages(pages.app);
    browser = await launchChromium();
  });

  afterAll(async () => {
    await browser?.close();
    await server?.stop();
  });

  async function follow(page: Page, act: () => Promise<unknown>): Promise<void> {
    await Promise.all([page.waitForEvent('load'), act()]);
  }

  async function logIn(options: { width?: number } = {}): Promise<Page> {
    const context = await newVisitor(browser, server.origin, options);
    const page = await context.newPage();
    await page.goto('/login');
    await page.getByRole('textbox').fill('STAFF');
    await follow(page, () => page.keyboard.press('Enter'));
    return page;
  }

  const open = (query = '') => `/staff/requests/${ids.open}${query}`;
  const states: readonly (readonly [string, (page: Page) => Promise<unknown>])[] = [
    ['the list', (page) => page.goto('/staff/inbox')],
    ['a request', (page) => page.goto(open())],
    ['a request in English', (page) => page.goto(open('?taal=en'))],
    ['one that was answered in part and talked about', (page) => page.goto(`/staff/requests/${ids.part}?done=part`)],
    [
      'an answer with mistakes',
      async (page) => {
        await page.goto(open());
        await page.getByLabel('Burgerservicenummer').fill('123456789');
        await follow(page, () => page.getByRole('button', { name: 'Antwoord geven' }).click());
      },
    ],
    [
      'a delegation to nobody',
      async (page) => {
        await page.goto(open());
        await follow(page, () => page.getByRole('button', { name: 'Vastleggen' }).click());
      },
    ],
    [
      'what must be sealed',
      async (page) => {
        mustSeal(pages);
        await page.goto(open()).finally(() => pages.world.bound.clear());
      },
    ],
  ];

  test.each(states)('%s breaks no rule of WCAG A or AA that a machine can check', async (_, reach) => {
    const page = await logIn();
    await reach(page);
    const { violations, passes } = await new AxeBuilder({ page })
      .withTags(['wcag2a', 'wcag2aa', 'wcag21a', 'wcag21aa', 'wcag22aa', 'best-practice'])
      .analyze();
    expect(violations.map(({ id, nodes }) => `${id}: ${nodes[0]?.html}`)).toEqual([]);
    expect(passes.length).toBeGreaterThan(10);
  });

  test.each(states)('%s does not scroll sideways at 320 pixels', async (_, reach) => {
    const page = await logIn({ width: 320 });
    await reach(page);
    expect(await page.evaluate('document.documentElement.scrollWidth')).toBe(320);
  });

  test('what was typed is still there beside a mistake', async () => {
    const page = await logIn();
    await page.goto(open());
    await page.getByLabel('Geboortedatum').fill('1988-03-02');
    await page.getByLabel('Achternaam').fill('Ebbink');
    await follow(page, () => page.getByRole('button', { name: 'Antwoord geven' }).click());
    expect(await page.getByLabel('Geboortedatum').inputValue()).toBe('1988-03-02');
    expect(await page.getByLabel('Achternaam').inputValue()).toBe('Ebbink');
    expect(await page.getByText('Kijk eerst of dit over de juiste persoon gaat').count()).toBeGreaterThan(0);
  });

  test('with a keyboard alone somebody fills in what they know, says that it is all, and sends it', async () => {
    const page = await logIn();
    await page.goto(open());
    await page.getByLabel('Achternaam').focus();
    await page.keyboard.type('Ebbink');
    const all = page.getByRole('checkbox', { name: /^Dit is alles/ });
    await all.focus();
    await page.keyboard.press('Space');
    await page.keyboard.press('Tab');
    expect(await page.evaluate("document.activeElement.getAttribute('name')")).toBe('looked');
    await page.keyboard.press('Space');
    await page.keyboard.press('Tab');
    expect(await page.evaluate('document.activeElement.textContent')).toBe('Antwoord geven');
    await follow(page, () => page.keyboard.press('Enter'));
    expect(new URL(page.url()).search).toBe('?done=answered');
    expect(pages.world.requests.get(ids.open)?.state).toBe('answered');
  });
});
