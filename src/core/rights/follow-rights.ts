import { eachDue } from '../disclosure/each-in-turn.ts';
import { settle, stale } from '../disclosure/settle.ts';
import { nextLook } from '../policy/next-look.ts';
import { type RightsPorts, rightsEntry } from './make-rights-request.ts';
import type { DueRights } from './rights-request.ts';

/**
 * Reminds sources of what persons ask and they did not decide on, or upheld and did not carry out, and says that the time of
 * the law is over. Each is told once, however many gateways look. Returns how much was put on record here.
 * @law AVG 12(3); Wjsg 51b(2); Wpg 25
 */
export async function followRights(ports: RightsPorts): Promise<number> {
  return eachDue(
    (passed) => ports.rights.due(ports.clock.now(), passed),
    (one) => settle(ports, () => follow(ports, one)),
  );
}

async function follow(ports: RightsPorts, { rights, seen }: DueRights): Promise<boolean | typeof stale> {
  const { id, source, dueAt } = rights;
  const request = await ports.requests.find(rights.request);
  // It goes with the request that it is about: both are gone by now.
  if (request === null) return false;
  const set = ports.policies.current();
  const at = ports.clock.now();
  const step = dueAt <= at ? 'due' : 'reminder';
  const type = `nl.sluis.rights-request.${step}`;
  const told = { id: ports.entropy.id(), unit: source, type, time: at, dataref: `/v1/rights-requests/${id}` };
  const personal = {};
  const committed = await ports.journal.commit({
    rests: { subject: null, registryVersion: ports.registry.current().version, policySet: set.digest },
    moves: false,
    entries: [rightsEntry(ports, request, rights, { step, trace: ports.entropy.trace(), at, personal })],
    changes: [
      { type: 'rights-request-followed', id, seen, at, lookAt: nextLook(set.deadlines.rights, dueAt, at) },
      { type: 'event-emitted', event: { ...told, about: request.subject } },
    ],
  });
  if (committed.outcome === 'durable') return true;
  // Another gateway was first, or it was decided meanwhile.
  return committed.outcome === 'conflict' ? false : stale;
}
