import { beforeEach, describe, expect, test } from 'vitest';
import type { Instant, RequestId } from '../../src/core/brand.ts';
import { delayInforming } from '../../src/core/informing/delay-informing.ts';
import { someUser } from '../world/some-user.ts';
import { officer, type PagesWorld, pagesWorld, playStory } from './pages-world.ts';
import { textOf, Visitor } from './visitor.ts';

const path = '/officer/informing';
const day = 86_400_000;
let pages: PagesWorld;
let given: RequestId;
let others: number;
beforeEach(async () => {
  pages = pagesWorld();
  await playStory(pages);
  const { requests } = pages.world;
  const request = [...requests.values()].find(
    ({ held, recipient }) => held !== null && recipient === 'gemeente-zwolle',
  );
  if (request === undefined) throw new Error('nothing was given');
  given = request.id;
  const disclosedAt = new Date(pages.world.nowMs).toISOString() as Instant;
  requests.set(given, {
    ...request,
    movedAt: disclosedAt,
    held: request.held && { ...request.held, disclosedAt },
    decision: { ...request.decision, informAfter: 'P30D' },
  });
  others = (await me()).split('Bewijs downloaden').length;
});

const put = (days: number, tellWhy = true) =>
  delayInforming(pages.world.ports, pages.world.call('pi-zwolle'), given, {
    ...{ ground: 'rights-of-others', tellWhy, by: someUser('u5', 'director', 'S. de Boer') },
    reviewAt: new Date(pages.world.nowMs + days * day).toISOString() as Instant,
  });
const textAt = async (unit: string | null, query = '') =>
  textOf((await Visitor.as(pages, officer(unit)).get(`${path}${query}`)).html);
const me = async () => textOf((await Visitor.as(pages, { kind: 'subject', id: pages.subject }).get('/me')).html);

describe('what is told later', () => {
  test('is listed for its source and the gateway with ground, who decided in which role, and until when', async () => {
    expect(await textAt('pi-zwolle')).toContain('Grond Zo staat het in de regel');
    await put(20);
    for (const unit of ['pi-zwolle', null]) {
      const text = await textAt(unit);
      expect(text).toContain('Grond bescherming van de betrokkene of van de rechten van anderen');
      expect(text).toMatch(/Besloten door vestigingsdirecteur/);
      expect(text).toContain('Aantal besluiten 1');
      expect(text).not.toContain('de Boer');
    }
    expect(await textAt('gemeente-zwolle')).toContain('Er zijn geen regels die passen.');
    pages.world.nowMs += 21 * day;
    expect(await textAt(null)).toContain('Er zijn geen regels die passen.');
    expect(await textAt(null, '?state=over')).toContain('Uitstel voorbij');
    expect(await textAt(null, '?taal=en&state=over')).toContain('Decided by');
  });

  test('is shown to nobody else, and a filter that is not well formed lists nothing', async () => {
    expect((await Visitor.as(pages, { kind: 'subject', id: pages.subject }).get(path)).status).toBe(403);
    const wrong = await Visitor.as(pages, officer(null)).get(`${path}?state=all`);
    expect(wrong.status).toBe(400);
    expect(textOf(wrong.html)).toContain('Dit filter klopt niet.');
  });

  test('is on the page of the person once its moment has passed, with why it is later', async () => {
    await put(20);
    expect((await me()).split('Bewijs downloaden')).toHaveLength(others);
    pages.world.nowMs += 21 * day;
    const text = await me();
    expect(text.split('Bewijs downloaden')).toHaveLength(others + 1);
    expect(text).toContain(
      'Waarom later U ziet dit later dan anders: het was nodig om u of iemand anders te beschermen.',
    );
  });

  test('is there from its date on, whatever its recipient says afterwards that it collected', async () => {
    pages.world.nowMs += 31 * day;
    expect((await me()).split('Bewijs downloaden')).toHaveLength(others + 1);
    const { requests } = pages.world;
    const request = requests.get(given);
    if (request === undefined) throw new Error('nothing was given');
    requests.set(given, { ...request, movedAt: new Date(pages.world.nowMs).toISOString() as Instant });
    expect((await me()).split('Bewijs downloaden')).toHaveLength(others + 1);
  });

  test('does not say that it is later where that would undo what it was for', async () => {
    await put(20, false);
    pages.world.nowMs += 21 * day;
    const text = await me();
    expect(text.split('Bewijs downloaden')).toHaveLength(others + 1);
    expect(text).not.toMatch(/Waarom later|U ziet dit later/);
  });
});
