import type { AnswerOutcome } from '../../core/disclosure/inbox-operations.ts';
import { type Problem, problem } from '../problem.ts';
import { type Reply, reply } from '../route.ts';
import { wrongStateProblem } from '../schemas/problem-document.ts';
import { receipt } from '../schemas/receipt.ts';
import { outwardState, requestView, type Viewing, viewRequest } from '../schemas/request-view.ts';
import { named } from '../schemas/schema-names.ts';
import { keyProblem, keyProblems, replayed } from './key-problem.ts';

const actedRequest = named(
  'ActedRequest',
  'The request after what one of its parties did with it. No receipt where the same was on record before.',
  requestView.extend({ receipt: receipt.nullable() }),
);

export const onRecord = { 200: { description: 'On record.', schema: actedRequest } } as const;
export const inboxProblems = [...keyProblems, 'wrong-state'] as const;
export const answerProblems = [...inboxProblems, 'number-not-allowed', 'answer-about-another'] as const;
export const inboxProblemSchemas = { 'wrong-state': wrongStateProblem };

/** The same for whatever a party does with a request that waits, or with what it collected. */
export function answerInbox<Outcome extends AnswerOutcome>(
  viewing: Viewing,
  outcome: Outcome,
): Reply<typeof onRecord> | Problem<(typeof answerProblems)[number] | 'not-found' | 'invalid-input'> {
  switch (outcome.kind) {
    case 'recorded': {
      const view = viewRequest(viewing, outcome.request);
      return reply(200, { ...view, receipt: outcome.receipt });
    }
    case 'replayed': {
      const view = viewRequest(viewing, outcome.request);
      return reply(200, { ...view, receipt: null }, replayed);
    }
    case 'not-found':
      return problem('not-found');
    case 'wrong-state':
      return problem('wrong-state', {
        instance: `/v1/requests/${outcome.request.id}`,
        members: { state: outwardState(outcome.request.state) },
      });
    case 'invalid': {
      const { member, code, problem: detail } = outcome;
      return problem('invalid-input', {
        errors: [{ in: 'body', location: { pointer: `#/${member}` }, code, detail }],
      });
    }
    case 'number-not-allowed':
      return problem('number-not-allowed');
    case 'other-person':
      return problem('answer-about-another');
    default:
      return keyProblem(outcome);
  }
}
