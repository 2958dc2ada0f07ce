import type { CorrectionId, EntryId, FieldId, Instant, UnitId } from '../../core/brand.ts';
import type { CorrectionKind, CorrectionWay } from '../../core/correction/correction.ts';
import type { PageKey } from '../ports.ts';

/** How it stands with what a recipient must do about a correction. */
export const correctionStates = ['overdue', 'open', 'confirmed'] as const;
export type CorrectionState = (typeof correctionStates)[number];

export interface CorrectionFigures {
  readonly recipient: UnitId;
  readonly counts: Readonly<Record<CorrectionState, number>>;
  /** Of what is confirmed: after its date. */
  readonly late: number;
}

export interface CorrectionLine {
  readonly id: string;
  readonly correction: CorrectionId;
  readonly state: CorrectionState;
  /** By which it was made; null: its period ended. */
  readonly entry: EntryId | null;
  readonly source: UnitId;
  readonly recipient: UnitId;
  readonly kind: CorrectionKind;
  readonly fields: readonly FieldId[];
  readonly madeAt: Instant;
  readonly dueAt: Instant;
  readonly confirmedAt: Instant | null;
  readonly how: CorrectionWay | null;
  /** Whether the recipient gave it on, and how often it has passed this correction on. null: not this viewer's to know. */
  readonly onward: { readonly asked: boolean; readonly made: number } | null;
  /** Whether it passes on another correction; null: not this viewer's to know. */
  readonly passesOn: boolean | null;
  /** What lines stand in order of. */
  readonly order: Instant;
}

/** `viewer`: null for an officer of the gateway, who sees every unit; others what they are a party of. */
export interface OfficerCorrections {
  figures(viewer: UnitId | null, now: Instant): Promise<readonly CorrectionFigures[]>;
  /** What must be confirmed first comes first. */
  page(
    filter: {
      readonly viewer: UnitId | null;
      readonly now: Instant;
      readonly state: CorrectionState;
      readonly recipient: UnitId | null;
    },
    after: PageKey | null,
    limit: number,
  ): Promise<readonly CorrectionLine[]>;
  overdue(viewer: UnitId | null, now: Instant): Promise<number>;
}
