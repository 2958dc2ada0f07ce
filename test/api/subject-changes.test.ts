import { randomUUID } from 'node:crypto';
import { expect, it } from 'vitest';
import { partnerApp } from '../../src/api/partner-app.ts';
import type { PartnerDeps } from '../../src/api/ports.ts';
import type { Instant, SubjectChangeId, SubjectId, UnitId } from '../../src/core/brand.ts';
import { readSubjectChange } from '../../src/core/subject/read-subject-change.ts';
import { fakeDeps } from './world/fake-deps.ts';
import { type Answer, listen, send } from './world/listener.ts';
import { recipient, stranger } from './world/partners.ts';

const id = randomUUID() as SubjectChangeId;
const [older, newer, person, sameByNow] = [randomUUID(), randomUUID(), randomUUID(), randomUUID()];
const at = '2026-11-21T10:00:00.000Z' as Instant;
/** Told to one unit, in whose eyes the two persons have come to be one. */
const subjectChanges: PartnerDeps['subjectChanges'] = {
  find: (unit, asked) =>
    readSubjectChange(
      {
        told: async (told: UnitId, which) =>
          told === recipient && which === id
            ? { id, kind: 'merged', at, before: [older, newer], persons: [person, sameByNow] as SubjectId[] }
            : null,
        subjects: { pseudonym: async () => older },
      },
      unit,
      asked,
    ),
};

async function get(unit: string, which: string): Promise<Answer> {
  const listener = await listen(partnerApp(fakeDeps({ subjectChanges })));
  try {
    return await send(`${listener.url}/v1/subject-changes/${which}`, { headers: { 'x-test-unit': unit } });
  } finally {
    await listener.close();
  }
}

it('tells who was told by which pseudonyms it knew somebody and knows them now, and nothing else', async () => {
  const answer = await get(recipient, id);
  expect(answer.status).toBe(200);
  const of = (value: string) => ({ type: 'pseudonym', value });
  expect(answer.json).toEqual({ id, kind: 'merged', at, before: [of(older), of(newer)], after: [of(older)] });
  expect(answer.text).not.toContain(person);
});

it.each([
  [stranger, id],
  [recipient, randomUUID()],
])('is not found by %s as %s', async (unit, which) => {
  expect((await get(unit, which)).status).toBe(404);
});
