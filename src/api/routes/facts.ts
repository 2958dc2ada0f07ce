import { z } from 'zod';
import type { FactId } from '../../core/brand.ts';
import type { FactOutcome } from '../../core/disclosure/operations.ts';
import type { Fact } from '../../core/fact/fact.ts';
import type { Receipt } from '../../core/ledger/entry.ts';
import { subjectReference } from '../../core/subject/reference.ts';
import { invalidBodyMember } from '../invalid-input.ts';
import { type Problem, problem } from '../problem.ts';
import { type Reply, reply } from '../route.ts';
import { receipt } from '../schemas/receipt.ts';
import { named } from '../schemas/schema-names.ts';
import {
  byId,
  caseReference,
  instantIn,
  instantOut,
  noBody,
  noParams,
  noQuery,
  nothing,
  word,
} from '../schemas/words.ts';
import { keyProblem, keyProblems, replayed } from './key-problem.ts';
import { partnerRoute } from './partner-route.ts';

const attributes = z.record(z.string().regex(/^[A-Za-z][A-Za-z0-9-]{0,62}$/), word);

const factBody = named(
  'FactBody',
  'A dated statement about a subject that policies rest on. The period is half-open; an absent `until` has no end yet. ' +
    'Which types there are, who may attest them, which attributes they need and whether they name the case or ' +
    'conference that they belong to (`reference`) is data of the catalogue.',
  z.strictObject({
    subject: subjectReference,
    type: word,
    from: instantIn,
    until: instantIn.nullable().optional(),
    unit: word.nullable().optional(),
    reference: caseReference.nullable().optional(),
    attributes: attributes.optional(),
    caseReference: caseReference.nullable().optional(),
  }),
);

const factEndBody = named('FactEndBody', 'From when the fact no longer holds.', z.strictObject({ until: instantIn }));

const factState = z.enum(['attested', 'disputed', 'corrected', 'ended']);

const fact = named(
  'Fact',
  'A fact as its attesting unit gets it back. After a repeated Idempotency-Key only `id`.',
  z.object({
    id: z.uuid(),
    type: z.string().optional(),
    state: factState.optional(),
    from: instantOut.optional(),
    until: instantOut.nullable().optional(),
    receipt: receipt.optional(),
  }),
);

const correctionBody = named(
  'FactCorrectionBody',
  'What the fact should have said. Its type stays, and so does whom it is about.',
  factBody.omit({ subject: true, type: true }),
);

const disputeBody = named(
  'FactDisputeBody',
  'Why it is not so, for the unit that attested it.',
  z.strictObject({ ground: z.string().trim().min(3).max(500) }),
);

const factView = named(
  'FactView',
  'A fact for the unit that attested it and the unit that it is about. `dispute` is for the former alone.',
  z.object({
    id: z.uuid(),
    type: z.string(),
    state: factState,
    from: instantOut,
    until: instantOut.nullable(),
    attestedBy: z.string(),
    unit: z.string().nullable(),
    reference: z.string().nullable(),
    attributes: z.record(z.string(), z.string()),
    dispute: z.object({ by: z.string(), at: instantOut, ground: z.string() }).nullable(),
  }),
);

const factProblems = [
  ...keyProblems,
  'may-not-attest',
  'number-not-allowed',
  'already-ended',
  'wrong-fact-state',
] as const;
const attested = { 201: { description: 'Attested, and on record.', schema: fact } } as const;
const ended = { 200: { description: 'Ended, and on record.', schema: fact } } as const;
const corrected = { 201: { description: 'The fact that stands in its place.', schema: fact } } as const;
const disputed = { 200: { description: 'Disputed, and on record.', schema: fact } } as const;
const confirmed = { 200: { description: 'Confirmed, and on record.', schema: fact } } as const;

type FactProblem = Problem<(typeof factProblems)[number] | 'invalid-input' | 'not-found'>;

/** What an attestation and a correction say alike; what is left out is null, so that nothing is guessed further in. */
function saidIn(body: z.output<typeof correctionBody>) {
  return {
    from: body.from,
    until: body.until ?? null,
    unit: body.unit ?? null,
    reference: body.reference ?? null,
    attributes: body.attributes ?? {},
    caseReference: body.caseReference ?? null,
  };
}

export const attestFactRoute = partnerRoute({
  method: 'post',
  path: '/v1/facts',
  operationId: 'attestFact',
  tag: 'facts',
  summary: 'Stel een feit vast / Attest a fact',
  description: 'Feeds conditions, retention and notices alike. Units that the fact involves are told by an event.',
  listeners: ['partner'],
  params: noParams,
  query: noQuery,
  body: factBody,
  ok: attested,
  problems: factProblems,
  names: ({ subject }) => ({ subjects: [subject], user: null }),
  steady: 'always',
  handle: async (deps, { call, body }): Promise<Reply<typeof attested> | FactProblem> => {
    const { subject, type } = body;
    const outcome = await deps.operations.attestFact(call, { subject, type, ...saidIn(body) });
    if (outcome.kind === 'attested') return reply(201, newFact(outcome));
    if (outcome.kind === 'replayed') return reply(201, { id: outcome.id }, replayed);
    return factProblem(outcome);
  },
});

export const endFactRoute = partnerRoute({
  method: 'post',
  path: '/v1/facts/{id}/end',
  operationId: 'endFact',
  tag: 'facts',
  summary: 'Beëindig een feit / End a fact',
  description: 'By the unit that attested it. A fact of somebody else is not found.',
  listeners: ['partner'],
  params: byId,
  query: noQuery,
  body: factEndBody,
  ok: ended,
  problems: factProblems,
  steady: 'always',
  handle: async (deps, { call, params, body }): Promise<Reply<typeof ended> | FactProblem> => {
    const outcome = await deps.operations.endFact(call, params.id as FactId, body.until);
    if (outcome.kind === 'ended') {
      const { id, until, receipt: proof } = outcome;
      return reply(200, { id, state: 'ended', until, receipt: proof });
    }
    if (outcome.kind === 'replayed') return reply(200, { id: outcome.id }, replayed);
    return factProblem(outcome);
  },
});

export const correctFactRoute = partnerRoute({
  method: 'post',
  path: '/v1/facts/{id}/correction',
  operationId: 'correctFact',
  tag: 'facts',
  summary: 'Verbeter een feit / Correct a fact',
  description:
    'By the unit that attested it. The old fact never counts again, a new one stands in its place, and a dispute is settled.',
  listeners: ['partner'],
  params: byId,
  query: noQuery,
  body: correctionBody,
  ok: corrected,
  problems: factProblems,
  steady: 'always',
  handle: async (deps, { call, params, body }): Promise<Reply<typeof corrected> | FactProblem> => {
    const outcome = await deps.operations.correctFact(call, params.id as FactId, saidIn(body));
    if (outcome.kind === 'corrected') return reply(201, newFact(outcome));
    if (outcome.kind === 'replayed') return reply(201, { id: outcome.id }, replayed);
    return factProblem(outcome);
  },
});

export const disputeFactRoute = partnerRoute({
  method: 'post',
  path: '/v1/facts/{id}/dispute',
  operationId: 'disputeFact',
  tag: 'facts',
  summary: 'Betwist een feit / Dispute a fact',
  description:
    'By the unit that it is about, or one that is involved with its subject. Until the attesting unit settles it, the ' +
    'fact permits nothing. To anybody else there is no such fact.',
  listeners: ['partner'],
  params: byId,
  query: noQuery,
  body: disputeBody,
  ok: disputed,
  problems: factProblems,
  steady: 'always',
  handle: async (deps, { call, params, body }): Promise<Reply<typeof disputed> | FactProblem> => {
    const outcome = await deps.operations.disputeFact(call, params.id as FactId, body.ground);
    if (outcome.kind === 'disputed') return reply(200, { id: outcome.id, state: 'disputed', receipt: outcome.receipt });
    if (outcome.kind === 'replayed') return reply(200, { id: outcome.id }, replayed);
    return factProblem(outcome);
  },
});

export const confirmFactRoute = partnerRoute({
  method: 'post',
  path: '/v1/facts/{id}/confirmation',
  operationId: 'confirmFact',
  tag: 'facts',
  summary: 'Bevestig een betwist feit / Confirm a disputed fact',
  description: 'By the unit that attested it. The fact counts again.',
  listeners: ['partner'],
  params: byId,
  query: noQuery,
  body: noBody,
  ok: confirmed,
  problems: factProblems,
  steady: 'always',
  handle: async (deps, { call, params }): Promise<Reply<typeof confirmed> | FactProblem> => {
    const outcome = await deps.operations.confirmFact(call, params.id as FactId);
    if (outcome.kind === 'confirmed') {
      const { id, state, receipt: proof } = outcome;
      return reply(200, { id, state, receipt: proof });
    }
    if (outcome.kind === 'replayed') return reply(200, { id: outcome.id }, replayed);
    return factProblem(outcome);
  },
});

export const readFactRoute = partnerRoute({
  method: 'get',
  path: '/v1/facts/{id}',
  operationId: 'readFact',
  tag: 'facts',
  summary: 'Bekijk een feit / Read a fact',
  description: 'For the unit that attested it and the unit that it is about. To anybody else there is no such fact.',
  listeners: ['partner'],
  params: byId,
  query: noQuery,
  body: nothing,
  ok: { 200: { description: 'The fact as it stands now.', schema: factView } },
  problems: [],
  steady: 'always',
  handle: async (deps, { caller, params }) => {
    const view = await deps.operations.readFact({ partner: caller }, params.id as FactId);
    if (view === null) return problem('not-found');
    const { id, type, state, from, until, attestedBy, unit, reference, attributes: words } = view.fact;
    return reply(200, {
      id,
      type,
      state,
      from,
      until,
      attestedBy,
      unit,
      reference,
      attributes: { ...words },
      dispute: view.dispute,
    });
  },
});

function newFact({ fact: made, receipt: proof }: { readonly fact: Fact; readonly receipt: Receipt }) {
  const { id, type, state, from, until } = made;
  return { id, type, state, from, until, receipt: proof };
}

export function factProblem(outcome: FactOutcome): FactProblem {
  switch (outcome.kind) {
    case 'invalid': {
      return problem('invalid-input', { errors: [invalidBodyMember(outcome.member, 'invalid', outcome.problem)] });
    }
    case 'key-reused':
    case 'in-progress':
      return keyProblem(outcome);
    case 'attested':
    case 'ended':
    case 'corrected':
    case 'disputed':
    case 'confirmed':
    case 'replayed':
      throw new TypeError(`not an answer of this operation: ${outcome.kind}`);
    default:
      return problem(outcome.kind);
  }
}
