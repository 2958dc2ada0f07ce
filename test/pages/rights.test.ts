import { beforeEach, describe, expect, test } from 'vitest';
import type { FieldId, PurposeId, RequestId, RightsRequestId, UnitId } from '../../src/core/brand.ts';
import type { CorrectionKind } from '../../src/core/correction/correction.ts';
import { makeCorrection } from '../../src/core/correction/make-correction.ts';
import type { Unit } from '../../src/core/partner/partner.ts';
import { decideRightsRequest } from '../../src/core/rights/decide-rights-request.ts';
import { followRights } from '../../src/core/rights/follow-rights.ts';
import { memoryUnit } from '../world/memory-world.ts';
import { someUser } from '../world/some-user.ts';
import { dismissedRights } from './decided-rights.ts';
import { officer, type PagesWorld, pagesWorld, playStory } from './pages-world.ts';
import { textOf, Visitor } from './visitor.ts';

const day = 86_400_000;
let pages: PagesWorld;
let given: RequestId;
let me: Visitor;
beforeEach(async () => {
  pages = pagesWorld();
  await playStory(pages);
  me = Visitor.as(pages, { kind: 'subject', id: pages.subject });
  const found = [...pages.world.requests.values()].find(
    ({ held, recipient }) => held !== null && recipient === 'gemeente-zwolle',
  );
  if (found === undefined) throw new Error('nothing was given');
  given = found.id;
});

const path = () => `/me/sharings/${given}/not-right`;
const field = () => pages.world.requests.get(given)?.decision.permitted[0] ?? '';
async function send(more: Record<string, string> = {}, to = path()) {
  const { html } = await me.get(path());
  const formToken = /name="formToken" value="([^"]+)"/.exec(html)?.[1] ?? '';
  return me.post(to, { formToken, field: field(), wish: 'correct', statement: 'Mijn naam is <b>Ebbing</b>', ...more });
}
const rights = () => [...pages.world.rights.values()];
const uphold = async (id: RightsRequestId) => {
  const by = someUser('u5', 'casemanager', 'S. de Boer');
  const said = { decision: 'upheld', ground: 'Nagekeken in de registratie', by } as const;
  await decideRightsRequest(pages.world.ports, pages.world.call('pi-zwolle'), id, said);
};
const mine = async (query = '') => {
  const visitor = Visitor.as(pages, { kind: 'subject', id: pages.subject });
  return textOf((await visitor.get(`/me/rights${query}`)).html);
};
/** What the prison does about it, as it says it. */
const carryOut = async (id: RightsRequestId, kind: CorrectionKind) => {
  const by = someUser('u5', 'casemanager', 'S. de Boer');
  const pseudonym = await pages.world.ports.subjects.pseudonym('pi-zwolle' as UnitId, pages.subject);
  const outcome = await makeCorrection(pages.world.ports, pages.world.call('pi-zwolle'), {
    ...{ subject: { type: 'pseudonym', value: pseudonym }, kind, fields: [field()], corrects: null, by },
    ...{ ground: 'Op verzoek van de betrokkene', rightsRequest: id },
  });
  expect(outcome).toMatchObject({ kind: 'made' });
};

describe('a person who says that something is not right', () => {
  test('finds the question at what was given, chooses the field and is told what happens with it', async () => {
    const list = await me.get('/me');
    expect(list.html).toContain(`href="${path()}"`);
    const text = textOf((await me.get(path())).html);
    expect(text).toContain('Wat klopt er niet?');
    expect(text).toContain('Wie het kreeg, leest dit niet.');
    const answer = await send();
    expect([answer.status, answer.headers.get('location')]).toEqual([303, '/me/rights']);
    const mine = await me.get('/me/rights');
    expect(textOf(mine.html)).toMatch(/Wordt bekeken Wat wilt u\? Verbeter het\./);
    // What they wrote stands in the ledger alone.
    expect(mine.html).not.toContain('Ebbing');
    expect(rights()).toHaveLength(1);
  });

  test('sends nothing that is no form of theirs, is about another field, or about what is not theirs to see', async () => {
    for (const more of [{ wish: 'forget' }, { statement: ' ' }, { statement: 'x'.repeat(1001) }, { formToken: 'x' }])
      expect((await send(more)).status, JSON.stringify(more)).not.toBe(303);
    for (const more of [{ field: 'identity.shoeSize' }]) expect((await send(more)).status).toBe(404);
    const refused = [...pages.world.requests.values()].find(({ held }) => held === null);
    const nobodys = '01890a5d-ac96-774b-bcce-b302099a8057';
    for (const id of [refused?.id, nobodys, 'x']) {
      expect((await me.get(`/me/sharings/${id}/not-right`)).status).toBe(404);
      expect((await send({}, `/me/sharings/${id}/not-right`)).status).toBe(404);
    }
    const officerVisit = await Visitor.as(pages, officer(null)).get(path());
    expect(officerVisit.status).toBe(403);
    expect(rights()).toEqual([]);
  });

  test('is told what is open already, and finds what they wrote where they left it', async () => {
    await send();
    const words = 'Mijn voornaam is ook verkeerd: "<i>Jan</i>"';
    const again = await send({ statement: words });
    expect(again.status).toBe(409);
    const text = textOf(again.html);
    expect(text).toContain('Dit heeft u al gevraagd. De organisatie kijkt er nog naar.');
    expect(again.html).toContain('>Mijn voornaam is ook verkeerd: &quot;&lt;i&gt;Jan&lt;/i&gt;&quot;</textarea>');
    expect(again.html).toContain(`<option value="${field()}" selected>`);
    expect(again.html).toContain('value="correct" checked');
    expect(rights()).toHaveLength(1);
    // What they change of it can be sent from there.
    expect((await send({ statement: words, wish: 'restrict' })).status).toBe(303);
  });

  test('may object only to what is given on a ground to which one can', async () => {
    expect((await me.get(path())).html).toContain('value="object"');
    const request = pages.world.requests.get(given);
    if (request === undefined) throw new Error('nothing was given');
    const source = 'zorg-de-wissel' as UnitId;
    const units = pages.world.ports.registry.current().units as Map<UnitId, Unit>;
    units.set(source, memoryUnit(source, 'careProvider'));
    // With consent, which the person withdraws instead.
    const fields = ['identity.surname' as FieldId];
    const decision = { ...request.decision, permitted: fields, given: { fields, seen: true } };
    pages.world.requests.set(given, { ...request, source, purpose: 'social-support' as PurposeId, decision });
    const { html } = await me.get(path());
    expect(html).toContain('value="restrict"');
    expect(html).not.toContain('value="object"');
    const answer = await send({ wish: 'object' });
    expect(answer.status).toBe(409);
    expect(textOf(answer.html)).toContain('De wet geeft u geen recht van bezwaar bij dit gegeven.');
    expect(rights()).toEqual([]);
  });

  test.each([
    ['correct', 'rectified', 'De organisatie moet het nog verbeteren.', 'De organisatie heeft het verbeterd.'],
    ['correct', 'erased', 'De organisatie moet het nog verbeteren.', 'De organisatie heeft het weggegooid.'],
    ['erase', 'erased', 'De organisatie moet het nog weggooien.', 'De organisatie heeft het weggegooid.'],
    [
      'restrict',
      'restricted',
      'De organisatie moet nog stoppen met delen.',
      'Het delen hiervan is op deze dag gestopt.',
    ],
  ] as const)('reads what must still happen when they are right, and what happened: %s, %s', async (...asked) => {
    const [wish, kind, before, after] = asked;
    await send({ wish });
    const [first] = rights();
    if (first === undefined) throw new Error('nothing was asked');
    await uphold(first.id);
    expect(await mine()).toContain(before);
    expect(await mine()).not.toContain('De organisatie is te laat.');
    pages.world.nowMs += 60 * day;
    expect(await mine()).toMatch(new RegExp(`${before}.*De organisatie is te laat.`));
    expect(await mine('?taal=en')).toMatch(/must still .*The organisation is late./);
    await carryOut(first.id, kind);
    const text = await mine();
    expect(text).toContain(after);
    expect(text).toContain('Gedaan op');
    for (const words of [before, 'te laat']) expect(text).not.toContain(words);
  });

  test('reads that what they rightly object to is not shared from that day on', async () => {
    await send({ wish: 'object' });
    const [first] = rights();
    if (first === undefined) throw new Error('nothing was asked');
    await uphold(first.id);
    expect(await mine()).toContain('Het delen hiervan is op deze dag gestopt. Wie het kreeg, krijgt daarvan bericht.');
    expect(await mine('?taal=en')).toContain('The sharing of this stopped on that day.');
  });

  test('reads what was decided, or that the answer is late', async () => {
    await send();
    await send({ wish: 'erase' });
    const [first] = rights();
    const said = {
      decision: 'upheld',
      ground: 'Nagekeken in de registratie',
      by: someUser('u5', 'casemanager', 'S. de Boer'),
    } as const;
    const call = pages.world.call('pi-zwolle');
    if (first) await decideRightsRequest(pages.world.ports, call, first.id, said);
    pages.world.nowMs += 60 * day;
    me = Visitor.as(pages, { kind: 'subject', id: pages.subject });
    const text = textOf((await me.get('/me/rights')).html);
    expect(text).toContain('U krijgt gelijk');
    // One of the two is decided.
    expect(text.match(/Waarom, in de woorden van de organisatie/g)).toHaveLength(1);
    expect(text).toContain('Nagekeken in de registratie');
    expect(text).toContain('De organisatie is te laat.');
    expect(textOf((await me.get('/me/rights?taal=en')).html)).toContain('The organisation is late.');
  });
});

describe('why it was decided so', () => {
  const ground = `Wij zagen uw paspoort. Daar staat <script>alert(1)</script> Ebbink. ${'x'.repeat(200)}`;

  const dismissed = () => dismissedRights(pages, ground);

  test('the person reads in every language of the pages, as text, with what they can do against it', async () => {
    await dismissed();
    for (const [language, why, court] of [
      ['nl', 'Waarom, in de woorden van de organisatie', 'naar de rechter'],
      ['en', 'Why, in the words of the organisation', 'go to court'],
    ]) {
      const { html } = await me.get(`/me/rights?taal=${language}`);
      expect(html).not.toContain('<script');
      expect(textOf(html)).toContain(`Wij zagen uw paspoort.`);
      for (const words of [why, court, 'x'.repeat(200)]) expect(textOf(html)).toContain(words);
      // Who decided is a name of the source's own.
      expect(html).not.toContain('de Boer');
    }
  });

  test('nobody else reads: not another person, nor officers of the recipient or of the gateway', async () => {
    await dismissed();
    const other = pages.world.know('bsn', '900000053');
    const others = [
      Visitor.as(pages, { kind: 'subject', id: other }),
      ...['gemeente-zwolle', null].map((unit) => Visitor.as(pages, officer(unit))),
    ];
    for (const visitor of others)
      for (const path of ['/me/rights', '/officer/rights?state=decided'])
        expect((await visitor.get(path)).html).not.toContain('paspoort');
  });

  test('is said to be gone where the record of it was erased', async () => {
    await dismissed();
    const [first] = rights();
    if (first) pages.world.rights.set(first.id, { ...first, decisionEntry: null });
    expect(textOf((await me.get('/me/rights')).html)).toContain('De uitleg wordt niet meer bewaard.');
  });
});

describe('officers', () => {
  test('of the source and the gateway see what must be decided and what is overdue, others nothing', async () => {
    await send();
    const textAt = async (unit: string | null, query = '') =>
      textOf((await Visitor.as(pages, officer(unit)).get(`/officer/rights${query}`)).html);
    for (const unit of ['pi-zwolle', null]) expect(await textAt(unit, '?state=open')).toContain('Wens verbeteren');
    expect(await textAt('gemeente-zwolle', '?state=open')).toContain('Er zijn geen regels die passen.');
    pages.world.nowMs += 60 * day;
    await followRights(pages.world.ports);
    expect(await textAt('pi-zwolle')).toContain('Bron herinnerd op');
    const bar = await Visitor.as(pages, officer('pi-zwolle')).get('/officer/alerts');
    expect(bar.html).toContain('title="1 verzoek is te laat"');
    expect(await textAt(null)).toContain('Te laat');
    expect((await Visitor.as(pages, officer(null)).get('/officer/rights?state=all')).status).toBe(400);
  });

  test('see what was upheld as something to do, and as too late, until it is carried out', async () => {
    await send();
    const [first] = rights();
    if (first === undefined) throw new Error('nothing was asked');
    await uphold(first.id);
    const textAt = async (query: string) =>
      textOf((await Visitor.as(pages, officer('pi-zwolle')).get(`/officer/rights${query}`)).html);
    expect(await textAt('?state=open')).toMatch(
      /Te doen .*Nog te doen uitvoeren wat is toegewezen .*Uitkomst toegewezen/,
    );
    expect(await textAt('?state=decided')).toContain('Er zijn geen regels die passen.');
    pages.world.nowMs += 60 * day;
    expect(await textAt('')).toContain('uitvoeren wat is toegewezen');
    const bar = await Visitor.as(pages, officer('pi-zwolle')).get('/officer/alerts');
    expect(bar.html).toContain('title="1 verzoek is te laat"');
    await carryOut(first.id, 'rectified');
    expect(await textAt('')).toContain('Er zijn geen regels die passen.');
    expect(await textAt('?state=decided')).toMatch(/Klaar .*Uitgevoerd op/);
  });

  test('of the recipient do not see its entry', async () => {
    await send();
    const entry = pages.world.entries.find(({ kind }) => kind === 'rights-request');
    for (const unit of ['gemeente-zwolle', 'pi-zwolle'] as UnitId[])
      expect((await Visitor.as(pages, officer(unit)).get(`/officer/entries/${entry?.id}`)).status).toBe(404);
    expect((await Visitor.as(pages, officer(null)).get(`/officer/entries/${entry?.id}`)).status).toBe(200);
  });
});
