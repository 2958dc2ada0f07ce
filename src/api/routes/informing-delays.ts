import { z } from 'zod';
import type { RequestId } from '../../core/brand.ts';
import { userToken } from '../../core/disclosure/request.ts';
import type { InformingDelay } from '../../core/informing/informing-delay.ts';
import { invalidBodyMember } from '../invalid-input.ts';
import { onBehalfOf, userProblems } from '../on-behalf-of.ts';
import { type Problem, problem } from '../problem.ts';
import { type Reply, reply } from '../route.ts';
import { wrongStateProblem } from '../schemas/problem-document.ts';
import { receipt } from '../schemas/receipt.ts';
import { outwardState } from '../schemas/request-view.ts';
import { named } from '../schemas/schema-names.ts';
import { byId, instantIn, instantOut, noQuery, word } from '../schemas/words.ts';
import { userNamed } from '../user-named.ts';
import { keyProblem, keyProblems, replayed } from './key-problem.ts';
import { partnerRoute } from './partner-route.ts';

const delayed = {
  200: {
    description: 'On record.',
    schema: named(
      'InformingDelayed',
      'Until when the person is not shown what you gave. No receipt where it was on record before.',
      z.object({
        request: z.uuid(),
        ground: z.string(),
        reviewAt: instantOut,
        tellWhy: z.boolean(),
        receipt: receipt.nullable(),
      }),
    ),
  },
} as const;

const informingProblems = [...keyProblems, ...userProblems, 'wrong-state', 'may-not-delay'] as const;

export const delayInformingRoute = partnerRoute({
  method: 'post',
  path: '/v1/disclosures/{id}/informing-delays',
  operationId: 'delayInforming',
  tag: 'requests',
  summary: 'Stel uit dat de betrokkene ziet wat u gaf / Put off that the person sees what you gave',
  description:
    'By the source, where the rule that permitted it delays informing the person, and before that delay is over; `id` is that of ' +
    'the request. `ground`: a word of the catalogue. `reviewAt`: at most thirty days from now; when it passes the person sees ' +
    'it by itself, and it cannot be put off any more. `tellWhy`: false where telling the person that and why it was put off would ' +
    'undo what that was for. `by`: a token of your unit for who decided. Each further delay is a call of its own.',
  listeners: ['partner'],
  params: byId,
  query: noQuery,
  body: z.strictObject({ ground: word, reviewAt: instantIn, tellWhy: z.boolean().optional(), by: userToken }),
  ok: delayed,
  problems: informingProblems,
  problemSchemas: { 'wrong-state': wrongStateProblem },
  names: ({ by }) => ({ subjects: [], user: userNamed(by) }),
  steady: 'always',
  handle: async (
    deps,
    { call, params, body, sent },
  ): Promise<Reply<typeof delayed> | Problem<(typeof informingProblems)[number] | 'invalid-input' | 'not-found'>> => {
    const decider = await onBehalfOf(deps.users, { call, sent }, body.by, 'by');
    if (!decider.ok) return decider.problem;
    const { ground, reviewAt, tellWhy = true } = body;
    const said = { ground, reviewAt, tellWhy, by: decider.user };
    const outcome = await deps.operations.delayInforming(decider.call, params.id as RequestId, said);
    switch (outcome.kind) {
      case 'delayed':
        return reply(200, { ...viewOf(outcome.delay), receipt: outcome.receipt });
      case 'replayed':
        return reply(200, { ...viewOf(outcome.delay), receipt: null }, replayed);
      case 'invalid':
        return problem('invalid-input', { errors: [invalidBodyMember(outcome.member, 'invalid', outcome.problem)] });
      case 'wrong-state':
        return problem('wrong-state', {
          instance: `/v1/requests/${outcome.request.id}`,
          members: { state: outwardState(outcome.request.state) },
        });
      case 'not-found':
      case 'may-not-delay':
        return problem(outcome.kind);
      default:
        return keyProblem(outcome);
    }
  },
});

function viewOf({ request, ground, reviewAt, tellWhy }: InformingDelay) {
  return { request, ground, reviewAt, tellWhy };
}
