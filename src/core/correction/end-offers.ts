import { type EndPorts, stoppedEntry, toldOfStop } from '../disclosure/end-waiting.ts';
import type { RequestRecord } from '../disclosure/request.ts';
import type { Pushed } from '../fact/notices.ts';
import type { Correction } from './correction.ts';

/**
 * What this source offers of what it corrects, and its recipient knows nothing of yet: it ends, since it holds the value of before
 * and nobody could be told. What is restricted ends by its restriction.
 */
export function endOffers(
  ports: EndPorts,
  { kind, fields, madeAt: at }: Pick<Correction, 'kind' | 'fields' | 'madeAt'>,
  unheard: readonly RequestRecord[],
): Pushed {
  if (kind !== 'rectified' && kind !== 'erased') return { entries: [], changes: [] };
  const holding = unheard.filter(({ decision }) => decision.permitted.some((field) => fields.includes(field)));
  const ended = holding.map((request): Pushed => {
    const entry = stoppedEntry(ports, request, 'facts', at);
    const to = { movedAt: at, entry: entry.id, stoppedFor: 'facts' } as const;
    const moved = { type: 'request-moved', id: request.id, from: 'awaiting-approval', to: 'withdrawn' } as const;
    return {
      entries: [entry],
      changes: [
        { ...moved, at, entry: entry.id, decision: null, stoppedFor: 'facts', seen: request.entry },
        ...toldOfStop(ports, { ...request, ...to, state: 'withdrawn' }),
      ],
    };
  });
  return { entries: ended.flatMap(({ entries }) => entries), changes: ended.flatMap(({ changes }) => changes) };
}
