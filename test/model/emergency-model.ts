import type { RequestId } from '../../src/core/brand.ts';
import type { Verdict } from '../../src/core/emergency/emergency.ts';

const hour = 3_600_000;

/** Within which a second person must stand behind it. */
const secondWithinMs = hour;
/** After which it is over. */
const overAfterMs = 24 * hour;

/** What was asked because life or limb was at stake, as the clerk of `LifeModel` has it. */
export interface KnownEmergency {
  readonly id: RequestId;
  /** By the clock of whoever put it on record. */
  readonly openedAt: number;
  /** For whom it was asked. */
  readonly asker: string;
  /** Who stands behind it. */
  second: string | null;
  revoked: boolean;
  /** What was found of it last. */
  verdict: Verdict | null;
}

/**
 * Why it may not be given at this moment, whatever the rules say of it; null: it may. `at`: null where clocks tell
 * different times, and nothing that has to do with the time can be held against anybody.
 */
export function whyNotInEmergency(emergency: KnownEmergency, at: number | null): string | null {
  if (emergency.revoked) return 'it was revoked';
  if (isAfter(emergency, overAfterMs, at)) return 'it is over';
  const isAlone = emergency.second === null && isAfter(emergency, secondWithinMs, at);
  return isAlone ? 'nobody stood behind it within the hour' : null;
}

/** Why nobody may stand behind it at this moment. */
export function whyNotSeconded(
  emergency: KnownEmergency,
  by: { readonly person: string; readonly rightly: boolean },
  at: number | null,
): string | null {
  if (emergency.revoked) return 'it was revoked';
  if (emergency.second !== null) return 'somebody stands behind it';
  if (by.person === emergency.asker) return 'it is who asked';
  if (!by.rightly) return 'nobody in that role may';
  return isAfter(emergency, secondWithinMs, at) ? 'the hour is over' : null;
}

/** Why it must not be revoked at this moment. `gave`: something was given under it. */
export function whyNotRevoked(emergency: KnownEmergency, gave: boolean, at: number | null): string | null {
  if (emergency.revoked) return 'it was revoked before';
  if (emergency.second !== null) return 'somebody stands behind it';
  if (!gave) return 'nothing was given';
  return at === null || isAfter(emergency, secondWithinMs, at) ? null : 'the hour is not over';
}

function isAfter({ openedAt }: KnownEmergency, ms: number, at: number | null): boolean {
  return at !== null && at >= openedAt + ms;
}
