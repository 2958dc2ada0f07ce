import { z } from 'zod';
import type { RequestId } from '../../core/brand.ts';
import { userToken } from '../../core/disclosure/request.ts';
import { type BreakGlassOutcome, breakGlassBody } from '../../core/emergency/break-glass.ts';
import type { ConfirmOutcome } from '../../core/emergency/confirm-emergency.ts';
import { onBehalfOf, userProblems } from '../on-behalf-of.ts';
import type { PartnerDeps } from '../ports.ts';
import { problem } from '../problem.ts';
import { reply } from '../route.ts';
import { emergencyView, viewEmergency, wrongEmergencyState } from '../schemas/emergency-view.ts';
import { refusedProblem } from '../schemas/problem-document.ts';
import { receipt } from '../schemas/receipt.ts';
import type { Viewing } from '../schemas/request-view.ts';
import { named } from '../schemas/schema-names.ts';
import { byId, noParams, noQuery, nothing } from '../schemas/words.ts';
import { userNamed } from '../user-named.ts';
import { answerAsk, askProblems, disclosure, sourceProblems } from './ask-answers.ts';
import { keyProblem, keyProblems, replayed } from './key-problem.ts';
import { partnerRoute } from './partner-route.ts';

const tag = 'break-glass';

const given = named(
  'BreakGlassDisclosure',
  'The request with its answer, and what is asked of you now: somebody who stands behind it, before `secondBefore`.',
  disclosure.extend({ breakGlass: emergencyView.nullable() }),
);

export const breakGlassRoute = partnerRoute({
  method: 'post',
  path: '/v1/break-glass',
  operationId: 'breakGlass',
  tag,
  summary:
    'Noodtoegang: vraag wat iemands leven kan redden die niets kan zeggen / Ask for what may save somebody who cannot speak',
  description:
    'For life or limb alone, of a person who is physically or legally unable to consent; who is able and refuses is not ' +
    'helped by this. It gives the fields that the policies mark, no prohibition is lifted, and a second person of your unit ' +
    'must stand behind it within the hour, or it is revoked and reported. Everything is reviewed, and the person is told.',
  listeners: ['partner'],
  params: noParams,
  query: noQuery,
  body: breakGlassBody,
  ok: { 200: { description: 'Given: what was permitted, and why the rest was not.', schema: given } },
  problems: [...askProblems, ...sourceProblems, ...userProblems, 'number-not-allowed', 'emergency-not-possible'],
  problemSchemas: { refused: refusedProblem },
  names: ({ subject, onBehalfOf: token }) => ({ subjects: [subject], user: userNamed(token) }),
  verdict: () => 'permitted',
  steady: 'unless-delivered',
  handle: async (deps, { caller, call, body, sent, language }) => {
    const asker = await onBehalfOf(deps.users, { call, sent }, body.onBehalfOf, 'onBehalfOf');
    if (!asker.ok) return asker.problem;
    const outcome = await deps.emergencies.ask(asker.call, { ...body, onBehalfOf: asker.user });
    return answer({ deps, language, caller }, outcome);
  },
});

/** As every other request is answered, but that nobody is waited for. */
function answer(viewing: Viewing & { readonly deps: Pick<PartnerDeps, 'now'> }, outcome: BreakGlassOutcome) {
  if (outcome.kind === 'not-possible') return problem('emergency-not-possible');
  const answered = answerAsk(viewing, outcome);
  if ('problem' in answered) return answered;
  if (answered.status !== 200) throw new RangeError('nobody is asked in an emergency');
  const emergency = 'emergency' in outcome ? outcome.emergency : null;
  const request = 'request' in outcome ? outcome.request : null;
  const found = emergency && request && { emergency, request };
  return reply(
    200,
    { ...answered.body, breakGlass: found && viewEmergency(found, viewing.deps.now()) },
    answered.headers,
  );
}

const confirmed = named(
  'BreakGlassConfirmed',
  'The break-glass as it stands now. No receipt where that was on record before.',
  emergencyView.extend({ receipt: receipt.nullable() }),
);

export const secondPersonRoute = partnerRoute({
  method: 'post',
  path: '/v1/break-glass/{id}/second-persons',
  operationId: 'confirmBreakGlass',
  tag,
  summary: 'Laat een tweede persoon achter de noodtoegang staan / Have a second person stand behind it',
  description:
    'By the recipient, before `secondBefore`. `by`: a token of your unit for somebody else than the one for whom was ' +
    'asked, in a role that might have asked it.',
  listeners: ['partner'],
  params: byId,
  query: noQuery,
  body: z.strictObject({ by: userToken }),
  ok: { 200: { description: 'On record.', schema: confirmed } },
  problems: [...keyProblems, ...userProblems, 'wrong-emergency-state', 'may-not-confirm'],
  steady: 'always',
  problemSchemas: { 'wrong-emergency-state': wrongEmergencyState },
  names: ({ by }) => ({ subjects: [], user: userNamed(by) }),
  handle: async (deps, { call, params, body, sent }) => {
    const second = await onBehalfOf(deps.users, { call, sent }, body.by, 'by');
    if (!second.ok) return second.problem;
    return answerConfirm(deps, await deps.emergencies.confirm(second.call, params.id as RequestId, second.user));
  },
});

function answerConfirm(deps: Pick<PartnerDeps, 'now'>, outcome: ConfirmOutcome) {
  switch (outcome.kind) {
    case 'confirmed':
      return reply(200, { ...viewEmergency(outcome.found, deps.now()), receipt: outcome.receipt });
    case 'replayed':
      return reply(200, { ...viewEmergency(outcome.found, deps.now()), receipt: null }, replayed);
    case 'not-found':
      return problem('not-found');
    case 'may-not-confirm':
      return problem('may-not-confirm');
    case 'wrong-state': {
      const { id, state } = viewEmergency(outcome.found, outcome.at);
      return problem('wrong-emergency-state', { instance: `/v1/break-glass/${id}`, members: { state } });
    }
    default:
      return keyProblem(outcome);
  }
}

export const readBreakGlassRoute = partnerRoute({
  method: 'get',
  path: '/v1/break-glass/{id}',
  operationId: 'readBreakGlass',
  tag,
  summary: 'Bekijk een noodtoegang / Read a break-glass',
  description: 'For its recipient and its source. Anybody else gets the answer of an address that does not exist.',
  listeners: ['partner'],
  params: byId,
  query: noQuery,
  body: nothing,
  ok: { 200: { description: 'The break-glass as it stands now.', schema: emergencyView } },
  problems: [],
  steady: 'always',
  handle: async (deps, { caller, params }) => {
    const found = await deps.emergencies.find(params.id as RequestId);
    const unit = caller.unit.id;
    if (found === null || (found.request.recipient !== unit && found.request.source !== unit))
      return problem('not-found');
    return reply(200, viewEmergency(found, deps.now()));
  },
});
