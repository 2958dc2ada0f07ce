import { z } from 'zod';
import { evaluate, evaluateAll, personsAsked } from '../../core/authzen/evaluate.ts';
import { accessEvaluation, accessEvaluations } from '../../core/authzen/evaluation-form.ts';
import { reply, type Verdict } from '../route.ts';
import { accessDecision, viewAccess } from '../schemas/access-view.ts';
import { named } from '../schemas/schema-names.ts';
import { noParams, noQuery } from '../schemas/words.ts';
import { partnerRoute } from './partner-route.ts';

const question =
  'Subject: your unit. Action: the purpose. Resource: a person, by the reference that a request would use, with the ' +
  'source and the fields. Decided as a request would be decided now, and put on record as one; nothing is disclosed. ';

/** Several are decided and put on record one after another; a few go into the time that one gets. */
const evaluationsInAFloor = 4;

const decision = z.looseObject({ decision: z.boolean() });
const severalDecisions = z.looseObject({ evaluations: z.array(z.unknown()).optional() });

/** Of one call, whatever it asked: a yes among its answers ends a row of refusals. */
function verdictOf(decisions: readonly unknown[]): Verdict {
  return decisions.some((each) => decision.parse(each).decision) ? 'permitted' : 'refused';
}

named(
  'AccessEvaluation',
  'AuthZEN access evaluation; see docs/authzen.md. Unknown members are ignored.',
  accessEvaluation,
);

export const evaluationRoute = partnerRoute({
  method: 'post',
  keyless: true,
  path: '/access/v1/evaluation',
  operationId: 'evaluateAccess',
  tag: 'access',
  summary: 'Mag dit? / May this be? (AuthZEN)',
  description: `${question}A denial is an answer, by 200.`,
  listeners: ['partner'],
  params: noParams,
  query: noQuery,
  body: accessEvaluation,
  ok: { 200: { description: 'The decision.', schema: accessDecision } },
  problems: ['basis-changed'],
  names: (body) => ({ subjects: personsAsked([body]), user: null }),
  verdict: ({ body }) => verdictOf([body]),
  steady: 'always',
  handle: async (deps, { caller: partner, trace, transaction, body, language }) =>
    reply(200, viewAccess(await evaluate(deps.access, { partner, trace, transaction }, body), language)),
});

const several = named(
  'AccessDecisions',
  'One decision for each evaluation, in their order, as far as the semantic went; a single decision where none was named.',
  z.union([z.object({ evaluations: z.array(accessDecision) }), accessDecision]),
);

export const evaluationsRoute = partnerRoute({
  method: 'post',
  keyless: true,
  path: '/access/v1/evaluations',
  operationId: 'evaluateAccesses',
  tag: 'access',
  summary: 'Mag dit, en dit, en dit? / Several evaluations in one call (AuthZEN)',
  description: `${question}At most 50 in a call, one after another; members at the top are defaults.`,
  listeners: ['partner'],
  params: noParams,
  query: noQuery,
  body: accessEvaluations,
  ok: { 200: { description: 'The decisions.', schema: several } },
  problems: ['basis-changed'],
  names: ({ evaluations }) => ({ subjects: personsAsked(evaluations), user: null }),
  verdict: ({ body }) => verdictOf(severalDecisions.parse(body).evaluations ?? [body]),
  steady: 'always',
  spans: ({ evaluations }) => Math.ceil(evaluations.length / evaluationsInAFloor),
  handle: async (deps, { caller: partner, trace, transaction, body, language }) => {
    const outcomes = await evaluateAll(deps.access, { partner, trace, transaction }, body);
    const views = outcomes.map((outcome) => viewAccess(outcome, language));
    const [only] = views;
    return reply(200, body.several || only === undefined ? { evaluations: views } : only);
  },
});
