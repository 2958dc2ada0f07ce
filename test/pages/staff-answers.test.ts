import { beforeEach, describe, expect, test } from 'vitest';
import type { RequestId, UnitId } from '../../src/core/brand.ts';
import type { Unit } from '../../src/core/partner/partner.ts';
import { shippedSet } from '../world/shipped-set.ts';
import { withObligations } from '../world/with-obligations.ts';
import { answerer, askDesk, mustSeal, openDesk, watchSealing } from './answer-desk.ts';
import { formOf } from './form-of.ts';
import { officer, type PagesWorld, pagesWorld, playStory } from './pages-world.ts';
import { type Answer, formToken, textOf, Visitor } from './visitor.ts';

let pages: PagesWorld;
let id: RequestId;
let staff: Visitor;
let sealed: unknown[];
beforeEach(async () => {
  pages = pagesWorld();
  await playStory(pages);
  openDesk(pages);
  sealed = watchSealing(pages);
  id = await askDesk(pages);
  staff = Visitor.as(pages, answerer);
});

const path = () => `/staff/requests/${id}`;
const stateOf = () => pages.world.requests.get(id)?.state;
const looked = { looked: 'yes' };
const surname = { 'field.identity.surname': 'Verzegelaar' };

async function send(action: string, typed: Record<string, string>, by = staff): Promise<Answer> {
  const page = await by.get(path());
  return by.post(`${path()}/${action}`, { ...formOf(page, action), ...typed });
}

describe('what waits for an answer', () => {
  test('is listed beside what waits for approval, without a word about whom it is', async () => {
    const { html } = await staff.get('/staff/inbox');
    expect(textOf(html)).toContain('Beantwoorden Team Nazorg vraagt');
    expect(html).not.toMatch(/900000041/);
  });

  test('has an input for every field, of its own type, and fits the person that is named', async () => {
    const page = await staff.get(path());
    const { html } = page;
    expect(html).toMatch(/<input type="text" id="field.identity.surname"[^>]*maxlength="200"/);
    expect(html).toMatch(/<input type="date" id="field.identity.birthDate"/);
    expect(html).toMatch(
      /<select id="field.identityDocument.hasValid".*<option value="yes">Ja<.*<option value="no">Nee</,
    );
    expect(html).toMatch(
      /<textarea id="field.incomeWork.workHistory"[^>]*aria-describedby="field.incomeWork.workHistory-hint"/,
    );
    expect(html).toMatch(/<input type="text" inputmode="numeric" id="field.incomeWork.amountPerMonthCents"/);
    expect(textOf(html)).toContain(`Uw nummer voor deze persoon ${formOf(page, 'answer').subject}`);
    expect(html).not.toContain('/decision');
  });

  test('is there for nobody else, and no form of it is taken', async () => {
    const page = await staff.get(path());
    for (const wrong of [
      Visitor.as(pages, { ...answerer, unit: 'gemeente-zwolle' as UnitId }),
      Visitor.as(pages, { ...answerer, unit: 'politie-oost' as UnitId }),
    ]) {
      expect((await wrong.get(path())).status).toBe(404);
      const own = formToken(await wrong.get('/staff/inbox'));
      for (const [action, typed] of [
        ['answer', { ...surname, ...looked, subject: formOf(page, 'answer').subject ?? '' }],
        ['refusal', { ground: 'weten wij niet' }],
        ['question', { text: 'Welke naam?' }],
        ['delegation', { role: '', colleague: 'p-2', note: '' }],
      ] as const) {
        const form = { formToken: own, page: formOf(page, 'answer').page ?? '', ...typed };
        expect((await wrong.post(`${path()}/${action}`, form)).status).toBe(409);
      }
    }
    const other = Visitor.as(pages, officer('pi-zwolle'));
    expect((await other.post(`${path()}/answer`, formOf(page, 'answer'))).status).toBe(403);
    expect([stateOf(), sealed]).toEqual(['awaiting-source', []]);
  });

  test('is no more there once two people no longer agree that its people may', async () => {
    const page = await staff.get(path());
    const { units } = pages.world.ports.registry.current();
    (units as Map<UnitId, Unit>).set(answerer.unit, { ...(units.get(answerer.unit) as Unit), staff: false });
    const form = { ...formOf(page, 'answer'), ...surname, ...looked };
    expect((await staff.post(`${path()}/answer`, form)).status).toBe(409);
    expect([(await staff.get(path())).status, stateOf(), sealed]).toEqual([404, 'awaiting-source', []]);
  });
});

describe('an answer', () => {
  const whole = {
    ...surname,
    'field.identity.birthDate': '1988-03-02',
    'field.numbers.bsn': '9000 00 041',
    'field.identityDocument.hasValid': 'no',
    'field.housing.priorSituation': ' huurwoning \r\n in Zwolle ',
    'field.incomeWork.workHistory': 'bakker\r\n\r\n  tuinman \r\n',
    'field.incomeWork.amountPerMonthCents': '120050',
    ...looked,
  };

  test('holds each field as the catalogue wants it, and is sealed', async () => {
    const answer = await send('answer', whole);
    expect([answer.status, answer.headers.get('Location')]).toEqual([303, '/staff/inbox?done=answered']);
    expect(sealed).toEqual([
      {
        'identity.surname': 'Verzegelaar',
        'identity.birthDate': '1988-03-02',
        'numbers.bsn': '900000041',
        'identityDocument.hasValid': false,
        'housing.priorSituation': 'huurwoning in Zwolle',
        'incomeWork.workHistory': ['bakker', 'tuinman'],
        'incomeWork.amountPerMonthCents': 120050,
      },
    ]);
    expect(stateOf()).toBe('answered');
    expect(textOf((await staff.get('/staff/inbox?done=answered')).html)).toContain('Uw antwoord staat klaar');
    expect(JSON.stringify(pages.world.entries)).not.toMatch(/Verzegelaar|huurwoning|tuinman/);
  });

  test('may be a part: the rest stands on the page, what was given by name alone', async () => {
    const before = formOf(await staff.get(path()), 'refusal');
    const answer = await send('answer', { ...surname, ...looked });
    expect([answer.headers.get('Location'), stateOf()]).toEqual([`${path()}?done=part`, 'partly-answered']);
    const page = await staff.get(`${path()}?done=part`);
    expect(textOf(page.html)).toContain('Er ontbreekt nog iets');
    expect(page.html).not.toMatch(/field\.identity\.surname|Verzegelaar/);
    expect(page.html).not.toContain('/refusal');
    // From a page that was read before: there is no input left to say it at.
    const late = await staff.post(`${path()}/refusal`, { ...before, ground: 'x' });
    expect([late.status, late.html.includes('#ground')]).toEqual([400, false]);
    expect((await staff.post(`${path()}/refusal`, { ...before, ground: 'toch niet' })).status).toBe(409);
    expect(textOf((await staff.get('/staff/inbox')).html)).toContain('Een deel is al gegeven');
    expect((await send('answer', { complete: 'yes', ...looked })).headers.get('Location')).toBe(
      '/staff/inbox?done=answered',
    );
    expect(stateOf()).toBe('answered');
  });

  test('with mistakes says each beside its field, keeps all that was typed, and gives nothing', async () => {
    const wrong = {
      ...surname,
      'field.identity.birthDate': '31-02-1988',
      'field.numbers.bsn': '123456789',
      'field.identityDocument.hasValid': 'perhaps',
      'field.incomeWork.workHistory': `${'x'.repeat(201)}\r\ntuinman`,
      'field.incomeWork.amountPerMonthCents': 'twaalf <b>',
      complete: 'yes',
    };
    const answer = await send('answer', wrong);
    expect([answer.status, stateOf(), sealed]).toEqual([400, 'awaiting-source', []]);
    expect(answer.html).toContain('<title>Fout');
    for (const name of Object.keys(wrong).slice(1, 6)) {
      expect(answer.html).toMatch(
        new RegExp(`id="${name}"[^>]*aria-describedby="${name}-error[^>]*aria-invalid="true"`),
      );
      expect(answer.html).toContain(`<a href="#${name}">`);
    }
    expect(answer.html).toContain('id="looked-error"');
    expect(answer.html).toContain('value="Verzegelaar"');
    // Not as a date: a browser would show nothing.
    expect(answer.html).toMatch(/<input type="text" id="field.identity.birthDate"[^>]*value="31-02-1988"/);
    expect(answer.html).toContain('value="twaalf &lt;b&gt;"');
    expect(answer.html).toMatch(/x{201}\r?\ntuinman<\/textarea>/);
    expect(answer.html).toMatch(/name="complete" value="yes" checked/);
    expect(answer.html).not.toMatch(/id="field.identity.surname-error"/);
    expect(pages.faults).toEqual([]);
  });

  test('is about whom was read, which somebody says that they looked at', async () => {
    const unseen = await send('answer', surname);
    expect([unseen.status, textOf(unseen.html)]).toEqual([400, expect.stringContaining('de juiste persoon')]);
    const other = await send('answer', { ...surname, ...looked, subject: '0192f0c1-2222-7333-8444-555566667777' });
    expect([other.status, stateOf(), sealed]).toEqual([409, 'awaiting-source', []]);
    expect(other.html).toContain('value="Verzegelaar"');
  });

  test('of nothing is none, unless it is said that this is all', async () => {
    const none = await send('answer', looked);
    expect([none.status, textOf(none.html)]).toEqual([400, expect.stringContaining('ten minste één gegeven')]);
    expect((await send('answer', { ...looked, complete: 'yes' })).status).toBe(303);
    expect([stateOf(), sealed]).toEqual(['answered', [{}]]);
  });

  test('sent twice from one page is one answer', async () => {
    const form = { ...formOf(await staff.get(path()), 'answer'), ...surname, ...looked };
    const replies = [await staff.post(`${path()}/answer`, form), await staff.post(`${path()}/answer`, form)];
    expect(replies.map(({ status }) => status)).toEqual([303, 303]);
    expect(sealed).toHaveLength(1);
  });

  test('to what a colleague answered meanwhile leaves what can still be given, with what was typed', async () => {
    const page = await staff.get(path());
    await send('answer', { ...surname, ...looked });
    const more = { ...surname, 'field.identityDocument.hasValid': 'yes', ...looked };
    const late = await staff.post(`${path()}/answer`, { ...formOf(page, 'answer'), ...more });
    expect([late.status, sealed.length]).toEqual([400, 1]);
    expect(textOf(late.html)).toContain('veranderde terwijl u schreef');
    expect(late.html).toMatch(/<option value="yes" selected>/);
    expect(late.html).not.toContain('field.identity.surname');
  });

  test('of what may not be given, or is no field, is refused whole', async () => {
    for (const name of ['field.medical.diagnosis', 'field.geheim-7', 'field.__proto__']) {
      const { status, html } = await send('answer', { ...surname, ...looked, [name]: 'geheim-7' });
      expect(status).toBe(400);
      expect(textOf(html)).toContain('veranderde terwijl u schreef');
      expect(textOf(html)).not.toContain('geheim-7');
    }
    expect(sealed).toEqual([]);
  });

  test('to nobody who could open it says so, and keeps what was typed', async () => {
    const { units } = pages.world.ports.registry.current();
    const gemeente = units.get('gemeente-zwolle' as UnitId) as Unit;
    (units as Map<UnitId, Unit>).set(gemeente.id, { ...gemeente, encryptionKeys: null });
    const { status, html } = await send('answer', { ...surname, ...looked });
    expect([status, stateOf(), sealed]).toEqual([409, 'awaiting-source', []]);
    expect(textOf(html)).toContain('geen sleutel');
    expect(html).toContain('value="Verzegelaar"');
  });

  test('as long as a system may send is taken, longer is not; any other form stays short', async () => {
    const work = Array.from({ length: 50 }, () => 'é'.repeat(200)).join('\r\n');
    expect((await send('answer', { 'field.incomeWork.workHistory': work, ...looked })).status).toBe(303);
    const flood = { 'field.incomeWork.workHistory': 'é'.repeat(40_000), ...looked };
    for (const { status, html } of [await send('answer', flood), await send('question', { text: 'é'.repeat(3_000) })]) {
      expect(status).toBe(413);
      expect(textOf(html)).toContain('Wat u schreef, is te lang.');
    }
  });

  test('of what its source must seal itself is given by its own system alone', async () => {
    const form = { ...formOf(await staff.get(path()), 'answer'), ...surname, ...looked };
    mustSeal(pages);
    const page = await staff.get(path());
    expect(textOf(page.html)).toContain('kan alleen het eigen systeem van uw organisatie ze geven');
    expect(page.html).not.toMatch(/\/answer"|name="field\./);
    for (const action of ['question', 'delegation', 'refusal']) expect(page.html).toContain(`${path()}/${action}`);
    expect((await staff.post(`${path()}/answer`, form)).status).toBe(400);
    expect(sealed).toEqual([]);
  });

  test('of what its source must seal itself is announced where it is approved', async () => {
    const approval = { approval: 'source-human', approvers: ['director'] } as const;
    const under = (obligations: Parameters<typeof withObligations>[2]) =>
      pages.world.bound.set(answerer.unit, withObligations(shippedSet(), 'plan-basic-conditions', obligations));
    under(approval);
    const waits = await askDesk(pages, ['identity.surname']);
    const seal = 'kan alleen het eigen systeem van uw organisatie ze geven';
    const page = async () => textOf((await staff.get(`/staff/requests/${waits}`)).html);
    expect(await page()).not.toContain(seal);
    under({ ...approval, seal: 'end-to-end' });
    expect(await page()).toContain(seal);
    expect(await page()).toContain('Goedkeuren');
  });

  test('is taken from a form of this session alone, and of exactly its shape', async () => {
    const form = { ...formOf(await staff.get(path()), 'answer'), ...surname, ...looked };
    for (const [fields, origin] of [
      [{ ...form, formToken: 'x'.repeat(22) }, undefined],
      [form, 'https://elsewhere.example'],
      [form, null],
      [{ ...form, page: 'x' }, undefined],
      [{ ...form, subject: '900000041' }, undefined],
      [{ ...form, complete: 'no' }, undefined],
      [{ ...form, other: 'x' }, undefined],
    ] as const) {
      expect((await staff.post(`${path()}/answer`, fields, origin)).status).toBe(403);
    }
    expect([stateOf(), sealed]).toEqual(['awaiting-source', []]);
  });
});
