import type { RequestId, UnitId } from '../core/brand.ts';
import type { EmergencyRequest } from '../core/emergency/emergency.ts';
import type { Review } from '../core/emergency/review-emergency.ts';

/** Where life or limb was at stake, as officers see it. */
export interface OfficerEmergencies {
  /** In which the viewer is a party (null: all), at most `limit`: what must be reviewed first, the most urgent on top. */
  list(viewer: UnitId | null, limit: number): Promise<readonly EmergencyRequest[]>;
  /** How many must be reviewed yet. */
  waiting(viewer: UnitId | null): Promise<number>;
  find(id: RequestId): Promise<EmergencyRequest | null>;
  /** `false`: somebody else reviewed it meanwhile. */
  review(id: RequestId, review: Review): Promise<boolean>;
}
