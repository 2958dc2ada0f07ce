import { beforeEach, describe, expect, test } from 'vitest';
import type { RequestId, UnitId } from '../../src/core/brand.ts';
import { instantAfter } from '../../src/core/calendar.ts';
import type { Unit } from '../../src/core/partner/partner.ts';
import { answerer, openDesk } from './answer-desk.ts';
import { askPrison, correctAtPrison, whatWasGiven } from './duty-desk.ts';
import { formOf } from './form-of.ts';
import { memoryStaff } from './memory-staff.ts';
import { officer, type PagesWorld, pagesWorld, playStory } from './pages-world.ts';
import { staffMember } from './staff-member.ts';
import { type Answer, formToken, textOf, Visitor } from './visitor.ts';

const list = '/staff/duties';
const ground = 'Het register zegt iets anders';
let pages: PagesWorld;
let prison: Visitor;
let municipality: Visitor;
beforeEach(async () => {
  pages = pagesWorld();
  await playStory(pages);
  openDesk(pages);
  prison = Visitor.as(pages, answerer);
  municipality = Visitor.as(pages, staffMember);
});

async function send(by: Visitor, path: string, action: string, typed: Record<string, string>): Promise<Answer> {
  return by.post(`${path}/${action}`, { ...formOf(await by.get(path), action), ...typed });
}
const lastEntry = () => pages.world.entries.at(-1);
const entriesOf = (kind: string) => pages.world.entries.filter((entry) => entry.kind === kind);
const later = (period: string) => {
  pages.world.nowMs = Date.parse(instantAfter(pages.world.ports.clock.now(), period));
};

describe('what a unit must still do', () => {
  test('stands in one list, what is late marked, without a word about whom it is', async () => {
    await askPrison(pages);
    await correctAtPrison(pages);
    const own = await prison.get(list);
    expect(textOf(own.html)).toMatch(
      /Verzoeken van betrokkenen .*Te doen Achternaam Verbeter het\. Nog te doen beslissen Gevraagd op/,
    );
    expect(textOf(own.html)).toContain('Er is geen correctie die u nog moet bevestigen.');
    const theirs = await municipality.get(list);
    expect(textOf(theirs.html)).toMatch(/Te doen Verbeterd PI Zwolle.* Gegevens Achternaam/);
    expect(textOf(theirs.html)).toMatch(/Nog zonder datum .*Nog niet begonnen Detentie- en re-integratieplan/);
    for (const { html } of [own, theirs]) expect(html).not.toMatch(/9000000[0-9]{2}|Ebbing|WH-2026/);
    later('P2M');
    expect(textOf((await prison.get(list)).html)).toContain('Te laat Achternaam');
    expect(textOf((await municipality.get(list)).html)).toContain('Te laat Verbeterd');
    expect(textOf((await prison.get(`${list}?taal=en`)).html)).toContain('Overdue Surname');
    expect((await prison.get('/staff/inbox')).html).toContain(`href="${list}"`);
  });

  test('goes on where a page of it ends, each list by itself', async () => {
    const given = whatWasGiven(pages);
    for (let more = 0; more < 41; more++) {
      const id = pages.world.ports.entropy.id() as RequestId;
      pages.world.requests.set(id, { ...given, id });
    }
    const first = await municipality.get(list);
    const next = /href="([^"]*list=undated[^"]*)"/.exec(first.html)?.[1]?.replaceAll('&amp;', '&') ?? '';
    const idsOf = (page: Answer) => [...page.html.matchAll(/disclosures\/([0-9a-f-]{36})/g)].map(([, id]) => id);
    const second = await municipality.get(next);
    expect([idsOf(first).length, idsOf(second).length]).toEqual([40, 2]);
    expect(new Set([...idsOf(first), ...idsOf(second)]).size).toBe(42);
    expect(second.html).not.toContain('id="rights"');
    expect((await municipality.get(`${list}?list=never&after=x`)).status).toBe(200);
  });
});

describe('a request of a person', () => {
  test('is read with its words and the person as the source knows them, and decided once', async () => {
    const id = await askPrison(pages);
    const path = `${list}/rights/${id}`;
    const page = await prison.get(path);
    const text = textOf(page.html);
    expect(text).toMatch(/Gegeven Achternaam Wat zij willen Verbeter het\. In hun woorden Ik heet <Ebbing>/);
    expect(text).toMatch(/BSN 9000000[0-9]{2} Uw nummer voor deze persoon/);
    expect(page.html).not.toContain('/correction"');
    const short = await send(prison, path, 'decision', { decision: 'upheld', ground: ' te <kort> ' });
    expect([short.status, short.html.includes('href="#ground"')]).toEqual([400, true]);
    expect(short.html).toContain(' te &lt;kort&gt; </textarea>');
    expect(pages.world.rights.get(id)?.state).toBe('open');
    const form = { ...formOf(page, 'decision'), decision: 'upheld', ground };
    const answers = [await prison.post(`${path}/decision`, form), await prison.post(`${path}/decision`, form)];
    for (const { headers } of answers) expect(headers.get('Location')).toBe(`${path}?done=recorded`);
    expect(entriesOf('rights-request')).toHaveLength(2);
    expect(lastEntry()).toMatchObject({ body: { step: 'upheld' }, personal: { ground } });
    const late = await prison.post(`${path}/decision`, {
      ...form,
      page: pages.world.ports.entropy.id(),
      decision: 'dismissed',
    });
    expect(late.headers.get('Location')).toBe(`${path}?done=first`);
    const after = await prison.get(`${path}?done=first`);
    expect(textOf(after.html)).toMatch(/Dit stond al vast\. .*Besluit Toegewezen/);
    expect(after.html).not.toContain('/decision"');
  });

  test('that is upheld is carried out by a correction that names it, and never holds a value', async () => {
    const id = await askPrison(pages);
    const path = `${list}/rights/${id}`;
    await send(prison, path, 'decision', { decision: 'upheld', ground });
    const none = await send(prison, path, 'correction', { what: '', ground: 'kort' });
    expect([none.status, none.html.includes('what-error'), none.html.includes('ground-error')]).toEqual([
      400,
      true,
      true,
    ]);
    expect((await prison.get(path)).html).toContain('<option value="rectified" selected>');
    const made = await send(prison, path, 'correction', { what: 'rectified', ground });
    expect(made.headers.get('Location')).toBe(`${path}?done=corrected`);
    const [correction] = [...pages.world.corrections.values()];
    expect(correction).toMatchObject({ source: 'pi-zwolle', kind: 'rectified', fields: ['identity.surname'] });
    expect(correction?.notices.map(({ recipient }) => recipient)).toContain('gemeente-zwolle');
    expect(entriesOf('correction-made')[0]?.body).toMatchObject({ rights: id });
    expect(textOf((await prison.get(`${path}?done=corrected`)).html)).toContain('De correctie staat vast.');
  });

  test('that is dismissed asks for no correction, and none is taken for it', async () => {
    const id = await askPrison(pages);
    const path = `${list}/rights/${id}`;
    await send(prison, path, 'decision', { decision: 'dismissed', ground });
    const page = await prison.get(path);
    expect(textOf(page.html)).toContain('Besluit Afgewezen');
    expect(page.html).not.toContain('/correction"');
    const subject = (await pages.deps.staff.duties.readRights(answerer, id))?.subject?.pseudonym ?? '';
    const form = { formToken: formToken(page), page: pages.world.ports.entropy.id(), subject };
    const forged = { ...form, fields: 'identity.surname', what: 'rectified', ground };
    const refused = await prison.post(`${path}/correction`, forged);
    expect([refused.status, textOf(refused.html)]).toEqual([409, expect.stringContaining('Er is niets vastgelegd')]);
    expect(pages.world.corrections.size).toBe(0);
  });

  test('by which somebody objects is carried out by upholding it, and the page says so before and after', async () => {
    const id = await askPrison(pages, { wish: 'object' });
    const path = `${list}/rights/${id}`;
    expect(textOf((await prison.get(path)).html)).toContain('Dan geeft Sluis dit gegeven vanaf dat moment niet meer');
    await send(prison, path, 'decision', { decision: 'upheld', ground });
    const { html } = await prison.get(path);
    expect(textOf(html)).toMatch(/Uitgevoerd op [^:]+: Beperkt/);
    expect(html).not.toContain('/correction"');
  });

  test('that is upheld leads to what does it, and to nothing else', async () => {
    const id = await askPrison(pages, { wish: 'restrict' });
    const path = `${list}/rights/${id}`;
    await send(prison, path, 'decision', { decision: 'upheld', ground });
    const { html } = await prison.get(path);
    expect(html).toContain('<option value="restricted" selected>');
    expect(html).toContain('value="erased"');
    expect(html).not.toContain('value="rectified"');
  });

  test('is decided with as much as the box holds, each line break counted as one', async () => {
    const id = await askPrison(pages);
    const lines = Array.from({ length: 50 }, () => 'x'.repeat(9)).join('\r\n');
    const long = await send(prison, `${list}/rights/${id}`, 'decision', { decision: 'upheld', ground: `${lines}xx` });
    expect(long.status).toBe(400);
    const said = { decision: 'upheld', ground: `${lines}x` };
    expect((await send(prison, `${list}/rights/${id}`, 'decision', said)).status).toBe(303);
  });

  test('whose words are erased can still be decided', async () => {
    const id = await askPrison(pages);
    const journal = { ...pages.world.ports.journal, receipt: async () => null };
    Object.assign(pages.world.ports, { journal });
    expect(textOf((await prison.get(`${list}/rights/${id}`)).html)).toContain(
      'In hun woorden Wordt niet meer bewaard.',
    );
    const said = { decision: 'dismissed', ground };
    expect((await send(prison, `${list}/rights/${id}`, 'decision', said)).status).toBe(303);
  });

  test('keeps nothing of a form that a colleague made late', async () => {
    const id = await askPrison(pages);
    const path = `${list}/rights/${id}`;
    const form = { ...formOf(await prison.get(path), 'decision'), decision: 'dismissed', ground: 'te kort' };
    await send(prison, path, 'decision', { decision: 'upheld', ground });
    const late = await prison.post(`${path}/decision`, form);
    expect([late.status, late.html.includes('te kort'), late.html.includes('#ground')]).toEqual([409, false, false]);
  });
});

describe('a duty', () => {
  const everything = async () => {
    const [rights, correction] = [await askPrison(pages), await correctAtPrison(pages)];
    return {
      rights: `${list}/rights/${rights}`,
      correction: `${list}/corrections/${correction}`,
      disclosure: `${list}/disclosures/${whatWasGiven(pages).id}`,
    };
  };
  const acts = (paths: Awaited<ReturnType<typeof everything>>) =>
    [
      [prison, paths.rights, 'decision', { decision: 'upheld', ground }],
      [municipality, paths.correction, 'confirmation', { how: 'corrected' }],
      [municipality, paths.disclosure, 'destruction', { how: 'erased' }],
    ] as const;
  const nothingDone = () => {
    const kinds = ['correction-confirmed', 'destruction-reported'];
    expect(pages.world.entries.filter(({ kind }) => kinds.includes(kind))).toEqual([]);
    expect([...pages.world.rights.values()].map(({ state }) => state)).toEqual(['open']);
  };

  test('is there for nobody but the unit whose it is, and no form of it is taken', async () => {
    const paths = await everything();
    for (const [owner, path, action, said] of acts(paths)) {
      const form = { ...formOf(await owner.get(path), action), ...said };
      const stranger = owner === prison ? municipality : prison;
      const third = Visitor.as(pages, { ...staffMember, unit: 'politie-oost' as UnitId });
      for (const wrong of [stranger, third]) {
        expect((await wrong.get(path)).status).toBe(404);
        const own = { ...form, formToken: formToken(await wrong.get(list)) };
        expect((await wrong.post(`${path}/${action}`, own)).status).toBe(404);
      }
      const fg = Visitor.as(pages, officer(null));
      expect([(await fg.get(path)).status, (await fg.post(`${path}/${action}`, form)).status]).toEqual([403, 403]);
      expect((await new Visitor(pages).get(path)).headers.get('Location')).toBe('/login?notice=ended');
    }
    for (const path of [`${list}/rights/x`, `${list}/nothing/${whatWasGiven(pages).id}`, `${list}/rights/x/decision`])
      expect((await prison.get(path)).status).toBe(404);
    nothingDone();
  });

  test('is no more there once two people no longer agree that people of the unit may', async () => {
    const paths = await everything();
    const forms = await Promise.all(
      acts(paths).map(async ([by, path, action, said]) => ({ ...formOf(await by.get(path), action), ...said })),
    );
    const { units } = pages.world.ports.registry.current();
    for (const id of ['pi-zwolle', 'gemeente-zwolle'] as UnitId[])
      (units as Map<UnitId, Unit>).set(id, { ...(units.get(id) as Unit), staff: false });
    for (const [index, [by, path, action]] of acts(paths).entries()) {
      expect((await by.post(`${path}/${action}`, forms[index] ?? {})).status).toBe(404);
      expect((await by.get(path)).status).toBe(404);
      expect((await by.get(list)).html).not.toContain('class="line-title"');
    }
    nothingDone();
  });

  test('is done from a form of this session alone, and of exactly its shape', async () => {
    for (const [by, path, action, said] of acts(await everything())) {
      const form = { ...formOf(await by.get(path), action), ...said };
      for (const [fields, origin] of [
        [{ ...form, formToken: 'x'.repeat(22) }, undefined],
        [form, 'https://elsewhere.example'],
        [form, null],
        [{ ...form, page: 'x' }, undefined],
        [{ ...form, how: 'burnt', decision: 'perhaps' }, undefined],
        [{ ...form, other: 'x' }, undefined],
      ] as const)
        expect((await by.post(`${path}/${action}`, fields, origin)).status).toBe(403);
      const again = await by.get(`${path}/${action}`);
      expect([again.status, again.headers.get('Location')]).toEqual([303, path]);
    }
    nothingDone();
  });

  test('waits where a unit does too much, with everything that was typed', async () => {
    const paths = await everything();
    Object.assign(pages.deps, { staff: memoryStaff(pages.world, { user: { requestsPerMinute: 1 } }) });
    const other = await askPrison(pages, { wish: 'erase' });
    await send(prison, `${list}/rights/${other}`, 'decision', { decision: 'dismissed', ground });
    const over = await send(prison, paths.rights, 'decision', { decision: 'upheld', ground });
    expect([over.status, over.headers.get('Retry-After')]).toEqual([429, '90']);
    expect(over.html).toContain(`${ground}</textarea>`);
    Object.assign(pages.deps, { staff: memoryStaff(pages.world, { unit: { requestsPerMinute: 1 } }) });
    expect((await municipality.get(list)).status).toBe(200);
    for (const path of [list, paths.correction, paths.disclosure])
      expect((await municipality.get(path)).status).toBe(429);
  });
});
