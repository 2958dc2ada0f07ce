import type { Instant } from '../../core/brand.ts';
import type { Citation } from '../../core/category/catalogue.ts';
import type { Consent } from '../../core/consent/consent.ts';
import { givenFields } from '../../core/disclosure/given-fields.ts';
import type { DecisionSummary } from '../../core/disclosure/request.ts';
import type { RequestState } from '../../core/disclosure/state.ts';
import { formatDay } from '../format.ts';
import { actNames } from '../law-words.ts';
import type { Sharing, SharingStep } from '../ports.ts';
import type { Language, Words } from '../words/words.ts';

export type Tone = 'good' | 'stop' | 'wait' | 'info';

/** What a sharing comes down to, in the words of the person it is about. */
export interface Outcome {
  readonly kind: 'shared' | 'partly' | 'refused' | 'open' | 'notice';
  readonly tone: Tone;
  readonly tag: string;
  readonly text: string;
  readonly may: string;
}

/** How a state reads. A state that is not listed cannot compile, so none is ever shown as shared by accident. */
const courseOf: Readonly<Record<RequestState, 'shared' | 'refused' | 'open'>> = {
  received: 'open',
  permitted: 'open',
  fetching: 'open',
  'awaiting-source': 'open',
  'awaiting-approval': 'open',
  answered: 'open',
  'partly-answered': 'open',
  delivered: 'shared',
  collected: 'shared',
  refused: 'refused',
  declined: 'refused',
  withdrawn: 'refused',
  expired: 'refused',
  failed: 'refused',
};

/** What a card says its "may this" from. */
export interface Grounds {
  /** Whether some rule of the purpose between these two kinds rests on consent. Others may not. */
  readonly needsConsent: boolean;
  /** The consent that it rested on, or that was stopped while it was under way. */
  readonly consent: Consent | null;
  /** The purpose's law in the catalogue, for a notice, which has no decision of its own. */
  readonly law: readonly Citation[];
}

export function outcomeOf(language: Language, w: Words, sharing: Sharing, grounds: Grounds): Outcome {
  if (sharing.step === null) {
    const text = sharing.fields.length === 0 ? w.outcome.noticeEndedText : w.outcome.noticeText;
    return { kind: 'notice', tone: 'info', tag: w.outcome.notice, text, may: lawful(language, w, grounds.law) };
  }
  const { state, decision } = sharing.step;
  const course = courseOf[state];
  if (course === 'shared') {
    const may = isByConsent(decision, grounds)
      ? byConsent(language, w, grounds.consent)
      : lawful(language, w, decision.law);
    return { ...whatLeft(w, sharing, decision), may };
  }
  if (course === 'open') {
    return { kind: 'open', tone: 'wait', tag: w.outcome.open, text: openText(w, state, sharing), may: w.may.open };
  }
  // What its recipient did not want was permitted all the same.
  const isUnwanted = sharing.isOffer && sharing.reached && state === 'declined';
  return {
    kind: 'refused',
    tone: 'stop',
    tag: w.outcome.refused,
    text: isUnwanted ? w.outcome.offerDeclinedText : refusedText(w, sharing.step, grounds),
    may: isUnwanted ? w.may.lapsed : whyNot(w, sharing.step, grounds),
  };
}

/** What came of what was allowed: its source need not have given all of it, or any. @law AVG 15(1)(b), (c) */
function whatLeft(w: Words, { fields }: Sharing, decision: DecisionSummary): Omit<Outcome, 'may'> {
  const given = givenFields({ decision });
  if (given.length === 0) {
    return { kind: 'refused', tone: 'stop', tag: w.outcome.refused, text: w.outcome.nothingGivenText };
  }
  const kind = fields.every((field) => given.includes(field)) ? 'shared' : 'partly';
  const text = kind === 'shared' ? w.outcome.sharedText : w.outcome.partlyText;
  const isUnseen = decision.given === null ? decision.obligations?.seal === 'end-to-end' : !decision.given.seen;
  return { kind, tone: 'good', tag: w.outcome[kind], text: isUnseen ? `${text} ${w.outcome.unseenText}` : text };
}

/** Whether the person stopped it. An older record does not say why it stopped: then it was that, or who the person is. */
function tookBack({ state, stoppedFor }: SharingStep, { consent }: Grounds): boolean {
  return state === 'withdrawn' && (stoppedFor ?? 'consent') === 'consent' && consent?.state === 'withdrawn';
}

/**
 * The subject's consent that was in force when the sharing last moved, from those for exactly its source,
 * recipient and purpose. A row keeps only its latest change, so one that was withdrawn counts when it had
 * been asked by then; one that was given later does not. Where it was stopped for a consent: the one that was
 * withdrawn since it was asked.
 */
export function consentBehind(
  sharing: Pick<Sharing, 'at' | 'movedAt' | 'step'>,
  consents: readonly Consent[],
): Consent | null {
  if (sharing.step?.stoppedFor === 'consent') {
    const since = ({ state, requestedAt, decidedAt }: Consent) =>
      state === 'withdrawn' && requestedAt <= sharing.movedAt && decidedAt !== null && sharing.at <= decidedAt;
    return consents.find(since) ?? null;
  }
  const given = consents.find(
    ({ state, decidedAt }) => state === 'given' && decidedAt !== null && decidedAt <= sharing.movedAt,
  );
  const stopped = consents.find(
    ({ state, requestedAt, decidedAt }) =>
      state === 'withdrawn' && requestedAt <= sharing.movedAt && decidedAt !== null && sharing.movedAt <= decidedAt,
  );
  return given ?? stopped ?? null;
}

function lawful(language: Language, w: Words, law: readonly Citation[]): string {
  const acts = actNames(language, law);
  return acts === null ? w.may.lawUnknown : w.may.law(acts);
}

/**
 * Whether the person's own yes carried it, as the decision says: between the same two kinds another rule may give the same
 * without. An older decision did not say; then only a yes that is on record counts.
 */
function isByConsent({ consented }: DecisionSummary, { needsConsent, consent }: Grounds): boolean {
  return consented ?? (needsConsent && consent !== null);
}

/** When it was decided, and how it stands now, as the consent itself says; without a date where it is not kept any more. */
function byConsent(language: Language, w: Words, consent: Consent | null): string {
  const decided: Instant | null = consent?.decidedAt ?? null;
  if (consent === null || decided === null) return w.may.consentThen;
  if (consent.state === 'withdrawn') return w.may.consentStopped(formatDay(language, decided));
  return w.may.consentOn(formatDay(language, decided));
}

function openText(w: Words, state: RequestState, { isOffer, reached }: Sharing): string {
  if (isOffer && reached) return w.outcome.offeredText;
  if (state === 'awaiting-approval') return w.outcome.approvalText;
  return state === 'permitted' ? w.outcome.permittedText : w.outcome.openText;
}

function refusedText(w: Words, step: SharingStep, grounds: Grounds): string {
  const { state } = step;
  if (state === 'failed') return w.outcome.failedText;
  if (state === 'expired') return w.outcome.expiredText;
  if (state === 'declined') return w.outcome.declinedText;
  if (tookBack(step, grounds)) return w.outcome.consentStoppedText;
  return w.outcome.refusedText;
}

function whyNot(w: Words, step: SharingStep, grounds: Grounds): string {
  const { state, decision } = step;
  if (state === 'failed' || state === 'expired')
    return decision.outcome === 'permit' ? w.may.lapsed : w.may.notAvailable;
  if (state === 'declined') return w.may.declined;
  if (state === 'withdrawn') return tookBack(step, grounds) ? w.may.stopped : w.may.notAvailable;
  switch (decision.class) {
    case 'prohibited':
      return w.may.prohibited;
    case 'not-permitted':
      return w.may.notPermitted;
    case 'condition-not-met':
      return w.may.conditionNotMet;
    case 'undecidable':
      return w.may.undecidable;
    case 'declined':
      return w.may.declined;
    case 'not-available':
      return grounds.needsConsent && grounds.consent?.state !== 'given' ? w.may.noConsent : w.may.notAvailable;
    case null:
      return w.may.notAvailable;
  }
}
