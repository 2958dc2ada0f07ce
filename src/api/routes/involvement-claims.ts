import { z } from 'zod';
import type { ClaimId } from '../../core/brand.ts';
import type { ClaimDecision } from '../../core/disclosure/operations.ts';
import { userToken } from '../../core/disclosure/request.ts';
import { subjectReference } from '../../core/subject/reference.ts';
import { invalidBodyMember } from '../invalid-input.ts';
import { onBehalfOf, userProblems } from '../on-behalf-of.ts';
import { type Problem, problem } from '../problem.ts';
import { type Reply, reply } from '../route.ts';
import { receipt } from '../schemas/receipt.ts';
import { named } from '../schemas/schema-names.ts';
import { byId, caseReference, instantIn, instantOut, noParams, noQuery, nothing, word } from '../schemas/words.ts';
import { userNamed } from '../user-named.ts';
import { factProblem } from './facts.ts';
import { keyProblem, keyProblems, replayed } from './key-problem.ts';
import { partnerRoute } from './partner-route.ts';

const tag = 'facts';
const text = z.string().trim().min(10).max(500);

const claimBody = named(
  'InvolvementClaimBody',
  'You believe that you are involved with somebody in this role, and which unit may attest it.',
  z.strictObject({
    subject: subjectReference,
    role: word,
    attester: word,
    justification: text,
    onBehalfOf: userToken.nullable().optional(),
  }),
);

const received = {
  202: {
    description: 'Received. The same for every person, known or not.',
    schema: named('InvolvementClaimReceived', 'A claim as its claimant gets it back.', z.object({ id: z.uuid() })),
  },
} as const;

const claimView = named(
  'InvolvementClaim',
  'For its claimant: `received`, or `confirmed`, and never a no. For the unit that attests, where it is involved with ' +
    'the person itself: who claims what, why, and about whom.',
  z.object({
    id: z.uuid(),
    state: z.enum(['received', 'confirmed', 'rejected']),
    role: z.string(),
    attester: z.string(),
    receivedAt: instantOut,
    claimant: z.string().optional(),
    justification: z.string().optional(),
    userRole: z.string().nullable().optional(),
    subject: z.object({ type: z.literal('pseudonym'), value: z.uuid() }).optional(),
  }),
);

const confirmationBody = named(
  'InvolvementConfirmationBody',
  'From when the claimant is involved, and the reference by which it will ask where it has no right to the number.',
  z.strictObject({
    from: instantIn,
    until: instantIn.nullable().optional(),
    reference: caseReference.nullable().optional(),
    caseReference: caseReference.nullable().optional(),
  }),
);

const rejectionBody = named(
  'InvolvementRejectionBody',
  'Why not. It goes on record and the claimant does not see it.',
  z.strictObject({ ground: z.string().trim().min(3).max(500) }),
);

const decidedClaim = named(
  'DecidedInvolvementClaim',
  'What was decided; with a confirmation the fact that is now on record. After a repeated Idempotency-Key only `id`.',
  z.object({
    id: z.uuid(),
    state: z.enum(['confirmed', 'rejected']).optional(),
    fact: z.uuid().optional(),
    receipt: receipt.optional(),
  }),
);
const decided = { 200: { description: 'Decided, and on record.', schema: decidedClaim } } as const;

const claimProblems = [...keyProblems, ...userProblems, 'number-not-allowed'] as const;
const decisionProblems = [
  ...keyProblems,
  'may-not-attest',
  'number-not-allowed',
  'already-ended',
  'wrong-fact-state',
  'already-decided',
] as const;

export const claimInvolvementRoute = partnerRoute({
  method: 'post',
  path: '/v1/involvement-claims',
  operationId: 'claimInvolvement',
  tag,
  summary: 'Meld dat u betrokken bent / Claim that you are involved',
  description:
    'The answer is the same whoever the person is. The unit that attests decides on it, where it is involved with the ' +
    'person itself; you hear of it when it confirms.',
  listeners: ['partner'],
  params: noParams,
  query: noQuery,
  body: claimBody,
  ok: received,
  problems: claimProblems,
  names: ({ subject, onBehalfOf }) => ({ subjects: [subject], user: userNamed(onBehalfOf) }),
  steady: 'always',
  handle: async (
    deps,
    { call, body, sent },
  ): Promise<Reply<typeof received> | Problem<(typeof claimProblems)[number] | 'invalid-input'>> => {
    const { onBehalfOf: token = null } = body;
    const claimant = token === null ? null : await onBehalfOf(deps.users, { call, sent }, token, 'onBehalfOf');
    if (claimant?.ok === false) return claimant.problem;
    const claim = { ...body, onBehalfOf: claimant?.user ?? null };
    const outcome = await deps.operations.claimInvolvement(claimant?.call ?? call, claim);
    switch (outcome.kind) {
      case 'received':
        return reply(202, { id: outcome.id });
      case 'replayed':
        return reply(202, { id: outcome.id }, replayed);
      case 'invalid':
        return problem('invalid-input', { errors: [invalidBodyMember(outcome.member, 'invalid', outcome.problem)] });
      case 'number-not-allowed':
        return problem('number-not-allowed');
      default:
        return keyProblem(outcome);
    }
  },
});

export const readClaimRoute = partnerRoute({
  method: 'get',
  path: '/v1/involvement-claims/{id}',
  operationId: 'readInvolvementClaim',
  tag,
  summary: 'Bekijk een melding van betrokkenheid / Read a claim of involvement',
  description: 'For its claimant, and for the unit that attests where it is involved with the person itself.',
  listeners: ['partner'],
  params: byId,
  query: noQuery,
  body: nothing,
  ok: { 200: { description: 'The claim as it stands for you.', schema: claimView } },
  problems: [],
  steady: 'always',
  handle: async (deps, { caller, params }) => {
    const view = await deps.operations.readClaim({ partner: caller }, params.id as ClaimId);
    if (view === null) return problem('not-found');
    const { id, state, role, attester, receivedAt, claimant, justification, userRole } = view.claim;
    const shared = { id, state, role, attester, receivedAt };
    if (view.for === 'claimant') return reply(200, shared);
    const subject = { type: 'pseudonym', value: view.pseudonym } as const;
    return reply(200, { ...shared, claimant, justification, userRole, subject });
  },
});

export const confirmClaimRoute = partnerRoute({
  method: 'post',
  path: '/v1/involvement-claims/{id}/confirmation',
  operationId: 'confirmInvolvementClaim',
  tag,
  summary: 'Bevestig een melding van betrokkenheid / Confirm a claim of involvement',
  description: 'By the unit that attests: the involvement is on record in the same step, and the claimant is told.',
  listeners: ['partner'],
  params: byId,
  query: noQuery,
  body: confirmationBody,
  ok: decided,
  problems: decisionProblems,
  steady: 'always',
  handle: async (deps, { call, params, body }) =>
    decision(
      await deps.operations.confirmClaim(call, params.id as ClaimId, {
        from: body.from,
        until: body.until ?? null,
        reference: body.reference ?? null,
        caseReference: body.caseReference ?? null,
      }),
    ),
});

export const rejectClaimRoute = partnerRoute({
  method: 'post',
  path: '/v1/involvement-claims/{id}/rejection',
  operationId: 'rejectInvolvementClaim',
  tag,
  summary: 'Wijs een melding van betrokkenheid af / Reject a claim of involvement',
  description: 'By the unit that attests. The claimant is not told: for it the claim stays received.',
  listeners: ['partner'],
  params: byId,
  query: noQuery,
  body: rejectionBody,
  ok: decided,
  problems: decisionProblems,
  steady: 'always',
  handle: async (deps, { call, params, body }) =>
    decision(await deps.operations.rejectClaim(call, params.id as ClaimId, body.ground)),
});

type DecisionProblem = Problem<(typeof decisionProblems)[number] | 'invalid-input' | 'not-found'>;

function decision(outcome: ClaimDecision): Reply<typeof decided> | DecisionProblem {
  if (outcome.kind === 'already-decided') return problem('already-decided');
  if (outcome.kind === 'rejected') {
    return reply(200, { id: outcome.id, state: 'rejected', receipt: outcome.receipt });
  }
  if (outcome.kind === 'confirmed' && 'fact' in outcome) {
    const { id, fact, receipt: proof } = outcome;
    return reply(200, { id, state: 'confirmed', fact, receipt: proof });
  }
  if (outcome.kind === 'replayed') return reply(200, { id: outcome.id }, replayed);
  return factProblem(outcome);
}
