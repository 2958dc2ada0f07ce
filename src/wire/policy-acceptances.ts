import type { PolicyAcceptances } from '../api/ports.ts';
import { acceptByCall } from '../core/policy-set/accept.ts';
import { checkDetachedJws } from '../crypto/detached-jws.ts';
import { keptCall } from './kept-call.ts';
import type { OperationPorts } from './operations.ts';
import type { GatewayRecord } from './record.ts';

/** The verbs of a source over the policies that bind it. */
export function policyAcceptances(
  ports: OperationPorts,
  { policyRecords: records, keys }: GatewayRecord,
): PolicyAcceptances {
  return {
    accept: (call, body) =>
      acceptByCall({ ...ports, records, signatures: checkDetachedJws }, keptCall(keys.marks.call, call), body),
    async of(unit) {
      const { active, planned } = await records.read();
      return {
        binds: ports.policies.boundTo(unit)?.digest ?? null,
        inForce: active,
        planned: planned
          .filter(({ statement }) => statement.action === 'activate')
          .map(({ statement, startsAt }) => ({ set: statement.set, from: startsAt })),
        accepted: await records.acceptedBy(unit.id),
      };
    },
  };
}
