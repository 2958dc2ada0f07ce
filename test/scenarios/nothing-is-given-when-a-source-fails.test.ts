import { beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { z } from 'zod';
import type { Person } from '../../src/demo/population.ts';
import type { Behaviour } from '../../src/demo/source-behaviour.ts';
import type { SourceProcess } from '../../src/demo/source-process.ts';
import { delivered, roles } from '../../src/demo/story/scene.ts';
import {
  approver,
  askConsent,
  atThePages,
  decideOnPage,
  detain,
  expectProblem,
  housingRequest,
  kindsOf,
  personOf,
  planRequest,
  useChain,
} from '../world/chain.ts';

const chain = useChain();
const fields = ['identity.surname', 'identity.address', 'identityDocument.hasValid', 'incomeWork.workHistory'];
const withId = z.looseObject({ id: z.uuid() });
const view = z.looseObject({ id: z.uuid(), state: z.string() });
let person: Person;
let applicant: Person;

beforeAll(async () => {
  person = personOf(chain(), 0);
  applicant = personOf(chain(), 1);
  await detain(chain(), person);
  await detain(chain(), applicant);
});

beforeEach(() => sourceOf(roles.prison).behave({ type: 'well' }));

function sourceOf(unit: string): SourceProcess {
  const source = chain().world.sources.get(unit);
  if (source === undefined) throw new RangeError(`${unit} has no source`);
  return source;
}

/** A problem does not name the request that failed: it is found as the latest of the asker. */
async function latestRequest(recipient: string): Promise<string> {
  const { rows } = await chain().owner.query<{ id: string }>(
    'SELECT id FROM request WHERE recipient = $1 ORDER BY received_at DESC, id DESC LIMIT 1',
    [recipient],
  );
  return rows[0]?.id ?? '';
}

/** What a source holds about the person: none of it may show in a failure or in the log. */
function secrets({ bsn, surname, address, workHistory }: Person): readonly string[] {
  return [bsn, surname, address, ...workHistory];
}

const failures: readonly (readonly [string, Behaviour, number, string])[] = [
  ['breaks off every connection', { type: 'down' }, 502, 'source-unavailable'],
  ['answers that it is out of order', { type: 'failing' }, 502, 'source-unavailable'],
  ['stops in the middle of its answer', { type: 'cutOff' }, 502, 'source-unavailable'],
  ['thinks for longer than two seconds', { type: 'late', delayMs: 2_600 }, 504, 'source-timeout'],
  ['begins at once and ends after two seconds', { type: 'slow', delayMs: 2_600 }, 504, 'source-timeout'],
  ['announces more than fits', { type: 'tooLarge', bytes: 2_000_000, declared: true }, 502, 'source-too-large'],
  [
    'sends more than fits, unannounced',
    { type: 'tooLarge', bytes: 2_000_000, declared: false },
    502,
    'source-too-large',
  ],
  ['sends something that is not JSON', { type: 'notJson' }, 502, 'source-invalid'],
  ['sends another content type', { type: 'wrongType' }, 502, 'source-invalid'],
  ['sends another schema', { type: 'wrongSchema' }, 502, 'source-invalid'],
  ['points elsewhere', { type: 'redirecting' }, 502, 'source-invalid'],
  ['answers about somebody else', { type: 'wrongPerson' }, 502, 'source-wrong-subject'],
  ['answers about nobody', { type: 'nobody' }, 502, 'source-wrong-subject'],
  ['sends a text with half a surrogate pair', { type: 'strangeText', text: '\ud800' }, 502, 'source-invalid'],
  ['sends a text with a NUL', { type: 'strangeText', text: '\0' }, 502, 'source-invalid'],
  ['sends a text that is far too long', { type: 'strangeText', text: 'x'.repeat(5_000) }, 502, 'source-invalid'],
];

describe('when the source', () => {
  for (const [what, behaviour, status, kind] of failures) {
    it(`${what}: ${status} ${kind}, on record, and nothing given`, async () => {
      await sourceOf(roles.prison).behave(behaviour);
      const municipality = chain().client(roles.municipality);
      const startedAt = performance.now();
      const reply = await municipality.post('/v1/requests', planRequest(person, fields));
      const problem = expectProblem(reply, status, kind);
      expect(performance.now() - startedAt).toBeLessThan(4_000);

      const text = JSON.stringify(problem);
      for (const secret of secrets(person)) expect(text).not.toContain(secret);
      expect(problem).not.toHaveProperty('data');
      const id = await latestRequest(roles.municipality);
      expect(await kindsOf(chain(), id)).toEqual(['permit', 'failed-attempt']);
      const later = view.parse((await municipality.get(`/v1/requests/${id}`)).body);
      expect(later.state).toBe('failed');
      expect(later).not.toHaveProperty('data');

      await sourceOf(roles.prison).behave({ type: 'well' });
      const next = await municipality.post('/v1/requests', planRequest(person, fields));
      expect(delivered.parse(next.body).data['identity.surname']).toBe(person.surname);
    });
  }

  it('takes its time, but less than two seconds: what was asked is delivered', async () => {
    await sourceOf(roles.prison).behave({ type: 'late', delayMs: 1_000 });
    const reply = await chain().client(roles.municipality).post('/v1/requests', planRequest(person, fields));
    expect(delivered.parse(reply.body).data['identity.surname']).toBe(person.surname);
  });
});

it('a failed attempt names its fault on record, and no person', async () => {
  await sourceOf(roles.prison).behave({ type: 'nobody' });
  await chain().client(roles.municipality).post('/v1/requests', planRequest(person));
  const { rows } = await chain().owner.query<{ leaf: string }>(
    "SELECT leaf FROM ledger_entry WHERE kind = 'failed-attempt' ORDER BY sequence DESC LIMIT 1",
  );
  const leaf = rows[0]?.leaf ?? '';
  expect(leaf).toContain('"code":"source-wrong-subject"');
  for (const secret of secrets(person)) expect(leaf).not.toContain(secret);
});

it('an approved request whose source fails gives nothing, and can be collected once the source is well', async () => {
  const reference = 'WH-2026-2001';
  const housing = chain().client(roles.housing);
  const municipality = chain().client(roles.municipality);
  await askConsent(chain(), applicant, reference);
  await decideOnPage(await atThePages(chain(), applicant), 'given');
  const { id } = withId.parse((await housing.post('/v1/requests', housingRequest(reference))).body);
  const approval = await municipality.post(`/v1/requests/${id}/approvals`, { decision: 'approved', approver });
  expect(approval.status).toBe(200);

  await sourceOf(roles.municipality).behave({ type: 'wrongPerson' });
  const failed = await housing.post(`/v1/requests/${id}/collections`, {});
  expectProblem(failed, 502, 'source-wrong-subject');
  const between = await housing.get(`/v1/requests/${id}`);
  expect(view.parse(between.body).state).toBe('permitted');

  await sourceOf(roles.municipality).behave({ type: 'well' });
  const collected = await housing.post(`/v1/requests/${id}/collections`, {});
  expect(delivered.parse(collected.body).data['identity.surname']).toBe(applicant.surname);
  expect(await kindsOf(chain(), id)).toEqual([
    'permit',
    'approval',
    'permit',
    'failed-attempt',
    'permit',
    'disclosure',
  ]);
});

it('the log of the gateway holds none of what sources sent', () => {
  const log = chain().log();
  for (const secret of [...secrets(person), ...secrets(applicant)]) expect(log).not.toContain(secret);
  expect(log).toContain('"fault":"source-timeout"');
});

it('a source that is gone altogether is told as such, on record', async () => {
  await sourceOf(roles.prison).stop();
  const reply = await chain().client(roles.municipality).post('/v1/requests', planRequest(person));
  expectProblem(reply, 502, 'source-unavailable');
  expect(await kindsOf(chain(), await latestRequest(roles.municipality))).toEqual(['permit', 'failed-attempt']);
});
