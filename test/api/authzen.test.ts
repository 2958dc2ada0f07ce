import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { isNearNow } from '../../src/api/near-now.ts';
import { partnerApp } from '../../src/api/partner-app.ts';
import { refusalPages } from '../../src/api/problem-types/refusal-pages.ts';
import { problemTypes } from '../../src/api/problem-types.ts';
import { publicApp } from '../../src/api/public-app.ts';
import { accessDecision } from '../../src/api/schemas/access-view.ts';
import { instant, mint, type UnitId } from '../../src/core/brand.ts';
import { dryRun } from '../../src/core/disclosure/dry-run.ts';
import type { Partner } from '../../src/core/partner/partner.ts';
import { ok, refuse } from '../../src/core/result.ts';
import { plainAnswer } from '../world/alike.ts';
import { type MemoryWorld, memoryWorld } from '../world/memory-world.ts';
import { detain, units } from '../world/personas.ts';
import { shippedSet } from '../world/shipped-set.ts';
import { fakeDeps, fakePublicDeps } from './world/fake-deps.ts';
import { type Listener, listen, send } from './world/listener.ts';

const set = shippedSet();
let world: MemoryWorld;
let listener: Listener;

beforeAll(async () => {
  const deps = fakeDeps({
    identify: (c) => {
      const unit = units.find(({ id }) => id === c.req.header('x-test-unit'));
      return unit === undefined ? refuse('no-certificate') : ok(mint<Partner>({ unit, thumbprint: '00' }));
    },
    access: {
      dryRun: (call, question) => dryRun(world.ports, call, question),
      isNow: (time) => isNearNow(time, instant(new Date())),
    },
    policies: { current: () => set, boundTo: ({ id }) => (id === ('reclassering' as UnitId) ? null : set) },
    units: () => units,
  });
  listener = await listen(partnerApp(deps));
});
afterAll(() => listener.close());
beforeEach(async () => {
  world = memoryWorld(set, units);
  await detain(world.ports, () => world.call('pi'));
});

const subject = { type: 'unit', id: 'gemeente' };
const action = { name: 'plan-basic-conditions' };
const fields = ['identity.surname', 'identity.birthDate'];
const resource = (id = '900000041') => ({
  type: 'person',
  id,
  properties: { identifiedBy: 'bsn', source: 'pi', fields },
});
const question = { subject, action, resource: resource() };

function post(path: string, body: unknown, unit = 'gemeente', more: Record<string, string> = {}) {
  const headers = { 'x-test-unit': unit, 'content-type': 'application/json', ...more };
  return send(`${listener.url}${path}`, { method: 'POST', headers, body: JSON.stringify(body) });
}
const get = (path: string, more: Record<string, string> = {}) =>
  send(`${listener.url}${path}`, { headers: { 'x-test-unit': 'gemeente', ...more } });

describe('an evaluation', () => {
  it('is answered by 200 and true, with what comes with a permit, without an Idempotency-Key', async () => {
    const answer = await post('/access/v1/evaluation', question);
    expect(answer.status).toBe(200);
    const { decision, context } = accessDecision.parse(answer.json);
    expect(decision).toBe(true);
    expect(context).toMatchObject({ permitted: fields, refused: [], obligations: { seal: 'transport' } });
    expect(context.reason).toBeUndefined();
    expect(context.entry).toBe(world.entries.at(-1)?.id);
    expect(answer.text).not.toContain('900000041');
  });

  it('is answered by 200 and false, with the reason and its page, where it is denied', async () => {
    const own = { ...question, subject: { type: 'unit', id: 'buurgemeente' } };
    const answer = await post('/access/v1/evaluation', own, 'buurgemeente', { 'accept-language': 'en' });
    const { decision, context } = accessDecision.parse(answer.json);
    expect([answer.status, decision, context.reason]).toEqual([200, false, 'not-available']);
    expect(context.refused?.[0]?.reasons[0]?.text).toContain('not available');
    expect((await get(String(context.page))).status).toBe(200);
  });

  it('is the same whoever the person is, with as many entries', async () => {
    const answers = [];
    for (const id of ['900000041', '900000053', '900000065']) {
      const before = world.entries.length;
      const own = { subject: { type: 'unit', id: 'buurgemeente' }, action, resource: resource(id) };
      const { status, headers, json } = await post('/access/v1/evaluation', own, 'buurgemeente');
      const reply = { status, headers: Object.fromEntries(headers), body: json };
      answers.push([plainAnswer(reply as Parameters<typeof plainAnswer>[0], [id]), world.entries.length - before]);
    }
    expect(answers[1]).toEqual(answers[0]);
    expect(answers[2]).toEqual(answers[0]);
  });

  it('on behalf of another unit is a denial that leaves no trace of the person', async () => {
    const before = world.entries.length;
    const answer = await post('/access/v1/evaluation', question, 'buurgemeente');
    expect([answer.status, answer.json]).toEqual([
      200,
      {
        decision: false,
        context: { reason: 'not-the-asking-unit', page: '/problems/not-the-asking-unit', member: 'subject.id' },
      },
    ]);
    expect(world.entries).toHaveLength(before);
  });

  it('about another time is a denial; about now, by any offset, it is answered', async () => {
    const hour = await post('/access/v1/evaluation', {
      ...question,
      context: { time: new Date(Date.now() - 3_600_000).toISOString() },
    });
    expect(hour.json).toMatchObject({ decision: false, context: { reason: 'not-now' } });
    const local = new Date(Date.now() + 2 * 3_600_000).toISOString().replace('Z', '+02:00');
    expect((await post('/access/v1/evaluation', { ...question, context: { time: local } })).json.decision).toBe(true);
  });

  it.each([
    ['no subject', { action, resource: resource() }, '#/subject'],
    ['an action without a name', { ...question, action: {} }, '#/action/name'],
    ['a time that is none', { ...question, context: { time: 'now' } }, '#/context/time'],
  ])('is malformed with %s: a problem document that names it', async (_, body, pointer) => {
    const answer = await post('/access/v1/evaluation', body, 'gemeente', { 'x-request-id': 'r-1' });
    expect([answer.status, answer.headers.get('content-type')]).toEqual([400, 'application/problem+json']);
    expect(answer.json).toMatchObject({ type: '/problems/invalid-input', errors: [{ location: { pointer } }] });
    expect(answer.headers.get('x-request-id')).toBe('r-1');
  });

  it('gives X-Request-ID back as it came, and ours where it is none', async () => {
    const echoed = await post('/access/v1/evaluation', question, 'gemeente', { 'x-request-id': 'bfe9eb29-ab87' });
    expect(echoed.headers.get('x-request-id')).toBe('bfe9eb29-ab87');
    const long = await post('/access/v1/evaluation', question, 'gemeente', { 'x-request-id': 'x'.repeat(129) });
    const ours = /^[0-9a-f]{32}$/;
    expect(long.headers.get('x-request-id')).toMatch(ours);
    expect((await post('/access/v1/evaluation', question)).headers.get('x-request-id')).toMatch(ours);
  });

  it('is a fault and no answer while the record cannot be written', async () => {
    world.breakNextCommit = 'before';
    const answer = await post('/access/v1/evaluation', question);
    expect([answer.status, answer.json.decision]).toEqual([503, undefined]);
  });
});

describe('several evaluations', () => {
  it('are answered in order, as far as the semantic goes', async () => {
    const evaluations = [{}, { resource: resource('900000053') }, {}];
    const options = { evaluations_semantic: 'deny_on_first_deny' };
    const all = await post('/access/v1/evaluations', { ...question, evaluations });
    const first = await post('/access/v1/evaluations', { ...question, evaluations, options });
    const decisions = (json: Record<string, unknown>) =>
      (json.evaluations as { decision: boolean }[]).map(({ decision }) => decision);
    expect([decisions(all.json), decisions(first.json)]).toEqual([
      [true, false, true],
      [true, false],
    ]);
  });

  it('without any are answered as one', async () => {
    expect((await post('/access/v1/evaluations', question)).json.decision).toBe(true);
  });

  it('name what is missing by its place', async () => {
    const answer = await post('/access/v1/evaluations', { subject, evaluations: [{ action }] });
    expect(answer.json).toMatchObject({ errors: [{ location: { pointer: '#/evaluations/0/resource' } }] });
  });
});

describe('a search', () => {
  const kind = { type: 'partner-kind', id: 'municipality' };
  const field = { type: 'field', id: 'identity.surname' };

  it('ranges over kinds, fields and purposes, in pages', async () => {
    const kinds = await post('/access/v1/search/subject', {
      subject: { type: 'partner-kind' },
      action,
      resource: field,
    });
    expect(kinds.json.results).toContainEqual(kind);
    const purposes = await post('/access/v1/search/action', { subject, resource: field });
    expect(purposes.json.results).toContainEqual(action);
    const asked = { subject, action, resource: { type: 'field' } };
    const whole = await post('/access/v1/search/resource', asked);
    const first = await post('/access/v1/search/resource', { ...asked, page: { limit: 2 } });
    const { next_token: token } = first.json.page as { next_token: string };
    const second = await post('/access/v1/search/resource', { ...asked, page: { limit: 500, token } });
    expect([...(first.json.results as []), ...(second.json.results as [])]).toEqual(whole.json.results);
    expect(second.json.page).toMatchObject({ next_token: '' });
    expect((await post('/access/v1/search/resource', { ...asked, page: { token: 'x' } })).status).toBe(400);
  });

  it.each([
    ['subject', { subject: { type: 'person' }, action, resource: field }],
    ['subject', { subject: { type: 'partner-kind' }, action, resource: resource() }],
    ['resource', { subject, action, resource: { type: 'person' } }],
    ['resource', { subject: { type: 'person', id: '900000041' }, action, resource: { type: 'field' } }],
    ['action', { subject, resource: resource() }],
  ])('by %s for a person is refused, and says why', async (name, body) => {
    const before = world.entries.length;
    const answer = await post(`/access/v1/search/${name}`, body);
    expect([answer.status, answer.json.type]).toEqual([400, '/problems/persons-are-not-searched']);
    expect(answer.text).not.toContain('900000041');
    expect(world.entries).toHaveLength(before);
  });
});

describe('the metadata', () => {
  it('names every door, on both listeners', async () => {
    const open = await listen(publicApp(fakePublicDeps()));
    const [partner, everybody] = [
      await get('/.well-known/authzen-configuration'),
      await send(`${open.url}/.well-known/authzen-configuration`),
    ];
    await open.close();
    expect(everybody.json).toEqual(partner.json);
    expect(everybody.headers.get('access-control-allow-origin')).toBe('*');
    const origin = 'https://partners.gateway.example';
    expect(partner.json.policy_decision_point).toBe(origin);
    const endpoints = Object.entries(partner.json).filter(([name]) => name.endsWith('_endpoint'));
    expect(endpoints).toHaveLength(5);
    for (const [, url] of endpoints) {
      const answer = await post(String(url).slice(origin.length), {});
      expect(answer.status).toBe(400);
    }
  });

  it('is all that the public listener answers of it', async () => {
    const open = await listen(publicApp(fakePublicDeps()));
    const answer = await send(`${open.url}/access/v1/evaluation`, { method: 'POST', body: '{}' });
    await open.close();
    expect(answer.status).toBe(404);
  });
});

describe('what a unit may ask', () => {
  it('is listed by purpose with a link, each of which says what, of whom and on which law', async () => {
    const list = await get('/v1/permissions');
    const purposes = list.json.purposes as { purpose: string; href: string }[];
    expect(purposes.map(({ purpose }) => purpose)).toContain(action.name);
    for (const { href } of purposes) {
      const [shown] = (await get(href)).json.purposes as { permissions: { fields: []; law: []; obligations: [] }[] }[];
      expect(shown?.permissions.length).toBeGreaterThan(0);
      for (const { fields: named, law, obligations } of shown?.permissions ?? []) {
        expect([named.length, law.length, obligations.length].every((count) => count > 0)).toBe(true);
      }
    }
  });

  it('names the registered sources that give by it, in the language that is asked for', async () => {
    const path = `/v1/permissions?purpose=${action.name}`;
    const [dutch, english] = [await get(path), await get(path, { 'accept-language': 'en' })];
    expect(dutch.text).toContain('"sources":["pi"]');
    expect(dutch.text).not.toContain('"reclassering"');
    expect([dutch.headers.get('content-language'), english.headers.get('content-language')]).toEqual(['nl', 'en']);
    expect(dutch.text).toContain('Bewaren tot');
    expect(english.text).toContain('Keep until');
  });

  it('is nothing for a purpose that is not the unit’s, and a mistake for one that does not exist', async () => {
    const other = await send(`${listener.url}/v1/permissions?purpose=${action.name}`, {
      headers: { 'x-test-unit': 'politie' },
    });
    expect(other.json).toMatchObject({ kind: 'police', purposes: [{ permissions: [] }] });
    expect((await get('/v1/permissions?purpose=curiosity')).json).toMatchObject({
      errors: [{ in: 'query', code: 'unknown-word' }],
    });
  });
});

it('every reason for a refusal has a page of its own, beside the problem types and never instead of one', () => {
  const names = Object.keys(refusalPages);
  expect(names.length).toBeGreaterThan(8);
  for (const name of names) {
    expect(Object.hasOwn(problemTypes, name)).toBe(false);
    for (const label of Object.values(refusalPages[name] ?? {})) {
      expect(label.nl.length).toBeGreaterThan(3);
      expect(label.nl).not.toBe(label.en);
    }
  }
});
