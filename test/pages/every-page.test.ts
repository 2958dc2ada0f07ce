import { beforeAll, describe, expect, test } from 'vitest';
import { styleSheet } from '../../src/pages/assets.ts';
import { correctionStates } from '../../src/pages/officer/corrections.ts';
import { pagesApp } from '../../src/pages/pages-app.ts';
import { dutyStates } from '../../src/pages/ports.ts';
import { answerer, askDesk, openDesk } from './answer-desk.ts';
import { askPrison, correctAtPrison, whatWasGiven } from './duty-desk.ts';
import { someCorrections } from './memory-corrections.ts';
import { askInEmergency } from './memory-emergencies.ts';
import { officer, type PagesWorld, pagesWorld, playStory } from './pages-world.ts';
import { someDuties } from './some-duties.ts';
import { staffMember } from './staff-member.ts';
import { type Answer, textOf, Visitor } from './visitor.ts';

const pages = pagesWorld();
const answers = new Map<string, Answer>();

async function collect(name: string, world: PagesWorld, visitor: Visitor, paths: readonly string[]): Promise<void> {
  expect(world.app).toBeDefined();
  for (const path of paths) answers.set(`${name} ${path}`, await visitor.get(path));
}

beforeAll(async () => {
  const story = await playStory(pages);
  const consents = [story.open, story.given].map((id) => `/me/consents/${id}`);
  await askInEmergency(pages);
  const emergencies = [...pages.world.emergencies.keys()].map((id) => `/officer/break-glass/${id}`);
  const entries = pages.world.entries.map(({ id }) => `/officer/entries/${id}`);
  const me = Visitor.as(pages, { kind: 'subject', id: pages.subject });
  await collect('anybody', pages, new Visitor(pages), ['/', '/login', '/login?notice=loggedOut', '/me', '/logout']);
  await collect('subject', pages, me, [
    '/',
    '/me',
    '/me?taal=en',
    '/me/rights',
    '/me/consents',
    ...consents,
    '/me/x',
    '/officer',
  ]);
  pages.duties.lines.push(...someDuties());
  pages.corrections.lines.push(...someCorrections());
  const fg = Visitor.as(pages, officer(null));
  await collect('officer', pages, fg, [
    '/',
    '/officer/disclosures?kind=any',
    '/officer/certificates',
    '/officer/sources',
    '/officer/break-glass',
    ...emergencies,
    '/officer/destruction',
    ...dutyStates.map((state) => `/officer/destruction?state=${state}&taal=en`),
    '/officer/destruction?state=never',
    '/officer/corrections',
    ...correctionStates.map((state) => `/officer/corrections?state=${state}&taal=en`),
    '/officer/corrections?state=never',
    '/officer/rights',
    '/officer/rights?state=open&taal=en',
    '/officer/rights?state=never',
    '/officer/informing',
    '/officer/informing?state=over&taal=en',
    '/officer/informing?state=never',
    '/officer/x',
    '/me',
    ...entries,
  ]);
  openDesk(pages);
  const waits = await askDesk(pages);
  const [rights, correction] = [await askPrison(pages), await correctAtPrison(pages)];
  await collect('staff', pages, Visitor.as(pages, answerer), [
    '/staff/inbox',
    `/staff/requests/${waits}`,
    `/staff/requests/${waits}?taal=en&done=asked`,
    '/staff/x',
    '/staff/duties',
    '/staff/duties?taal=en',
    `/staff/duties/rights/${rights}`,
    '/staff/duties/rights/x',
  ]);
  await collect('recipient', pages, Visitor.as(pages, staffMember), [
    '/staff/duties',
    `/staff/duties/corrections/${correction}`,
    `/staff/duties/corrections/${correction}?taal=en`,
    `/staff/duties/disclosures/${whatWasGiven(pages).id}?taal=en`,
  ]);
  const broken = new Error('password=hunter2 in /home/somebody');
  const sharings = { page: () => Promise.reject(broken), entry: () => Promise.reject(broken) };
  const faulty = { ...pages, app: pagesApp({ ...pages.deps, sharings }) };
  await collect('fault', faulty, Visitor.as(faulty, { kind: 'subject', id: pages.subject }), ['/me']);
});

function each(check: (answer: Answer, name: string) => void): void {
  expect(answers.size).toBeGreaterThan(30);
  for (const [name, answer] of answers) check(answer, name);
}

const contentPolicy =
  "default-src 'none'; style-src 'self'; img-src 'self'; form-action 'self'; base-uri 'none'; frame-ancestors 'none'";

describe('every answer', () => {
  test('carries the security headers and is never kept', () => {
    each(({ headers }, name) => {
      expect(headers.get('Content-Security-Policy'), name).toBe(contentPolicy);
      expect(headers.get('Cache-Control'), name).toBe('no-store');
      expect(headers.get('Strict-Transport-Security'), name).toMatch(/^max-age=\d{8}/);
      expect(headers.get('X-Content-Type-Options'), name).toBe('nosniff');
      expect(headers.get('X-Frame-Options'), name).toBe('DENY');
    });
  });

  test('has no script, no inline style, no handler and nothing from elsewhere', () => {
    each(({ html }, name) => {
      expect(html, name).not.toMatch(/<script|<style|\sstyle=|\son[a-z]+=|javascript:|<iframe|<object/i);
      expect(html, name).not.toMatch(/(src|href|action)="(https?:)?\/\//);
    });
  });

  test('has one heading, one main landmark, a language and a title', () => {
    each(({ html, status }, name) => {
      if (status === 303) return;
      expect(html.match(/<h1/g), name).toHaveLength(1);
      expect(html.match(/<main/g), name).toHaveLength(1);
      expect(html, name).toMatch(/<html lang="(nl|en)">/);
      expect(html, name).toMatch(/<title>[^<]+ – Sluis<\/title>/);
    });
  });

  test('gives no id to two things, so that every label is of its own input', () => {
    each(({ html }, name) => {
      const ids = [...html.matchAll(/\sid="([^"]+)"/g)].map(([, id]) => id);
      expect(ids, name).toEqual([...new Set(ids)]);
      for (const [, input] of html.matchAll(/<label for="([^"]+)"/g)) expect(ids, name).toContain(input);
    });
  });

  test('posts only forms that carry a token', () => {
    each(({ html }, name) => {
      for (const [form] of html.matchAll(/<form[^>]*method="post".*?<\/form>/gs)) {
        expect(form, name).toMatch(/name="formToken" value="[A-Za-z0-9_-]{22}"/);
      }
    });
  });

  test('is not left with a word that is missing', () => {
    each(({ html }, name) => {
      expect(textOf(html), name).not.toMatch(/undefined|\[object|null|NaN/);
    });
  });
});

test('a fault is told in words and a number, without a stack or what broke', () => {
  const answer = answers.get('fault /me');
  expect(answer?.status).toBe(500);
  expect(answer?.html).toContain('Er ging iets mis');
  expect(answer?.html).not.toMatch(/hunter2|somebody|Error|at .*\.ts/);
});

test('the style sheet is served from a path with its hash, for ever', async () => {
  const answer = await new Visitor(pages).get(styleSheet.path);
  expect(styleSheet.path).toMatch(/^\/assets\/sluis-[0-9a-f]{16}\.css$/);
  expect(answer.headers.get('Content-Type')).toBe('text/css; charset=utf-8');
  expect(answer.headers.get('Cache-Control')).toContain('immutable');
  expect((await new Visitor(pages).get('/assets/sluis-0000000000000000.css')).status).toBe(404);
});

test('pages take nothing from other apps beside them', async () => {
  const response = await pages.app.request('https://sluis.test/v1/openapi.json');
  expect(response.status).toBe(404);
  expect(response.headers.get('Content-Security-Policy')).toBeNull();
});
