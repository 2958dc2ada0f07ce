import type { Instant } from '../../core/brand.ts';
import type { Citation } from '../../core/category/catalogue.ts';
import type { Consent } from '../../core/consent/consent.ts';
import type { DecisionSummary } from '../../core/disclosure/request.ts';
import type { RequestState } from '../../core/disclosure/state.ts';
import { formatDay } from '../format.ts';
import { actNames } from '../law-words.ts';
import type { Sharing } from '../ports.ts';
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
  /** Whether the purpose rests on consent at all between these two kinds. */
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
    const kind = decision.refused.length > 0 ? 'partly' : 'shared';
    const text = kind === 'shared' ? w.outcome.sharedText : w.outcome.partlyText;
    const may = grounds.needsConsent ? byConsent(language, w, grounds.consent) : lawful(language, w, decision.law);
    return { kind, tone: 'good', tag: w.outcome[kind], text, may };
  }
  if (course === 'open') {
    return { kind: 'open', tone: 'wait', tag: w.outcome.open, text: openText(w, state), may: w.may.open };
  }
  return {
    kind: 'refused',
    tone: 'stop',
    tag: w.outcome.refused,
    text: refusedText(w, state, grounds),
    may: whyNot(w, state, decision, grounds),
  };
}

/**
 * The subject's consent that was in force when the sharing last moved, from those for exactly its source,
 * recipient and purpose. A row keeps only its latest change, so one that was withdrawn counts when it had
 * been asked by then; one that was given later does not.
 */
export function consentBehind(sharing: Pick<Sharing, 'movedAt'>, consents: readonly Consent[]): Consent | null {
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

/** Speaks only of what the consent row itself says: when it was decided, and how it stands now. */
function byConsent(language: Language, w: Words, consent: Consent | null): string {
  const decided: Instant | null = consent?.decidedAt ?? null;
  if (consent === null || decided === null) return w.may.consentSome;
  if (consent.state === 'withdrawn') return w.may.consentStopped(formatDay(language, decided));
  return w.may.consentOn(formatDay(language, decided));
}

function openText(w: Words, state: RequestState): string {
  if (state === 'awaiting-approval') return w.outcome.approvalText;
  return state === 'permitted' ? w.outcome.permittedText : w.outcome.openText;
}

function refusedText(w: Words, state: RequestState, grounds: Grounds): string {
  if (state === 'failed') return w.outcome.failedText;
  if (state === 'expired') return w.outcome.expiredText;
  if (state === 'declined') return w.outcome.declinedText;
  if (state === 'withdrawn' && grounds.consent?.state === 'withdrawn') return w.outcome.consentStoppedText;
  return w.outcome.refusedText;
}

function whyNot(w: Words, state: RequestState, decision: DecisionSummary, grounds: Grounds): string {
  if (state === 'failed' || state === 'expired')
    return decision.outcome === 'permit' ? w.may.lapsed : w.may.notAvailable;
  if (state === 'declined') return w.may.declined;
  if (state === 'withdrawn') return grounds.consent?.state === 'withdrawn' ? w.may.stopped : w.may.notAvailable;
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
