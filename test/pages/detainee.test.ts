import { beforeEach, describe, expect, test } from 'vitest';
import type { ConsentId } from '../../src/core/brand.ts';
import { wakeRequests } from '../../src/core/disclosure/wake.ts';
import { officer, type PagesWorld, pagesWorld, playStory } from './pages-world.ts';
import { formToken, textOf, Visitor } from './visitor.ts';

let pages: PagesWorld;
let story: { readonly open: ConsentId; readonly given: ConsentId };
let me: Visitor;

beforeEach(async () => {
  pages = pagesWorld();
  story = await playStory(pages);
  me = Visitor.as(pages, { kind: 'subject', id: pages.subject });
});

const state = (id: ConsentId) => pages.world.consents.get(id)?.state;

/** One card of the page, by a text in its head. */
function card(html: string, when: string): string {
  const found = [...html.matchAll(/<article.*?<\/article>/gs)].map(([article]) => textOf(article));
  const fitting = found.find((text) => text.includes(when));
  if (fitting === undefined) throw new Error(`no card with ${when} among ${found.length}`);
  return fitting;
}

describe('what was shared about me', () => {
  test('is told by month, newest first, in cards and not in tables', async () => {
    const { html, status } = await me.get('/me');
    expect(status).toBe(200);
    expect([...html.matchAll(/<h2[^>]*>([^<]*)/g)].map(([, month]) => month?.trim())).toEqual([
      'November 2026',
      'Oktober 2026',
    ]);
    expect(html).not.toContain('<table');
    expect(html).toContain('<html lang="nl">');
  });

  test('says who, when, what, why, by which law and that consent was not needed', async () => {
    const text = card((await me.get('/me')).html, 'dinsdag 20 oktober 2026 om 14:05');
    expect(text).toContain('Team Nazorg Gemeente Zwolle Gedeeld');
    expect(text).toContain('Van wie PI Zwolle');
    expect(text).toContain('Uw achternaam');
    expect(text).toContain('Om samen met u uw terugkeer te regelen.');
    expect(text).toContain('Ja. Dit staat in de wet: Penitentiaire beginselenwet');
    expect(text).toContain('Uw toestemming is hiervoor niet nodig.');
    expect(text).toContain('Tot 6 maanden na: de afsluiting van het plan');
  });

  test('says that it rested on consent, and on which day that was given', async () => {
    const text = card((await me.get('/me')).html, '16 november 2026');
    expect(text).toContain('Ja. U gaf toestemming op 13 november 2026.');
    expect(text).not.toContain('niet nodig');
  });

  test('tells a part that was not given, and attempts that were refused', async () => {
    const { html } = await me.get('/me');
    expect(card(html, '9 november 2026')).toContain('Deels gedeeld');
    expect(card(html, '9 november 2026')).toContain('Niet gedeeld Wat de dokter heeft vastgesteld');
    expect(card(html, '12 november 2026')).toContain('Nee. Dit mocht toen alleen met uw toestemming. Die was er niet.');
    expect(card(html, '18 november 2026')).toContain('Een medewerker kijkt of dit mag.');
  });

  test.each([
    ['answered', 'aangeboden', 'De gegevens zijn aangeboden. Zij zijn nog niet aangenomen.'],
    ['declined', 'aangeboden', 'De organisatie wilde dit niet hebben. Er is niets gedeeld.'],
    ['withdrawn', 'aangeboden', 'Er is niets gedeeld.'],
    ['delivered', 'Wat', 'De gegevens zijn gedeeld.'],
  ] as const)('tells what was offered as offered by its source, and never as asked: %s', async (state, what, text) => {
    const { requests } = pages.world;
    const request = [...requests.values()].find(({ receivedAt }) => receivedAt.startsWith('2026-10-20'));
    if (request === undefined) throw new Error('no request');
    requests.set(request.id, { ...request, direction: 'push', state });
    const told = card((await me.get('/me')).html, 'dinsdag 20 oktober 2026 om 14:05');
    expect(told).toContain('Wie bood het aan PI Zwolle');
    expect(told).toContain(what);
    expect(told).toContain(text);
    expect(told).not.toMatch(/gevraagd|Een medewerker (heeft|vond)/);
  });

  test('never shows a value, a partner’s user, or a justification', async () => {
    const { html } = await me.get('/me');
    for (const hidden of ['Ebbink', '900000041', 'A. de Vries', 'Plan maken', 'ZW-2026-001', 'S. Bakker']) {
      expect(html).not.toContain(hidden);
    }
  });

  test('does not show an attempt of a kind whose attempts are withheld', async () => {
    const attempts = [...pages.world.requests.values()].filter(({ recipient }) => recipient === 'politie-oost');
    expect(attempts.map((request) => request.state)).toEqual(['refused']);
    expect((await me.get('/me')).html).not.toContain('Politie');
  });

  test('shows attempts of no unit whose kind the catalogue does not know', async () => {
    const { deps } = pages;
    const units = new Map(
      [...deps.registry.current().units].map(([id, unit]) => [id, { ...unit, kind: 'unheard-of' }] as const),
    );
    const blind = { ...deps, registry: { ...deps.registry, current: () => ({ version: 1, units }) } };
    const { pagesApp } = await import('../../src/pages/pages-app.ts');
    const visitor = Visitor.as({ ...pages, app: pagesApp(blind) }, { kind: 'subject', id: pages.subject });
    const { html } = await visitor.get('/me');
    expect(html).not.toContain('Niet gedeeld</span>');
    expect(html).toContain('Gedeeld</span>');
  });

  test('shows nothing of somebody else', async () => {
    const other = Visitor.as(pages, { kind: 'subject', id: pages.world.know('bsn', '900000053') });
    const { html } = await other.get('/me');
    expect(html).not.toContain('<article');
    expect((await other.get(`/me/consents/${story.open}`)).status).toBe(404);
    const token = formToken(await other.get('/me'));
    expect((await other.post(`/me/consents/${story.given}/withdrawal`, { formToken: token })).status).toBe(409);
    expect(state(story.given)).toBe('given');
  });

  test('is there in English, and stays so', async () => {
    expect(textOf((await me.get('/me?taal=en')).html)).toContain('Your consent is not needed for this.');
    const { html } = await me.get('/me');
    expect(html).toContain('<html lang="en">');
    expect(textOf(html)).toContain('What was shared about me?');
  });
});

describe('a request for my consent', () => {
  const decide = async (decision: string, changes: Record<string, string> = {}) => {
    const page = await me.get('/me/consents');
    const form = { formToken: formToken(page), noticeVersion: '1', decision, ...changes };
    return me.post(`/me/consents/${story.open}/decision`, form);
  };

  test('says in plain words what is allowed by it', async () => {
    expect(textOf((await me.get('/me/consents')).html)).toContain('Deze gegevens mogen worden gedeeld.');
    const consent = pages.world.consents.get(story.open);
    if (consent === undefined) throw new Error('no consent');
    pages.world.consents.set(story.open, { ...consent, kind: 'waiver' });
    const text = textOf((await me.get('/me/consents')).html);
    expect(text).toContain('Wie over u moet zwijgen, mag dit toch vertellen.');
    // No rule of this purpose rests on a waiver, so there is no text under which it could be given.
    expect((await decide('given')).status).toBe(409);
  });

  test('is decided by a representative as such, who reads for whom that is', async () => {
    expect(textOf((await me.get('/me/consents')).html)).not.toContain('namens');
    me = Visitor.as(pages, { kind: 'subject', id: pages.subject, representative: 'J. de Boer' });
    const { html } = await me.get('/me/consents');
    expect(textOf(html)).toContain('U bent J. de Boer. U beslist namens degene van wie deze gegevens zijn.');
    expect((await decide('given')).status).toBe(303);
    expect(pages.world.consents.get(story.open)).toMatchObject({ state: 'given', decidedBy: 'representative' });
  });

  test('shows the notice of the policy, and yes and no side by side', async () => {
    const { html } = await me.get('/me/consents');
    const text = textOf(html);
    expect(text).toContain('hieruit kan de woningcorporatie opmaken dat u in de gevangenis zit of hebt gezeten');
    expect(text).toContain('Vanaf welke dag u een woning nodig hebt');
    const buttons = [...html.matchAll(/<button type="submit" name="decision"[^>]*>/g)].map(([button]) => button);
    expect(buttons).toHaveLength(2);
    expect(new Set(buttons.map((button) => button.replace(/value="[a-z]+"/, ''))).size).toBe(1);
  });

  test.each([
    ['given', 'U heeft ja gezegd'],
    ['refused', 'U heeft nee gezegd'],
  ])('%s in one step is on record, and a page confirms it', async (decision, heading) => {
    const answer = await decide(decision);
    expect(answer.status).toBe(303);
    expect(state(story.open)).toBe(decision);
    expect(pages.world.entries.at(-1)?.kind).toBe(`consent-${decision}`);
    const confirmation = await me.get(answer.headers.get('Location') ?? '');
    expect(textOf(confirmation.html)).toContain(heading);
  });

  test('cannot be given for another text than the one in force', async () => {
    expect((await decide('given', { noticeVersion: '2' })).status).toBe(409);
    const consent = pages.world.consents.get(story.open);
    if (consent === undefined) throw new Error('no consent');
    pages.world.consents.set(story.open, { ...consent, noticeVersion: 7 });
    expect(textOf((await me.get('/me/consents')).html)).toContain('U kunt nu geen ja zeggen.');
    expect((await decide('given', { noticeVersion: '7' })).status).toBe(409);
    expect(state(story.open)).toBe('requested');
    expect((await decide('refused', { noticeVersion: '7' })).status).toBe(303);
  });

  test('cannot be given twice, nor after its time, nor in another word', async () => {
    expect((await decide('yes')).status).toBe(403);
    const consent = pages.world.consents.get(story.open);
    if (consent === undefined) throw new Error('no consent');
    pages.world.nowMs = Date.parse('2027-06-02T00:00:00.000Z');
    expect((await decide('given')).status).toBe(409);
    expect(state(story.open)).toBe('requested');
    pages.world.nowMs = Date.parse('2026-11-21T11:00:00.000Z');
    expect((await decide('given')).status).toBe(303);
    expect((await decide('refused')).status).toBe(409);
    expect(state(story.open)).toBe('given');
  });

  test('cannot be given by another site, or without the token of the session', async () => {
    const page = await me.get('/me/consents');
    const form = { formToken: formToken(page), noticeVersion: '1', decision: 'given' };
    const path = `/me/consents/${story.open}/decision`;
    expect((await me.post(path, form, 'https://elsewhere.test')).status).toBe(403);
    expect((await me.post(path, { ...form, formToken: '' })).status).toBe(403);
    const other = Visitor.as(pages, { kind: 'subject', id: pages.subject });
    const otherToken = formToken(await other.get('/me/consents'));
    expect((await me.post(path, { ...form, formToken: otherToken })).status).toBe(403);
    expect(state(story.open)).toBe('requested');
  });

  test('is not decided by an officer', async () => {
    const fg = Visitor.as(pages, officer(null));
    const token = formToken(await fg.get('/officer/disclosures'));
    const form = { formToken: token, noticeVersion: '1', decision: 'given' };
    expect((await fg.post(`/me/consents/${story.open}/decision`, form)).status).toBe(403);
    expect(state(story.open)).toBe('requested');
  });
});

describe('stopping my consent', () => {
  test('takes one button, says what it does and does not do, and is on record', async () => {
    const page = await me.get('/me/consents');
    expect(textOf(page.html)).toContain(
      'Wat al gedeeld is, blijft gedeeld. En wat volgens de wet zonder uw toestemming mag, gaat gewoon door.',
    );
    const answer = await me.post(`/me/consents/${story.given}/withdrawal`, { formToken: formToken(page) });
    expect(answer.status).toBe(303);
    expect(state(story.given)).toBe('withdrawn');
    expect(pages.world.entries.at(-1)?.kind).toBe('consent-withdrawn');
    const confirmation = await me.get(answer.headers.get('Location') ?? '');
    expect(textOf(confirmation.html)).toContain('Uw toestemming is gestopt');
    await wakeRequests(pages.world.ports);
    const shared = (await me.get('/me')).html;
    expect(card(shared, '16 november 2026')).toContain('U heeft die gestopt op 21 november 2026.');
    expect(card(shared, '18 november 2026')).toContain('U heeft uw toestemming gestopt. Er is niets gedeeld.');
  });

  test('while the ledger cannot be written changes nothing and says so', async () => {
    const page = await me.get('/me/consents');
    pages.world.breakNextCommit = 'before';
    const answer = await me.post(`/me/consents/${story.given}/withdrawal`, { formToken: formToken(page) });
    expect(answer.status).toBe(503);
    expect(textOf(answer.html)).toContain('Sluis werkt nu even niet');
    expect(state(story.given)).toBe('given');
    expect(pages.faults).toHaveLength(1);
  });
});
