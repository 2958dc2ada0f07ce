import { z } from 'zod';
import type { RequestId } from '../../core/brand.ts';
import { userToken } from '../../core/disclosure/request.ts';
import { delegate } from '../../core/disclosure/said-on-request.ts';
import { onBehalfOf, userProblems } from '../on-behalf-of.ts';
import { problem } from '../problem.ts';
import { reply } from '../route.ts';
import { named } from '../schemas/schema-names.ts';
import { byId, instantOut, noQuery, nothing } from '../schemas/words.ts';
import { userNamed } from '../user-named.ts';
import { answerInbox, inboxProblemSchemas, inboxProblems, onRecord } from './inbox-answers.ts';
import { partnerRoute } from './partner-route.ts';

const tag = 'requests';

const message = named(
  'RequestMessage',
  'What was said about a request that waits for its source: a question of the source, a reply of the recipient, or, for ' +
    'the source alone, who of it is to answer.',
  z.discriminatedUnion('kind', [
    z.object({ kind: z.literal('question'), at: instantOut, text: z.string() }),
    z.object({ kind: z.literal('reply'), at: instantOut, text: z.string() }),
    z.object({ kind: z.literal('delegation'), at: instantOut, to: delegate, note: z.string().nullable() }),
  ]),
);

export const readMessagesRoute = partnerRoute({
  method: 'get',
  path: '/v1/requests/{id}/messages',
  operationId: 'readRequestMessages',
  tag,
  summary: 'Lees wat over een aanvraag is gezegd / Read what was said about a request',
  description: 'For its recipient and its source, while it waits for its source. After that there is nothing left.',
  listeners: ['partner'],
  params: byId,
  query: noQuery,
  body: nothing,
  ok: { 200: { description: 'In order.', schema: z.object({ messages: z.array(message) }) } },
  problems: [],
  steady: 'always',
  handle: async (deps, { caller, params }) => {
    const messages = await deps.operations.readMessages({ partner: caller }, params.id as RequestId);
    if (messages === null) return problem('not-found');
    return reply(200, { messages: messages.map(({ said, at }) => ({ ...said, at })) });
  },
});

export const replyRoute = partnerRoute({
  method: 'post',
  path: '/v1/requests/{id}/replies',
  operationId: 'replyToQuestion',
  tag,
  summary: 'Reageer op een terugvraag van de bron / Reply to a question of the source',
  description: 'By the recipient, once to each question of the source, while the request waits.',
  listeners: ['partner'],
  params: byId,
  query: noQuery,
  body: z.strictObject({ text: z.string().trim().min(3).max(500), onBehalfOf: userToken }),
  ok: onRecord,
  problems: [...inboxProblems, ...userProblems],
  problemSchemas: inboxProblemSchemas,
  names: ({ onBehalfOf: token }) => ({ subjects: [], user: userNamed(token) }),
  steady: 'always',
  handle: async (deps, { caller, call, params, body, sent, language }) => {
    const by = await onBehalfOf(deps.users, { call, sent }, body.onBehalfOf, 'onBehalfOf');
    if (!by.ok) return by.problem;
    const words = { by: by.user, text: body.text };
    return answerInbox(
      { deps, language, caller },
      await deps.operations.replyToQuestion(by.call, params.id as RequestId, words),
    );
  },
});

export const confirmCollectionRoute = partnerRoute({
  method: 'post',
  path: '/v1/requests/{id}/collection-confirmations',
  operationId: 'confirmCollection',
  tag,
  summary: 'Bevestig dat u hebt wat u ophaalde / Confirm that you have what you collected',
  description:
    'By the recipient, of what was delivered. What waited here is deleted at once and cannot be had again; without a ' +
    'confirmation that goes by itself, a quarter of an hour after it was collected.',
  listeners: ['partner'],
  params: byId,
  query: noQuery,
  body: z.strictObject({ by: userToken }),
  ok: onRecord,
  problems: [...inboxProblems, ...userProblems],
  problemSchemas: inboxProblemSchemas,
  names: ({ by }) => ({ subjects: [], user: userNamed(by) }),
  steady: 'always',
  handle: async (deps, { caller, call, params, body, sent, language }) => {
    const by = await onBehalfOf(deps.users, { call, sent }, body.by, 'by');
    if (!by.ok) return by.problem;
    const outcome = await deps.operations.confirmCollection(by.call, params.id as RequestId, by.user);
    return answerInbox({ deps, language, caller }, outcome);
  },
});
