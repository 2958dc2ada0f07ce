import { z } from 'zod';
import { problem } from '../problem.ts';
import { reply } from '../route.ts';
import { named } from '../schemas/schema-names.ts';
import { byId, instantOut, noQuery, nothing } from '../schemas/words.ts';
import { partnerRoute } from './partner-route.ts';

const notice = named(
  'Notice',
  'You may ask: under this purpose, at this source, for these fields, about the person whom you know by this pseudonym.',
  z.object({
    id: z.uuid(),
    purpose: z.string(),
    source: z.string(),
    fields: z.array(z.string()),
    at: instantOut,
    subject: z.object({ type: z.literal('pseudonym'), value: z.uuid() }),
  }),
);

/** The informative half of a push: the recipient learns that it may ask, and asks. */
export const readNoticeRoute = partnerRoute({
  method: 'get',
  path: '/v1/notices/{id}',
  operationId: 'readNotice',
  tag: 'events',
  summary: 'Bekijk een kennisgeving / Read a notice',
  description: 'For its recipient alone.',
  listeners: ['partner'],
  params: byId,
  query: noQuery,
  body: nothing,
  ok: { 200: { description: 'The notice.', schema: notice } },
  problems: [],
  steady: 'always',
  handle: async (deps, { caller, params }) => {
    const unit = caller.unit.id;
    const found = await deps.notices.find(unit, params.id);
    if (found === null || found.recipient !== unit) return problem('not-found');
    const { id, purpose, source, fields, at } = found;
    const value = await deps.notices.pseudonym(unit, found);
    return reply(200, { id, purpose, source, fields, at, subject: { type: 'pseudonym', value } });
  },
});
