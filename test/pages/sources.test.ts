import { beforeEach, expect, test } from 'vitest';
import { officer, type PagesWorld, pagesWorld } from './pages-world.ts';
import { textOf, Visitor } from './visitor.ts';

let pages: PagesWorld;
beforeEach(() => {
  pages = pagesWorld();
});

const shown = async (unit: string | null, query = '') =>
  textOf((await Visitor.as(pages, officer(unit)).get(`/officer/sources${query}`)).html);

test('every source stands there with how it answers, and when it last did not', async () => {
  const text = await shown(null);
  expect(text).toMatch(/antwoordt\s+.*PI Zwolle/);
  expect(text).toMatch(/antwoordt niet\s+.*Politie Oost-Nederland.*19 november 2026/);
  expect(text).toMatch(/nog niet gevraagd\s+.*Team Nazorg/);
});

test('an officer of a unit sees the system of that unit alone', async () => {
  const text = await shown('politie-oost', '?taal=en');
  expect(text).toContain('does not answer');
  expect(text).not.toContain('PI Zwolle');
});

test('nobody else sees any', async () => {
  const me = Visitor.as(pages, { kind: 'subject', id: pages.subject });
  expect((await me.get('/officer/sources')).status).toBe(403);
  expect((await new Visitor(pages).get('/officer/sources')).status).toBe(303);
});
