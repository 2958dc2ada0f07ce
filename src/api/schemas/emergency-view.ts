import { z } from 'zod';
import type { Instant } from '../../core/brand.ts';
import { type EmergencyRequest, emergencyState, emergencyStates, verdicts } from '../../core/emergency/emergency.ts';
import { common } from './problem-document.ts';
import { named } from './schema-names.ts';
import { instantOut } from './words.ts';

const state = named(
  'EmergencyState',
  '`gave-nothing`: the source failed. `awaiting-second-person`, until `secondBefore`. `confirmed`: somebody stands behind ' +
    'it. `revoked`: nobody did in time, and what was given must be destroyed. `expired`: `until` has passed.',
  z.enum(emergencyStates),
);

/** What both parties see of a break-glass beside its request. */
export const emergencyView = named(
  'BreakGlass',
  'Access for life or limb of somebody who cannot be asked. `second`: when somebody stood behind it, and in which role. ' +
    '`review`: what somebody independent found; null before.',
  z.object({
    id: z.uuid(),
    state,
    openedAt: instantOut,
    secondBefore: instantOut,
    until: instantOut,
    reviewBefore: instantOut,
    second: z.object({ at: instantOut, role: z.string() }).nullable(),
    revokedAt: instantOut.nullable(),
    review: z.object({ at: instantOut, verdict: z.enum(verdicts) }).nullable(),
  }),
);

export function viewEmergency(found: EmergencyRequest, now: Instant): z.output<typeof emergencyView> {
  const { request: id, openedAt, secondBefore, until, reviewBefore, second, revokedAt, review } = found.emergency;
  const moments = { openedAt, secondBefore, until, reviewBefore, revokedAt };
  return { id, state: emergencyState(found, now), ...moments, second, review };
}

export const wrongEmergencyState = named(
  'WrongEmergencyStateProblem',
  'Nobody can stand behind it any more, or somebody does already.',
  z.object({ ...common, state }),
);
