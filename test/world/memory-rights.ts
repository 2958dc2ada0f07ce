import { leftToDo, type RightsChange, type RightsRequests } from '../../src/core/rights/rights-request.ts';
import { duePage } from './due-page.ts';
import type { MemoryWorld } from './memory-world.ts';

/** What persons asked, on the maps of a memory world. */
export function memoryRights(world: () => MemoryWorld): RightsRequests {
  return {
    find: async (id) => world().rights.get(id) ?? null,
    of: async (about) =>
      [...world().rights.values()].filter(({ request }) => world().requests.get(request)?.subject === about).reverse(),
    due: async (now, passed) => {
      const due = [...world().rights.values()].flatMap((one) => {
        const seen = world().rightsLooks.get(one.id) ?? null;
        return seen !== null && seen <= now ? [{ rights: one, seen }] : [];
      });
      return duePage(due, ({ seen }) => seen, passed);
    },
  };
}

export function rightsConflict({ rights, rightsLooks }: MemoryWorld, change: RightsChange): 'unique' | 'state' | null {
  if (change.type === 'rights-request-followed') return rightsLooks.get(change.id) === change.seen ? null : 'state';
  if (change.type === 'rights-request-carried-out') return null;
  if (change.type === 'rights-request-decided') return rights.get(change.id)?.state === 'open' ? null : 'state';
  const { request, field, wish } = change.rights;
  const isOpen = [...rights.values()].some(
    (one) => one.state === 'open' && one.request === request && one.field === field && one.wish === wish,
  );
  return isOpen ? 'unique' : null;
}

export function applyRights({ rights, rightsLooks }: MemoryWorld, change: RightsChange): void {
  if (change.type === 'rights-request-made') {
    rights.set(change.rights.id, change.rights);
    rightsLooks.set(change.rights.id, change.lookAt);
    return;
  }
  const known = rights.get(change.id);
  if (known === undefined) return;
  if (change.type === 'rights-request-carried-out') {
    if (leftToDo(known) !== 'carry-out') return;
    rightsLooks.set(change.id, null);
    rights.set(change.id, { ...known, carriedOut: { at: change.at, as: change.as } });
    return;
  }
  rightsLooks.set(change.id, change.lookAt);
  const moved =
    change.type === 'rights-request-decided'
      ? { state: change.to, decidedAt: change.at, decisionEntry: change.entry }
      : { remindedAt: change.at };
  rights.set(change.id, { ...known, ...moved });
}
