import { beforeEach, describe, expect, test } from 'vitest';
import { at } from '../world/memory-world.ts';
import { officer, type PagesWorld, pagesWorld } from './pages-world.ts';
import { formToken, textOf, Visitor } from './visitor.ts';

const later = at('2026-12-01T00:00:00.000Z');
let pages: PagesWorld;

beforeEach(() => {
  pages = pagesWorld();
  pages.logins.codes.set('SUBJECT', { person: { kind: 'subject', id: pages.subject }, expiresAt: later });
  pages.logins.codes.set('OFFICER', { person: officer(null), expiresAt: later });
  pages.logins.codes.set('OLD', { person: officer(null), expiresAt: at('2026-01-01T00:00:00.000Z') });
});

describe('a code', () => {
  test.each([
    ['SUBJECT', '/me'],
    ['OFFICER', '/officer/disclosures'],
  ])('%s leads to %s with a session cookie that no script and no other site can use', async (code, path) => {
    const answer = await new Visitor(pages).login(code);
    expect(answer.status).toBe(303);
    expect(answer.headers.get('Location')).toBe(path);
    const cookie = answer.headers.getSetCookie().find((set) => set.startsWith('__Host-sluis-sessie='));
    for (const attribute of ['Secure', 'HttpOnly', 'SameSite=Strict', 'Path=/', 'Max-Age=1800']) {
      expect(cookie).toContain(attribute);
    }
    expect(cookie).not.toContain('Domain');
  });

  test.each(['NONSENSE', 'OLD'])('%s is refused in the same words and without a session', async (code) => {
    const answer = await new Visitor(pages).login(code);
    expect(answer.status).toBe(403);
    expect(textOf(answer.html)).toContain('Deze code klopt niet, of is te oud.');
    expect(answer.headers.getSetCookie().join()).not.toContain('sluis-sessie');
    expect(answer.html).not.toContain(code);
  });

  test('that is empty is told so and not counted', async () => {
    const answer = await new Visitor(pages).login('  ');
    expect(answer.status).toBe(400);
    expect(pages.logins.tried).toBe(0);
  });

  test('gives an officer nothing under /me and a detainee nothing under /officer', async () => {
    const detainee = new Visitor(pages);
    await detainee.login('SUBJECT');
    expect((await detainee.get('/officer/disclosures')).status).toBe(403);
    const fg = new Visitor(pages);
    await fg.login('OFFICER');
    expect((await fg.get('/me')).status).toBe(403);
  });
});

describe('without a session', () => {
  test.each(['/me', '/me/consents', '/me/anything', '/officer/disclosures', '/officer/entries/x'])(
    '%s leads to the login page',
    async (path) => {
      const answer = await new Visitor(pages).get(path);
      expect(answer.status).toBe(303);
      expect(answer.headers.get('Location')).toBe('/login?notice=ended');
    },
  );

  test('an invented cookie is no session', async () => {
    const visitor = new Visitor(pages);
    visitor.cookies.set('__Host-sluis-sessie', 'invented');
    expect((await visitor.get('/me')).status).toBe(303);
  });
});

describe('a session', () => {
  test('ends after half an hour', async () => {
    const visitor = new Visitor(pages);
    await visitor.login('SUBJECT');
    pages.world.nowMs += 29 * 60_000;
    expect((await visitor.get('/me')).status).toBe(200);
    pages.world.nowMs += 60_000;
    expect((await visitor.get('/me')).status).toBe(303);
  });

  test('ends at logout, on the server too', async () => {
    const visitor = new Visitor(pages);
    await visitor.login('SUBJECT');
    const secret = visitor.cookies.get('__Host-sluis-sessie') ?? '';
    const page = await visitor.get('/me');
    expect((await visitor.post('/logout', { formToken: formToken(page) })).status).toBe(303);
    visitor.cookies.set('__Host-sluis-sessie', secret);
    expect((await visitor.get('/me')).status).toBe(303);
  });

  test('does not end by a form of another site', async () => {
    const visitor = new Visitor(pages);
    await visitor.login('SUBJECT');
    const token = formToken(await visitor.get('/me'));
    expect((await visitor.post('/logout', { formToken: token }, 'https://elsewhere.test')).status).toBe(403);
    expect((await visitor.post('/logout', { formToken: 'guess' })).status).toBe(403);
    expect((await visitor.get('/me')).status).toBe(200);
  });
});

describe('the login form', () => {
  test.each([
    ['another origin', 'https://elsewhere.test'],
    ['plain HTTP', 'http://sluis.test'],
    ['the null origin', 'null'],
    ['no origin at all', null],
  ])('from %s is not looked at', async (_, origin) => {
    const visitor = new Visitor(pages);
    const token = formToken(await visitor.get('/login'));
    expect((await visitor.post('/login', { formToken: token, code: 'SUBJECT' }, origin)).status).toBe(403);
    expect(pages.logins.tried).toBe(0);
  });

  test.each([
    ['no token', { code: 'SUBJECT' }],
    ['an empty token', { code: 'SUBJECT', formToken: '' }],
    ['another token', { code: 'SUBJECT', formToken: 'AAAAAAAAAAAAAAAAAAAAAA' }],
  ])('with %s is not looked at', async (_, fields: Record<string, string>) => {
    const visitor = new Visitor(pages);
    await visitor.get('/login');
    expect((await visitor.post('/login', fields)).status).toBe(403);
    expect(pages.logins.tried).toBe(0);
  });

  test('with a member too many is not looked at', async () => {
    const visitor = new Visitor(pages);
    const token = formToken(await visitor.get('/login'));
    expect((await visitor.post('/login', { formToken: token, code: 'SUBJECT', admin: '1' })).status).toBe(403);
  });

  test('that is larger than a form can be is refused', async () => {
    const visitor = new Visitor(pages);
    const token = formToken(await visitor.get('/login'));
    expect((await visitor.post('/login', { formToken: token, code: 'x'.repeat(5000) })).status).toBe(403);
    expect(pages.logins.tried).toBe(0);
  });

  test('after 20 wrong codes from one address takes no code from there, not even a right one', async () => {
    const guesser = new Visitor(pages, '192.0.2.66');
    for (let guess = 0; guess < 20; guess++) expect((await guesser.login(`GUESS${guess}`)).status).toBe(403);
    const refused = await guesser.login('SUBJECT');
    expect(refused.status).toBe(429);
    expect(Number(refused.headers.get('Retry-After'))).toBeGreaterThan(0);
    expect((await new Visitor(pages, '192.0.2.7').login('SUBJECT')).status).toBe(303);
    pages.world.nowMs += 10 * 60_000;
    expect((await guesser.login('SUBJECT')).status).toBe(303);
  });
});
