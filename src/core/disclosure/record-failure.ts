import type { FaultCode } from '../fault.ts';
import { stateAfterFault } from './after-fault.ts';
import type { Consultation, ConsultPorts } from './consult.ts';
import { failedEntry } from './entries.ts';
import type { Entropy, Journal } from './ports.ts';
import type { RequestRecord } from './request.ts';
import { requestEvent } from './request-events.ts';
import { settle, stale } from './settle.ts';

/** Puts on record that a source was asked and nothing was given. */
export async function recordFailure(
  ports: Omit<ConsultPorts, 'snapshots'> & { readonly entropy: Entropy; readonly journal: Journal },
  { request, consultation }: { readonly request: RequestRecord; readonly consultation: Consultation },
  code: FaultCode,
): Promise<void> {
  // A request that was stopped meanwhile keeps its state; the attempt goes on record all the same.
  let moves = true;
  const step = { type: 'request-moved', id: request.id, from: 'fetching', seen: request.entry } as const;
  const move = { ...step, to: stateAfterFault(request), decision: null } as const;
  await settle(ports, async () => {
    const at = ports.clock.now();
    const policySet = ports.policies.current().digest;
    const subject = consultation.rests.subject?.id ?? null;
    const entry = failedEntry(ports.entropy, request, { at, policySet, subject, code });
    const committed = await ports.journal.commit({
      rests: { subject: null, registryVersion: ports.registry.current().version, policySet },
      moves: false,
      entries: [entry],
      changes: moves
        ? [{ ...move, at, entry: entry.id }, requestEvent(ports, { ...request, movedAt: at }, request.source, 'failed')]
        : [],
    });
    if (committed.outcome === 'conflict') moves = false;
    return committed.outcome === 'durable' ? undefined : stale;
  });
}
