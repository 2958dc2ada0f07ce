import { z } from 'zod';
import type { ConsentId } from '../../core/brand.ts';
import type { ConsentOutcome } from '../../core/disclosure/operations.ts';
import { subjectReference } from '../../core/subject/reference.ts';
import { invalidBodyMember } from '../invalid-input.ts';
import { type Problem, problem } from '../problem.ts';
import { type Reply, reply } from '../route.ts';
import { named } from '../schemas/schema-names.ts';
import { byId, caseReference, instantIn, instantOut, noBody, noParams, noQuery, word } from '../schemas/words.ts';
import { keyProblem, keyProblems, replayed } from './key-problem.ts';
import { partnerRoute } from './partner-route.ts';

const consentBody = named(
  'ConsentBody',
  'Ask the subject for permission: exactly this source, recipient, purpose and these categories, at most twelve months. ' +
    '`kind` is a `consent` to the disclosure (also where it is left out), or a `waiver` of the secrecy that the source owes.',
  z.strictObject({
    subject: subjectReference,
    kind: z.enum(['consent', 'waiver']).optional(),
    source: word,
    recipient: word,
    purpose: word,
    categories: z.array(word).min(1).max(32),
    validUntil: instantIn,
    language: z.string().regex(/^[a-z]{2,3}$/),
    caseReference: caseReference.nullable().optional(),
  }),
);

const consent = named(
  'ConsentRequest',
  'Put to the subject, if there is one: the answer is the same for known and unknown persons. After a repeated ' +
    'Idempotency-Key only `id`.',
  z.object({
    id: z.uuid(),
    state: z.enum(['requested', 'withdrawn']).optional(),
    noticeVersion: z.int().optional(),
    validUntil: instantOut.optional(),
  }),
);

const consentProblems = [...keyProblems, 'may-not-request-consent', 'number-not-allowed'] as const;
const requested = { 202: { description: 'The subject will be asked.', schema: consent } } as const;
const withdrawn = { 200: { description: 'Stopped.', schema: consent } } as const;

type ConsentProblem = Problem<(typeof consentProblems)[number] | 'invalid-input' | 'not-found'>;

export const requestConsentRoute = partnerRoute({
  method: 'post',
  path: '/v1/consents',
  operationId: 'requestConsent',
  tag: 'consents',
  summary: 'Vraag om toestemming te vragen / Ask for consent to be asked',
  description:
    'By the recipient, or by the source that records it. Only for purposes that rest on consent: where the law is the ' +
    'basis, consent may not be asked.',
  listeners: ['partner'],
  params: noParams,
  query: noQuery,
  body: consentBody,
  ok: requested,
  problems: consentProblems,
  names: ({ subject }) => ({ subjects: [subject], user: null }),
  steady: 'always',
  handle: async (deps, { call, body }): Promise<Reply<typeof requested> | ConsentProblem> => {
    const outcome = await deps.operations.requestConsent(call, {
      ...body,
      kind: body.kind ?? 'consent',
      caseReference: body.caseReference ?? null,
    });
    if (outcome.kind === 'requested') {
      const { id, noticeVersion, validUntil } = outcome.consent;
      return reply(202, { id, state: 'requested', noticeVersion, validUntil });
    }
    if (outcome.kind === 'replayed') return reply(202, { id: outcome.id }, replayed);
    return consentProblem(outcome);
  },
});

export const withdrawConsentRoute = partnerRoute({
  method: 'post',
  path: '/v1/consents/{id}/withdrawal',
  operationId: 'withdrawConsent',
  tag: 'consents',
  summary: 'Geef door dat toestemming is ingetrokken / Pass on that consent was withdrawn',
  description: 'By a party of the consent. The same answer whether it had been given, refused or never decided.',
  listeners: ['partner'],
  params: byId,
  query: noQuery,
  body: noBody,
  ok: withdrawn,
  problems: consentProblems,
  steady: 'always',
  handle: async (deps, { call, params }): Promise<Reply<typeof withdrawn> | ConsentProblem> => {
    const outcome = await deps.operations.withdrawConsent(call, params.id as ConsentId);
    if (outcome.kind === 'withdrawn') return reply(200, { id: outcome.id, state: 'withdrawn' });
    if (outcome.kind === 'replayed') return reply(200, { id: outcome.id }, replayed);
    return consentProblem(outcome);
  },
});

function consentProblem(outcome: ConsentOutcome): ConsentProblem {
  switch (outcome.kind) {
    case 'invalid': {
      return problem('invalid-input', { errors: [invalidBodyMember(outcome.member, 'invalid', outcome.problem)] });
    }
    case 'may-not-request':
      return problem('may-not-request-consent');
    case 'not-found':
    case 'number-not-allowed':
      return problem(outcome.kind);
    case 'key-reused':
    case 'in-progress':
      return keyProblem(outcome);
    default:
      throw new TypeError(`not an answer of this operation: ${outcome.kind}`);
  }
}
