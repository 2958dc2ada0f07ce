import type { EntryId, Instant } from '../brand.ts';
import type { Organisation, Unit } from '../partner/partner.ts';

/** A planned change that will not be carried out. */
export interface PartnerChangeCancelled {
  readonly type: 'partner-change-cancelled';
  readonly id: string;
  readonly at: Instant;
}

/** A planned change that is carried out: organisations and units whole, as they are from this commit on. */
export interface PartnersChanged {
  readonly type: 'partners-changed';
  /** Of the planned change. */
  readonly id: string;
  readonly organisations: readonly Organisation[];
  readonly units: readonly Unit[];
  readonly at: Instant;
  /** The first of its entries. */
  readonly entry: EntryId;
}
