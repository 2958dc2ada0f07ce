import { expect, test } from 'vitest';
import { preferred } from '../../src/pages/language.ts';
import { pagesWorld } from './pages-world.ts';
import { Visitor } from './visitor.ts';

test.each([
  [undefined, 'nl'],
  ['', 'nl'],
  ['en', 'en'],
  ['en-GB,en;q=0.9,nl;q=0.8', 'en'],
  ['en;q=0.3, nl-BE;q=0.9', 'nl'],
  ['de, fr;q=0.5', 'nl'],
  ['en;q=0', 'nl'],
  ['en;q=high', 'nl'],
  ['*', 'nl'],
])('Accept-Language %s is answered in %s', (header, language) => {
  expect(preferred(header)).toBe(language);
});

test('a language chosen by link is remembered, an unknown one is not', async () => {
  const visitor = new Visitor(pagesWorld());
  expect((await visitor.get('/?taal=xx')).html).toContain('<html lang="nl">');
  expect(visitor.cookies.size).toBe(0);
  expect((await visitor.get('/?taal=en')).headers.get('Content-Language')).toBe('en');
  expect((await visitor.get('/login')).html).toContain('<html lang="en">');
});

test('a language link keeps the page and its filter', async () => {
  const { html } = await new Visitor(pagesWorld()).get('/login?notice=ended');
  expect(html).toContain('href="/login?notice=ended&amp;taal=en"');
});
