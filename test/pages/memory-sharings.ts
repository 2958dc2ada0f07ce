import type { FieldId, Instant } from '../../src/core/brand.ts';
import { isNeverOffered } from '../../src/core/disclosure/accept-offer.ts';
import { shownFrom } from '../../src/core/informing/informing-delay.ts';
import { requestOf } from '../../src/core/ledger/leaf.ts';
import type { PageKey, Sharing, Sharings } from '../../src/pages/ports.ts';
import type { MemoryWorld } from '../world/memory-world.ts';
import { emergencyOf } from './memory-emergencies.ts';

/** What a person may see, on the maps of a memory world. */
export function memorySharings(world: MemoryWorld): Sharings {
  const sharings: Sharings = {
    page: async (subject, attemptsShown, now, after, limit) => {
      const requests = [...world.requests.values()]
        .filter((request) => request.subject === subject)
        .filter(({ state, recipient }) => state === 'delivered' || attemptsShown.includes(recipient))
        .filter(
          (request) =>
            (shownFrom(request, world.informing.findLast((delay) => delay.request === request.id) ?? null) ?? now) <=
            now,
        )
        .map((request): Sharing => {
          const delay = world.informing.findLast((one) => one.request === request.id);
          const later = delay === undefined ? null : { why: delay.tellWhy ? delay.ground : null };
          return {
            ...request,
            at: request.receivedAt,
            later,
            isOffer: request.direction === 'push',
            reached: !isNeverOffered(request, request.recipient),
            step: request,
            ...emergencyOf(world, request.id),
          };
        });
      const notices = world.notices
        .filter((notice) => notice.subject === subject && attemptsShown.includes(notice.recipient))
        .map(
          (notice): Sharing => ({
            ...notice,
            fields: notice.fields as FieldId[],
            movedAt: notice.at,
            later: null,
            isOffer: false,
            reached: true,
            step: null,
          }),
        );
      return [...requests, ...notices]
        .sort((one, other) => (one.at < other.at ? 1 : -1))
        .filter((sharing) => isAfter(sharing.at, sharing.id, after))
        .slice(0, limit);
    },
    entry: async (subject, attemptsShown, now, id) => {
      const shown = await sharings.page(subject, attemptsShown, now, null, Number.MAX_SAFE_INTEGER);
      if (!shown.some((sharing) => sharing.id === id)) return null;
      const steps = world.entries.filter(({ body }) => requestOf(body) === id);
      const found = steps.find(({ kind }) => kind === 'disclosure') ?? steps.at(-1);
      return found?.id ?? world.notices.find((notice) => notice.id === id)?.entry ?? null;
    },
  };
  return sharings;
}

function isAfter(time: Instant, id: string, key: PageKey | null): boolean {
  return key === null || time < key.time || (time === key.time && id < key.id);
}
