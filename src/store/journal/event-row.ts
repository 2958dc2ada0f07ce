import type { DomainEvent } from '../../core/disclosure/change.ts';

/** An event as the flush statement takes it. */
export interface EventRow extends Omit<DomainEvent, 'about'> {
  /** Within the flush: the order in which its deliveries get their positions. */
  readonly place: number;
  readonly order_key: string | null;
}

/** INVARIANT: who it is about is not written down; two units' marks of one person are not alike. */
export function eventRow({ about, ...event }: DomainEvent, place: number, mark: (text: string) => string): EventRow {
  return { ...event, place, order_key: about === null ? null : mark(`${event.unit}\n${about}`) };
}
