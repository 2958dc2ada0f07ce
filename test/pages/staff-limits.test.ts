import { beforeEach, describe, expect, test } from 'vitest';
import type { RequestId } from '../../src/core/brand.ts';
import type { LimitsFile } from '../../src/core/limit/limits.ts';
import { answerer, askDesk, openDesk } from './answer-desk.ts';
import { formOf } from './form-of.ts';
import { memoryStaff } from './memory-staff.ts';
import { type PagesWorld, pagesWorld, playStory } from './pages-world.ts';
import { staffMember, whatWaits } from './staff-member.ts';
import { type Answer, textOf, Visitor } from './visitor.ts';

let pages: PagesWorld;
let toDecide: RequestId;
let toAnswer: RequestId;
beforeEach(async () => {
  pages = pagesWorld();
  await playStory(pages);
  toDecide = await whatWaits(pages);
  openDesk(pages);
  toAnswer = await askDesk(pages);
});

function limit(limits: LimitsFile): void {
  Object.assign(pages.deps, { staff: memoryStaff(pages.world, limits) });
}

function expectWait({ status, headers, html }: Answer): void {
  expect([status, headers.get('Retry-After')]).toEqual([429, '90']);
  expect(textOf(html)).toContain('Probeer het over 2 minuten opnieuw.');
}

describe('people of a unit that does too much', () => {
  test('read when to go on, in their language, and nothing of what waits', async () => {
    limit({ unit: { requestsPerMinute: 2 } });
    const staff = Visitor.as(pages, staffMember);
    expect((await staff.get('/staff/inbox')).status).toBe(200);
    expect((await staff.get(`/staff/requests/${toDecide}`)).status).toBe(200);
    for (const path of ['/staff/inbox', `/staff/requests/${toDecide}`]) {
      const answer = await staff.get(path);
      expectWait(answer);
      expect(answer.html).not.toMatch(/WH-2026|900000041|Wonen aan de IJssel/);
    }
    expect(textOf((await staff.get('/staff/inbox?taal=en')).html)).toContain('Try again in 2 minutes.');
    expect((await Visitor.as(pages, answerer).get('/staff/inbox')).status).toBe(200);
  });

  test('find what they typed where they decided, and nothing is decided', async () => {
    limit({ user: { requestsPerMinute: 1 } });
    const staff = Visitor.as(pages, staffMember);
    const path = `/staff/requests/${toDecide}`;
    const form = { ...formOf(await staff.get(path), 'decision'), ground: 'hoort niet bij ons' };
    const stale = { ...form, seen: `sha256:${'0'.repeat(64)}`, decision: 'declined' };
    expect((await staff.post(`${path}/decision`, stale)).status).toBe(409);
    const again = await staff.post(`${path}/decision`, { ...form, decision: 'declined' });
    expectWait(again);
    expect(again.html).toContain('hoort niet bij ons</textarea>');
    expect(pages.world.requests.get(toDecide)?.state).toBe('awaiting-approval');
  });

  test('find what they typed where they answered, and nothing is said', async () => {
    limit({ user: { requestsPerMinute: 1 } });
    const staff = Visitor.as(pages, answerer);
    const path = `/staff/requests/${toAnswer}`;
    const send = async (text: string) =>
      staff.post(`${path}/question`, { ...formOf(await staff.get(path), 'question'), text });
    expect((await send('Welke naam bedoelt u?')).status).toBe(303);
    const again = await send('En welke geboortedatum?');
    expectWait(again);
    expect(again.html).toContain('En welke geboortedatum?</textarea>');
    expect(await pages.deps.staff.messages(answerer, toAnswer)).toHaveLength(1);
  });
});
