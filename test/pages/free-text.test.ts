import { beforeEach, describe, expect, test } from 'vitest';
import type { RequestId, UnitId } from '../../src/core/brand.ts';
import { answerer, askDesk, openDesk } from './answer-desk.ts';
import { askInEmergency } from './memory-emergencies.ts';
import { officer, type PagesWorld, pagesWorld, playStory } from './pages-world.ts';
import { staffMember, whatWaits } from './staff-member.ts';
import { type Answer, formToken, textOf, Visitor } from './visitor.ts';

interface Writing {
  readonly least: number;
  readonly most: number;
  /** As a browser sends it. */
  send(text: string): Promise<Answer>;
  /** What is on record of it; null: nothing. */
  said(): string | null;
}

let pages: PagesWorld;
beforeEach(async () => {
  pages = pagesWorld();
  await playStory(pages);
});

const lastSaid = (kind: string, name: string) => () => {
  const entry = pages.world.entries.findLast((each) => each.kind === kind);
  return (entry?.personal[name] as string | undefined) ?? null;
};

async function statement(): Promise<Writing> {
  const me = Visitor.as(pages, { kind: 'subject', id: pages.subject });
  const given = [...pages.world.requests.values()].find(({ held }) => held !== null);
  const path = `/me/sharings/${given?.id}/not-right`;
  const form = { formToken: formToken(await me.get(path)), field: given?.decision.permitted[0] ?? '', wish: 'correct' };
  const send = (text: string) => me.post(path, { ...form, statement: text });
  return { least: 3, most: 1000, send, said: lastSaid('rights-request', 'statement') };
}

async function decline(): Promise<Writing> {
  const id = await whatWaits(pages);
  const staff = Visitor.as(pages, staffMember);
  const path = `/staff/requests/${id}`;
  const page = await staff.get(path);
  const seen = /name="seen" value="([^"]+)"/.exec(page.html)?.[1] ?? '';
  const form = { formToken: formToken(page), seen, decision: 'declined' };
  const send = (text: string) => staff.post(`${path}/decision`, { ...form, ground: text });
  return { least: 3, most: 500, send, said: lastSaid('approval-declined', 'ground') };
}

async function atDesk(action: string, member: string, more: object, said: () => string | null): Promise<Writing> {
  openDesk(pages);
  const id: RequestId = await askDesk(pages);
  const staff = Visitor.as(pages, { ...answerer, unit: 'pi-zwolle' as UnitId });
  const path = `/staff/requests/${id}`;
  const { html } = await staff.get(path);
  const page = /name="page" value="([^"]+)"/.exec(html)?.[1] ?? '';
  const form = { formToken: formToken(await staff.get(path)), page, ...more };
  const send = (text: string) => staff.post(`${path}/${action}`, { ...form, [member]: text });
  return { least: 3, most: 500, send, said };
}

const lastMessage = () => {
  const said = pages.world.messages.at(-1)?.said;
  return said === undefined ? null : said.kind === 'delegation' ? said.note : said.text;
};

async function review(): Promise<Writing> {
  const path = `/officer/break-glass/${await askInEmergency(pages)}`;
  const who = Visitor.as(pages, officer(null));
  const form = { formToken: formToken(await who.get(path)), seen: '', verdict: 'justified' };
  const send = (text: string) => who.post(`${path}/reviews`, { ...form, ground: text });
  return { least: 10, most: 1000, send, said: lastSaid('review', 'ground') };
}

describe.each([
  ['what is not right', statement],
  ['why an approval is declined', decline],
  ['why an answer is refused', () => atDesk('refusal', 'ground', {}, lastSaid('source-declined', 'ground'))],
  ['what is asked back', () => atDesk('question', 'text', {}, lastMessage)],
  ['a note to a colleague', () => atDesk('delegation', 'note', { role: '', colleague: 'p-2' }, lastMessage)],
  ['on what a review rests', review],
])('%s', (_, open) => {
  test('is taken as long as the page lets somebody type, line breaks and any script included', async () => {
    const { most } = await open();
    const lines = `eerst${'\n'.repeat(3)}${'x'.repeat(most - 8)}`;
    // Three bytes a letter, and each of these two letters to a browser.
    for (const text of [lines, 'ব'.repeat(most), '𐐷'.repeat(most / 2)]) {
      pages = pagesWorld();
      await playStory(pages);
      const { send, said } = await open();
      expect((await send(text.replaceAll('\n', '\r\n'))).status).toBe(303);
      expect(said()).toBe(text);
    }
  });

  test('that is too short or too long comes back as it was typed, and says what is wrong', async () => {
    const { send, said, least, most } = await open();
    for (const text of [' '.repeat(least), `${'x'.repeat(most)}y`, `${'x'.repeat(most)}${'y'.repeat(most)}`]) {
      if (text.trim() === '' && said === lastMessage) continue;
      const { status, html } = await send(text);
      expect(status).toBe(400);
      expect(html).toContain(`>${text}</textarea>`);
      expect(textOf(html)).not.toContain('Wij konden niet zien of u dit zelf verstuurde');
      expect(textOf(html)).toContain(`${least} tot ${most} tekens`);
      expect(said()).toBeNull();
    }
  });
});

test('what was sent from elsewhere is not read, whatever its length', async () => {
  const me = Visitor.as(pages, { kind: 'subject', id: pages.subject });
  const given = [...pages.world.requests.values()].find(({ held }) => held !== null);
  const path = `/me/sharings/${given?.id}/not-right`;
  const form = { formToken: 'x'.repeat(22), field: 'identity.surname', wish: 'correct', statement: ' ' };
  const { status, html } = await me.post(path, form);
  expect([status, textOf(html).includes('Wij konden niet zien')]).toEqual([403, true]);
});
