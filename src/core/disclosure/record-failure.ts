import type { FaultCode } from '../fault.ts';
import type { Consultation, ConsultPorts } from './consult.ts';
import { failedEntry } from './entries.ts';
import type { Entropy, Journal } from './ports.ts';
import type { RequestRecord } from './request.ts';
import { requestEvent } from './request-events.ts';
import { settle, stale } from './settle.ts';

/** Puts on record that a source was asked and nothing was given. */
export async function recordFailure(
  ports: Omit<ConsultPorts, 'snapshots'> & { readonly entropy: Entropy; readonly journal: Journal },
  {
    request,
    consultation,
    afterFault,
  }: {
    readonly request: RequestRecord;
    readonly consultation: Consultation;
    readonly afterFault: 'failed' | 'permitted';
  },
  code: FaultCode,
): Promise<void> {
  // A request that was stopped meanwhile keeps its state; the attempt goes on record all the same.
  let moves = true;
  const move = { type: 'request-moved', id: request.id, from: 'fetching', to: afterFault, decision: null } as const;
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
