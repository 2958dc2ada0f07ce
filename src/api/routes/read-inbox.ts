import { z } from 'zod';
import type { Instant, RequestId } from '../../core/brand.ts';
import { type InboxPlace, placeOf, taskOf, tasks } from '../../core/disclosure/inbox.ts';
import { problem } from '../problem.ts';
import { reply } from '../route.ts';
import { inboxItem, inboxPage, viewInbox, viewItem } from '../schemas/inbox-view.ts';
import { documented } from '../schemas/schema-names.ts';
import { byId, noParams, noQuery, nothing } from '../schemas/words.ts';
import { partnerRoute } from './partner-route.ts';

const tag = 'inbox';

/** A time and a random id, nothing about anybody. */
const placeForm = /^([0-9]{4}-[0-9]{2}-[0-9]{2}T[0-9]{2}:[0-9]{2}:[0-9]{2}\.[0-9]{3}Z)~([0-9a-f-]{36})$/;

const query = z.strictObject({
  waitsFor: documented(z.enum(tasks), { description: 'Only what waits for this; absent: both.' }).optional(),
  after: documented(z.string().regex(placeForm).refine(isPlace, 'must be what a page gave as `next`'), {
    description: 'The `next` of the page before; absent for the first.',
  }).optional(),
  limit: documented(z.string().regex(/^([1-9][0-9]?|100)$/), { description: '1 to 100 requests.' }).default('50'),
});

export const listInboxRoute = partnerRoute({
  method: 'get',
  path: '/v1/inbox',
  operationId: 'listInbox',
  tag,
  summary: 'Wat er op uw mensen wacht / What waits for your people',
  description:
    'Requests to your unit that people of yours have to approve or to answer, the first to end first. Nothing in the ' +
    'list says who they are about.',
  listeners: ['partner'],
  params: noParams,
  query,
  body: nothing,
  ok: { 200: { description: 'The next of what waits.', schema: inboxPage } },
  problems: [],
  steady: 'always',
  handle: async (deps, { caller, query: { waitsFor, after, limit } }) => {
    const size = Number(limit);
    const asked = { task: waitsFor ?? null, after: readPlace(after), limit: size + 1 };
    const found = await deps.operations.listInbox({ partner: caller }, asked);
    const shown = found.slice(0, size);
    const last = shown.at(-1);
    const items = shown.flatMap((request) => {
      const task = taskOf(request);
      return task === null ? [] : [viewItem(request, task, deps.escalatedTo(caller.unit.id, request))];
    });
    return reply(200, { items, next: found.length > size && last !== undefined ? writePlace(placeOf(last)) : null });
  },
});

export const readInboxRoute = partnerRoute({
  method: 'get',
  path: '/v1/inbox/{id}',
  operationId: 'readInbox',
  tag,
  summary: 'Bekijk wat er wacht / Read what waits',
  description:
    'What somebody of the source must see to decide: about whom, as your unit may know them, which fields, for what, ' +
    'for whom, and why. To anybody else, and once it waits no more, there is no such request.',
  listeners: ['partner'],
  params: byId,
  query: noQuery,
  body: nothing,
  ok: { 200: { description: 'The request as it waits.', schema: inboxItem } },
  problems: [],
  steady: 'always',
  handle: async (deps, { caller, params, language }) => {
    const view = await deps.operations.readInbox({ partner: caller }, params.id as RequestId);
    if (view === null) return problem('not-found');
    const escalated = deps.escalatedTo(caller.unit.id, view.request);
    return reply(200, viewInbox(view, { language, escalated, reminders: deps.approvalReminders() }));
  },
});

function writePlace({ at, id }: InboxPlace): string {
  return `${at}~${id}`;
}

function readPlace(text: string | undefined): InboxPlace | null {
  const [, at, id] = placeForm.exec(text ?? '') ?? [];
  return at === undefined || id === undefined ? null : { at: at as Instant, id: id as RequestId };
}

function isPlace(text: string): boolean {
  const place = readPlace(text);
  return place !== null && !Number.isNaN(Date.parse(place.at)) && z.uuid().safeParse(place.id).success;
}
