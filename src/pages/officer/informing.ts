import type { EntryId, Instant, PurposeId, RequestId, UnitId } from '../../core/brand.ts';
import type { PageKey } from '../ports.ts';

/** Whether the person is not shown it yet, or the delay came to its end and they are. */
export const informingStates = ['hidden', 'over'] as const;
export type InformingState = (typeof informingStates)[number];

export interface InformingLine {
  readonly id: RequestId;
  readonly state: InformingState;
  /** The disclosure; null: its period ended. */
  readonly entry: EntryId | null;
  readonly source: UnitId;
  readonly recipient: UnitId;
  readonly purpose: PurposeId;
  readonly disclosedAt: Instant;
  readonly shownFrom: Instant;
  /** When its source was last told of that moment; null: not yet. */
  readonly remindedAt: Instant | null;
  /** The last decision of its source; null: its rule alone delays it. */
  readonly decision: {
    readonly ground: string;
    readonly tellWhy: boolean;
    readonly deciderRole: string;
    readonly decidedAt: Instant;
    /** How many there were, this one included. */
    readonly times: number;
  } | null;
  /** What lines stand in order of. */
  readonly order: Instant;
}

export interface OfficerInforming {
  /** What is told later: of one source, or (null) of all; what shows first comes first. */
  page(
    filter: { readonly viewer: UnitId | null; readonly now: Instant; readonly state: InformingState },
    after: PageKey | null,
    limit: number,
  ): Promise<readonly InformingLine[]>;
}
