import { z } from 'zod';
import type { RequestId } from '../../core/brand.ts';
import { maxPermitChars } from '../../core/disclosure/permit-token.ts';
import { userToken } from '../../core/disclosure/request.ts';
import { delegate } from '../../core/disclosure/said-on-request.ts';
import { maxSealedChars } from '../../core/disclosure/sealed-by-source.ts';
import { subjectReference } from '../../core/subject/reference.ts';
import { invalidBodyMember } from '../invalid-input.ts';
import { onBehalfOf, userProblems } from '../on-behalf-of.ts';
import { problem } from '../problem.ts';
import { named } from '../schemas/schema-names.ts';
import { byId, noQuery } from '../schemas/words.ts';
import { userNamed } from '../user-named.ts';
import { answerInbox, answerProblems, inboxProblemSchemas, inboxProblems, onRecord } from './inbox-answers.ts';
import { partnerRoute } from './partner-route.ts';

const tag = 'inbox';

/** Room for three categories that are as large as a sealed one may be, with their permit; more comes in parts. */
const maxAnswerBytes = 1_048_576;

/** Words of people: as long as a justification. */
const words = z.string().trim().min(3).max(500);

const answerBody = named(
  'AnswerBody',
  'What the source gives. `subject`: the person as the source knows them, to be sure that both mean the same. `data`: by ' +
    'field, of those that the request permits. Where the request says `sealing`, in its place `sealed`: by category one ' +
    'compact JWE to the recipient, and `permit`, by which you sealed it. `complete`: nothing more follows.',
  z.strictObject({
    subject: subjectReference,
    data: z.record(z.string().regex(/^[a-zA-Z]+\.[a-zA-Z]+$/), z.unknown()).optional(),
    sealed: z.record(z.string().regex(/^[a-zA-Z]{1,64}$/), z.string().max(maxSealedChars)).optional(),
    permit: z.string().max(maxPermitChars).optional(),
    complete: z.boolean(),
    by: userToken,
  }),
);

const oneOfTwo = problem('invalid-input', {
  errors: [
    invalidBodyMember('data', 'one-of-two', {
      nl: 'geef óf data, óf sealed met permit',
      en: 'give either data, or sealed with permit',
    }),
  ],
});

/** All by the source alone; to anybody else there is no such request. `id` is that of the request. */
const atSource = {
  method: 'post',
  tag,
  listeners: ['partner'],
  params: byId,
  query: noQuery,
  ok: onRecord,
  problemSchemas: inboxProblemSchemas,
  steady: 'always',
} as const;

export const answerRequestRoute = partnerRoute({
  ...atSource,
  path: '/v1/inbox/{id}/answers',
  operationId: 'answerRequest',
  summary: 'Beantwoord een aanvraag, geheel of voor een deel / Answer a request, in whole or in part',
  description:
    'Decided again now. Only permitted fields, each once, in the form of the catalogue; one that is wrong refuses the whole ' +
    "answer. What is taken is sealed to the recipient's key at once, and cannot be read here any more. At most 1 MiB.",
  body: answerBody,
  maxBodyBytes: maxAnswerBytes,
  problems: [...answerProblems, ...userProblems, 'seal-impossible', 'basis-changed'],
  names: ({ subject, by }) => ({ subjects: [subject], user: userNamed(by) }),
  handle: async (deps, { caller, call, params, body, sent, language }) => {
    const by = await onBehalfOf(deps.users, { call, sent }, body.by, 'by');
    if (!by.ok) return by.problem;
    const { subject, data, sealed, permit, complete } = body;
    const isSealed = sealed !== undefined && permit !== undefined;
    if ((data !== undefined) === isSealed || (sealed !== undefined) !== (permit !== undefined)) return oneOfTwo;
    const given = isSealed ? { data: {}, sealed: { sealed, permit } } : { data: data ?? {} };
    const answer = { subject, ...given, complete, by: by.user };
    return answerInbox(
      { deps, language, caller },
      await deps.operations.answerRequest(by.call, params.id as RequestId, answer),
    );
  },
});

export const declineRequestRoute = partnerRoute({
  ...atSource,
  path: '/v1/inbox/{id}/refusals',
  operationId: 'declineRequest',
  summary: 'Geef geen antwoord op een aanvraag / Do not answer a request',
  description:
    'Before anything of it was answered. The ground is for the record of the source: the recipient reads that a human of ' +
    'the source said no, and no more.',
  body: z.strictObject({ by: userToken, ground: words }),
  problems: [...inboxProblems, ...userProblems, 'basis-changed'],
  names: ({ by }) => ({ subjects: [], user: userNamed(by) }),
  handle: async (deps, { caller, call, params, body, sent, language }) => {
    const by = await onBehalfOf(deps.users, { call, sent }, body.by, 'by');
    if (!by.ok) return by.problem;
    const refusal = { by: by.user, ground: body.ground };
    const outcome = await deps.operations.declineRequest(by.call, params.id as RequestId, refusal);
    return answerInbox({ deps, language, caller }, outcome);
  },
});

export const delegateRequestRoute = partnerRoute({
  ...atSource,
  path: '/v1/inbox/{id}/delegations',
  operationId: 'delegateRequest',
  summary: 'Zeg wie van de bron moet antwoorden / Say who of the source is to answer',
  description:
    'To people in a role of your kind of partner, or to one person by the id that your tokens give them. The last one ' +
    'counts. Nobody but the source reads it, and it does not hinder anybody else of the source from answering.',
  body: z.strictObject({ by: userToken, to: delegate, note: words.optional() }),
  problems: [...inboxProblems, ...userProblems, 'basis-changed'],
  names: ({ by }) => ({ subjects: [], user: userNamed(by) }),
  handle: async (deps, { caller, call, params, body, sent, language }) => {
    const by = await onBehalfOf(deps.users, { call, sent }, body.by, 'by');
    if (!by.ok) return by.problem;
    const delegation = { by: by.user, to: body.to, note: body.note ?? null };
    const outcome = await deps.operations.delegateRequest(by.call, params.id as RequestId, delegation);
    return answerInbox({ deps, language, caller }, outcome);
  },
});

export const questionRequestRoute = partnerRoute({
  ...atSource,
  path: '/v1/inbox/{id}/questions',
  operationId: 'questionRequest',
  summary: 'Vraag iets terug over een aanvraag / Ask something back about a request',
  description:
    'The recipient reads it and may reply. It is no way to give data: write nothing about the person. The deadline goes on.',
  body: z.strictObject({ by: userToken, text: words }),
  problems: [...inboxProblems, ...userProblems, 'basis-changed'],
  names: ({ by }) => ({ subjects: [], user: userNamed(by) }),
  handle: async (deps, { caller, call, params, body, sent, language }) => {
    const by = await onBehalfOf(deps.users, { call, sent }, body.by, 'by');
    if (!by.ok) return by.problem;
    const question = { by: by.user, text: body.text };
    const outcome = await deps.operations.questionRequest(by.call, params.id as RequestId, question);
    return answerInbox({ deps, language, caller }, outcome);
  },
});
