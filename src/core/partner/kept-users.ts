import type { TraceId, UnitId } from '../brand.ts';

/** Who a partner's people were, kept apart from what they asked. */
export interface KeptUsers {
  /** By the trace and the token hash of an entry; null: there is none, or its period is over. */
  find(
    trace: TraceId,
    token: string,
  ): Promise<{ readonly unit: UnitId; readonly id: string; readonly role: string; readonly name: string } | null>;
}
