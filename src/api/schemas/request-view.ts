import { z } from 'zod';
import type { UnitId } from '../../core/brand.ts';
import { approvalsNeeded } from '../../core/disclosure/approvals-needed.ts';
import type { DecisionOutline, RequestRecord } from '../../core/disclosure/request.ts';
import { isWaiting, type RequestState, requestStates, stopCauses } from '../../core/disclosure/state.ts';
import { destructionWays } from '../../core/duty/destruction-ways.ts';
import type { RefusalClass } from '../../core/policy/decision.ts';
import { inLanguage, type Language } from '../language.ts';
import { named } from './schema-names.ts';
import { instantOut } from './words.ts';

const outwardStates = requestStates.filter((state) => state !== 'withdrawn');
type OutwardState = Exclude<RequestState, 'withdrawn'>;

export const requestState = named(
  'RequestState',
  'Final vocabulary. A request that was stopped because its basis went shows as `refused`.',
  z.enum(outwardStates as [OutwardState, ...OutwardState[]]),
);

export const refusalClass = named(
  'RefusalClass',
  '`not-permitted`: no rule covers these kinds and fields. `prohibited`: the law forbids it. `not-available`: rests on ' +
    'the person, and says no more than that, on purpose. `condition-not-met`: you are involved and a condition failed. ' +
    '`undecidable`: a condition could not be evaluated. `declined`: a human of the source said no.',
  z.enum(['not-permitted', 'prohibited', 'not-available', 'condition-not-met', 'undecidable', 'declined']),
);

export const citation = named(
  'Citation',
  'An article of law. `status` marks what a jurist still has to confirm.',
  z.object({ act: z.string(), article: z.string(), status: z.enum(['unverified', 'design-default']).optional() }),
);

const fieldRefusal = named(
  'FieldRefusal',
  'A field that was asked and not given, with every reason and what would allow it.',
  z.object({
    field: z.string(),
    reasons: z.array(
      z.object({
        class: refusalClass,
        rule: z.string().nullable(),
        text: z.string(),
        remedy: z.string().nullable(),
      }),
    ),
  }),
);

export const obligations = named(
  'Obligations',
  'What comes with the data: how long to keep it, how the subject is informed, approval, sealing.',
  z.object({
    retain: z.object({
      until: z.string(),
      plus: z.string().nullable(),
      atLeast: z.string().nullable(),
      status: z.enum(['law', 'unverified', 'design-default']),
    }),
    informSubject: z.enum(['at-disclosure', 'delayed']),
    informAfter: z.string().nullable(),
    approval: z.enum(['none', 'source-human', 'two-persons']),
    approvers: z.array(z.string()),
    seal: z.enum(['transport', 'recipient', 'end-to-end']),
    destruction: z.enum(['none', 'confirm']),
  }),
);

/** Since when the recipient's retention runs; see `obligations.retain`. */
const retention = named(
  'Retention',
  'The retention has begun: by the disclosure itself, or by the fact that starts it. `deleteBy`: by when to destroy.',
  z.object({ startedAt: instantOut, deleteBy: instantOut }),
);

export const approvals = named(
  'ApprovalsNeeded',
  'How many more people of the source must approve, and roles in which nobody has yet. 0 unless it waits for them.',
  z.object({ persons: z.int(), roles: z.array(z.string()) }),
);

const destruction = named(
  'Destruction',
  'Whether the recipient must confirm that it destroyed what it got, and when and how it did. `how` is null where it did not say.',
  z.object({ required: z.boolean(), confirmedAt: instantOut.nullable(), how: z.enum(destructionWays).nullable() }),
);

/** What both parties may see of a request. Nothing in it says who the subject is, or whether one exists. */
export const requestView = named(
  'Request',
  'A request as it stands on record, for its recipient and its source.',
  z.object({
    id: z.uuid(),
    state: requestState,
    purpose: z.string(),
    source: z.string(),
    recipient: z.string(),
    fields: z.array(z.string()),
    receivedAt: instantOut,
    movedAt: instantOut,
    decision: z.object({
      outcome: z.enum(['permit', 'refusal']),
      class: refusalClass.nullable(),
      policyVersion: z.int().nullable(),
      policySet: z.string(),
      law: z.array(citation),
      regimes: z.object({ source: z.string(), recipient: z.string() }),
      permitted: z.array(z.string()),
      refused: z.array(fieldRefusal),
      obligations: obligations.nullable(),
      decidedAt: instantOut,
    }),
    /** The one purpose for which the recipient may use what it gets; null where nothing is permitted. */
    usableFor: z.string().nullable(),
    /** Field → under which purposes the source may have got it; `own`: its own registration. */
    obtained: z.record(z.string(), z.array(z.string())),
    approvalsNeeded: approvals,
    destruction,
    /** Until when it waits for whoever must do something next; null where nobody is waited for. */
    dueAt: instantOut.nullable(),
  }),
);

const offer = z.object({ addressee: z.string().nullable() }).nullable();

/** What of a waiting or stopped request is for one of its parties alone. */
const partyTerms = {
  stoppedFor: z.enum(stopCauses).nullable(),
  escalatedTo: z.array(z.string()),
};

/** A request with what its recipient must know of the retention of what it holds. */
export const heldRequest = named(
  'HeldRequest',
  'A request as it stands on record. `retention` is for its recipient, once it has begun; null before, and for its source. ' +
    '`reminders` are for whoever approves at the source, while it waits for that; else there are none. `stoppedFor` is ' +
    'for the source: what a request that was stopped rested on; null to its recipient. `escalatedTo`: roles to which ' +
    'the party that is waited for was told to turn. `offer`: its source began, and `addressee` is the role at the recipient for ' +
    'which it is meant, null for anybody there; null where its recipient asked.',
  requestView.extend({ retention: retention.nullable(), reminders: z.array(z.string()), ...partyTerms, offer }),
);

export type RequestView = z.output<typeof requestView>;

/** For whom a request is shown and in which language, and what it is shown as once it was stopped. */
export interface Viewing {
  readonly deps: { asUnknownPerson(request: RequestRecord): DecisionOutline };
  readonly language: Language;
  readonly caller: { readonly unit: { readonly id: UnitId } };
}

/**
 * INVARIANT: a stopped request looks as one that was refused about a person nobody knows, so that
 * nothing tells a partner that a consent was withdrawn.
 */
export function viewRequest({ deps, language, caller }: Viewing, request: RequestRecord): RequestView {
  const stopped = request.state === 'withdrawn';
  const decided = stopped ? { ...deps.asUnknownPerson(request), decidedAt: request.receivedAt } : request.decision;
  const decision = reachedBy(request, decided, caller.unit.id);
  return {
    id: request.id,
    state: outwardState(request.state),
    purpose: request.purpose,
    source: request.source,
    recipient: request.recipient,
    fields: [...request.fields],
    receivedAt: request.receivedAt,
    // The moment of a withdrawal is nobody's but the subject's.
    movedAt: stopped ? request.receivedAt : request.movedAt,
    decision: viewDecision(decision, language),
    ...viewTerms(request, decision),
    dueAt: isWaiting(request.state) ? request.dueAt : null,
  };
}

/**
 * Which fields a source wanted to offer and may not give, and why, is its own to read: to the recipient there was nothing but
 * what it offers. What took the offer away is told to both.
 */
function reachedBy({ direction, source }: RequestRecord, decision: DecisionOutline, reader: UnitId): DecisionOutline {
  const isOffered = direction === 'push' && decision.outcome === 'permit' && reader !== source;
  return isOffered ? { ...decision, refused: [] } : decision;
}

/** Under what the data may be used, and what people have to do yet. A stopped request shows none of it. */
function viewTerms(
  { state, purpose, approvals, decision: kept, destructionConfirmedAt, destroyedHow }: RequestRecord,
  { outcome, obligations }: DecisionOutline,
): Pick<RequestView, 'usableFor' | 'obtained' | 'approvalsNeeded' | 'destruction'> {
  const permitted = outcome === 'permit';
  const waits = state === 'awaiting-approval' && obligations !== null;
  const { persons, roles } = waits ? approvalsNeeded(obligations, approvals) : { persons: 0, roles: [] };
  return {
    usableFor: permitted ? purpose : null,
    obtained: permitted
      ? Object.fromEntries(Object.entries<readonly string[]>(kept.obtained).map(([f, w]) => [f, [...w]]))
      : {},
    approvalsNeeded: { persons, roles: [...roles] },
    destruction: {
      required: obligations?.destruction === 'confirm',
      confirmedAt: destructionConfirmedAt,
      how: destroyedHow,
    },
  };
}

export function outwardState(state: RequestState): OutwardState {
  return state === 'withdrawn' ? 'refused' : state;
}

/** Why a request that gave nothing gave nothing; a human's no leaves the permit on record as it was. */
export function outwardClass(view: RequestView): RefusalClass {
  return view.state === 'declined' ? 'declined' : (view.decision.class ?? 'not-available');
}

function viewDecision(decision: DecisionOutline, language: Language): RequestView['decision'] {
  const { outcome, policyVersion, policySet, law, regimes, permitted, refused, decidedAt } = decision;
  return {
    outcome,
    class: decision.class,
    policyVersion,
    policySet,
    law: viewLaw(law),
    regimes: { source: regimes.source, recipient: regimes.recipient },
    permitted: [...permitted],
    refused: viewRefused(refused, language),
    obligations: decision.obligations && { ...decision.obligations, approvers: [...decision.obligations.approvers] },
    decidedAt,
  };
}

export function viewLaw(law: RequestRecord['decision']['law']): RequestView['decision']['law'] {
  return law.map(({ act, article, status }) => ({ act, article, ...(status === undefined ? {} : { status }) }));
}

export function viewRefused(
  refused: RequestRecord['decision']['refused'],
  language: Language,
): RequestView['decision']['refused'] {
  return refused.map(({ field, reasons }) => ({
    field,
    reasons: reasons.map(({ class: kind, rule, text, remedy }) => ({
      class: kind,
      rule,
      text: inLanguage(text, language),
      remedy: remedy === null ? null : inLanguage(remedy, language),
    })),
  }));
}
