import type { Instant, UnitId } from '../brand.ts';
import type { Change } from '../disclosure/change.ts';
import type { Entropy } from '../disclosure/ports.ts';
import type { RequestRecord } from '../disclosure/request.ts';

/** What happened to a break-glass, as its parties are told. */
export const emergencyEvents = ['opened', 'confirmed', 'revoked'] as const;
export type EmergencyEvent = (typeof emergencyEvents)[number];

export function emergencyEvent(
  { entropy }: { readonly entropy: Entropy },
  { id, subject: about }: Pick<RequestRecord, 'id' | 'subject'>,
  { unit, what, at: time }: { readonly unit: UnitId; readonly what: EmergencyEvent; readonly at: Instant },
): Change {
  const type = `nl.sluis.break-glass.${what}`;
  const event = { id: entropy.id(), unit, type, time, dataref: `/v1/break-glass/${id}`, about };
  return { type: 'event-emitted', event };
}
