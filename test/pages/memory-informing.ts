import type { EntryId } from '../../src/core/brand.ts';
import { shownFrom } from '../../src/core/informing/informing-delay.ts';
import type { InformingLine, OfficerInforming } from '../../src/pages/officer/informing.ts';
import type { MemoryWorld } from '../world/memory-world.ts';

/** What is told later, on the maps of a memory world. */
export function memoryInforming(world: MemoryWorld): OfficerInforming {
  return {
    page: async ({ viewer, now, state }, after, limit) =>
      [...world.requests.values()]
        .flatMap((request): InformingLine[] => {
          const delays = world.informing.filter((delay) => delay.request === request.id);
          const last = delays.at(-1) ?? null;
          const from = shownFrom(request, last);
          const { held, id, source, recipient, purpose } = request;
          if (held === null || from === null || (viewer !== null && viewer !== source)) return [];
          const entry: EntryId | null =
            world.entries.findLast(({ kind, body }) => kind === 'disclosure' && body.request === id)?.id ?? null;
          const decision = last && { ...last, times: delays.length };
          const isHidden = from > now;
          const { disclosedAt } = held;
          return [
            {
              ...{ id, source, recipient, purpose, entry, disclosedAt },
              state: isHidden ? 'hidden' : 'over',
              shownFrom: from,
              remindedAt: world.informingLooks.get(id)?.remindedAt ?? null,
              decision,
              order: from,
            },
          ];
        })
        .filter((line) => line.state === state)
        .sort((one, other) => (`${one.order} ${one.id}` < `${other.order} ${other.id}` ? -1 : 1))
        .filter(({ order, id }) => after === null || `${order} ${id}` > `${after.time} ${after.id}`)
        .slice(0, limit),
  };
}
