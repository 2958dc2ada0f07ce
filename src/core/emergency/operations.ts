import type { RequestId } from '../brand.ts';
import type { Call } from '../disclosure/operations.ts';
import type { User } from '../partner/partner.ts';
import { type BreakGlassBody, type BreakGlassOutcome, breakGlass } from './break-glass.ts';
import { type ConfirmOutcome, confirmEmergency, type EmergencyPorts } from './confirm-emergency.ts';
import type { Emergencies } from './emergency.ts';

/** The partner API's verbs where life or limb is at stake. Faults are thrown, after a failed attempt was put on record. */
export interface EmergencyOperations extends Pick<Emergencies, 'find'> {
  ask(call: Call, body: BreakGlassBody): Promise<BreakGlassOutcome>;
  confirm(call: Call, id: RequestId, by: User): Promise<ConfirmOutcome>;
}

/** `keep`: what of a call may be kept. */
export function emergencyOperations(ports: EmergencyPorts, keep: (call: Call) => Call): EmergencyOperations {
  return {
    ask: (call, body) => breakGlass(ports, keep(call), body),
    confirm: (call, id, by) => confirmEmergency(ports, keep(call), id, by),
    find: (id) => ports.emergencies.find(id),
  };
}
