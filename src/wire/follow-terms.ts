import { reckoningAnew } from '../core/timer/reckon-anew.ts';
import type { AppWorld } from './apps.ts';
import { type FollowedTurns, followTurns } from './follow-turns.ts';

const everyMs = 1_000;

/** Brings deadlines and duties of before under the set in force, some people at a time; every gateway does. */
export function followTerms({ ports, log }: Pick<AppWorld, 'ports' | 'log'>): FollowedTurns {
  return followTurns(
    reckoningAnew(ports),
    () => log.alarm('deadlines and duties could not be reckoned by the policies in force'),
    everyMs,
  );
}
