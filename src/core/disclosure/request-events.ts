import type { UnitId } from '../brand.ts';
import type { Change } from './change.ts';
import type { Entropy } from './ports.ts';
import type { RequestRecord } from './request.ts';

/**
 * What happened to a request, as its parties are told: a type and a link.
 * `ended`: to the recipient, whatever ended it while it waited, so that its feed tells no more than the request does.
 */
export const requestEvents = [
  'awaiting-approval',
  'awaiting-answer',
  'answered',
  'offered',
  'partly-answered',
  'questioned',
  'replied',
  'collected',
  'excess-reported',
  'approved',
  'declined',
  'delivered',
  'failed',
  'stopped',
  'expired',
  'ended',
  'reminded',
  'escalated',
] as const;
export type RequestEvent = (typeof requestEvents)[number];

/** Tells one party of a request; `movedAt` is the moment of the event. */
export function requestEvent(
  { entropy }: { readonly entropy: Entropy },
  { id, movedAt, subject: about }: Pick<RequestRecord, 'id' | 'movedAt' | 'subject'>,
  unit: UnitId,
  what: RequestEvent,
): Change {
  const type = `nl.sluis.request.${what}`;
  const event = { id: entropy.id(), unit, type, time: movedAt, dataref: `/v1/requests/${id}`, about };
  return { type: 'event-emitted', event };
}
