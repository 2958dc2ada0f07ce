import { z } from 'zod';
import type { Answer, AskOutcome, CollectOutcome } from '../../core/disclosure/operations.ts';
import type { RequestRecord } from '../../core/disclosure/request.ts';
import type { RequestState } from '../../core/disclosure/state.ts';
import type { Receipt } from '../../core/ledger/entry.ts';
import { invalidBodyMember } from '../invalid-input.ts';
import { type Problem, problem } from '../problem.ts';
import { type Reply, reply } from '../route.ts';
import { receipt } from '../schemas/receipt.ts';
import { outwardState, requestView, type Viewing, viewRequest } from '../schemas/request-view.ts';
import { named } from '../schemas/schema-names.ts';
import { keyProblem, keyProblems, replayed } from './key-problem.ts';
import { refusedRequest } from './refused-request.ts';

const handedPart = named(
  'AnswerPart',
  'What people of the source answered at once, or sealed of one category: `fields` by name, and `sealed`, one compact JWE ' +
    'of field and value to your registered key. `category`: what it is about where it is about one alone; else null. ' +
    '`permit`: by which its source sealed it where the gateway may not see it, and `fields` are then those that may be in ' +
    'it: whoever opens it checks what is (docs/sealed.md); else null.',
  z.object({
    category: z.string().nullable(),
    fields: z.array(z.string()),
    sealed: z.string(),
    permit: z.string().nullable(),
  }),
);

export const disclosure = named(
  'Disclosure',
  'The request with its answer: `data` by field; `sealed`, one compact JWE of the same object to your registered key; or ' +
    '`parts`, where people of the source answered or the source sealed it. A repeated Idempotency-Key gives the state and ' +
    'the receipt, and none of the three, but for `parts` of people within a quarter of an hour.',
  requestView.extend({
    data: z.record(z.string(), z.unknown()).optional(),
    sealed: z.string().optional(),
    parts: z.array(handedPart).optional(),
    receipt: receipt.nullable(),
  }),
);

const waiting = named(
  'WaitingRequest',
  'Permitted by the policy, and waiting for people of the source. `likelyDuplicateOf`: an earlier question of yours about ' +
    'the same person for one of the same fields, which waits as well: people need not be asked twice.',
  requestView.extend({ receipt: receipt.nullable(), likelyDuplicateOf: z.uuid().nullable() }),
);

export const answers = {
  200: { description: 'Delivered: what was permitted, and why the rest was not.', schema: disclosure },
  202: {
    description: 'Waits for a human of the source; follow `Location`.',
    schema: waiting,
    headers: { Location: 'Address of the request.' },
  },
} as const;

export const sourceProblems = [
  'source-unavailable',
  'source-timeout',
  'source-invalid',
  'source-too-large',
  'source-wrong-subject',
] as const;

export const askProblems = [
  ...keyProblems,
  ...sourceProblems,
  'refused',
  'number-not-allowed',
  'request-failed',
  'basis-changed',
  'seal-impossible',
] as const;

type AskAnswer = Reply<typeof answers> | Problem<(typeof askProblems)[number] | 'invalid-input'>;

export function answerAsk(viewing: Viewing, outcome: AskOutcome): AskAnswer {
  switch (outcome.kind) {
    case 'delivered':
      return reply(200, { ...show(viewing, outcome), ...payload(outcome.answer) });
    case 'waiting':
      return reply(
        202,
        { ...show(viewing, outcome), likelyDuplicateOf: outcome.likelyDuplicateOf ?? null },
        location(outcome.request),
      );
    case 'refused':
      return refusedRequest(viewing, outcome.request, outcome.receipt);
    case 'replayed':
      return answerReplay(viewing, outcome);
    case 'unknown-word': {
      const text = { nl: 'is geen bekend woord', en: 'is not a known word' };
      return problem('invalid-input', { errors: [invalidBodyMember(outcome.member, 'unknown-word', text)] });
    }
    case 'number-not-allowed':
      return problem('number-not-allowed');
    default:
      return keyProblem(outcome);
  }
}

export function answerCollect(
  viewing: Viewing,
  outcome: CollectOutcome,
): AskAnswer | Problem<'not-found' | 'wrong-state' | 'other-addressee' | 'other-role'> {
  if (outcome.kind === 'not-found') return problem('not-found');
  if (outcome.kind === 'other-addressee' || outcome.kind === 'other-role') return problem(outcome.kind);
  if (outcome.kind === 'user-needed') {
    const text = { nl: 'is nodig om een aanbod aan te nemen', en: 'is needed to accept an offer' };
    return problem('invalid-input', { errors: [invalidBodyMember('onBehalfOf', 'required', text)] });
  }
  if (outcome.kind === 'handed-over') {
    const parts = outcome.parts.map(({ fields, ...part }) => ({ ...part, fields: [...fields] }));
    return reply(200, { ...show(viewing, outcome), parts }, outcome.again ? replayed : {});
  }
  if (outcome.kind !== 'wrong-state') return answerAsk(viewing, outcome);
  const { request } = outcome;
  // What its recipient declined was an offer: nobody refused it anything.
  const isDeclinedOffer = request.direction === 'push' && request.state === 'declined';
  if (gaveNothing.has(request.state) && !isDeclinedOffer) return refusedRequest(viewing, request, null);
  return problem('wrong-state', {
    instance: `/v1/requests/${request.id}`,
    members: { state: outwardState(request.state) },
  });
}

const gaveNothing: ReadonlySet<RequestState> = new Set(['refused', 'withdrawn', 'declined']);
const stillWaiting: ReadonlySet<RequestState> = new Set([
  'received',
  'awaiting-approval',
  'awaiting-source',
  'answered',
  'partly-answered',
]);

/** The same kind of answer as the first time, as the request stands now, without its data. */
function answerReplay(viewing: Viewing, outcome: AskOutcome & { readonly kind: 'replayed' }): AskAnswer {
  const { request } = outcome;
  if (gaveNothing.has(request.state)) return refusedRequest(viewing, request, outcome.receipt, replayed);
  if (request.state === 'failed') return problem('request-failed', { headers: replayed });
  if (stillWaiting.has(request.state)) {
    return reply(202, { ...show(viewing, outcome), likelyDuplicateOf: null }, { ...replayed, ...location(request) });
  }
  return reply(200, show(viewing, outcome), replayed);
}

function show(viewing: Viewing, of: { readonly request: RequestRecord; readonly receipt: Receipt | null }) {
  return { ...viewRequest(viewing, of.request), receipt: of.receipt };
}

function payload(answer: Answer) {
  if (answer.form === 'clear') return { data: answer.data };
  if (answer.form === 'sealed') return { sealed: answer.jwe };
  const { permit, parts } = answer.sealed;
  const { jws } = permit;
  return {
    parts: parts.map(({ category, fields, jwe }) => ({ category, fields: [...fields], sealed: jwe, permit: jws })),
  };
}

function location(request: RequestRecord) {
  return { Location: `/v1/requests/${request.id}` };
}
