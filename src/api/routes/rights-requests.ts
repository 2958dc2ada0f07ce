import { z } from 'zod';
import type { RightsRequestId } from '../../core/brand.ts';
import { userToken } from '../../core/disclosure/request.ts';
import { type RightsRequest, rightsStates, rightsWishes } from '../../core/rights/rights-request.ts';
import { onBehalfOf, userProblems } from '../on-behalf-of.ts';
import { problem } from '../problem.ts';
import { reply } from '../route.ts';
import { receipt } from '../schemas/receipt.ts';
import { named } from '../schemas/schema-names.ts';
import { byId, instantOut, noQuery, nothing } from '../schemas/words.ts';
import { userNamed } from '../user-named.ts';
import { keyProblem, keyProblems, replayed } from './key-problem.ts';
import { partnerRoute } from './partner-route.ts';

const tag = 'corrections';
const shape = {
  id: z.uuid(),
  request: z.uuid(),
  field: z.string(),
  wish: z.enum(rightsWishes),
  madeBy: z.enum(['subject', 'representative']),
  madeAt: instantOut,
  dueAt: instantOut,
  state: z.enum(rightsStates),
  decidedAt: instantOut.nullable(),
  carriedOutAt: instantOut.nullable(),
};

const rightsView = named(
  'RightsRequest',
  'What a person asks about a field that you gave by `request`. `carriedOutAt`: when you corrected what you upheld; while that is null ' +
    'it must still be done, by `dueAt`. `statement`: in their own words; null where it is not kept any more.',
  z.object({ ...shape, statement: z.string().nullable() }),
);
const decided = {
  200: {
    description: 'On record.',
    schema: named(
      'RightsRequestDecided',
      'The request after you decided. No receipt where that was on record before.',
      z.object({ ...shape, receipt: receipt.nullable() }),
    ),
  },
} as const;

export const readRightsRequestRoute = partnerRoute({
  method: 'get',
  path: '/v1/rights-requests/{id}',
  operationId: 'readRightsRequest',
  tag,
  summary: 'Bekijk wat een betrokkene van u vraagt / Read what a person asks of you',
  description:
    'For the source that gave the data. Anybody else, its recipient included, gets the answer of an address that does not exist.',
  listeners: ['partner'],
  params: byId,
  query: noQuery,
  body: nothing,
  ok: { 200: { description: 'The request as it stands.', schema: rightsView } },
  problems: [],
  steady: 'always',
  handle: async (deps, { caller, params }) => {
    const view = await deps.operations.readRightsRequest({ partner: caller }, params.id as RightsRequestId);
    if (view === null) return problem('not-found');
    return reply(200, { ...viewOf(view.rights), statement: view.statement });
  },
});

export const decideRightsRequestRoute = partnerRoute({
  method: 'post',
  path: '/v1/rights-requests/{id}/decisions',
  operationId: 'decideRightsRequest',
  tag,
  summary: 'Beslis op wat een betrokkene van u vraagt / Decide on what a person asks of you',
  description:
    'By the source. `ground` is for the person, who reads it on their own page. What follows in the data is a correction: ' +
    '`POST /v1/corrections` with `rightsRequest`; you are reminded of it until then. An objection that you uphold restricts the ' +
    'field at once, and whoever got it is told. On record once, and what was decided first stays.',
  listeners: ['partner'],
  params: byId,
  query: noQuery,
  body: z.strictObject({
    decision: z.enum(['upheld', 'dismissed']),
    ground: z.string().trim().min(10).max(500),
    by: userToken,
  }),
  ok: decided,
  problems: [...keyProblems, ...userProblems],
  names: ({ by }) => ({ subjects: [], user: userNamed(by) }),
  steady: 'always',
  handle: async (deps, { call, params, body, sent }) => {
    const decider = await onBehalfOf(deps.users, { call, sent }, body.by, 'by');
    if (!decider.ok) return decider.problem;
    const said = { decision: body.decision, ground: body.ground, by: decider.user };
    const outcome = await deps.operations.decideRightsRequest(decider.call, params.id as RightsRequestId, said);
    switch (outcome.kind) {
      case 'decided':
        return reply(200, { ...viewOf(outcome.rights), receipt: outcome.receipt });
      case 'replayed':
        return reply(200, { ...viewOf(outcome.rights), receipt: null }, replayed);
      case 'not-found':
        return problem('not-found');
      default:
        return keyProblem(outcome);
    }
  },
});

function viewOf({ id, request, field, wish, madeBy, madeAt, dueAt, state, decidedAt, carriedOut }: RightsRequest) {
  const carriedOutAt = carriedOut?.at ?? null;
  return { id, request, field, wish, madeBy, madeAt, dueAt, state, decidedAt, carriedOutAt };
}
