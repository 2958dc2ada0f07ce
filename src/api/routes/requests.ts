import { z } from 'zod';
import type { RequestId } from '../../core/brand.ts';
import { isNeverOffered } from '../../core/disclosure/accept-offer.ts';
import { requestBody, userToken } from '../../core/disclosure/request.ts';
import { inLanguage } from '../language.ts';
import { onBehalfOf, userProblems } from '../on-behalf-of.ts';
import { problem } from '../problem.ts';
import { reply } from '../route.ts';
import { refusedProblem, wrongStateProblem } from '../schemas/problem-document.ts';
import { heldRequest, viewRequest } from '../schemas/request-view.ts';
import { byId, noParams, noQuery, nothing } from '../schemas/words.ts';
import { userNamed } from '../user-named.ts';
import { answerAsk, answerCollect, answers, askProblems, sourceProblems } from './ask-answers.ts';
import { partnerRoute } from './partner-route.ts';

const tag = 'requests';

const collectBody = z.strictObject({ onBehalfOf: userToken.optional() }).optional();

/** A request is asked, followed and collected by its recipient, approved by its source. */
export const askRoute = partnerRoute({
  method: 'post',
  path: '/v1/requests',
  operationId: 'askRequest',
  tag,
  summary: 'Vraag gegevens over één persoon voor één doel / Ask for fields about one person for one purpose',
  description:
    'The gateway decides per field under the policy of the purpose, puts the decision on record and only then fetches. ' +
    'Unknown persons, persons you are not involved with and consent that is not there get one and the same refusal.',
  listeners: ['partner'],
  params: noParams,
  query: noQuery,
  body: requestBody,
  ok: answers,
  problems: [...askProblems, ...sourceProblems, ...userProblems, 'number-not-allowed'],
  problemSchemas: { refused: refusedProblem },
  names: ({ subject, onBehalfOf }) => ({ subjects: [subject], user: userNamed(onBehalfOf) }),
  verdict: () => 'permitted',
  steady: 'unless-delivered',
  handle: async (deps, { caller, call, body, sent, language }) => {
    const asker = await onBehalfOf(deps.users, { call, sent }, body.onBehalfOf, 'onBehalfOf');
    if (!asker.ok) return asker.problem;
    return answerAsk(
      { deps, language, caller },
      await deps.operations.ask(asker.call, { ...body, onBehalfOf: asker.user }),
    );
  },
});

export const collectRoute = partnerRoute({
  method: 'post',
  path: '/v1/requests/{id}/collections',
  operationId: 'collectRequest',
  tag,
  summary: 'Haal op wat is goedgekeurd, beantwoord of aangeboden / Collect what was approved, answered or offered',
  description:
    'Decided again now: an approval does not outlive what it rested on. It is given to the person in `onBehalfOf`, in a role ' +
    'in which they may have it; left out: to whoever asked. What a source offered is accepted like this, by a person who ' +
    'has the role that it was offered for.',
  listeners: ['partner'],
  params: byId,
  query: noQuery,
  body: collectBody,
  ok: answers,
  problems: [
    ...askProblems,
    ...sourceProblems,
    ...userProblems,
    'number-not-allowed',
    'wrong-state',
    'other-addressee',
    'other-role',
  ],
  problemSchemas: { refused: refusedProblem, 'wrong-state': wrongStateProblem },
  names: (body) => ({ subjects: [], user: body?.onBehalfOf === undefined ? null : userNamed(body.onBehalfOf) }),
  verdict: () => 'permitted',
  steady: 'unless-delivered',
  handle: async (deps, { caller, call, params, body, sent, language }) => {
    const id = params.id as RequestId;
    const token = body?.onBehalfOf;
    if (token === undefined) return answerCollect({ deps, language, caller }, await deps.operations.collect(call, id));
    const taker = await onBehalfOf(deps.users, { call, sent }, token, 'onBehalfOf');
    if (!taker.ok) return taker.problem;
    return answerCollect({ deps, language, caller }, await deps.operations.collect(taker.call, id, taker.user));
  },
});

export const readRequestRoute = partnerRoute({
  method: 'get',
  path: '/v1/requests/{id}',
  operationId: 'readRequest',
  tag,
  summary: 'Bekijk een aanvraag / Read a request',
  description: 'For its recipient and its source. Anybody else gets the answer of an address that does not exist.',
  listeners: ['partner'],
  params: byId,
  query: noQuery,
  body: nothing,
  ok: { 200: { description: 'The request as it stands now.', schema: heldRequest } },
  problems: [],
  steady: 'always',
  handle: async (deps, { caller, params, language }) => {
    const request = await deps.requests.find(params.id as RequestId);
    const unit = caller.unit.id;
    if (request === null || (request.recipient !== unit && request.source !== unit)) return problem('not-found');
    if (isNeverOffered(request, unit)) return problem('not-found');
    const view = viewRequest({ deps, language, caller }, request);
    const decides = request.source === unit && request.state === 'awaiting-approval';
    const reminders = decides ? deps.approvalReminders().map((text) => inLanguage(text, language)) : [];
    return reply(200, {
      ...view,
      // Of the start the source need not know.
      retention: request.recipient === unit ? (request.held?.retention ?? null) : null,
      reminders,
      stoppedFor: request.source === unit ? request.stoppedFor : null,
      escalatedTo: [...deps.escalatedTo(unit, request)],
      offer: request.direction === 'push' ? { addressee: request.userRole } : null,
    });
  },
});
