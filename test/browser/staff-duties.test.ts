import { AxeBuilder } from '@axe-core/playwright';
import type { Browser, Page } from 'playwright-core';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { instantAfter } from '../../src/core/calendar.ts';
import { answerer, openDesk } from '../pages/answer-desk.ts';
import { askPrison, correctAtPrison, gaveOn, whatWasGiven } from '../pages/duty-desk.ts';
import { pagesWorld, playStory } from '../pages/pages-world.ts';
import { staffMember } from '../pages/staff-member.ts';
import { at } from '../world/memory-world.ts';
import { launchChromium, newVisitor, noBrowser } from './chromium.ts';
import { type PagesServer, servePages } from './pages-server.ts';

const title = (name: string) => (noBrowser === null ? name : `${name} (${noBrowser})`);
const list = '/staff/duties';

describe.skipIf(noBrowser !== null)(title('what a unit owes in a browser'), () => {
  const pages = pagesWorld();
  const paths = {
    open: '',
    upheld: '',
    objection: '',
    dismissed: '',
    correction: '',
    lifted: '',
    onward: '',
    held: '',
  };
  let server: PagesServer;
  let browser: Browser;

  beforeAll(async () => {
    await playStory(pages);
    openDesk(pages);
    const expiresAt = at('2027-12-01T00:00:00.000Z');
    pages.logins.codes.set('PRISON', { person: answerer, expiresAt });
    pages.logins.codes.set('MUNICIPALITY', { person: staffMember, expiresAt });
    const { duties } = pages.deps.staff;
    const { entropy } = pages.deps;
    const decide = async (wish: 'erase' | 'object' | 'restrict', decision: 'upheld' | 'dismissed') => {
      const id = await askPrison(pages, { wish, statement: `Zie ${'paspoort'.repeat(30)}` });
      const act = { kind: 'decision', id, decision, ground: 'Wij hebben het bekeken' } as const;
      await duties.act(answerer, entropy.trace(), act, entropy.id());
      return `${list}/rights/${id}`;
    };
    paths.upheld = await decide('erase', 'upheld');
    paths.objection = await decide('object', 'upheld');
    paths.dismissed = await decide('restrict', 'dismissed');
    paths.open = `${list}/rights/${await askPrison(pages, { statement: 'Ik heet <Ebbing>, al jaren.' })}`;
    const corrections = [await correctAtPrison(pages), await correctAtPrison(pages, { kind: 'restriction-lifted' })];
    [paths.correction = '', paths.lifted = ''] = corrections.map((id) => `${list}/corrections/${id}`);
    const passed = await correctAtPrison(pages, { kind: 'erased', fields: ['identity.surname', 'identity.birthDate'] });
    gaveOn(pages, passed, whatWasGiven(pages).id);
    paths.onward = `${list}/corrections/${passed}`;
    paths.held = `${list}/disclosures/${whatWasGiven(pages).id}`;
    // By then something is late.
    pages.world.nowMs = Date.parse(instantAfter(pages.world.ports.clock.now(), 'P3W'));
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

  async function logIn(code: string, options: { width?: number } = {}): Promise<Page> {
    const context = await newVisitor(browser, server.origin, options);
    const page = await context.newPage();
    await page.goto('/login');
    await page.getByRole('textbox').fill(code);
    await follow(page, () => page.keyboard.press('Enter'));
    return page;
  }

  const send = (page: Page, name: string) => follow(page, () => page.getByRole('button', { name }).click());
  const reaching = (path: () => string, button?: string) => async (page: Page) => {
    await page.goto(path());
    if (button !== undefined) await send(page, button);
  };
  const states: readonly (readonly [name: string, who: string, reach: (page: Page) => Promise<unknown>])[] = [
    ['what a source must do', 'PRISON', reaching(() => list)],
    ['what a recipient must do', 'MUNICIPALITY', reaching(() => list)],
    ['what a recipient must do in English', 'MUNICIPALITY', reaching(() => `${list}?taal=en`)],
    ['a request of a person', 'PRISON', reaching(() => paths.open)],
    ['a request of a person in English', 'PRISON', reaching(() => `${paths.open}?taal=en`)],
    ['a decision without a ground', 'PRISON', reaching(() => paths.open, 'Toewijzen')],
    ['one that is upheld', 'PRISON', reaching(() => `${paths.upheld}?done=recorded`)],
    ['an objection that is upheld', 'PRISON', reaching(() => paths.objection)],
    ['a correction without a ground', 'PRISON', reaching(() => paths.upheld, 'Correctie melden')],
    ['one that is dismissed', 'PRISON', reaching(() => `${paths.dismissed}?done=first`)],
    ['a correction', 'MUNICIPALITY', reaching(() => paths.correction)],
    ['a correction that lifts a restriction, in English', 'MUNICIPALITY', reaching(() => `${paths.lifted}?taal=en`)],
    ['a correction that must be passed on', 'MUNICIPALITY', reaching(() => paths.onward)],
    ['a confirmation of nothing', 'MUNICIPALITY', reaching(() => paths.correction, 'Bevestigen')],
    ['what must be destroyed', 'MUNICIPALITY', reaching(() => paths.held)],
    ['what must be destroyed, in English', 'MUNICIPALITY', reaching(() => `${paths.held}?taal=en`)],
    ['a report of nothing', 'MUNICIPALITY', reaching(() => paths.held, 'Vernietiging melden')],
    ['what is not there', 'MUNICIPALITY', reaching(() => `${list}/rights/x`)],
  ];

  test.each(states)('%s breaks no rule of WCAG A or AA that a machine can check', async (_, who, reach) => {
    const page = await logIn(who);
    await reach(page);
    const { violations, passes } = await new AxeBuilder({ page })
      .withTags(['wcag2a', 'wcag2aa', 'wcag21a', 'wcag21aa', 'wcag22aa', 'best-practice'])
      .analyze();
    expect(violations.map(({ id, nodes }) => `${id}: ${nodes[0]?.html}`)).toEqual([]);
    expect(passes.length).toBeGreaterThan(10);
  });

  test.each(states)('%s does not scroll sideways at 320 pixels', async (_, who, reach) => {
    const page = await logIn(who, { width: 320 });
    await reach(page);
    expect(await page.evaluate('document.documentElement.scrollWidth')).toBe(320);
  });

  test('with a keyboard alone somebody goes from the list to a request, upholds it and reports the correction', async () => {
    const page = await logIn('PRISON');
    const tab = page.getByRole('navigation', { name: 'Pagina’s voor medewerkers' }).getByRole('link');
    await follow(page, () => tab.nth(1).press('Enter'));
    expect(await tab.nth(1).getAttribute('aria-current')).toBe('page');
    await follow(page, () => page.locator(`a[href="${paths.open}"]`).press('Enter'));
    expect(await tab.nth(1).getAttribute('aria-current')).toBe('true');
    await page.getByLabel('Waarom').focus();
    await page.keyboard.type('Het register geeft u gelijk.');
    await page.keyboard.press('Tab');
    expect(await page.evaluate('document.activeElement.textContent')).toBe('Toewijzen');
    await follow(page, () => page.keyboard.press('Enter'));
    expect(new URL(page.url()).search).toBe('?done=recorded');
    await page.getByLabel('Wat u deed').focus();
    await page.keyboard.press('Tab');
    await page.keyboard.type('De naam is aangepast in ons dossier.');
    await page.keyboard.press('Tab');
    await follow(page, () => page.keyboard.press('Enter'));
    expect(new URL(page.url()).search).toBe('?done=corrected');
    const made = [...pages.world.corrections.values()].at(-1);
    expect(made).toMatchObject({ kind: 'rectified', fields: ['identity.surname'] });
  });

  test('with a keyboard alone somebody reports what they shredded', async () => {
    const page = await logIn('MUNICIPALITY');
    await page.goto(paths.held);
    await page.getByLabel('Hoe').focus();
    await page.keyboard.type('Versnipperd');
    await page.keyboard.press('Tab');
    await follow(page, () => page.keyboard.press('Enter'));
    expect(await page.getByRole('status').textContent()).toContain('Dit staat vast.');
    expect(whatWasGiven(pages).destroyedHow).toBe('shredded');
  });
});
