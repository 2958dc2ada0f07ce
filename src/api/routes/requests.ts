import type { RequestId } from '../../core/brand.ts';
import { requestBody } from '../../core/disclosure/request.ts';
import { inLanguage } from '../language.ts';
import { onBehalfOf, userProblems } from '../on-behalf-of.ts';
import { problem } from '../problem.ts';
import { reply } from '../route.ts';
import { refusedProblem, wrongStateProblem } from '../schemas/problem-document.ts';
import { receipt } from '../schemas/receipt.ts';
import { heldRequest, outwardState, requestView, viewRequest } from '../schemas/request-view.ts';
import { named } from '../schemas/schema-names.ts';
import { byId, noBody, noParams, noQuery, nothing } from '../schemas/words.ts';
import { userNamed } from '../user-named.ts';
import { answerAsk, answerCollect, answers, askProblems, sourceProblems } from './ask-answers.ts';
import { keyProblem, keyProblems, replayed } from './key-problem.ts';
import { partnerRoute } from './partner-route.ts';

const tag = 'requests';

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
  handle: async (deps, { call, body, sent, language }) => {
    const asker = await onBehalfOf(deps.users, { call, sent }, body.onBehalfOf, 'onBehalfOf');
    if (!asker.ok) return asker.problem;
    return answerAsk({ deps, language }, await deps.operations.ask(asker.call, { ...body, onBehalfOf: asker.user }));
  },
});

export const collectRoute = partnerRoute({
  method: 'post',
  path: '/v1/requests/{id}/collections',
  operationId: 'collectRequest',
  tag,
  summary: 'Haal op wat is goedgekeurd / Collect what was approved',
  description: 'Decided again now: an approval does not outlive what it rested on.',
  listeners: ['partner'],
  params: byId,
  query: noQuery,
  body: noBody,
  ok: answers,
  problems: [...askProblems, ...sourceProblems, 'number-not-allowed', 'wrong-state'],
  problemSchemas: { refused: refusedProblem, 'wrong-state': wrongStateProblem },
  names: () => ({ subjects: [], user: null }),
  verdict: () => 'permitted',
  steady: 'unless-delivered',
  handle: async (deps, { call, params, language }) =>
    answerCollect({ deps, language }, await deps.operations.collect(call, params.id as RequestId)),
});

const confirmedRequest = named(
  'DestructionConfirmed',
  'The request after its recipient confirmed the destruction. No receipt where that was on record before.',
  requestView.extend({ receipt: receipt.nullable() }),
);

/** By the recipient alone; to anybody else, its source included, there is nothing to confirm. */
export const confirmDestructionRoute = partnerRoute({
  method: 'post',
  path: '/v1/requests/{id}/destruction-confirmations',
  operationId: 'confirmDestruction',
  tag,
  summary: 'Bevestig dat u hebt vernietigd wat u kreeg / Confirm that you destroyed what you got',
  description: 'By the recipient, of what was delivered. On record once, however often it is confirmed.',
  listeners: ['partner'],
  params: byId,
  query: noQuery,
  body: noBody,
  ok: { 200: { description: 'On record.', schema: confirmedRequest } },
  problems: [...keyProblems, 'wrong-state'],
  steady: 'always',
  problemSchemas: { 'wrong-state': wrongStateProblem },
  handle: async (deps, { call, params, language }) => {
    const outcome = await deps.operations.confirmDestruction(call, params.id as RequestId);
    switch (outcome.kind) {
      case 'confirmed':
      case 'replayed': {
        const view = viewRequest(outcome.request, language, deps.asUnknownPerson);
        if (outcome.kind === 'replayed') return reply(200, { ...view, receipt: null }, replayed);
        return reply(200, { ...view, receipt: outcome.receipt });
      }
      case 'not-found':
        return problem('not-found');
      case 'wrong-state':
        return problem('wrong-state', {
          instance: `/v1/requests/${outcome.request.id}`,
          members: { state: outwardState(outcome.request.state) },
        });
      default:
        return keyProblem(outcome);
    }
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
    const view = viewRequest(request, language, deps.asUnknownPerson);
    const decides = request.source === unit && request.state === 'awaiting-approval';
    const reminders = decides ? deps.approvalReminders().map((text) => inLanguage(text, language)) : [];
    return reply(200, {
      ...view,
      retention: await deps.operations.retentionOf({ partner: caller }, request),
      reminders,
      stoppedFor: request.source === unit ? request.stoppedFor : null,
      escalatedTo: [...deps.escalatedTo(unit, request)],
    });
  },
});
