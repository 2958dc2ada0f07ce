import type { SubscriptionOperations } from '../api/ports.ts';
import { decideConsent } from '../core/consent/decide-consent.ts';
import { type ConsentPorts, requestConsent } from '../core/consent/request-consent.ts';
import { withdrawConsent, withdrawOwnConsent } from '../core/consent/withdraw-consent.ts';
import { type ConfirmPorts, confirmCorrection } from '../core/correction/confirm-correction.ts';
import { makeCorrection } from '../core/correction/make-correction.ts';
import { readCorrection } from '../core/correction/read-correction.ts';
import { answerRequest } from '../core/disclosure/answer-request.ts';
import { approve } from '../core/disclosure/approve.ts';
import { type AskPorts, ask } from '../core/disclosure/ask.ts';
import type { InboxPorts } from '../core/disclosure/at-source.ts';
import { collect } from '../core/disclosure/collect.ts';
import { confirmCollection } from '../core/disclosure/confirm-collection.ts';
import { declineOffer } from '../core/disclosure/decline-offer.ts';
import { declineRequest } from '../core/disclosure/decline-request.ts';
import type { ReadInboxPorts } from '../core/disclosure/inbox.ts';
import { offer } from '../core/disclosure/offer.ts';
import type { Call, PartnerOperations, SubjectOperations } from '../core/disclosure/operations.ts';
import { listInbox, readInbox } from '../core/disclosure/read-inbox.ts';
import { type ExcessPorts, reportExcess } from '../core/disclosure/report-excess.ts';
import { delegateRequest, questionRequest, readMessages, replyToQuestion } from '../core/disclosure/say-on-request.ts';
import type { WakePorts } from '../core/disclosure/wake.ts';
import type { DutyPorts } from '../core/duty/follow-duties.ts';
import { confirmDestruction, reportDestruction } from '../core/duty/report-destruction.ts';
import type { RevokePorts } from '../core/emergency/revoke-emergencies.ts';
import { attestFact } from '../core/fact/attest-fact.ts';
import { confirmFact } from '../core/fact/confirm-fact.ts';
import { correctFact } from '../core/fact/correct-fact.ts';
import { disputeFact } from '../core/fact/dispute-fact.ts';
import { endFact } from '../core/fact/end-fact.ts';
import { readFact } from '../core/fact/read-fact.ts';
import { delayInforming, type InformingPorts } from '../core/informing/delay-informing.ts';
import { type ClaimPorts, claimInvolvement } from '../core/involvement/claim-involvement.ts';
import { confirmClaim, rejectClaim } from '../core/involvement/decide-claim.ts';
import { readClaim } from '../core/involvement/read-claim.ts';
import {
  type DecideRightsPorts,
  decideRightsRequest,
  readRightsRequest,
} from '../core/rights/decide-rights-request.ts';
import { makeRightsRequest } from '../core/rights/make-rights-request.ts';
import { endSubscription } from '../core/subscription/end-subscription.ts';
import { redeliver } from '../core/subscription/redeliver.ts';
import { type SubscriptionPorts, subscribe } from '../core/subscription/subscribe.ts';
import type { TimerPorts } from '../core/timer/fire-timers.ts';
import { readTimer } from '../core/timer/read-timer.ts';
import type { ReckonPorts } from '../core/timer/reckon-anew.ts';
import { type CallMark, keptCall } from './kept-call.ts';

export type OperationPorts = AskPorts &
  InboxPorts &
  ExcessPorts &
  ReadInboxPorts &
  ConsentPorts &
  ClaimPorts &
  TimerPorts &
  DutyPorts &
  ReckonPorts &
  ConfirmPorts &
  InformingPorts &
  DecideRightsPorts &
  WakePorts &
  RevokePorts &
  SubscriptionPorts;

/** The verbs of the partner API over one set of ports. INVARIANT: each keeps of a call what `keptCall` leaves of it. */
export function partnerOperations(ports: OperationPorts, mark: CallMark): PartnerOperations {
  const keep = (call: Call): Call => keptCall(mark, call);
  return {
    ask: (call, body) => ask(ports, keep(call), body),
    collect: (call, id, user) => collect(ports, keep(call), id, user),
    offer: (call, given) => offer(ports, keep(call), given),
    declineOffer: (call, id, refusal) => declineOffer(ports, keep(call), id, refusal),
    approve: (call, id, body) => approve(ports, keep(call), id, body),
    listInbox: ({ partner }, query) => listInbox(ports, partner.unit.id, query),
    readInbox: ({ partner }, id) => readInbox(ports, partner.unit.id, id),
    answerRequest: (call, id, answer) => answerRequest(ports, keep(call), id, answer),
    declineRequest: (call, id, refusal) => declineRequest(ports, keep(call), id, refusal),
    delegateRequest: (call, id, delegation) => delegateRequest(ports, keep(call), id, delegation),
    questionRequest: (call, id, question) => questionRequest(ports, keep(call), id, question),
    replyToQuestion: (call, id, reply) => replyToQuestion(ports, keep(call), id, reply),
    readMessages: (call, id) => readMessages(ports, call, id),
    confirmCollection: (call, id, by) => confirmCollection(ports, keep(call), id, by),
    reportExcess: (call, id, report) => reportExcess(ports, keep(call), id, report),
    confirmDestruction: (call, id) => confirmDestruction(ports, keep(call), id),
    reportDestruction: (call, id, report) => reportDestruction(ports, keep(call), id, report),
    attestFact: (call, body) => attestFact(ports, keep(call), body),
    endFact: (call, id, until) => endFact(ports, keep(call), id, until),
    correctFact: (call, id, correction) => correctFact(ports, keep(call), id, correction),
    disputeFact: (call, id, ground) => disputeFact(ports, keep(call), id, ground),
    confirmFact: (call, id) => confirmFact(ports, keep(call), id),
    readFact: (call, id) => readFact(ports, call, id),
    claimInvolvement: (call, body) => claimInvolvement(ports, keep(call), body),
    confirmClaim: (call, id, confirmation) => confirmClaim(ports, keep(call), id, confirmation),
    rejectClaim: (call, id, ground) => rejectClaim(ports, keep(call), id, ground),
    readClaim: (call, id) => readClaim(ports, call, id),
    readTimer: (call, id) => readTimer(ports, call, id),
    requestConsent: (call, body) => requestConsent(ports, keep(call), body),
    withdrawConsent: (call, id) => withdrawConsent(ports, keep(call), id),
    readRightsRequest: (call, id) => readRightsRequest(ports, call, id),
    decideRightsRequest: (call, id, said) => decideRightsRequest(ports, keep(call), id, said),
    delayInforming: (call, id, body) => delayInforming(ports, keep(call), id, body),
    makeCorrection: (call, body) => makeCorrection(ports, keep(call), body),
    confirmCorrection: (call, id, report) => confirmCorrection(ports, keep(call), id, report),
    readCorrection: (call, id) => readCorrection(ports, call, id),
  };
}

/** The verbs of the detainee's own pages over the same ports. */
export function subjectOperations(ports: OperationPorts): SubjectOperations {
  return {
    decideConsent: (subject, id, decision, trace, by) => decideConsent(ports, subject, id, decision, trace, by),
    withdrawConsent: (subject, id, trace, by) => withdrawOwnConsent(ports, subject, id, trace, by),
    makeRightsRequest: (subject, id, body, trace, by) => makeRightsRequest(ports, subject, id, body, { trace, by }),
  };
}

/** The verbs of a unit over where its events are told. */
export function subscriptionOperations(ports: SubscriptionPorts, mark: CallMark): SubscriptionOperations {
  return {
    subscribe: (call, body) => subscribe(ports, keptCall(mark, call), body),
    redeliver: (call, id, what) => redeliver(ports, keptCall(mark, call), id, what),
    end: (by, id) => endSubscription(ports, by, id),
    of: (unit) => ports.subscriptions.of(unit),
  };
}
