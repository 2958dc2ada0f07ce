import type { Alerts } from '../alert/alert.ts';
import type { Instant } from '../brand.ts';
import { eachDue } from '../disclosure/each-in-turn.ts';
import { frame, subjectMark } from '../disclosure/entries.ts';
import { settle, stale } from '../disclosure/settle.ts';
import { heldFrom } from '../duty/held.ts';
import { Fault } from '../fault.ts';
import type { EntryDraft } from '../ledger/entry.ts';
import { revocation } from '../timer/retention.ts';
import { alertParties } from './alert-parties.ts';
import type { EmergencyPorts } from './confirm-emergency.ts';
import type { EmergencyRequest } from './emergency.ts';
import { emergencyEvent } from './emergency-events.ts';

export interface RevokePorts extends EmergencyPorts {
  readonly alerts: Pick<Alerts, 'raise'>;
}

const atOnce = { until: revocation, plus: null, atLeast: null, status: 'design-default' } as const;

/** A confirmation that came in time may still be on its way to the record: nobody is told of a breach that was none. */
const graceMs = 5_000;

/**
 * Revokes what nobody stood behind in time: both parties are told, officers of both and of the gateway must look, and
 * what was given must be destroyed. Each once, however many gateways look. Returns how many were revoked here.
 */
export async function revokeEmergencies(ports: RevokePorts): Promise<number> {
  return eachDue(
    (passed) => ports.emergencies.unseconded(ports.clock.ago(graceMs), passed),
    (found) => revokeOrTell(ports, found),
  );
}

/** What was away for a moment is tried again at the next turn; what lasts longer than this somebody must look at. */
const unrevokedAfterMs = 60_000;

/**
 * Whose person is being erased cannot be written about, and nothing of it would show: nobody would tell the recipient to
 * destroy what it got. Officers are told, of each once, and it is tried again.
 */
async function revokeOrTell(ports: RevokePorts, found: EmergencyRequest): Promise<boolean> {
  try {
    return await settle(ports, () => revoke(ports, found));
  } catch (error) {
    if (error instanceof Fault && found.emergency.secondBefore <= ports.clock.ago(unrevokedAfterMs)) {
      await alertParties(ports, found.request, 'emergency-unrevoked');
    }
    throw error;
  }
}

/** Officers first, so that none is left out where a gateway is killed in between: from now on nobody can stand behind it. */
async function revoke(ports: RevokePorts, found: EmergencyRequest): Promise<boolean | typeof stale> {
  await alertParties(ports, found.request, 'emergency-revoked');
  const { request } = found;
  const { id, source, recipient } = request;
  const at = ports.clock.now();
  const set = ports.policies.current();
  const entry: EntryDraft = {
    ...frame(ports.entropy, { ...request, trace: ports.entropy.trace() }, at, set.digest),
    kind: 'break-glass-revoked',
    body: { request: id },
    subject: request.subject,
    personal: { subject: subjectMark(ports.entropy, request.subject) },
    fleeting: {},
  };
  const decision = revokedDecision(ports, found, at);
  const disclosedAt = request.held?.disclosedAt ?? request.movedAt;
  const held = heldFrom(set, { ...request, decision }, [], disclosedAt);
  const committed = await ports.journal.commit({
    rests: { subject: null, registryVersion: ports.registry.current().version, policySet: set.digest },
    moves: false,
    entries: [entry],
    changes: [
      // Looked at at once by whoever follows what must be destroyed.
      { type: 'emergency-revoked', id, at, entry: entry.id, decision, held: { ...held, lookAt: at } },
      ...[source, recipient].map((unit) => emergencyEvent(ports, request, { unit, what: 'revoked', at })),
    ],
  });
  if (committed.outcome === 'durable') return true;
  // Another gateway was first.
  return committed.outcome === 'conflict' ? false : stale;
}

/**
 * By the set of its source; where that says nothing of it any more, by the set in force; where neither does, what was given
 * must be destroyed at once.
 */
function revokedDecision({ registry, policies }: RevokePorts, { request }: EmergencyRequest, revokedAt: Instant) {
  const source = registry.current().units.get(request.source);
  const bound = source === undefined ? null : policies.boundTo(source);
  const terms = (bound?.breakGlass ?? policies.current().breakGlass)?.terms;
  const { obligations } = request.decision;
  const retain = terms?.ifRevoked ?? atOnce;
  return { ...request.decision, revokedAt, obligations: obligations && { ...obligations, retain } };
}
