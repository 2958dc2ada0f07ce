import type { EntryId, Instant } from '../brand.ts';

/** A key of the gateway that comes into use in the place of another, or that nothing rests on any more. */
export interface KeyChange {
  readonly type: 'key-activated' | 'key-retired';
  readonly use: string;
  readonly id: string;
  readonly at: Instant;
  readonly entry: EntryId;
}
