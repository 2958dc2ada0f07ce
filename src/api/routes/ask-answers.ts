import { z } from 'zod';
import type { Answer, AskOutcome, CollectOutcome } from '../../core/disclosure/operations.ts';
import type { RequestRecord } from '../../core/disclosure/request.ts';
import type { RequestState } from '../../core/disclosure/state.ts';
import type { Receipt } from '../../core/ledger/entry.ts';
import { invalidBodyMember } from '../invalid-input.ts';
import type { Language } from '../language.ts';
import type { PartnerDeps } from '../ports.ts';
import { type Problem, problem } from '../problem.ts';
import { type Reply, reply } from '../route.ts';
import { receipt } from '../schemas/receipt.ts';
import { outwardState, requestView, viewRequest } from '../schemas/request-view.ts';
import { named } from '../schemas/schema-names.ts';
import { keyProblem, keyProblems, replayed } from './key-problem.ts';
import { refusedRequest } from './refused-request.ts';

const disclosure = named(
  'Disclosure',
  'The request with its answer: `data` by field, or `sealed`, one compact JWE of the same object to your registered ' +
    'key. A repeated Idempotency-Key gives the state and the receipt, and neither of the two.',
  requestView.extend({
    data: z.record(z.string(), z.unknown()).optional(),
    sealed: z.string().optional(),
    receipt: receipt.nullable(),
  }),
);

const waiting = named(
  'WaitingRequest',
  'Permitted by the policy, and waiting for people of the source.',
  requestView.extend({ receipt: receipt.nullable() }),
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

/** Where an answer is made: what the view rests on, and in which language. */
export interface Viewing {
  readonly deps: Pick<PartnerDeps, 'asUnknownPerson'>;
  readonly language: Language;
}

type AskAnswer = Reply<typeof answers> | Problem<(typeof askProblems)[number] | 'invalid-input'>;

export function answerAsk(viewing: Viewing, outcome: AskOutcome): AskAnswer {
  switch (outcome.kind) {
    case 'delivered':
      return reply(200, { ...show(viewing, outcome), ...payload(outcome.answer) });
    case 'waiting':
      return reply(202, show(viewing, outcome), location(outcome.request));
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
): AskAnswer | Problem<'not-found' | 'wrong-state'> {
  if (outcome.kind === 'not-found') return problem('not-found');
  if (outcome.kind !== 'wrong-state') return answerAsk(viewing, outcome);
  const { request } = outcome;
  if (gaveNothing.has(request.state)) return refusedRequest(viewing, request, null);
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
    return reply(202, show(viewing, outcome), { ...replayed, ...location(request) });
  }
  return reply(200, show(viewing, outcome), replayed);
}

function show(viewing: Viewing, of: { readonly request: RequestRecord; readonly receipt: Receipt | null }) {
  return { ...viewRequest(of.request, viewing.language, viewing.deps.asUnknownPerson), receipt: of.receipt };
}

function payload(answer: Answer) {
  return answer.form === 'clear' ? { data: answer.data } : { sealed: answer.jwe };
}

function location(request: RequestRecord) {
  return { Location: `/v1/requests/${request.id}` };
}
