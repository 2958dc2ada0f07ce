import { beforeEach, describe, expect, test } from 'vitest';
import type { RequestId } from '../../src/core/brand.ts';
import { correctAtPrison, gaveOn, whatWasGiven } from './duty-desk.ts';
import { formOf } from './form-of.ts';
import { type PagesWorld, pagesWorld, playStory } from './pages-world.ts';
import { staffMember } from './staff-member.ts';
import { type Answer, textOf, Visitor } from './visitor.ts';

const list = '/staff/duties';
const ground = 'Het register zegt iets anders';
let pages: PagesWorld;
let municipality: Visitor;
beforeEach(async () => {
  pages = pagesWorld();
  await playStory(pages);
  municipality = Visitor.as(pages, staffMember);
});

async function send(path: string, action: string, typed: Record<string, string>): Promise<Answer> {
  return municipality.post(`${path}/${action}`, { ...formOf(await municipality.get(path), action), ...typed });
}
const entriesOf = (kind: string) => pages.world.entries.filter((entry) => entry.kind === kind);

describe('a correction', () => {
  test('is confirmed once, with what was done, by what the unit knows its own request by', async () => {
    const id = await correctAtPrison(pages);
    const path = `${list}/corrections/${id}`;
    const page = await municipality.get(path);
    expect(textOf(page.html)).toMatch(/Van wie PI Zwolle.* Wat zij deden Verbeterd Gegevens Achternaam/);
    expect(textOf(page.html)).toContain(`Uw zaakkenmerk ZW-2026-001 Nummer van de aanvraag ${whatWasGiven(pages).id}`);
    // As a recipient it may know no more of whom it is about than what it said itself.
    expect(page.html).not.toMatch(/9000000[0-9]{2}|Uw nummer voor deze persoon|verkeerd in ons dossier/);
    expect(page.html).not.toContain('value="lifted"');
    const none = await send(path, 'confirmation', { how: '' });
    expect([none.status, none.html.includes('href="#how"')]).toEqual([400, true]);
    const confirmed = await send(path, 'confirmation', { how: 'corrected' });
    expect(confirmed.headers.get('Location')).toBe(`${path}?done=recorded`);
    expect(pages.world.corrections.get(id)?.notices[0]).toMatchObject({ how: 'corrected' });
    const late = await municipality.post(`${path}/confirmation`, { ...formOf(page, 'confirmation'), how: 'erased' });
    expect(late.headers.get('Location')).toBe(`${path}?done=first`);
    const after = await municipality.get(path);
    expect(textOf(after.html)).toContain('Wat u deed Wij hebben het verbeterd');
    expect(after.html).not.toContain('/confirmation"');
    expect(textOf((await municipality.get(list)).html)).toContain('Er is geen correctie die u nog moet bevestigen.');
    expect(entriesOf('correction-confirmed')).toHaveLength(1);
  });

  test('is confirmed for what the page showed alone', async () => {
    const id = await correctAtPrison(pages);
    const path = `${list}/corrections/${id}`;
    const form = { ...formOf(await municipality.get(path), 'confirmation'), how: 'corrected' };
    const known = pages.world.corrections.get(id);
    const [notice] = known?.notices ?? [];
    if (known === undefined || notice === undefined) throw new Error('nobody was told');
    // As many as somebody gets who asked every day of some years.
    const more = Array.from({ length: 1_200 }, () => pages.world.ports.entropy.id() as RequestId);
    pages.world.corrections.set(id, { ...known, notices: [{ ...notice, requests: [...notice.requests, ...more] }] });
    const late = await municipality.post(`${path}/confirmation`, form);
    expect([late.status, textOf(late.html)]).toEqual([
      409,
      expect.stringContaining('Dit is veranderd nadat u het las'),
    ]);
    expect(entriesOf('correction-confirmed')).toEqual([]);
    expect((await send(path, 'confirmation', { how: 'corrected' })).headers.get('Location')).toBe(
      `${path}?done=recorded`,
    );
  });

  test('that lifts a restriction is confirmed as such', async () => {
    const id = await correctAtPrison(pages, { kind: 'restriction-lifted' });
    const path = `${list}/corrections/${id}`;
    const { html } = await municipality.get(path);
    expect(html).toContain('value="lifted"');
    expect(html).not.toContain('value="restricted"');
    const forged = await send(path, 'confirmation', { how: 'restricted' });
    expect([forged.status, entriesOf('correction-confirmed')]).toEqual([409, []]);
    const said = await send(path, 'confirmation', { how: 'lifted' });
    expect(said.headers.get('Location')).toBe(`${path}?done=recorded`);
  });

  test('of what was given on is passed on by the unit, as a source that knows the person', async () => {
    const id = await correctAtPrison(pages);
    const path = `${list}/corrections/${id}`;
    gaveOn(pages, id, whatWasGiven(pages).id);
    const page = await municipality.get(path);
    expect(textOf(page.html)).toMatch(/Uw nummer voor deze persoon .*Geef de correctie door/);
    const none = await send(path, 'correction', { what: 'rectified', ground: 'kort' });
    expect(none.status).toBe(400);
    const passed = await send(path, 'correction', { what: 'rectified', ground });
    expect(passed.headers.get('Location')).toBe(`${path}?done=corrected`);
    const own = [...pages.world.corrections.values()].at(-1);
    expect(own).toMatchObject({ source: 'gemeente-zwolle', corrects: id, fields: ['identity.surname'] });
    const after = await municipality.get(path);
    expect(textOf(after.html)).toContain('Doorgegeven op');
    expect([after.html.includes('/correction"'), after.html.includes('/confirmation"')]).toEqual([false, true]);
  });

  test('of what was destroyed is passed on by the gateway, which the unit is told', async () => {
    const id = await correctAtPrison(pages);
    gaveOn(pages, id, whatWasGiven(pages).id, true);
    const page = await municipality.get(`${list}/corrections/${id}`);
    expect(textOf(page.html)).toMatch(
      /U meldde eerder dat u dit hebt vernietigd\..*Sluis heeft de correctie voor u doorgegeven/,
    );
    expect(page.html).not.toContain('/correction"');
  });
});

describe('what was got', () => {
  test('is reported destroyed once, with how and by whom', async () => {
    const { id } = whatWasGiven(pages);
    const path = `${list}/disclosures/${id}`;
    const page = await municipality.get(path);
    expect(textOf(page.html)).toMatch(/Van wie PI Zwolle.* Gegevens Achternaam.* Uw zaakkenmerk ZW-2026-001/);
    expect(page.html).not.toMatch(/9000000[0-9]{2}/);
    const none = await send(path, 'destruction', { how: '' });
    expect([none.status, none.html.includes('href="#how"')]).toEqual([400, true]);
    const form = { ...formOf(page, 'destruction'), how: 'shredded' };
    const answers = [
      await municipality.post(`${path}/destruction`, form),
      await municipality.post(`${path}/destruction`, form),
    ];
    for (const { headers } of answers) expect(headers.get('Location')).toBe(`${path}?done=recorded`);
    expect(pages.world.requests.get(id)).toMatchObject({ destroyedHow: 'shredded' });
    expect(entriesOf('destruction-reported')).toMatchObject([
      { personal: { reporter: expect.stringContaining('wooncoach') } },
    ]);
    const after = await municipality.get(path);
    expect(textOf(after.html)).toContain('Hoe Versnipperd: papier');
    expect(after.html).not.toContain('/destruction"');
    expect((await municipality.get(list)).html).not.toContain(id);
  });

  test('is nothing to destroy where the answer held nothing', async () => {
    const { id, decision, ...rest } = whatWasGiven(pages);
    expect((await municipality.get(list)).html).toContain(id);
    const given = { fields: [], seen: true };
    pages.world.requests.set(id, { id, ...rest, decision: { ...decision, given } });
    expect((await municipality.get(`${list}/disclosures/${id}`)).status).toBe(404);
    expect((await municipality.get(list)).html).not.toContain(id);
  });
});
