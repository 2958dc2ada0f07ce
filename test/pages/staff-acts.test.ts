import { beforeEach, describe, expect, test } from 'vitest';
import type { RequestId } from '../../src/core/brand.ts';
import { answerer, askDesk, openDesk, replyTo } from './answer-desk.ts';
import { formOf } from './form-of.ts';
import { type PagesWorld, pagesWorld, playStory } from './pages-world.ts';
import { type Answer, textOf, Visitor } from './visitor.ts';

let pages: PagesWorld;
let id: RequestId;
let staff: Visitor;
beforeEach(async () => {
  pages = pagesWorld();
  await playStory(pages);
  openDesk(pages);
  id = await askDesk(pages);
  staff = Visitor.as(pages, answerer);
});

const path = () => `/staff/requests/${id}`;
const stateOf = () => pages.world.requests.get(id)?.state;

async function send(action: string, typed: Record<string, string>, by = staff): Promise<Answer> {
  const page = await by.get(path());
  return by.post(`${path()}/${action}`, { ...formOf(page, action), ...typed });
}

describe('what else people of a source do', () => {
  test('refuse, with a reason that stays with them', async () => {
    const none = await send('refusal', { ground: ' x' });
    expect(none.status).toBe(400);
    expect(none.html).toMatch(
      /<textarea id="ground"[^>]*aria-describedby="ground-error ground-hint"[^>]*> x<\/textarea>/,
    );
    expect(none.html).toContain('<a href="#ground">');
    const said = await send('refusal', { ground: 'niet te vinden' });
    expect([said.headers.get('Location'), stateOf()]).toEqual(['/staff/inbox?done=refused', 'declined']);
    const entry = pages.world.entries.find(({ kind }) => kind === 'source-declined');
    expect(entry?.personal.ground).toBe('niet te vinden');
  });

  test('read the request again where they load the page anew that a mistake was shown on', async () => {
    for (const sent of ['refusal', 'answer', 'decision']) {
      const again = await staff.get(`${path()}/${sent}`);
      expect([again.status, again.headers.get('Location')]).toEqual([303, path()]);
    }
  });

  test('ask something, and read what came back', async () => {
    const asked = await send('question', { text: 'Welke <naam> bedoelt u?' });
    expect(asked.headers.get('Location')).toBe(`${path()}?done=asked`);
    await replyTo(pages, id, 'De geboortenaam.');
    const page = await staff.get(`${path()}?done=asked`);
    expect(textOf(page.html)).toMatch(
      /Uw organisatie vroeg .*Welke <naam> bedoelt u\? .*Team Nazorg schreef .*De geboortenaam\./,
    );
    expect(page.html).not.toContain('<naam>');
    const short = await send('question', { text: 'x' });
    expect([short.status, short.html.includes('id="text-error"')]).toEqual([400, true]);
  });

  test('say which role or colleague is to answer; the last one counts, also one that was named before', async () => {
    const roles = [...((await staff.get(path())).html.matchAll(/<option value="([a-z-]+)">/g) ?? [])].map(
      ([, role]) => role,
    );
    expect(roles).toContain('director');
    for (const [typed, who] of [
      [{ role: 'director' }, 'iedereen in de rol'],
      [{ colleague: 'p-9', note: 'graag vandaag' }, 'de collega met nummer p-9'],
      [{ role: 'director' }, 'iedereen in de rol'],
    ] as const) {
      expect((await send('delegation', { ...typed })).headers.get('Location')).toBe(`${path()}?done=delegated`);
      expect(textOf((await staff.get(path())).html)).toContain(`Dit is gevraagd aan ${who}`);
    }
    expect(textOf((await staff.get(path())).html)).toContain('graag vandaag');
    for (const wrong of [{}, { role: 'director', colleague: 'p-9' }, { role: 'burgemeester' }]) {
      const { status, html } = await send('delegation', wrong);
      expect([status, html.includes('id="role-error"')]).toEqual([400, true]);
    }
    const note = await send('delegation', { colleague: 'p-9', note: 'x' });
    expect([note.status, note.html.includes('id="note-error"'), note.html.includes('value="p-9"')]).toEqual([
      400,
      true,
      true,
    ]);
  });

  test('in English as well', async () => {
    const page = await staff.get(`${path()}?taal=en`);
    expect(textOf(page.html)).toContain('Answer a request');
    const wrong = await send('answer', { 'field.identity.birthDate': 'x' });
    expect(textOf(wrong.html)).toContain('Give a date that exists');
  });
});
