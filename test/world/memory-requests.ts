import type { RequestId } from '../../src/core/brand.ts';
import type { Requests } from '../../src/core/disclosure/ports.ts';
import type { RequestRecord } from '../../src/core/disclosure/request.ts';
import type { Duties, HeldRequest } from '../../src/core/duty/follow-duties.ts';
import { duePage } from './due-page.ts';
import { memoryTwin } from './memory-twin.ts';

/** Those of a world in memory, in the order in which they came. */
type All = () => Map<RequestId, RequestRecord>;

const disclosed: readonly string[] = ['delivered', 'collected'];

export function memoryRequests(all: All): Requests {
  const those = (which: (request: RequestRecord) => boolean) => [...all().values()].filter(which);
  return {
    find: async (id) => all().get(id) ?? null,
    underWay: async (before, passed) => {
      const fetching = those(({ state, movedAt }) => state === 'fetching' && movedAt < before);
      return duePage(fetching, ({ movedAt }) => movedAt, passed);
    },
    twinOf: async (of) => memoryTwin(all(), of),
    disclosedAbout: async (about) => those(({ subject, state }) => subject === about && disclosed.includes(state)),
  };
}

export function memoryDuties(all: All): Duties {
  return {
    due: async (now, passed) => {
      const due = [...all().values()].flatMap((request) =>
        isHeld(request) && request.held.lookAt !== null && request.held.lookAt <= now
          ? [{ request, seen: request.held.lookAt }]
          : [],
      );
      return duePage(due, ({ seen }) => seen, passed);
    },
    putOff: async (id, seen, until) => {
      const request = all().get(id);
      if (request?.held?.lookAt === seen) all().set(id, { ...request, held: { ...request.held, lookAt: until } });
    },
  };
}

function isHeld(request: RequestRecord): request is HeldRequest {
  return request.held !== null;
}
