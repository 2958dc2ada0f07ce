import type { EntryId, Instant, RequestId } from '../brand.ts';
import type { DecisionSummary } from '../disclosure/request.ts';
import type { Held } from '../duty/held.ts';
import type { Emergency, Verdict } from './emergency.ts';

/** What becomes of a break-glass on record. */
export type EmergencyChange =
  | { readonly type: 'emergency-opened'; readonly emergency: Emergency }
  /** Where nobody stood behind it yet, and it was not revoked. */
  | { readonly type: 'emergency-seconded'; readonly id: RequestId; readonly at: Instant; readonly role: string }
  /** Where nobody stands behind it. `decision` and `held`: what was given must be destroyed from now on; left as it was where it is destroyed by then. */
  | {
      readonly type: 'emergency-revoked';
      readonly id: RequestId;
      readonly at: Instant;
      readonly entry: EntryId;
      readonly decision: DecisionSummary;
      readonly held: Held;
    }
  /** `seen`: the review that was on record before, if any; whoever was first stays first. */
  | {
      readonly type: 'emergency-reviewed';
      readonly id: RequestId;
      readonly at: Instant;
      readonly verdict: Verdict;
      readonly seen: Instant | null;
    };

const emergencyChanges = [
  'emergency-opened',
  'emergency-seconded',
  'emergency-revoked',
  'emergency-reviewed',
] as const satisfies readonly EmergencyChange['type'][];

const types: ReadonlySet<string> = new Set(emergencyChanges);

export function isEmergencyChange<Other extends { readonly type: string }>(
  change: Other | EmergencyChange,
): change is EmergencyChange {
  return types.has(change.type);
}
