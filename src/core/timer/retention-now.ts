import type { Call } from '../disclosure/operations.ts';
import type { Clock, Facts, PolicySets } from '../disclosure/ports.ts';
import type { RequestRecord } from '../disclosure/request.ts';
import { type Retention, retentionOf } from './retention.ts';

/**
 * The retention of what this unit holds by a request, as it stands now; null to the source, and for
 * what was never disclosed: about a person of whom nothing was given nobody learns that a time ended.
 */
export async function retentionNow(
  ports: { readonly clock: Clock; readonly policies: PolicySets; readonly facts: Facts },
  call: Pick<Call, 'partner'>,
  request: RequestRecord,
): Promise<Retention | null> {
  const isHeld = request.state === 'delivered' || request.state === 'collected';
  if (!isHeld || request.subject === null || request.recipient !== call.partner.unit.id) return null;
  const facts = await ports.facts.of(request.subject);
  return retentionOf(ports.policies.current(), request, facts, ports.clock.now());
}
