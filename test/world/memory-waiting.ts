import type { Digest, RequestId } from '../../src/core/brand.ts';
import { instant } from '../../src/core/brand.ts';
import { isWaiting } from '../../src/core/disclosure/state.ts';
import type { WaitingRequests } from '../../src/core/disclosure/wake.ts';
import type { MemoryWorld } from './memory-world.ts';

const leaseMs = 30_000;
const behindMs = 3_600_000;
const longestMs = 25 * 3_600_000;

/** What the store's statements do, on the maps of a memory world. */
export function memoryWaiting(worldOf: () => MemoryWorld): WaitingRequests {
  const lookedAtUnder = new Map<RequestId, Digest>();
  return {
    async wakeUnbound(units, now, atMost) {
      const bindings = new Map(units.map((unit) => [unit.id, unit]));
      const unbound = [...worldOf().requests.values()].filter(({ id, source, recipient, state }) => {
        const set = bindings.get(source)?.set ?? null;
        const active = [source, recipient].every((unit) => bindings.get(unit)?.active === true);
        const wakesMs = Date.parse(worldOf().wakes.get(id) ?? now);
        const isFar = wakesMs > Date.parse(now) + longestMs;
        return isWaiting(state) && (!active || isFar || lookedAtUnder.get(id) !== set);
      });
      const woken = unbound.filter(({ id }) => (worldOf().wakes.get(id) ?? now) >= now).slice(0, atMost);
      for (const { id } of woken) worldOf().wakes.set(id, instant(new Date(Date.parse(now) - behindMs)));
      return woken.length;
    },
    async claim(now, atMost) {
      const { wakes, reminded } = worldOf();
      const due = [...wakes].filter(([, at]) => at <= now).sort(([, one], [, other]) => (one < other ? -1 : 1));
      const late = Math.floor(atMost / 2);
      const turn = due.length <= atMost ? due : [...due.slice(0, atMost - late), ...due.slice(due.length - late)];
      return turn.map(([id]) => {
        const lease = instant(new Date(Date.parse(now) + leaseMs));
        wakes.set(id, lease);
        return { id, lease, reminded: reminded.get(id) ?? 0, policySet: lookedAtUnder.get(id) ?? null };
      });
    },
    async rest({ id, lease }, next) {
      const { wakes, requests } = worldOf();
      if (wakes.get(id) !== lease) return;
      if (next === null) {
        wakes.delete(id);
        return;
      }
      wakes.set(id, next.wakesAt);
      lookedAtUnder.set(id, next.policySet);
      const request = requests.get(id);
      if (request !== undefined) requests.set(id, { ...request, dueAt: request.dueAt ?? next.dueAt });
    },
  };
}
