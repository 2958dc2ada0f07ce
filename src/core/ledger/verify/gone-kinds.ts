import type { Instant } from '../../brand.ts';
import { momentOf, shifted } from '../../calendar.ts';

/** Until when entries of a kind may have been whose leaf is gone. */
export interface GoneKinds {
  gone(kind: string): void;
  /** A leaf comes by. What is gone tells no time of its own that counts: the next that is there dates it. */
  date(time: string): void;
  /** Whether what an entry of this time leads to can be among those of a kind that are gone. */
  mayLeadTo(kind: string, time: string): boolean;
}

/** What a permit or a request for consent leads to comes within this time: approvals and people take their time. */
const longestLink = 'P366D';

export function goneKinds(): GoneKinds {
  const until = new Map<string, string>();
  const lately = new Set<string>();
  return {
    gone: (kind) => void lately.add(kind),
    date(time) {
      if (lately.size === 0) return;
      for (const kind of lately) if (time > (until.get(kind) ?? '')) until.set(kind, time);
      lately.clear();
    },
    mayLeadTo(kind, time) {
      const last = until.get(kind);
      return last !== undefined && momentOf(time as Instant) <= shifted(last as Instant, longestLink);
    },
  };
}
