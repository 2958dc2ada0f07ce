/** Every state that a request can ever be in: final, so that 202 answers mean the same in later versions. */
export const requestStates = [
  'received',
  'permitted',
  'refused',
  'fetching',
  'awaiting-source',
  'awaiting-approval',
  'answered',
  'partly-answered',
  'declined',
  'delivered',
  'collected',
  'withdrawn',
  'expired',
  'failed',
] as const;

export type RequestState = (typeof requestStates)[number];

/** INVARIANT: nothing leaves a final state, and `delivered` is reached only from `fetching`. */
const transitions: Readonly<Record<RequestState, readonly RequestState[]>> = {
  received: ['fetching', 'refused', 'awaiting-approval', 'awaiting-source'],
  // to itself: one of two people agreed
  'awaiting-approval': ['awaiting-approval', 'permitted', 'declined', 'withdrawn', 'expired'],
  'awaiting-source': ['answered', 'partly-answered', 'declined', 'withdrawn', 'expired'],
  // back to `awaiting-approval`: what is decided now asks for people who did not agree
  permitted: ['fetching', 'awaiting-approval', 'refused', 'withdrawn', 'expired'],
  // back to `permitted`: an approved request whose source failed may be collected again
  fetching: ['delivered', 'refused', 'failed', 'withdrawn', 'permitted'],
  answered: ['delivered', 'withdrawn', 'expired'],
  'partly-answered': ['delivered', 'withdrawn', 'expired'],
  delivered: ['collected'],
  refused: [],
  declined: [],
  collected: [],
  withdrawn: [],
  expired: [],
  failed: [],
};

export function mayMove(from: RequestState, to: RequestState): boolean {
  return transitions[from].includes(to);
}

/**
 * Undelivered, and stopped where its basis goes. What is being fetched at this moment is not: its own
 * commit finds the subject's epoch moved.
 */
export const undelivered = requestStates.filter((state) => state !== 'fetching' && mayMove(state, 'withdrawn'));
