import { beforeEach, describe, expect, test } from 'vitest';
import type { FactId, FieldId, RequestId, SubjectId, UnitId } from '../../src/core/brand.ts';
import { collect } from '../../src/core/disclosure/collect.ts';
import { struckIn } from '../../src/core/disclosure/strike.ts';
import type { Fact } from '../../src/core/fact/fact.ts';
import { fieldRestricted } from '../../src/core/fact/restriction.ts';
import type { Unit } from '../../src/core/partner/partner.ts';
import type { Staff } from '../../src/pages/ports.ts';
import { housingBody, officer, type PagesWorld, pagesWorld, playStory } from './pages-world.ts';
import { staffMember, whatWaits } from './staff-member.ts';
import { formToken, textOf, Visitor } from './visitor.ts';

const gemeente = staffMember.unit;
const member = (changes: Partial<Staff> = {}): Staff => ({ ...staffMember, ...changes });

let pages: PagesWorld;
let id: RequestId;
let staff: Visitor;
beforeEach(async () => {
  pages = pagesWorld();
  await playStory(pages);
  id = await whatWaits(pages);
  staff = Visitor.as(pages, member());
});

const request = () => {
  const found = pages.world.requests.get(id);
  if (found === undefined) throw new Error('no request');
  return found;
};
const path = () => `/staff/requests/${id}`;

/** The form of the page as it stands, with what is ticked and typed. */
async function send(said: Record<string, string>, by = staff, more: Record<string, string> = {}) {
  const page = await by.get(path());
  return by.post(`${path()}/decision`, {
    formToken: formToken(page),
    seen: seenOn(page),
    ground: '',
    ...said,
    ...more,
  });
}

/** What its form says that was read. */
function seenOn({ html }: { readonly html: string }): string {
  return /name="seen" value="([^"]+)"/.exec(html)?.[1] ?? '';
}

test('what was struck out stands with its approval, for the officers of both and in their language', async () => {
  await send({ decision: 'approved', 'strike.housing.neededFrom': 'yes' });
  const { id: entry, body } = pages.world.entries.findLast(({ kind }) => kind === 'approval') ?? {};
  expect(body).toMatchObject({ struck: ['housing.neededFrom'] });
  for (const unit of [null, 'gemeente-zwolle', 'woningcorporatie']) {
    const officers = Visitor.as(pages, officer(unit));
    const text = textOf((await officers.get(`/officer/entries/${entry}`)).html);
    expect(text).toMatch(/Weggelaten bij deze goedkeuring Woning nodig vanaf/);
  }
  const english = await Visitor.as(pages, officer(null)).get(`/officer/entries/${entry}?taal=en`);
  expect(textOf(english.html)).toContain('Left out at this approval');
});

describe('what waits', () => {
  test('is listed without a word about whom it is', async () => {
    const { status, html } = await staff.get('/staff/inbox');
    const text = textOf(html);
    expect(status).toBe(200);
    expect(text).toContain('Stichting Wonen aan de IJssel vraagt');
    expect(text).toContain('S. Bakker');
    expect(html).not.toMatch(/900000041|WH-2026-0117/);
  });

  test('is shown whole to whoever decides: who, what, why, for whom', async () => {
    const { html } = await staff.get(path());
    const text = textOf(html);
    const body = housingBody();
    expect(text).toContain(body.justification);
    expect(text).toContain(body.caseReference);
    for (const field of request().decision.permitted) expect(html).toContain(`name="strike.${field}"`);
    expect(text).toContain('nazorgco');
    // What the asker wrote is text, whatever is in it.
    expect(html).not.toContain('<naar>');
  });

  test('is there for nobody else: another unit, an officer, the person, whoever is not logged in', async () => {
    const other = Visitor.as(pages, member({ unit: 'politie-oost' as UnitId }));
    expect((await other.get(path())).status).toBe(404);
    expect(textOf((await other.get('/staff/inbox')).html)).toContain('Er wacht nu niets op u');
    for (const person of [officer('gemeente-zwolle'), { kind: 'subject' as const, id: pages.subject }]) {
      const wrong = Visitor.as(pages, person);
      expect([(await wrong.get(path())).status, (await wrong.get('/staff/inbox')).status]).toEqual([403, 403]);
    }
    expect((await new Visitor(pages).get(path())).status).toBe(303);
    expect((await staff.get('/officer/disclosures')).status).toBe(403);
    expect((await staff.get('/me')).status).toBe(403);
  });

  test.each(['suspended', 'without'] as const)('is there no more for the people of a unit that is %s', async (how) => {
    const seen = seenOn(await staff.get(path()));
    const { units } = pages.world.ports.registry.current();
    const unit = units.get(gemeente) as Unit;
    const changed = how === 'suspended' ? { ...unit, state: 'suspended' as const } : { ...unit, staff: false };
    (units as Map<UnitId, Unit>).set(gemeente, changed);
    expect((await staff.get(path())).status).toBe(404);
    expect((await staff.get('/staff/inbox')).html).not.toContain('/staff/requests/');
    const answer = await staff.post(`${path()}/decision`, {
      formToken: formToken(await staff.get('/staff/inbox')),
      seen,
      decision: 'approved',
      ground: '',
    });
    expect([answer.status, request().state]).toEqual([409, 'awaiting-approval']);
  });
});

describe('a decision', () => {
  test('approves, and a field with a tick does not leave', async () => {
    const [field] = request().decision.permitted;
    const answer = await send({ decision: 'approved', [`strike.${field}`]: 'yes' });
    expect([answer.status, answer.headers.get('Location')]).toEqual([303, '/staff/inbox?done=approved']);
    expect(textOf((await staff.get('/staff/inbox?done=approved')).html)).toContain('U hebt de aanvraag goedgekeurd');
    expect([request().state, struckIn(request().decision)]).toEqual(['permitted', [field]]);
    const given = await collect(pages.world.ports, pages.world.call('woningcorporatie'), id);
    if (given.kind !== 'delivered' || given.answer.form !== 'clear') throw new Error(given.kind);
    expect(Object.keys(given.answer.data)).not.toContain(field);
    expect(Object.keys(given.answer.data).length).toBeGreaterThan(0);
  });

  test('sent twice from one page is one decision', async () => {
    const page = await staff.get(path());
    const form = { formToken: formToken(page), seen: seenOn(page), decision: 'approved', ground: '' };
    const answers = [await staff.post(`${path()}/decision`, form), await staff.post(`${path()}/decision`, form)];
    expect(answers.map(({ status }) => status)).toEqual([303, 303]);
    expect(request().approvals).toHaveLength(1);
    const other = await staff.post(`${path()}/decision`, { ...form, decision: 'declined', ground: 'toch niet' });
    expect([other.status, request().state]).toEqual([409, 'permitted']);
  });

  test('declines with a reason, and without one keeps what was ticked and typed beside the error', async () => {
    const [field] = request().decision.permitted;
    const none = await send({ decision: 'declined', ground: ' x', [`strike.${field}`]: 'yes' });
    expect(none.status).toBe(400);
    expect(none.html).toContain('aria-invalid="true"');
    expect(none.html).toMatch(/<textarea[^>]*aria-describedby="ground-error ground-hint"[^>]*> x<\/textarea>/);
    expect(none.html).toMatch(new RegExp(`name="strike.${field}" value="yes" checked`));
    expect(request().state).toBe('awaiting-approval');
    const said = await send({ decision: 'declined', ground: 'past niet <bij> het doel' });
    expect([said.headers.get('Location'), request().state]).toEqual(['/staff/inbox?done=declined', 'declined']);
    const entry = pages.world.entries.find(({ kind }) => kind === 'approval-declined');
    expect(entry?.personal.ground).toBe('past niet <bij> het doel');
  });

  test('of nothing but ticks is an error that says to decline', async () => {
    const ticks = Object.fromEntries(request().decision.permitted.map((field) => [`strike.${field}`, 'yes']));
    const answer = await send({ decision: 'approved', ...ticks });
    expect(answer.status).toBe(400);
    expect(textOf(answer.html)).toContain('U geeft nu geen enkel gegeven');
    expect(request().state).toBe('awaiting-approval');
  });

  test('counts from nobody for whom it was asked', async () => {
    const asker = Visitor.as(pages, member({ number: housingBody().onBehalfOf.id }));
    const answer = await send({ decision: 'approved' }, asker);
    expect(answer.status).toBe(403);
    expect(textOf(answer.html)).toContain('niemand keurt zijn eigen vraag goed');
    expect(request().state).toBe('awaiting-approval');
  });

  test('over what was read before somebody struck a field is not taken', async () => {
    const page = await staff.get(path());
    pages.world.requests.set(id, { ...request(), entry: '0192f0c1-2222-7333-8444-555566667777' as never });
    const form = { formToken: formToken(page), seen: seenOn(page), decision: 'approved', ground: '' };
    const answer = await staff.post(`${path()}/decision`, form);
    expect([answer.status, request().state]).toEqual([409, 'awaiting-approval']);
    expect(textOf(answer.html)).toContain('Deze aanvraag is veranderd');
  });

  test('over what was read while a field was restricted does not take that field along', async () => {
    const [field, ...others] = request().decision.permitted as [FieldId, ...FieldId[]];
    const { clock, entropy } = pages.world.ports;
    const restriction: Fact = {
      ...{ id: entropy.id() as FactId, subject: request().subject as SubjectId, state: 'attested' },
      ...{ type: 'restriction', from: clock.now(), until: null, attestedBy: gemeente, unit: gemeente, reference: null },
      attributes: fieldRestricted(field),
    };
    pages.world.facts.set(restriction.id, restriction);
    const page = await staff.get(path());
    const boxes = [field, ...others].map((each) => page.html.includes(`name="strike.${each}"`));
    expect(boxes).toEqual([false, ...others.map(() => true)]);
    pages.world.facts.delete(restriction.id);
    const form = { formToken: formToken(page), seen: seenOn(page), decision: 'approved', ground: '' };
    const answer = await staff.post(`${path()}/decision`, form);
    expect([answer.status, request().state]).toEqual([409, 'awaiting-approval']);
    expect(textOf(answer.html)).toContain('Deze aanvraag is veranderd');
  });

  test('is only to decline where the reason is gone', async () => {
    pages.world.requests.set(id, { ...request(), openedBy: null });
    const page = await staff.get(path());
    expect(textOf(page.html)).toContain('U kunt deze aanvraag alleen afwijzen');
    expect(page.html).not.toContain('value="approved"');
    expect((await send({ decision: 'approved' })).status).toBe(409);
    expect(request().state).toBe('awaiting-approval');
  });

  test('is taken from a form of this session alone, and of exactly its shape', async () => {
    const page = await staff.get(path());
    const form = { formToken: formToken(page), seen: seenOn(page), decision: 'approved', ground: '' };
    for (const [fields, origin] of [
      [{ ...form, formToken: 'x'.repeat(22) }, undefined],
      [form, 'https://elsewhere.example'],
      [form, null],
      [{ ...form, decision: 'perhaps' }, undefined],
      [{ ...form, seen: 'x' }, undefined],
      [{ ...form, other: 'yes' }, undefined],
      [{ ...form, 'strike.a.b': 'no' }, undefined],
    ] as const) {
      const { status } = await staff.post(`${path()}/decision`, fields, origin);
      expect(status).toBe(403);
    }
    expect(request().state).toBe('awaiting-approval');
  });
});

test('somebody of a unit comes in by a code, at the page where they have something to do', async () => {
  pages.logins.codes.set('STAFF', { person: member(), expiresAt: '2099-01-01T00:00:00.000Z' as never });
  const visitor = new Visitor(pages);
  expect((await visitor.login('STAFF')).headers.get('Location')).toBe('/staff/inbox');
  expect((await visitor.get('/staff')).headers.get('Location')).toBe('/staff/inbox');
  expect((await visitor.get('/staff/x')).status).toBe(404);
  expect(textOf((await visitor.get('/')).html)).toContain('Voor medewerkers');
  expect((await visitor.get('/staff/inbox?taal=en')).html).toContain('What waits for you');
});
