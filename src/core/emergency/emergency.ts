import type { Instant, RequestId } from '../brand.ts';
import { instantAt, momentOf } from '../calendar.ts';
import type { RequestRecord } from '../disclosure/request.ts';
import type { RequestState } from '../disclosure/state.ts';
import type { BreakGlassTerms } from '../policy/break-glass.ts';
import { endOfWorkingDay } from '../working-days.ts';

/** What somebody independent may find of it; where it is unclear, somebody looks again. */
export const verdicts = ['justified', 'unjustified', 'unclear'] as const;
export type Verdict = (typeof verdicts)[number];

/** What a break-glass asks of people afterwards, beside the request by which it was asked. */
export interface Emergency {
  readonly request: RequestId;
  readonly openedAt: Instant;
  /** By when a second person of the recipient must stand behind it. */
  readonly secondBefore: Instant;
  /** When it is over. */
  readonly until: Instant;
  readonly reviewBefore: Instant;
  readonly second: { readonly at: Instant; readonly role: string } | null;
  /** Nobody stood behind it in time. */
  readonly revokedAt: Instant | null;
  /** The last one; null: nobody looked yet. */
  readonly review: { readonly at: Instant; readonly verdict: Verdict } | null;
}

export interface EmergencyRequest {
  readonly emergency: Emergency;
  readonly request: RequestRecord;
}

export interface Emergencies {
  find(id: RequestId): Promise<EmergencyRequest | null>;
  /** What gave something, and behind which nobody stood in time: the oldest first, at most `dueAtOnce`, without the first `passed`. */
  unseconded(now: Instant, passed: number): Promise<readonly EmergencyRequest[]>;
  /**
   * Of what officers must hear and were not told: what was found unjustified, and what nobody reviewed in time. The oldest
   * first, at most `dueAtOnce`, leaving out the first `passed`.
   */
  untold(now: Instant, passed: number): Promise<readonly EmergencyRequest[]>;
  /** Officers were told of it as it was read, with this verdict; nothing where it has another by now. */
  officersTold(id: RequestId, verdict: Verdict | null): Promise<void>;
}

export function emergencyFrom(terms: BreakGlassTerms, request: RequestId, at: Instant): Emergency {
  const opened = momentOf(at);
  return {
    request,
    openedAt: at,
    secondBefore: instantAt(opened + terms.secondWithinMs),
    until: instantAt(opened + terms.expiresMs),
    reviewBefore: endOfWorkingDay(at, terms.reviewWorkingDays),
    second: null,
    revokedAt: null,
    review: null,
  };
}

export const emergencyStates = ['gave-nothing', 'awaiting-second-person', 'confirmed', 'revoked', 'expired'] as const;
export type EmergencyState = (typeof emergencyStates)[number];

const giving: ReadonlySet<RequestState> = new Set(['fetching', 'delivered', 'collected']);

/** Where nobody stood behind it in time it counts as revoked, also before a gateway has put that on record. */
export function emergencyState({ emergency, request }: EmergencyRequest, now: Instant): EmergencyState {
  const { second, revokedAt, secondBefore, until } = emergency;
  if (!giving.has(request.state)) return 'gave-nothing';
  if (revokedAt !== null || (second === null && now >= secondBefore)) return 'revoked';
  if (now >= until) return 'expired';
  return second === null ? 'awaiting-second-person' : 'confirmed';
}
