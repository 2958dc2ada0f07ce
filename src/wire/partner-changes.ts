import type { AccessLog } from '../api/access-log.ts';
import { carryOutDuePartnerChanges } from '../core/partner-change/carry-out.ts';
import type { PartnerChangePorts } from '../core/partner-change/ports.ts';
import { type FollowedTurns, followTurns } from './follow-turns.ts';

/** Carries out planned changes of the partners as their start comes, in every gateway; each is carried out by one. */
export function followPartnerChanges(
  ports: PartnerChangePorts,
  { refresh, log }: { readonly refresh: () => Promise<void>; readonly log: Pick<AccessLog, 'alarm'> },
): FollowedTurns {
  const turn = async (): Promise<void> => {
    for (const { change, outcome } of await carryOutDuePartnerChanges(ports)) {
      if (outcome === 'done') await refresh();
      if (outcome === 'lapsed') {
        log.alarm(
          `the planned change ${change.id} of the partners does not fit what is on record, or brings a key that does not count; nothing changed`,
        );
      }
      if (outcome === 'approval-revoked') {
        log.alarm(`an approver of the planned change ${change.id} of the partners was revoked; nothing changed`);
      }
    }
  };
  return followTurns(turn, () => log.alarm('planned changes of the partners could not be looked at'));
}
