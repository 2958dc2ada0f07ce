import type { RequestId } from '../brand.ts';
import type { IdempotencyClaim } from './change.ts';
import { partnerReceipt } from './entries.ts';
import type { AskOutcome, Call, KeyProblem } from './operations.ts';
import type { Journal, Requests } from './ports.ts';

/** Whether a claim found on the caller's key is for the same question. */
export function keyProblem(
  call: Call,
  claim: IdempotencyClaim,
  type: IdempotencyClaim['resource']['type'],
): KeyProblem | null {
  const same = claim.digest === call.idempotency.digest && claim.resource.type === type;
  return same ? null : { kind: 'key-reused' };
}

/** A key seen before answers with the request's present state and its receipt, never with data. */
export async function replayRequest(
  ports: { readonly requests: Requests; readonly journal: Journal },
  call: Call,
  claim: IdempotencyClaim,
  type: 'request' | 'break-glass' | 'collection',
): Promise<AskOutcome> {
  const problem = keyProblem(call, claim, type);
  if (problem !== null) return problem;
  const request = await ports.requests.find(claim.resource.id as RequestId);
  if (request === null || request.state === 'fetching') return { kind: 'in-progress' };
  // The latest entry of a request that was stopped is the withdrawal itself: nobody's receipt but the
  // subject's. What was refused when it was collected is replayed the same way.
  const hidden = request.state === 'withdrawn' || (type === 'collection' && request.state === 'refused');
  const receipt = hidden ? null : await ports.journal.receipt(request.entry);
  // The latest entry may be what the source said to it: whoever asked does not get who said so, or why.
  return { kind: 'replayed', request, receipt: receipt && partnerReceipt(receipt, 'recipient') };
}
