import type { Committed } from '../../core/disclosure/ports.ts';
import type { LaneStatement } from './lane-connection.ts';

type Conflict = (Committed & { readonly outcome: 'conflict' })['what'];

/** One change as a statement of its own, and what it means when no row was touched. */
export interface ColdStatement extends LaneStatement {
  readonly values: readonly unknown[];
  /** null: touching nothing is fine. */
  readonly untouched: Conflict | null;
  /** Run before it: what it waits for must have ended before it looks. */
  readonly first?: (LaneStatement & { readonly values: readonly unknown[] }) | null;
}
