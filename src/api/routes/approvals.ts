import { z } from 'zod';
import type { Digest, FieldId, RequestId } from '../../core/brand.ts';
import type { ApprovalBody } from '../../core/disclosure/operations.ts';
import { fieldName, userToken } from '../../core/disclosure/request.ts';
import type { User } from '../../core/partner/partner.ts';
import { invalidBodyMember } from '../invalid-input.ts';
import { inLanguage } from '../language.ts';
import { onBehalfOf, userProblems } from '../on-behalf-of.ts';
import { problem } from '../problem.ts';
import { reply } from '../route.ts';
import { wrongStateProblem } from '../schemas/problem-document.ts';
import { receipt } from '../schemas/receipt.ts';
import { outwardState, requestView, viewRequest } from '../schemas/request-view.ts';
import { named } from '../schemas/schema-names.ts';
import { byId, digest, noQuery } from '../schemas/words.ts';
import { userNamed } from '../user-named.ts';
import { keyProblem, keyProblems, replayed } from './key-problem.ts';
import { partnerRoute } from './partner-route.ts';

const approvalBody = named(
  'ApprovalBody',
  'A named human of the source says yes or no. A no has its ground, which the asker does not see. `strike`: fields that ' +
    'are permitted and not given after all; to the asker they are declined. `seen`: the `step` of the request as it ' +
    'was read; where it moved since, or something else would be approved than what was read, nothing is.',
  z
    .strictObject({
      decision: z.enum(['approved', 'declined']),
      approver: userToken,
      ground: z.string().trim().min(3).max(500).optional(),
      strike: z
        .array(fieldName)
        .min(1)
        .max(64)
        .refine((fields) => new Set(fields).size === fields.length, 'must not name a field twice')
        .optional(),
      seen: digest.optional(),
    })
    .refine(({ decision, strike }) => decision === 'approved' || strike === undefined, {
      message: 'is for an approval: who declines gives nothing',
      path: ['strike'],
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
  problems: [...keyProblems, ...userProblems, 'wrong-state', 'may-not-approve', 'reason-gone'],
  problemSchemas: { 'wrong-state': wrongStateProblem },
  // About whom it is was counted when it was asked.
  names: ({ approver }) => ({ subjects: [], user: userNamed(approver) }),
  steady: 'always',
  handle: async (deps, { caller, call, params, body, sent, language }) => {
    const approver = await onBehalfOf(deps.users, { call, sent }, body.approver, 'approver');
    if (!approver.ok) return approver.problem;
    const outcome = await deps.operations.approve(
      approver.call,
      params.id as RequestId,
      approvalOf(body, approver.user),
    );
    switch (outcome.kind) {
      case 'recorded':
      case 'replayed': {
        const view = viewRequest({ deps, language, caller }, outcome.request);
        const reminders = deps.approvalReminders().map((text) => inLanguage(text, language));
        if (outcome.kind === 'replayed') return reply(200, { ...view, receipt: null, reminders }, replayed);
        return reply(200, { ...view, receipt: outcome.receipt, reminders });
      }
      case 'not-found':
        return problem('not-found');
      case 'may-not-approve':
      case 'reason-gone':
        return problem(outcome.kind, { instance: `/v1/requests/${params.id}` });
      case 'invalid':
        return problem('invalid-input', {
          errors: [invalidBodyMember(outcome.member, 'not-possible', outcome.problem)],
        });
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

function approvalOf({ decision, ground, strike, seen }: z.output<typeof approvalBody>, approver: User): ApprovalBody {
  return {
    decision,
    approver,
    ground: ground ?? null,
    ...(strike === undefined ? {} : { strike: strike as FieldId[] }),
    ...(seen === undefined ? {} : { seen: seen as Digest }),
  };
}
