import { z } from 'zod';
import type { CorrectionId, Instant, RequestId } from '../../core/brand.ts';
import type { Label } from '../../core/category/catalogue.ts';
import { type CorrectionWay, correctionKinds, correctionWays } from '../../core/correction/correction.ts';
import type { CorrectionView, OnwardView } from '../../core/correction/ports.ts';
import { userToken } from '../../core/disclosure/request.ts';
import { subjectReference } from '../../core/subject/reference.ts';
import { invalidBodyMember } from '../invalid-input.ts';
import { onBehalfOf, userProblems } from '../on-behalf-of.ts';
import { type Problem, problem } from '../problem.ts';
import { type Reply, reply } from '../route.ts';
import { receipt } from '../schemas/receipt.ts';
import { named } from '../schemas/schema-names.ts';
import { byId, id, instantOut, noParams, noQuery, nothing } from '../schemas/words.ts';
import { userNamed } from '../user-named.ts';
import { keyProblem, keyProblems, replayed } from './key-problem.ts';
import { partnerRoute } from './partner-route.ts';

const tag = 'corrections';
const kind = z.enum(correctionKinds);
const how = z.enum(correctionWays);

const correctionBody = named(
  'CorrectionBody',
  'What you did to fields of this person that you gave as a source. Never a value: who got one asks for it again. ' +
    '`corrects`: the correction that you were told of and pass on with this one. `rightsRequest`: what the person asked that you ' +
    'upheld, and do with this: `rectified` or `erased` for `correct`, `erased` for `erase`, `restricted` or `erased` for `restrict` and `object`.',
  z.strictObject({
    subject: subjectReference,
    kind,
    fields: z
      .array(z.string().regex(/^[a-zA-Z]+\.[a-zA-Z]+$/))
      .min(1)
      .max(64)
      .refine((fields) => new Set(fields).size === fields.length, 'must not name a field twice'),
    ground: z.string().trim().min(10).max(500),
    corrects: id.nullable().optional(),
    rightsRequest: id.nullable().optional(),
    by: userToken,
  }),
);

const received = {
  202: {
    description: 'On record. The same for every person, known or not, and whatever you gave.',
    schema: named(
      'CorrectionReceived',
      'A correction as its source gets it back. No receipt where it was on record before.',
      z.object({ id: z.uuid(), receipt: receipt.nullable() }),
    ),
  },
} as const;

const onward: z.ZodType<OnwardView> = named(
  'OnwardCorrection',
  'A correction that a recipient passed on to those whom it gave the data. Who they are is not said.',
  z.object({
    kind,
    madeAt: instantOut.transform((text) => text as Instant),
    isConfirmed: z.boolean(),
    get onward() {
      return z.array(onward);
    },
  }),
);

const shared = { id: z.uuid(), kind, fields: z.array(z.string()), madeAt: instantOut };
const asked = {
  requests: z.array(z.uuid()),
  dueAt: instantOut,
  confirmedAt: instantOut.nullable(),
  how: how.nullable(),
  destroyed: z.boolean(),
};

const correctionView = named(
  'Correction',
  'For its source: every recipient with what it did. For a recipient: what is asked of it alone. `givenOn`: your own requests as ' +
    'a source by which you gave it on; pass the correction on to those, with `corrects`. `destroyed`: you said that you destroyed ' +
    'what you got; those of `givenOn` were told for you, and whom you gave it outside the gateway you tell yourself.',
  z.union([
    z.object({
      ...shared,
      corrects: z.uuid().nullable(),
      recipients: z.array(
        z.object({ recipient: z.string(), fields: z.array(z.string()), ...asked, onward: z.array(onward) }),
      ),
    }),
    z.object({ ...shared, source: z.string(), ...asked, givenOn: z.array(z.uuid()) }),
  ]),
);

const confirmed = {
  200: {
    description: 'On record.',
    schema: named(
      'CorrectionConfirmed',
      'The correction after you said what you did about it. No receipt where that was on record before.',
      z.object({ correction: correctionView, receipt: receipt.nullable() }),
    ),
  },
} as const;

const correctionProblems = [...keyProblems, ...userProblems, 'number-not-allowed'] as const;

export const makeCorrectionRoute = partnerRoute({
  method: 'post',
  path: '/v1/corrections',
  operationId: 'makeCorrection',
  tag,
  summary:
    'Meld dat u gegevens hebt verbeterd, gewist of beperkt / Say that you corrected, erased or restricted what you gave',
  description:
    'By the source. Every unit that got one of these fields from you is told and must confirm, also one that gets it after all by a ' +
    'request that is under way now, as soon as it does; past one that destroyed them, whoever got them from there. While fields are `restricted` the gateway gives none of them from you, until ' +
    '`restriction-lifted`. The answer is the same whoever the person is.',
  listeners: ['partner'],
  params: noParams,
  query: noQuery,
  body: correctionBody,
  ok: received,
  problems: correctionProblems,
  names: ({ subject, by }) => ({ subjects: [subject], user: userNamed(by) }),
  steady: 'always',
  handle: async (
    deps,
    { call, body, sent },
  ): Promise<Reply<typeof received> | Problem<(typeof correctionProblems)[number] | 'invalid-input'>> => {
    const author = await onBehalfOf(deps.users, { call, sent }, body.by, 'by');
    if (!author.ok) return author.problem;
    const { corrects = null, rightsRequest = null } = body;
    const outcome = await deps.operations.makeCorrection(author.call, {
      ...body,
      corrects,
      rightsRequest,
      by: author.user,
    });
    switch (outcome.kind) {
      case 'made':
        return reply(202, { id: outcome.id, receipt: outcome.receipt });
      case 'replayed':
        return reply(202, { id: outcome.id, receipt: null }, replayed);
      case 'invalid':
        return problem('invalid-input', { errors: [invalidBodyMember(outcome.member, 'invalid', outcome.problem)] });
      case 'number-not-allowed':
        return problem('number-not-allowed');
      default:
        return keyProblem(outcome);
    }
  },
});

export const readCorrectionRoute = partnerRoute({
  method: 'get',
  path: '/v1/corrections/{id}',
  operationId: 'readCorrection',
  tag,
  summary: 'Bekijk een correctie / Read a correction',
  description:
    'For its source and for each unit that it reached. Anybody else gets the answer of an address that does not exist.',
  listeners: ['partner'],
  params: byId,
  query: noQuery,
  body: nothing,
  ok: { 200: { description: 'The correction as it stands for you.', schema: correctionView } },
  problems: [],
  steady: 'always',
  handle: async (deps, { caller, params }) => {
    const view = await deps.operations.readCorrection({ partner: caller }, params.id as CorrectionId);
    return view === null ? problem('not-found') : reply(200, viewOf(view));
  },
});

export const confirmCorrectionRoute = partnerRoute({
  method: 'post',
  path: '/v1/corrections/{id}/confirmations',
  operationId: 'confirmCorrection',
  tag,
  summary: 'Bevestig wat u met een correctie hebt gedaan / Confirm what you did about a correction',
  description:
    'By a unit that it reached. `how`: `corrected`, `erased`, `restricted`, `lifted` (a restriction is over) or `not-held` (you ' +
    'have the data no more: whom you gave fields through the gateway of which you did not pass the correction on is then told for you). `by`: a token of your unit for who saw to it. `seen`: the `requests` of the correction as they were read; where you got a field by another one since, nothing is confirmed. On record once, and what was on record first stays; you are asked anew where you get ' +
    'one of the fields by another request after it.',
  listeners: ['partner'],
  params: byId,
  query: noQuery,
  body: z.strictObject({ how, by: userToken, seen: z.array(id).min(1).max(1000).optional() }),
  ok: confirmed,
  problems: [...keyProblems, ...userProblems],
  steady: 'always',
  names: ({ by }) => ({ subjects: [], user: userNamed(by) }),
  handle: async (deps, { call, params, body, sent }) => {
    const reporter = await onBehalfOf(deps.users, { call, sent }, body.by, 'by');
    if (!reporter.ok) return reporter.problem;
    const seen = body.seen as RequestId[] | undefined;
    const report = { how: body.how, by: reporter.user, ...(seen === undefined ? {} : { seen }) };
    const outcome = await deps.operations.confirmCorrection(reporter.call, params.id as CorrectionId, report);
    switch (outcome.kind) {
      case 'confirmed':
        return reply(200, { correction: viewOf(outcome.view), receipt: outcome.receipt });
      case 'replayed':
        return reply(200, { correction: viewOf(outcome.view), receipt: null }, replayed);
      case 'not-found':
        return problem('not-found');
      case 'other-way':
        return problem('invalid-input', {
          errors: [invalidBodyMember('how', 'not-possible', fitting(outcome.ways))],
        });
      case 'unseen':
        return problem('invalid-input', { errors: [invalidBodyMember('seen', 'not-possible', gotMore)] });
      default:
        return keyProblem(outcome);
    }
  },
});

function fitting(ways: readonly CorrectionWay[]): Label {
  const words = ways.join(', ');
  return { nl: `moet bij deze correctie passen: een van ${words}`, en: `must fit this correction: one of ${words}` };
}

const gotMore: Label = {
  nl: 'moet alle aanvragen noemen waarmee u een gegeven kreeg: er kwam er een bij. Vraag de correctie opnieuw op',
  en: 'must name every request by which you got a field: there is one more by now. Read the correction again',
};

function viewOf(view: CorrectionView) {
  const { id: correction, kind: what, fields, madeAt, source, corrects, notices } = view.correction;
  const common = { id: correction, kind: what, madeAt };
  if (view.for === 'recipient') {
    const { requests, dueAt, confirmedAt, how: done, destroyed, givenOn, fields: got } = view.notice;
    return { ...common, fields: got, source, requests, dueAt, confirmedAt, how: done, destroyed, givenOn };
  }
  const recipients = notices.map(({ recipient, requests, fields: got, dueAt, confirmedAt, how: done, destroyed }) => {
    const passed = [...(view.onward.get(recipient) ?? [])];
    return { recipient, fields: got, requests, dueAt, confirmedAt, how: done, destroyed, onward: passed };
  });
  return { ...common, fields, corrects, recipients };
}
