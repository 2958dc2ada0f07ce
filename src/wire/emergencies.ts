import type pg from 'pg';
import type { Metrics } from '../api/metrics.ts';
import { type EmergencyOperations, emergencyOperations } from '../core/emergency/operations.ts';
import { reviewEmergency, tellOfReviews } from '../core/emergency/review-emergency.ts';
import { revokeEmergencies } from '../core/emergency/revoke-emergencies.ts';
import type { OfficerEmergencies } from '../pages/officer-emergencies.ts';
import { StoredEmergencies } from '../store/pages/emergencies.ts';
import type { AppWorld } from './apps.ts';
import { type FollowedTurns, followTurns } from './follow-turns.ts';
import { type CallMark, keptCall } from './kept-call.ts';
import type { OperationPorts } from './operations.ts';

/** The verbs of the partner API where life or limb is at stake. INVARIANT: each keeps of a call what `keptCall` leaves of it. */
export function countedEmergencies(
  ports: OperationPorts,
  mark: CallMark,
  metrics: Pick<Metrics, 'breakGlass'>,
): EmergencyOperations {
  const operations = emergencyOperations(ports, (call) => keptCall(mark, call));
  return {
    ...operations,
    async ask(call, body) {
      const outcome = await operations.ask(call, body);
      if (outcome.kind === 'delivered' || outcome.kind === 'refused') metrics.breakGlass(outcome.kind);
      return outcome;
    },
    async confirm(call, id, by) {
      const outcome = await operations.confirm(call, id, by);
      if (outcome.kind === 'confirmed') metrics.breakGlass('confirmed');
      return outcome;
    },
  };
}

/** What officers see and do of it. */
export function officerEmergencies(pool: pg.Pool, ports: OperationPorts): OfficerEmergencies {
  const stored = new StoredEmergencies(pool);
  return {
    list: (viewer, limit) => stored.list(viewer, limit),
    waiting: (viewer) => stored.waiting(viewer),
    find: (id) => ports.emergencies.find(id),
    review: (id, review) => reviewEmergency(ports, id, review),
  };
}

/** Revokes what nobody stood behind in time, and tells officers of what was found unjustified or not reviewed; every gateway looks. */
export function followEmergencies({ ports, metrics, log }: Pick<AppWorld, 'ports' | 'metrics' | 'log'>): FollowedTurns {
  const turn = async (): Promise<void> => {
    try {
      const revoked = await revokeEmergencies(ports);
      for (let counted = 0; counted < revoked; counted++) metrics.breakGlass('revoked');
    } finally {
      // One that cannot be revoked does not keep officers from hearing of others.
      await tellOfReviews(ports);
    }
  };
  return followTurns(turn, () =>
    log.alarm('break-glass could not be followed: what nobody confirmed may not be revoked'),
  );
}
