import { stateAfterFault } from './after-fault.ts';
import { eachDue } from './each-in-turn.ts';
import { failedEntry } from './entries.ts';
import type { Clock, Entropy, Journal, PolicySets, Registry, Requests } from './ports.ts';
import type { RequestRecord } from './request.ts';
import { requestEvent } from './request-events.ts';
import { settle, stale } from './settle.ts';

export interface AbandonPorts {
  readonly clock: Clock;
  readonly entropy: Entropy;
  readonly registry: Registry;
  readonly policies: PolicySets;
  readonly requests: Requests;
  readonly journal: Journal;
}

/** No source may answer for so long: what is still under way then belongs to a gateway that is gone. */
export const abandonedAfterMs = 120_000;

/**
 * Puts on record as failed what a gateway began to fetch and never ended, because it was killed in
 * between: its caller may then ask again. Nothing was disclosed, or the request would be `delivered`.
 * Returns how many there were. One that cannot be put on record keeps no other waiting; see `eachDue` for what is thrown.
 */
export async function abandonInterrupted(ports: AbandonPorts): Promise<number> {
  return eachDue(
    (passed) => ports.requests.underWay(ports.clock.ago(abandonedAfterMs), passed),
    async (request) => {
      await settle(ports, () => abandon(ports, request));
      return true;
    },
  );
}

async function abandon(ports: AbandonPorts, request: RequestRecord): Promise<typeof stale | undefined> {
  const at = ports.clock.now();
  const policySet = ports.policies.current().digest;
  const { id, subject } = request;
  const entry = failedEntry(ports.entropy, request, { at, policySet, subject, code: 'interrupted' });
  const committed = await ports.journal.commit({
    rests: { subject: null, registryVersion: ports.registry.current().version, policySet },
    moves: false,
    entries: [entry],
    changes: [
      // It may have been given up and begun anew since it was read.
      {
        type: 'request-moved',
        id,
        from: 'fetching',
        to: stateAfterFault(request),
        at,
        entry: entry.id,
        decision: null,
        seen: request.entry,
      },
      // Its caller never had an answer.
      ...[request.source, request.recipient].map((unit) =>
        requestEvent(ports, { ...request, movedAt: at }, unit, 'failed'),
      ),
    ],
  });
  // A conflict: another gateway was first, or it was no more than slow and has just ended.
  return committed.outcome === 'stale' ? stale : undefined;
}
