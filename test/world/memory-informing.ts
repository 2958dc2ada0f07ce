import type { Instant, RequestId } from '../../src/core/brand.ts';
import {
  type InformingDelay,
  type InformingDelayChange,
  type InformingDelays,
  shownFrom,
} from '../../src/core/informing/informing-delay.ts';
import { duePage } from './due-page.ts';
import type { MemoryWorld } from './memory-world.ts';

/** What stands on a request itself: when it is looked at again ('never': over), and when its source was told. */
interface InformingLook {
  readonly lookAt: Instant | null | 'never';
  readonly remindedAt: Instant | null;
}

export interface MemoryInforming {
  readonly informing: InformingDelay[];
  readonly informingLooks: Map<RequestId, InformingLook>;
}

const unlooked: InformingLook = { lookAt: null, remindedAt: null };

export function memoryInforming(world: () => MemoryWorld): InformingDelays {
  const lookOf = (id: RequestId) => world().informingLooks.get(id) ?? unlooked;
  return {
    latest: async (id) => latestOf(world(), id),
    due: async (now, passed) => {
      const due = [...world().requests.values()].flatMap((request) => {
        const { lookAt: seen } = lookOf(request.id);
        const isLater = request.held !== null && shownFrom(request, null) !== null;
        return isLater && seen !== 'never' && (seen === null || seen <= now) ? [{ request, seen }] : [];
      });
      return duePage(due, ({ seen }) => seen ?? '', passed);
    },
    async putOff(id, seen, until) {
      const look = lookOf(id);
      if (look.lookAt === seen) world().informingLooks.set(id, { ...look, lookAt: until ?? 'never' });
    },
  };
}

function latestOf({ informing }: MemoryInforming, id: RequestId): InformingDelay | null {
  const ofIt = informing.filter(({ request }) => request === id);
  return ofIt.toSorted((one, other) => (one.decidedAt < other.decidedAt ? 1 : -1))[0] ?? null;
}

export function informingConflict(world: MemoryInforming, change: InformingDelayChange): 'state' | null {
  if (change.type === 'informing-delayed') {
    return (latestOf(world, change.delay.request)?.entry ?? null) === change.seen ? null : 'state';
  }
  return (world.informingLooks.get(change.request) ?? unlooked).lookAt === change.seen ? null : 'state';
}

export function applyInforming({ informing, informingLooks }: MemoryInforming, change: InformingDelayChange): void {
  if (change.type === 'informing-followed') {
    informingLooks.set(change.request, { lookAt: change.lookAt ?? 'never', remindedAt: change.at });
    return;
  }
  const { request } = change.delay;
  informing.push(change.delay);
  informingLooks.set(request, { ...(informingLooks.get(request) ?? unlooked), lookAt: null });
}
