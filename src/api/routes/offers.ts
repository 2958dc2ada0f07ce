import { z } from 'zod';
import type { PurposeId, RequestId, UnitId } from '../../core/brand.ts';
import type { OfferOutcome } from '../../core/disclosure/offer-operations.ts';
import { caseReference, justification, unitId, userToken } from '../../core/disclosure/request.ts';
import { subjectReference } from '../../core/subject/reference.ts';
import { onBehalfOf, userProblems } from '../on-behalf-of.ts';
import { type Problem, problem } from '../problem.ts';
import { type Reply, reply } from '../route.ts';
import { refusedProblem } from '../schemas/problem-document.ts';
import { receipt } from '../schemas/receipt.ts';
import { requestView, type Viewing, viewRequest } from '../schemas/request-view.ts';
import { named } from '../schemas/schema-names.ts';
import { byId, noParams, noQuery } from '../schemas/words.ts';
import { userNamed } from '../user-named.ts';
import { answerInbox, inboxProblemSchemas, inboxProblems, onRecord } from './inbox-answers.ts';
import { keyProblem, keyProblems, replayed } from './key-problem.ts';
import { partnerRoute } from './partner-route.ts';
import { refusedRequest } from './refused-request.ts';

const tag = 'offers';

const offerBody = named(
  'OfferBody',
  'Data that a source offers of its own accord. `subject`: the person as the source knows them. `data`: by field. ' +
    '`addressee`: the role at the recipient for which it is meant, which a policy may ask for; nobody in another accepts it.',
  z.strictObject({
    purpose: z.string().regex(/^[a-z][a-z0-9-]{1,62}$/),
    recipient: unitId,
    subject: subjectReference,
    data: z
      .record(z.string().regex(/^[a-zA-Z]+\.[a-zA-Z]+$/), z.unknown())
      .refine((data) => Object.keys(data).length > 0 && Object.keys(data).length <= 64, 'must have 1 to 64 fields'),
    addressee: z.string().min(1).max(64).optional(),
    justification,
    caseReference,
    onBehalfOf: userToken,
  }),
);

const offered = named(
  'OfferedRequest',
  'What was permitted of it waits, sealed, until more people of the source agree, where the policy asks for that, and then ' +
    'until its recipient accepts it; the fields that were not permitted stand in ' +
    '`decision.refused` and are not kept. No receipt where the same was on record before.',
  requestView.extend({ receipt: receipt.nullable() }),
);

const waits = {
  202: {
    description: 'Waits for its recipient, or for more people first; follow `Location`.',
    schema: offered,
    headers: { Location: 'Address of the request.' },
  },
} as const;

const offerProblems = [
  ...keyProblems,
  ...userProblems,
  'refused',
  'number-not-allowed',
  'may-not-approve',
  'seal-impossible',
  'basis-changed',
] as const;

export const offerRoute = partnerRoute({
  method: 'post',
  path: '/v1/offers',
  operationId: 'offerData',
  tag,
  summary: 'Bied gegevens over één persoon aan / Offer data about one person',
  description:
    'By the source, under a policy that lets it begin. Decided, minimised and put on record as the answer to a question, ' +
    "and sealed to the recipient's key at once. The recipient gets it when it accepts, and is decided about again then. " +
    'Where the policy leaves it to people of the source, whoever offers must be one of them; where it asks for two, it ' +
    'waits for the second (`awaiting-approval`), and the recipient hears of it after that.',
  listeners: ['partner'],
  params: noParams,
  query: noQuery,
  body: offerBody,
  ok: waits,
  problems: offerProblems,
  problemSchemas: { refused: refusedProblem },
  names: ({ subject, onBehalfOf }) => ({ subjects: [subject], user: userNamed(onBehalfOf) }),
  verdict: () => 'permitted',
  steady: 'always',
  handle: async (deps, { caller, call, body, sent, language }) => {
    const by = await onBehalfOf(deps.users, { call, sent }, body.onBehalfOf, 'onBehalfOf');
    if (!by.ok) return by.problem;
    const { subject, data, addressee, justification, caseReference } = body;
    const given = { subject, data, addressee: addressee ?? null, justification, caseReference, by: by.user };
    const words = { purpose: body.purpose as PurposeId, recipient: body.recipient as UnitId };
    return answerOffer({ deps, language, caller }, await deps.operations.offer(by.call, { ...given, ...words }));
  },
});

export const declineOfferRoute = partnerRoute({
  method: 'post',
  path: '/v1/requests/{id}/refusals',
  operationId: 'declineOffer',
  tag,
  summary: 'Weiger wat een bron aanbiedt / Decline what a source offers',
  description:
    'By the recipient, before it accepts. Nothing of it is kept. The source learns that it was declined; the ground is for ' +
    'the record of the recipient. What is offered is accepted by collecting it.',
  listeners: ['partner'],
  params: byId,
  query: noQuery,
  body: z.strictObject({ by: userToken, ground: z.string().trim().min(3).max(500) }),
  ok: onRecord,
  problems: [...inboxProblems, ...userProblems, 'basis-changed'],
  problemSchemas: inboxProblemSchemas,
  names: ({ by }) => ({ subjects: [], user: userNamed(by) }),
  steady: 'always',
  handle: async (deps, { caller, call, params, body, sent, language }) => {
    const by = await onBehalfOf(deps.users, { call, sent }, body.by, 'by');
    if (!by.ok) return by.problem;
    const refusal = { by: by.user, ground: body.ground };
    const outcome = await deps.operations.declineOffer(by.call, params.id as RequestId, refusal);
    return answerInbox({ deps, language, caller }, outcome);
  },
});

type OfferAnswer = Reply<typeof waits> | Problem<(typeof offerProblems)[number] | 'invalid-input'>;

function answerOffer(viewing: Viewing, outcome: OfferOutcome): OfferAnswer {
  switch (outcome.kind) {
    case 'offered': {
      const view = viewRequest(viewing, outcome.request);
      return reply(202, { ...view, receipt: outcome.receipt }, { Location: `/v1/requests/${outcome.request.id}` });
    }
    case 'replayed': {
      const { request } = outcome;
      if (request.state === 'refused' || request.state === 'withdrawn')
        return refusedRequest(viewing, request, null, replayed);
      const view = viewRequest(viewing, request);
      return reply(202, { ...view, receipt: null }, { ...replayed, Location: `/v1/requests/${request.id}` });
    }
    case 'refused':
      return refusedRequest(viewing, outcome.request, outcome.receipt);
    case 'invalid': {
      const { member, code, problem: detail } = outcome;
      return problem('invalid-input', { errors: [{ in: 'body', location: { pointer: `#/${member}` }, code, detail }] });
    }
    case 'number-not-allowed':
      return problem('number-not-allowed');
    case 'may-not-approve':
      return problem('may-not-approve');
    default:
      return keyProblem(outcome);
  }
}
