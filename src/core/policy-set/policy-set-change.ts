import type { Digest, EntryId, Instant, UnitId } from '../brand.ts';

/** A planned change (see `activation.ts`) that is carried out. */
interface CarriedOut {
  readonly id: string;
  /** In force after it. */
  readonly set: Digest;
  readonly previous: Digest | null;
  readonly at: Instant;
  readonly entry: EntryId;
}

/** A change to which policies bind whom. Each moves the registry's version: decisions under way are made again. */
export type PolicySetChange =
  | ({ readonly type: 'policy-activated' } & CarriedOut)
  /** `cancels`: what goes was planned and never in force; otherwise `previous` was in force and binds nobody any more. */
  | ({ readonly type: 'policy-rolled-back'; readonly cancels: boolean } & CarriedOut)
  | {
      readonly type: 'policy-accepted';
      readonly unit: UnitId;
      readonly set: Digest;
      readonly signature: string;
      readonly at: Instant;
      readonly entry: EntryId;
    };
