import { leftToDo } from '../../src/core/rights/rights-request.ts';
import type { OfficerRights } from '../../src/pages/officer/rights-page.ts';
import type { MemoryWorld } from '../world/memory-world.ts';

/** What persons ask of sources, on the maps of a memory world. */
export function memoryRightsLists(world: MemoryWorld): OfficerRights {
  const lists: OfficerRights = {
    page: async ({ viewer, now, state }, after, limit) =>
      [...world.rights.values()]
        .filter(({ source }) => viewer === null || source === viewer)
        .filter((one) => (leftToDo(one) === null ? 'decided' : one.dueAt <= now ? 'overdue' : 'open') === state)
        .sort((one, other) => (`${one.dueAt} ${one.id}` < `${other.dueAt} ${other.id}` ? -1 : 1))
        .filter(({ dueAt, id }) => after === null || `${dueAt} ${id}` > `${after.time} ${after.id}`)
        .slice(0, limit),
    overdue: async (viewer, now) =>
      (await lists.page({ viewer, now, state: 'overdue' }, null, Number.MAX_SAFE_INTEGER)).length,
  };
  return lists;
}
