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

/**
 * From each state those that may follow; the first step leads from `received` into the state that a request is
 * opened in, so that no request on record is `received` itself.
 * INVARIANT: nothing leaves a final state. The database refuses every other step (`migrations/0023-request-moves.ts`).
 */
export const transitions = {
  received: ['refused', 'fetching', 'awaiting-approval', 'awaiting-source', 'answered'],
  // to itself: one of two people agreed; to `answered`: what its source offers was kept before
  'awaiting-approval': [
    ...(['awaiting-approval', 'permitted', 'awaiting-source', 'answered'] as const),
    ...(['declined', 'withdrawn', 'expired'] as const),
  ],
  // back to `awaiting-approval`, here and below: what is decided now asks for people who did not agree
  'awaiting-source': ['partly-answered', 'answered', 'awaiting-approval', 'declined', 'withdrawn', 'expired'],
  permitted: ['fetching', 'awaiting-approval', 'refused', 'withdrawn', 'expired'],
  // back to `permitted`: an approved request whose source failed may be collected again
  fetching: ['delivered', 'refused', 'failed', 'permitted'],
  // to itself: more of the answer, and not yet the last of it
  'partly-answered': ['partly-answered', 'answered', 'delivered', 'withdrawn', 'expired'],
  // `declined` by its recipient: what a source offers has to be accepted
  answered: ['delivered', 'declined', 'withdrawn', 'expired'],
  delivered: ['collected'],
  refused: [],
  declined: [],
  collected: [],
  withdrawn: [],
  expired: [],
  failed: [],
} as const satisfies Readonly<Record<RequestState, readonly RequestState[]>>;

/** In what a request may stand when it comes on record. */
export type OpeningState = (typeof transitions)['received'][number];

type StateOnRecord = Exclude<RequestState, 'received'>;

/** One step of a request on record. A step that the table does not have is no `Move`, and does not compile. */
export type Move = {
  readonly [From in StateOnRecord]: { readonly from: From; readonly to: (typeof transitions)[From][number] };
}[StateOnRecord];

export function mayMove(from: RequestState, to: RequestState): boolean {
  const following: readonly RequestState[] = transitions[from];
  return following.includes(to);
}

/**
 * Undelivered, and stopped where its basis goes. What is being fetched at this moment is not: its own
 * commit finds the subject's epoch moved.
 */
export type WaitingState = {
  readonly [From in StateOnRecord]: 'withdrawn' extends (typeof transitions)[From][number] ? From : never;
}[StateOnRecord];

export function isWaiting(state: RequestState): state is WaitingState {
  return mayMove(state, 'withdrawn');
}

export const waitingStates = requestStates.filter(isWaiting);

/** What a stopped request rested on. Its source is told, its recipient never. */
export const stopCauses = ['consent', 'facts', 'restriction', 'policy', 'party', 'person'] as const;

export type StopCause = (typeof stopCauses)[number];
