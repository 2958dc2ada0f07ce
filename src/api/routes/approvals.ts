import { z } from 'zod';
import type { RequestId } from '../../core/brand.ts';
import { userToken } from '../../core/disclosure/request.ts';
import { inLanguage } from '../language.ts';
import { onBehalfOf, userProblems } from '../on-behalf-of.ts';
import { problem } from '../problem.ts';
import { reply } from '../route.ts';
import { wrongStateProblem } from '../schemas/problem-document.ts';
import { receipt } from '../schemas/receipt.ts';
import { outwardState, requestView, viewRequest } from '../schemas/request-view.ts';
import { named } from '../schemas/schema-names.ts';
import { byId, noQuery } from '../schemas/words.ts';
import { userNamed } from '../user-named.ts';
import { keyProblem, keyProblems, replayed } from './key-problem.ts';
import { partnerRoute } from './partner-route.ts';

const approvalBody = named(
  'ApprovalBody',
  'A named human of the source says yes or no. A no has its ground, which the asker does not see.',
  z
    .strictObject({
      decision: z.enum(['approved', 'declined']),
      approver: userToken,
      ground: z.string().trim().min(3).max(500).optional(),
    })
    .refine(({ decision, ground }) => decision === 'approved' || ground !== undefined, {
      message: 'is required when declined',
      path: ['ground'],
    }),
);

const approvedRequest = named(
  'ApprovedRequest',
  'The request after the approval or the refusal of its source. `reminders`: what whoever decides must keep in mind.',
  requestView.extend({ receipt: receipt.nullable(), reminders: z.array(z.string()) }),
);

/** By the source alone; to anybody else the request does not exist. */
export const approveRoute = partnerRoute({
  method: 'post',
  path: '/v1/requests/{id}/approvals',
  operationId: 'approveRequest',
  tag: 'requests',
  summary: 'Keur een aanvraag goed of af / Approve or decline a request',
  description:
    'By the source of the request, where its policy leaves the last word to people. Where two must agree, the first ' +
    'approval leaves it waiting; `approvalsNeeded` says for how many more people, and in which roles. One no ends it.',
  listeners: ['partner'],
  params: byId,
  query: noQuery,
  body: approvalBody,
  ok: { 200: { description: 'On record.', schema: approvedRequest } },
  problems: [...keyProblems, ...userProblems, 'wrong-state', 'may-not-approve'],
  problemSchemas: { 'wrong-state': wrongStateProblem },
  // About whom it is was counted when it was asked.
  names: ({ approver }) => ({ subjects: [], user: userNamed(approver) }),
  steady: 'always',
  handle: async (deps, { call, params, body, sent, language }) => {
    const approver = await onBehalfOf(deps.users, { call, sent }, body.approver, 'approver');
    if (!approver.ok) return approver.problem;
    const approval = { decision: body.decision, approver: approver.user, ground: body.ground ?? null };
    const outcome = await deps.operations.approve(approver.call, params.id as RequestId, approval);
    switch (outcome.kind) {
      case 'recorded':
      case 'replayed': {
        const view = viewRequest(outcome.request, language, deps.asUnknownPerson);
        const reminders = deps.approvalReminders().map((text) => inLanguage(text, language));
        if (outcome.kind === 'replayed') return reply(200, { ...view, receipt: null, reminders }, replayed);
        return reply(200, { ...view, receipt: outcome.receipt, reminders });
      }
      case 'not-found':
        return problem('not-found');
      case 'may-not-approve':
        return problem('may-not-approve', { instance: `/v1/requests/${params.id}` });
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
