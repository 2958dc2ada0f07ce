import { z } from 'zod';
import type { RequestId } from '../../core/brand.ts';
import type { DestructionOutcome } from '../../core/disclosure/operations.ts';
import { userToken } from '../../core/disclosure/request.ts';
import { destructionWays } from '../../core/duty/destruction-ways.ts';
import { onBehalfOf, userProblems } from '../on-behalf-of.ts';
import { problem } from '../problem.ts';
import { reply } from '../route.ts';
import { wrongStateProblem } from '../schemas/problem-document.ts';
import { receipt } from '../schemas/receipt.ts';
import { outwardState, requestView, type Viewing, viewRequest } from '../schemas/request-view.ts';
import { named } from '../schemas/schema-names.ts';
import { byId, noBody, noQuery } from '../schemas/words.ts';
import { userNamed } from '../user-named.ts';
import { keyProblem, keyProblems, replayed } from './key-problem.ts';
import { partnerRoute } from './partner-route.ts';

const tag = 'requests';

const destroyedRequest = named(
  'DestructionConfirmed',
  'The request after its recipient said that it destroyed what it got. No receipt where that was on record before.',
  requestView.extend({ receipt: receipt.nullable() }),
);
const onRecord = { 200: { description: 'On record.', schema: destroyedRequest } };

/** Both by the recipient alone; to anybody else, its source included, there is nothing to destroy. */
export const confirmDestructionRoute = partnerRoute({
  method: 'post',
  path: '/v1/requests/{id}/destruction-confirmations',
  operationId: 'confirmDestruction',
  tag,
  summary: 'Bevestig dat u hebt vernietigd wat u kreeg / Confirm that you destroyed what you got',
  description:
    'By the recipient, of what was delivered. On record once, however often it is confirmed. ' +
    '`POST /v1/disclosures/{id}/destruction` means the same and also says how and by whom.',
  listeners: ['partner'],
  params: byId,
  query: noQuery,
  body: noBody,
  ok: onRecord,
  problems: [...keyProblems, 'wrong-state'],
  steady: 'always',
  problemSchemas: { 'wrong-state': wrongStateProblem },
  handle: async (deps, { caller, call, params, language }) =>
    answer({ deps, language, caller }, await deps.operations.confirmDestruction(call, params.id as RequestId)),
});

export const reportDestructionRoute = partnerRoute({
  method: 'post',
  path: '/v1/disclosures/{id}/destruction',
  operationId: 'reportDestruction',
  tag,
  summary: 'Meld hoe en door wie is vernietigd wat u kreeg / Report how and by whom what you got was destroyed',
  description:
    'By the recipient; `id` is that of the request by which it got the data. `how`: `erased` (files and records), `shredded` ' +
    '(paper) or `returned` (given back to its source). `by`: a token of your unit for who destroyed it or saw to that. Before ' +
    'the date by which it must be done or after it; on record once, and what was on record first stays.',
  listeners: ['partner'],
  params: byId,
  query: noQuery,
  body: z.strictObject({ how: z.enum(destructionWays), by: userToken }),
  ok: onRecord,
  problems: [...keyProblems, ...userProblems, 'wrong-state'],
  steady: 'always',
  problemSchemas: { 'wrong-state': wrongStateProblem },
  names: ({ by }) => ({ subjects: [], user: userNamed(by) }),
  handle: async (deps, { caller, call, params, body, sent, language }) => {
    const reporter = await onBehalfOf(deps.users, { call, sent }, body.by, 'by');
    if (!reporter.ok) return reporter.problem;
    const report = { how: body.how, by: reporter.user };
    return answer(
      { deps, language, caller },
      await deps.operations.reportDestruction(reporter.call, params.id as RequestId, report),
    );
  },
});

function answer(viewing: Viewing, outcome: DestructionOutcome) {
  switch (outcome.kind) {
    case 'confirmed':
    case 'replayed': {
      const view = viewRequest(viewing, outcome.request);
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
}
