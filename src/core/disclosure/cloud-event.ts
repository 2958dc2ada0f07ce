import type { Oin } from '../partner/partner.ts';
import type { ToldEvent } from './change.ts';

/**
 * An event as it leaves, CloudEvents 1.0 in the NL GOV profile: a link and no personal data.
 * INVARIANT: member by member, so that nothing else of an event can leave with it.
 */
export function cloudEvent({ id, type, time, dataref }: ToldEvent, gateway: Oin) {
  return { specversion: '1.0', id, source: `urn:nld:oin:${gateway}:systeem:sluis`, type, time, dataref } as const;
}
