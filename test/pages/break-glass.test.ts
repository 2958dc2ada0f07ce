import { beforeEach, describe, expect, test } from 'vitest';
import { confirmEmergency } from '../../src/core/emergency/confirm-emergency.ts';
import type { Emergency } from '../../src/core/emergency/emergency.ts';
import { revokeEmergencies } from '../../src/core/emergency/revoke-emergencies.ts';
import { emergencyPorts } from '../world/emergency-world.ts';
import { someUser } from '../world/some-user.ts';
import { askInEmergency } from './memory-emergencies.ts';
import { officer, type PagesWorld, pagesWorld } from './pages-world.ts';
import { formToken, textOf, Visitor } from './visitor.ts';

let pages: PagesWorld;
let path: string;
let emergency: () => Emergency;

beforeEach(async () => {
  pages = pagesWorld();
  const { world } = pages;
  const id = await askInEmergency(pages);
  path = `/officer/break-glass/${id}`;
  emergency = () => {
    const found = world.emergencies.get(id);
    if (found === undefined) throw new RangeError('there is no emergency');
    return found;
  };
});

const visitor = (unit: string | null) => Visitor.as(pages, officer(unit));
const review = async (who: Visitor, fields: Record<string, string>) =>
  who.post(`${path}/reviews`, {
    formToken: formToken(await who.get(path)),
    seen: '',
    verdict: 'justified',
    ground: 'De arts van dienst bevestigt het.',
    ...fields,
  });

describe('the list', () => {
  test('shows an officer what is to be reviewed, until when, and how many in the bar', async () => {
    const page = await visitor(null).get('/officer/break-glass');
    const text = textOf(page.html);
    expect(text).toMatch(/Nog te beoordelen Noodtoegang bij levensgevaar Reclassering Noordoost aan PI Zwolle/);
    expect(page.html).toContain('title="1 noodtoegang is niet beoordeeld"');
  });

  test('says what is late', async () => {
    pages.world.nowMs = Date.parse(emergency().reviewBefore);
    expect(textOf((await visitor(null).get('/officer/break-glass?taal=en')).html)).toContain('Review is late');
  });

  test('shows a unit what it is a party of, and nobody else anything', async () => {
    for (const unit of ['pi-zwolle', 'reclassering-noord'])
      expect(textOf((await visitor(unit).get('/officer/break-glass')).html)).toContain('levensgevaar Reclassering');
    const other = await visitor('gemeente-zwolle').get('/officer/break-glass');
    expect(textOf(other.html)).toContain('Er is nog geen noodtoegang geweest.');
    const me = Visitor.as(pages, { kind: 'subject', id: pages.subject });
    expect((await me.get('/officer/break-glass')).status).toBe(403);
  });
});

describe('the story', () => {
  test('tells what was asked, why, in which roles, and who has stood behind it, after the look is on record', async () => {
    const { world } = pages;
    const { ports } = emergencyPorts(world);
    const second = someUser('d2', 'designatedOfficer', 'B. Visser');
    await confirmEmergency(ports, world.call('pi-zwolle'), emergency().request, second);
    const page = await visitor('pi-zwolle').get(path);
    const text = textOf(page.html);
    expect(text).toContain('Bewusteloos gevonden <in de cel>; er moet nu iemand worden gebeld.');
    expect(page.html).not.toContain('<in de cel>');
    expect(text).toContain('lichamelijk niet in staat: Geen reactie op aanspreken');
    expect(text).toContain('vestigingsdirecteur');
    expect(text).toMatch(/Tweede persoon aangewezen medewerker, op/);
    expect(text).not.toContain('B. Visser');
    expect(text).not.toContain('K. Peters');
    expect(world.entries.at(-1)).toMatchObject({ kind: 'officer-looked', body: { looked: 'entry' } });
  });

  test('shows nothing where the look cannot be put on record', async () => {
    const who = visitor(null);
    pages.world.breakNextCommit = 'before';
    const page = await who.get(path);
    expect([page.status, page.html.includes('Bewusteloos')]).toEqual([503, false]);
  });

  test('is not there for an officer of another unit, nor for what is no number', async () => {
    expect((await visitor('gemeente-zwolle').get(path)).status).toBe(404);
    expect((await visitor(null).get('/officer/break-glass/nothing')).status).toBe(404);
  });

  test('says that it was revoked', async () => {
    pages.world.nowMs = Date.parse(emergency().secondBefore) + 5_000;
    await revokeEmergencies(emergencyPorts(pages.world).ports);
    const text = textOf((await visitor(null).get(path)).html);
    expect(text).toMatch(/Ingetrokken Reclassering/);
    expect(text).toMatch(/niemand; het moest voor/);
  });
});

describe('a review', () => {
  test('that is not on record keeps what was typed, also when the page is loaded anew by its address', async () => {
    const who = visitor(null);
    const short = await review(who, { verdict: 'unclear', ground: 'te <kort>' });
    expect(short.html).toContain('<option value="unclear" selected>');
    expect(short.html).toContain('te &lt;kort&gt;</textarea>');
    const again = await who.get(`${path}/reviews`);
    expect([again.status, again.headers.get('Location')]).toEqual([303, path]);
  });

  test('is on record with its words, and then nothing is left to review', async () => {
    const who = visitor(null);
    expect((await review(who, {})).headers.get('location')).toBe(path);
    expect(emergency().review?.verdict).toBe('justified');
    const entry = pages.world.entries.find(({ kind }) => kind === 'review');
    expect(entry).toMatchObject({
      body: { outcome: 'justified' },
      personal: { ground: 'De arts van dienst bevestigt het.' },
    });
    const page = await who.get(path);
    expect(textOf(page.html)).toMatch(/Beoordeel dit Terecht/);
    expect(page.html).not.toContain('<form class="stack"');
  });

  test.each([
    ['no verdict', { verdict: '' }],
    ['a verdict that nobody knows', { verdict: 'fine' }],
    ['no words', { ground: 'kort' }],
    ['a moment that is none', { seen: 'now' }],
  ])('with %s is not on record, and says what is wanted', async (_, fields) => {
    const page = await review(visitor(null), fields);
    expect([page.status, textOf(page.html).includes('Kies een oordeel en schrijf')]).toEqual([400, true]);
    expect(emergency().review).toBeNull();
  });

  test('after somebody else’s says that it was late', async () => {
    const who = visitor(null);
    await review(visitor(null), { verdict: 'unclear' });
    const page = await review(who, {});
    expect(textOf(page.html)).toContain('Iemand anders heeft dit intussen beoordeeld.');
    expect(emergency().review?.verdict).toBe('unclear');
  });

  test.each(['pi-zwolle', 'reclassering-noord', 'gemeente-zwolle'])('is not for an officer of %s', async (unit) => {
    const who = visitor(unit);
    const token = formToken(await who.get('/officer/break-glass'));
    const sent = { formToken: token, seen: '', verdict: 'justified', ground: 'Het was in orde.' };
    expect((await who.post(`${path}/reviews`, sent)).status).toBe(404);
    expect(textOf((await who.get(path)).html)).not.toContain('Leg vast');
    expect(emergency().review).toBeNull();
  });

  test('from elsewhere, or without the token of the session, is none', async () => {
    const who = visitor(null);
    const fields = { seen: '', verdict: 'justified', ground: 'De arts bevestigt het.' };
    const token = formToken(await who.get(path));
    await who.post(`${path}/reviews`, { ...fields, formToken: token }, 'https://elsewhere.example');
    await who.post(`${path}/reviews`, { ...fields, formToken: 'x' });
    expect(emergency().review).toBeNull();
  });
});

describe('the person', () => {
  const card = async () => textOf((await Visitor.as(pages, { kind: 'subject', id: pages.subject }).get('/me')).html);

  test('reads at once who got what and why nobody asked, and what came of it', async () => {
    const before = await card();
    expect(before).toContain('Om uw leven of uw gezondheid te redden toen u zelf niets kon zeggen.');
    expect(before).toContain('Er was gevaar voor uw leven of gezondheid, en u kon zelf niets zeggen.');
    expect(before).toContain('Er is nog geen tweede medewerker');
    expect(before).toContain('kijkt nog of het terecht was');
    pages.world.nowMs = Date.parse(emergency().secondBefore) + 5_000;
    await revokeEmergencies(emergencyPorts(pages.world).ports);
    await review(visitor(null), { verdict: 'unjustified' });
    const after = await card();
    expect(after).toContain('Wat is gegeven, moet worden vernietigd.');
    expect(after).toContain('het was niet terecht');
    expect(after).not.toContain('Bewusteloos');
  });
});
