import { z } from 'zod';
import type { FactId } from '../../core/brand.ts';
import type { FactOutcome } from '../../core/disclosure/operations.ts';
import { subjectReference } from '../../core/subject/reference.ts';
import { invalidBodyMember } from '../invalid-input.ts';
import { type Problem, problem } from '../problem.ts';
import { type Reply, reply } from '../route.ts';
import { receipt } from '../schemas/receipt.ts';
import { named } from '../schemas/schema-names.ts';
import { byId, caseReference, instantIn, instantOut, noParams, noQuery, word } from '../schemas/words.ts';
import { keyProblem, keyProblems, replayed } from './key-problem.ts';
import { partnerRoute } from './partner-route.ts';

const factBody = named(
  'FactBody',
  'A dated statement about a subject that policies rest on. The period is half-open; an absent `until` has no end yet. ' +
    'Which types there are, who may attest them and which attributes they need is data of the catalogue.',
  z.strictObject({
    subject: subjectReference,
    type: word,
    from: instantIn,
    until: instantIn.nullable().optional(),
    unit: word.nullable().optional(),
    attributes: z.record(z.string().regex(/^[A-Za-z][A-Za-z0-9-]{0,62}$/), word).optional(),
    caseReference: caseReference.nullable().optional(),
  }),
);

const factEndBody = named('FactEndBody', 'From when the fact no longer holds.', z.strictObject({ until: instantIn }));

const fact = named(
  'Fact',
  'A fact as its attesting unit gets it back. After a repeated Idempotency-Key only `id`.',
  z.object({
    id: z.uuid(),
    type: z.string().optional(),
    state: z.enum(['attested', 'disputed', 'corrected', 'ended']).optional(),
    from: instantOut.optional(),
    until: instantOut.nullable().optional(),
    receipt: receipt.optional(),
  }),
);

const factProblems = [...keyProblems, 'may-not-attest', 'number-not-allowed', 'already-ended'] as const;
const attested = { 201: { description: 'Attested, and on record.', schema: fact } } as const;
const ended = { 200: { description: 'Ended, and on record.', schema: fact } } as const;

type FactProblem = Problem<(typeof factProblems)[number] | 'invalid-input' | 'not-found'>;

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
  handle: async (deps, { call, body }): Promise<Reply<typeof attested> | FactProblem> => {
    const outcome = await deps.operations.attestFact(call, {
      subject: body.subject,
      type: body.type,
      from: body.from,
      until: body.until ?? null,
      unit: body.unit ?? null,
      attributes: body.attributes ?? {},
      caseReference: body.caseReference ?? null,
    });
    if (outcome.kind === 'attested') {
      const { id, type, state, from, until } = outcome.fact;
      return reply(201, { id, type, state, from, until, receipt: outcome.receipt });
    }
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

function factProblem(outcome: FactOutcome): FactProblem {
  switch (outcome.kind) {
    case 'invalid': {
      return problem('invalid-input', { errors: [invalidBodyMember(outcome.member, 'invalid', outcome.problem)] });
    }
    case 'key-reused':
    case 'in-progress':
      return keyProblem(outcome);
    case 'attested':
    case 'ended':
    case 'replayed':
      throw new TypeError(`not an answer of this operation: ${outcome.kind}`);
    default:
      return problem(outcome.kind);
  }
}
