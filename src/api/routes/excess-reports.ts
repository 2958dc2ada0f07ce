import { z } from 'zod';
import type { RequestId } from '../../core/brand.ts';
import { userToken } from '../../core/disclosure/request.ts';
import { onBehalfOf, userProblems } from '../on-behalf-of.ts';
import { byId, noQuery } from '../schemas/words.ts';
import { userNamed } from '../user-named.ts';
import { answerInbox, inboxProblemSchemas, inboxProblems, onRecord } from './inbox-answers.ts';
import { partnerRoute } from './partner-route.ts';

export const excessReportRoute = partnerRoute({
  method: 'post',
  path: '/v1/requests/{id}/excess-reports',
  operationId: 'reportExcess',
  tag: 'requests',
  summary: 'Meld dat u meer kreeg dan mocht / Report that you got more than was permitted',
  description:
    'By the recipient, of what was delivered: where the source sealed it, nobody else can see it. `fields`: by name, never a ' +
    'value; what was permitted is left out, and a report of nothing else is refused. The source is told, ' +
    'and privacy officers of both and of the gateway get an alert: a breach that is known from now on.',
  listeners: ['partner'],
  params: byId,
  query: noQuery,
  body: z.strictObject({
    fields: z
      .array(z.string().regex(/^[a-zA-Z]{1,64}\.[a-zA-Z]{1,64}$/))
      .min(1)
      .max(64),
    by: userToken,
  }),
  ok: onRecord,
  problems: [...inboxProblems, ...userProblems],
  problemSchemas: inboxProblemSchemas,
  names: ({ by }) => ({ subjects: [], user: userNamed(by) }),
  steady: 'always',
  handle: async (deps, { caller, call, params, body, sent, language }) => {
    const by = await onBehalfOf(deps.users, { call, sent }, body.by, 'by');
    if (!by.ok) return by.problem;
    const report = { fields: body.fields, by: by.user };
    return answerInbox(
      { deps, language, caller },
      await deps.operations.reportExcess(by.call, params.id as RequestId, report),
    );
  },
});
