import type { RequestId } from '../../src/core/brand.ts';
import type { Change } from '../../src/core/disclosure/change.ts';
import type { Answers, KeptAnswer } from '../../src/core/disclosure/kept-answer.ts';
import type { RequestRecord } from '../../src/core/disclosure/request.ts';

/** What `store/answers` keeps, on a map and a list. */
export interface MemoryAnswers {
  readonly answers: KeptAnswer[];
  readonly takers: Map<RequestId, readonly string[]>;
}

type Kept = Change & { readonly type: 'answer-kept' };
type Taken = Change & { readonly type: 'answer-taken' };

export function memoryAnswers(world: () => MemoryAnswers): Answers {
  return {
    of: async (id) => world().answers.filter(({ request }) => request === id),
    outline: async (id) => world().answers.filter(({ request }) => request === id),
    takers: async (id) => world().takers.get(id) ?? [],
  };
}

/** What the same work moves to `delivered` is not there yet when this is asked. */
export function takerConflict(
  { takers, requests }: MemoryAnswers & { readonly requests: ReadonlyMap<RequestId, RequestRecord> },
  { request, taker }: Taken,
): 'unique' | null {
  const found = requests.get(request);
  const isOver = found?.state === 'collected' || found?.destructionConfirmedAt !== null;
  return isOver || takers.get(request)?.includes(taker) === true ? 'unique' : null;
}

export function applyAnswer({ answers, takers }: MemoryAnswers, change: Kept | Taken): void {
  if (change.type === 'answer-kept') answers.push(change.answer);
  else takers.set(change.request, [...(takers.get(change.request) ?? []), change.taker]);
}

/** Whatever is kept of a request goes. */
export function remove(rows: { readonly request: RequestId }[], id: RequestId): void {
  rows.splice(0, rows.length, ...rows.filter(({ request }) => request !== id));
}
