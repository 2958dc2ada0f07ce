import { beforeEach, describe, expect, test } from 'vitest';
import type { EntryId, FieldId, RequestId } from '../../src/core/brand.ts';
import type { EntryDraft, EntryKind } from '../../src/core/ledger/entry.ts';
import { verifyReceipt } from '../../src/core/ledger/receipt.ts';
import { officer, type PagesWorld, pagesWorld, playStory } from './pages-world.ts';
import { textOf, Visitor } from './visitor.ts';

let pages: PagesWorld;
let fg: Visitor;

beforeEach(async () => {
  pages = pagesWorld();
  await playStory(pages);
  fg = Visitor.as(pages, officer(null, true));
});

function entry(kind: EntryKind, recipient: string): EntryDraft {
  const found = pages.world.entries.find((draft) => draft.kind === kind && draft.recipient === recipient);
  if (found === undefined) throw new Error(`no ${kind} to ${recipient}`);
  return found;
}

const of = (unit: string) => Visitor.as(pages, officer(unit));
const lines = (html: string) => [...html.matchAll(/\/officer\/entries\/([0-9a-f-]{36})/g)].map(([, id]) => id);
const looks = () => pages.world.entries.filter(({ kind }) => kind === 'officer-looked');

describe('the list', () => {
  test('opens with disclosures, refusals and failures, newest first', async () => {
    const { html } = await fg.get('/officer/disclosures');
    const main: readonly EntryKind[] = ['disclosure', 'refusal', 'failed-attempt'];
    const expected = pages.world.entries.filter(({ kind }) => main.includes(kind)).reverse();
    expect(lines(html)).toEqual(expected.map(({ id }) => id));
    expect(expected).toHaveLength(5);
  });

  test.each([
    ['purpose=housing-placement', ['disclosure', 'refusal']],
    ['recipient=politie-oost', ['refusal']],
    ['source=gemeente-zwolle&kind=refusal', ['refusal']],
    ['kind=approval', ['approval']],
    ['from=2026-10-20&to=2026-10-20', ['disclosure']],
    ['from=2026-11-17', []],
  ])('filters by %s', async (query, kinds) => {
    const { html } = await fg.get(`/officer/disclosures?${query}`);
    expect(lines(html).map((id) => pages.world.entries.find((draft) => draft.id === id)?.kind)).toEqual(kinds);
  });

  test('finds one entry by its number', async () => {
    const { id } = entry('refusal', 'politie-oost');
    expect(lines((await fg.get(`/officer/disclosures?entry=${id.toUpperCase()}`)).html)).toEqual([id]);
  });

  test.each(['from=2026-02-30', 'entry=%27%20OR%201', 'kind=everything', 'purpose=A%20B', 'who=me'])(
    'shows nothing rather than everything for a filter that it cannot read: %s',
    async (query) => {
      const { html, status } = await fg.get(`/officer/disclosures?${query}`);
      expect(status).toBe(400);
      expect(lines(html)).toEqual([]);
      expect(textOf(html)).toContain('Dit filter is niet goed ingevuld.');
    },
  );

  test('keeps what was chosen in the form', async () => {
    const { html } = await fg.get('/officer/disclosures?purpose=housing-placement&from=2026-10-01');
    expect(html).toContain('<option value="housing-placement" selected>');
    expect(html).toContain('value="2026-10-01"');
  });

  test('goes on by key, without a gap or a repeat', async () => {
    for (let more = 0; more < 120; more++) {
      pages.world.entries.push({ ...entry('refusal', 'politie-oost'), id: pages.deps.entropy.id() as never });
    }
    const seen: (string | undefined)[] = [];
    let path: string | undefined = '/officer/disclosures';
    while (path !== undefined) {
      const { html } = await fg.get(path);
      seen.push(...lines(html));
      expect(seen.length).toBeLessThanOrEqual(125);
      path = /class="button second" href="([^"]*after=[^"]*)"/.exec(html)?.[1]?.replaceAll('&amp;', '&');
    }
    expect(seen).toHaveLength(125);
    expect(new Set(seen).size).toBe(125);
  });
});

describe('an officer of a unit', () => {
  test('sees entries in which that unit is a party, and no others', async () => {
    const shown = lines((await of('politie-oost').get('/officer/disclosures?kind=any')).html);
    expect(shown).toEqual([entry('refusal', 'politie-oost').id]);
    const { id } = entry('disclosure', 'gemeente-zwolle');
    expect((await of('politie-oost').get(`/officer/entries/${id}`)).status).toBe(404);
    expect((await of('politie-oost').get(`/officer/entries/${id}/proof.json`)).status).toBe(404);
    expect(looks()).toEqual([]);
  });

  test('of the recipient does not learn here what was said about consent, or attested', async () => {
    const { html } = await of('woningcorporatie').get('/officer/disclosures?kind=any');
    const kinds = lines(html).map((id) => pages.world.entries.find((draft) => draft.id === id)?.kind);
    expect(kinds).toContain('disclosure');
    expect(kinds.filter((kind) => kind?.startsWith('consent') || kind?.startsWith('fact'))).toEqual([]);
    const { id } = entry('consent-given', 'woningcorporatie');
    expect((await of('woningcorporatie').get(`/officer/entries/${id}`)).status).toBe(404);
  });

  test('of a recipient neither finds what was refused to be offered nor who looked at it', async () => {
    const { reference: _said, ...personal } = entry('refusal', 'woningcorporatie').personal;
    const id = '019aa000-0000-7000-8000-0000000000ff' as EntryId;
    const body = { ...entry('refusal', 'woningcorporatie').body, request: '019aa000-0000-7000-8000-0000000000fe' };
    pages.world.entries.push({ ...entry('refusal', 'woningcorporatie'), id, body, personal });
    const { source } = entry('refusal', 'woningcorporatie');
    const [own, other] = [of(String(source)), of('woningcorporatie')];
    for (const [who, there] of [[own, true] as const, [fg, true] as const, [other, false] as const]) {
      expect(lines((await who.get('/officer/disclosures')).html).includes(id)).toBe(there);
      expect((await who.get(`/officer/entries/${id}`)).status).toBe(there ? 200 : 404);
    }
    expect(looks().map(({ source: from, recipient }) => [from, recipient])).toEqual([
      [source, null],
      [source, null],
    ]);
    expect((await other.get('/officer/disclosures?kind=officer-looked')).html).not.toContain(id);
  });

  test('of a recipient sees nothing of what a source may not give of what it offers', async () => {
    const given = entry('disclosure', 'gemeente-zwolle');
    const request = pages.world.requests.get(given.body.request as RequestId);
    if (request === undefined) throw new Error('no request');
    const reasons = [
      { class: 'not-permitted', rule: null, text: { nl: 'Geen regel', en: 'No rule' }, remedy: null },
    ] as const;
    const refused = [{ field: 'offence.conviction' as FieldId, reasons }];
    pages.world.requests.set(request.id, { ...request, decision: { ...request.decision, refused } });
    const reads = async (who: Visitor) => (await who.get(`/officer/entries/${given.id}`)).html.includes('Geen regel');
    const all = [of(String(given.source)), of('gemeente-zwolle'), fg] as const;
    const everybody = async () => [await reads(all[0]), await reads(all[1]), await reads(all[2])];
    expect(await everybody()).toEqual([true, true, true]);
    const id = '019aa000-0000-7000-8000-0000000000fd' as EntryId;
    const personal = {
      subject: given.personal.subject ?? '',
      offerer: '{}',
      ground: 'keert terug',
      file: 'BIJ-2026-001',
    };
    const body = { request: request.id, fields: ['identity.surname'] };
    pages.world.entries.push({ ...given, id, kind: 'source-offered', body, personal, fleeting: { answer: 'x' } });
    expect(await everybody()).toEqual([true, false, true]);
  });

  test('sees the reasons of a refusal, never the values of its conditions', async () => {
    const { id } = entry('refusal', 'woningcorporatie');
    const text = textOf((await of('woningcorporatie').get(`/officer/entries/${id}`)).html);
    expect(text).toContain('De waarden van de voorwaarden worden hier niet getoond');
    expect(text).not.toContain('niet waar');
    expect(textOf((await fg.get(`/officer/entries/${id}`)).html)).toContain('niet waar');
    const proof = JSON.parse((await of('woningcorporatie').get(`/officer/entries/${id}/proof.json`)).html);
    expect(proof.receipt.openings.map((opening: { name: string }) => opening.name).sort()).toEqual([
      'caseReference',
      'justification',
      'user',
    ]);
  });

  test('answers alike for an entry of others and one that does not exist', async () => {
    const others = await of('politie-oost').get(`/officer/entries/${entry('disclosure', 'gemeente-zwolle').id}`);
    const none = await of('politie-oost').get('/officer/entries/019aa000-0000-7000-8000-000000000000');
    const odd = await of('politie-oost').get('/officer/entries/../../x');
    expect([none.status, odd.status]).toEqual([404, 404]);
    const [one, other] = [others.html, none.html].map((html) => textOf(html));
    expect(one).toBe(other);
  });
});

describe('one entry', () => {
  test('is explained: rule, law, regimes, conditions with their values, obligations, who asked and why', async () => {
    const { html } = await fg.get(`/officer/entries/${entry('disclosure', 'gemeente-zwolle').id}`);
    const text = textOf(html);
    for (const expected of [
      'Verstrekt: Detentie- en re-integratieplan',
      'Penitentiaire beginselenwet, artikel 18a lid 4 en 6',
      'Bron: Wjsg · Ontvanger: AVG',
      'prison-to-plan-partners',
      'de bron is bij deze persoon betrokken als inrichting van verblijf',
      'rol inrichting van verblijf · vastgelegd · vanaf 5 oktober 2026',
      'fase detentie · vastgelegd · vanaf 5 oktober 2026',
      'waar',
      'Tot 6 maanden na: de afsluiting van het plan (ontwerpkeuze)',
      'A. de Vries',
      'Plan maken voor terugkeer <naar> de gemeente & een woning',
      'ZW-2026-001',
      'Alle controles zijn geslaagd.',
    ]) {
      expect(text).toContain(expected);
    }
    expect(html).not.toContain('<naar>');
  });

  test('has its conditions in words of the reader’s language, and no word of the record', async () => {
    const path = `/officer/entries/${entry('disclosure', 'woningcorporatie').id}`;
    const text = textOf((await fg.get(path)).html);
    expect(text).toMatch(/op 1\d november 2026 · door de betrokkene · tekst 1 · tot 1 juni 2027/);
    const english = textOf((await fg.get(`${path}?taal=en`)).html);
    expect(english).toContain('by the person');
    expect(english).toMatch(/role municipality of residence or main stay · on record · from 5 October 2026/);
    for (const words of [text, english]) expect(words).not.toMatch(/attested|detaining-prison|2026-1|\bby subject/);
  });

  test('of what nobody asked for does not say that who asked cannot be read', async () => {
    for (const kind of ['consent-given', 'notice'] as const) {
      const { id } = pages.world.entries.find((draft) => draft.kind === kind) ?? {};
      const text = textOf((await fg.get(`/officer/entries/${id}`)).html);
      expect(text).not.toContain('Wie vroeg het');
    }
    const asked = await fg.get(`/officer/entries/${entry('refusal', 'politie-oost').id}`);
    expect(textOf(asked.html)).toContain('Wie vroeg het');
  });

  test('shows no value and no number of the person', async () => {
    for (const draft of pages.world.entries.filter(({ kind }) => kind !== 'officer-looked')) {
      const page = await fg.get(`/officer/entries/${draft.id}`);
      const json = await fg.get(`/officer/entries/${draft.id}/proof.json`);
      for (const { html } of [page, json]) {
        expect(html).not.toContain('900000041');
        expect(html).not.toContain('Ebbink');
        expect(html).not.toContain(pages.subject);
      }
    }
  });

  test('of a refusal names the prohibition and the rule', async () => {
    const text = textOf((await fg.get(`/officer/entries/${entry('refusal', 'politie-oost').id}`)).html);
    expect(text).toContain('Geweigerd');
    expect(text).toContain('Verboden.');
    expect(text).toContain('police-outside-the-plan');
  });

  test('says who approved, for an approval', async () => {
    const text = textOf((await fg.get(`/officer/entries/${entry('approval', 'woningcorporatie').id}`)).html);
    expect(text).toContain('S. Bakker');
  });

  test('is downloaded as a receipt that verifies elsewhere, with its inclusion and checkpoint', async () => {
    const { id } = entry('disclosure', 'gemeente-zwolle');
    const answer = await fg.get(`/officer/entries/${id}/proof.json`);
    expect(answer.headers.get('Content-Disposition')).toBe(`attachment; filename="sluis-${id}.json"`);
    const proof = JSON.parse(answer.html);
    expect(Object.values(proof.checks)).toEqual(Array(5).fill('passed'));
    const verified = verifyReceipt(proof.receipt, await pages.ledger.keys());
    expect(verified.ok && verified.value.id).toBe(id);
    expect(proof.inclusion.checkpoint).toContain('sluis.test/log');
  });

  test('that the sequencer has not reached yet says so', async () => {
    pages.ledger.sequenced = false;
    const text = textOf((await fg.get(`/officer/entries/${entry('refusal', 'politie-oost').id}`)).html);
    expect(text).toContain('Zij staat nog niet onder een controlepunt');
    expect(text).not.toContain('Alle controles zijn geslaagd');
  });
});

describe('a look', () => {
  test('is on record with its officer, entry and form, before the page is there', async () => {
    const { id } = entry('disclosure', 'gemeente-zwolle');
    await fg.get(`/officer/entries/${id}`);
    await fg.get(`/officer/entries/${id}/proof.json`);
    expect(looks().map(({ body }) => [body.entry, body.form])).toEqual([
      [id, 'page'],
      [id, 'download'],
    ]);
    expect(looks()[0]).toMatchObject({
      source: 'pi-zwolle',
      recipient: 'gemeente-zwolle',
      personal: {},
      subject: null,
    });
  });

  test.each(['', '/proof.json'])('that cannot be put on record shows nothing%s', async (form) => {
    const { id } = entry('disclosure', 'gemeente-zwolle');
    pages.world.breakNextCommit = 'before';
    const { status, html } = await fg.get(`/officer/entries/${id}${form}`);
    expect(status).toBe(503);
    expect(textOf(html)).toContain('komt zelf in het logboek. Dat lukte nu niet.');
    for (const hidden of ['A. de Vries', 'Gemeente Zwolle', 'artikel']) expect(html).not.toContain(hidden);
    expect(looks()).toEqual([]);
  });

  test('that was perhaps put on record, without an answer, shows nothing either', async () => {
    pages.world.breakNextCommit = 'after';
    const { status, html } = await fg.get(`/officer/entries/${entry('refusal', 'politie-oost').id}`);
    expect(status).toBe(503);
    expect(html).not.toContain('A. de Vries');
  });

  test('can be seen by the unit that it was about', async () => {
    await fg.get(`/officer/entries/${entry('refusal', 'politie-oost').id}`);
    expect(lines((await of('politie-oost').get('/officer/disclosures?kind=officer-looked')).html)).toHaveLength(1);
  });
});
