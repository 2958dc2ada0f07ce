import { z } from 'zod';
import { problem } from '../problem.ts';
import { reply } from '../route.ts';
import { named } from '../schemas/schema-names.ts';
import { byId, instantOut, noQuery, nothing } from '../schemas/words.ts';
import { partnerRoute } from './partner-route.ts';

const pseudonyms = z.array(z.object({ type: z.literal('pseudonym'), value: z.uuid() }));

const subjectChange = named(
  'SubjectChange',
  'Whom you knew by the pseudonyms in `before` you know by those in `after`. All of them keep working.',
  z.object({
    id: z.uuid(),
    kind: z.enum(['identifier-corrected', 'merged', 'split']),
    at: instantOut,
    before: pseudonyms,
    after: pseudonyms,
  }),
);

/** Two records turned out to be one person, one to be two, or a number was wrong. */
export const readSubjectChangeRoute = partnerRoute({
  method: 'get',
  path: '/v1/subject-changes/{id}',
  operationId: 'readSubjectChange',
  tag: 'events',
  summary: 'Bekijk een wijziging van wie iemand is / Read a change of who somebody is',
  description:
    'For the units that were told of it, in their own pseudonyms; to anybody else there is no such change. A number is never named: whoever may hold it asks for it where it is kept.',
  listeners: ['partner'],
  params: byId,
  query: noQuery,
  body: nothing,
  ok: { 200: { description: 'The change.', schema: subjectChange } },
  problems: [],
  handle: async (deps, { caller, params }) => {
    const view = await deps.subjectChanges.find(caller.unit.id, params.id);
    if (view === null) return problem('not-found');
    const { id, kind, at, before, after } = view;
    return reply(200, { id, kind, at, before: before.map(toReference), after: after.map(toReference) });
  },
});

function toReference(value: string) {
  return { type: 'pseudonym', value } as const;
}
