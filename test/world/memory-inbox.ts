import { type InboxPlace, type InboxRequests, placeOf } from '../../src/core/disclosure/inbox.ts';
import type { MemoryWorld } from './memory-world.ts';

/** What `store/inbox` reads, from the maps of a memory world. */
export function memoryInbox(world: () => Pick<MemoryWorld, 'requests'>): InboxRequests {
  return {
    async page(source, { states, after, limit }, now) {
      return [...world().requests.values()]
        .filter((request) => request.source === source && states.some((state) => state === request.state))
        .filter(({ dueAt }) => dueAt === null || dueAt > now)
        .filter((request) => after === null || isBefore(after, placeOf(request)))
        .toSorted((one, other) => (isBefore(placeOf(one), placeOf(other)) ? -1 : 1))
        .slice(0, limit);
    },
  };
}

function isBefore(one: InboxPlace, other: InboxPlace): boolean {
  return `${one.at} ${one.id}` < `${other.at} ${other.id}`;
}
