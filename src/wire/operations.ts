import { decideConsent } from '../core/consent/decide-consent.ts';
import { type ConsentPorts, requestConsent } from '../core/consent/request-consent.ts';
import { withdrawConsent, withdrawOwnConsent } from '../core/consent/withdraw-consent.ts';
import { approve } from '../core/disclosure/approve.ts';
import { type AskPorts, ask } from '../core/disclosure/ask.ts';
import { collect } from '../core/disclosure/collect.ts';
import type { PartnerOperations, SubjectOperations } from '../core/disclosure/operations.ts';
import { attestFact } from '../core/fact/attest-fact.ts';
import { endFact } from '../core/fact/end-fact.ts';

export type OperationPorts = AskPorts & ConsentPorts;

/** The verbs of the partner API over one set of ports. */
export function partnerOperations(ports: OperationPorts): PartnerOperations {
  return {
    ask: (call, body) => ask(ports, call, body),
    collect: (call, id) => collect(ports, call, id),
    approve: (call, id, body) => approve(ports, call, id, body),
    attestFact: (call, body) => attestFact(ports, call, body),
    endFact: (call, id, until) => endFact(ports, call, id, until),
    requestConsent: (call, body) => requestConsent(ports, call, body),
    withdrawConsent: (call, id) => withdrawConsent(ports, call, id),
  };
}

/** The verbs of the detainee's own pages over the same ports. */
export function subjectOperations(ports: OperationPorts): SubjectOperations {
  return {
    decideConsent: (subject, id, decision, trace) => decideConsent(ports, subject, id, decision, trace),
    withdrawConsent: (subject, id, trace) => withdrawOwnConsent(ports, subject, id, trace),
  };
}
