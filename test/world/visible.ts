import type { AskOutcome, CollectOutcome } from '../../src/core/disclosure/operations.ts';

/** What a refused asker can see, without what always differs: ids, times and signatures. */
export function visible(outcome: AskOutcome | CollectOutcome): unknown {
  if (outcome.kind !== 'refused') return outcome;
  const { id: _id, trace: _trace, receivedAt: _r, movedAt: _m, entry: _e, subject: _who, ...rest } = outcome.request;
  // A hash over the request's own id; and what the asker is never shown.
  const { asker: _a, dueAt: _due, stoppedFor: _s, openedBy: _o, ...request } = rest;
  const { decidedAt: _d, ...decision } = request.decision;
  return { kind: outcome.kind, request: { ...request, decision }, openings: outcome.receipt.openings };
}

/** What the asker wrote itself stands in the receipt of asking, and not in that of collecting. */
export function withoutReceipt(seen: unknown): unknown {
  return typeof seen === 'object' && seen !== null ? { ...seen, openings: undefined } : seen;
}

/** For `JSON.stringify`: the reference is what the asker wrote, and differs with it. */
export function dropReference(this: unknown, key: string, value: unknown): unknown {
  const isReference = typeof value === 'object' && value !== null && 'name' in value && value.name === 'reference';
  return key !== '' && isReference ? undefined : value;
}
