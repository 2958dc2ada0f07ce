import type { Change } from '../../core/disclosure/change.ts';
import type { Committed, Work } from '../../core/disclosure/ports.ts';
import type { Fault } from '../../core/fault.ts';
import type { EntryDraft } from '../../core/ledger/entry.ts';

/** Whose wrapped key encrypts openings: subject id, or null for the dummy key. */
export type OpeningKeys = ReadonlyMap<string | null, Buffer>;

/** One caller's work while it waits for a flush. */
export interface PendingWork {
  readonly work: Work;
  readonly openingKeys: OpeningKeys;
  /** Of the journal itself: rests on nothing that anybody could have changed. */
  readonly isOwn: boolean;
  /** Subjects that the work rests on; a mover also changes their epochs. */
  readonly subjects: readonly string[];
  readonly isMover: boolean;
  /** Rows that at most one work of a flush may touch, so that a loser never depends on its neighbours. */
  readonly exclusive: readonly string[];
  /** Monotonic milliseconds. */
  readonly arrivedMs: number;
  /** Not tried again before this moment, after it found a row locked. */
  notBeforeMs: number;
  /** How often it found a row locked. */
  skips: number;
  isSettled: boolean;
  settle(outcome: Committed | Fault): void;
}

/** What became of one work in a flush that it is not part of, or no longer. */
export type Fate =
  | { readonly type: 'answered'; readonly outcome: Committed }
  | { readonly type: 'failed'; readonly fault: Fault }
  /** A row that it needs is locked by somebody else: to be tried again. */
  | { readonly type: 'busy'; readonly what: 'subject' | 'version' };

export interface Answer {
  resolve(outcome: Committed): void;
  reject(fault: Fault): void;
}

export function pendingWork(
  work: Work,
  openingKeys: OpeningKeys,
  arrivedMs: number,
  answer: Answer,
  isOwn = false,
): PendingWork {
  const pending: PendingWork = {
    work,
    openingKeys,
    isOwn,
    subjects: restsOf(work).map(({ id }) => id),
    isMover: work.moves && work.rests.subject !== null,
    exclusive: work.changes.flatMap(rowsOf),
    arrivedMs,
    notBeforeMs: 0,
    skips: 0,
    isSettled: false,
    settle(outcome) {
      if (pending.isSettled) return;
      pending.isSettled = true;
      if (outcome instanceof Error) answer.reject(outcome);
      else answer.resolve(outcome);
    },
  };
  return pending;
}

/** Entries of the journal's own, about nobody. */
export function ownWork(entries: readonly EntryDraft[], dummyKey: Buffer, answer: Answer): PendingWork {
  const rests = { subject: null, registryVersion: 0, policySet: null };
  const work = { rests, moves: false, entries, changes: [] };
  return pendingWork(work, new Map([[null, dummyKey]]), performance.now(), answer, true);
}

/** Every person that a work must find unchanged. */
export function restsOf({ rests }: Work): readonly { readonly id: string; readonly epoch: number }[] {
  return rests.subject === null ? [] : [rests.subject, ...(rests.others ?? [])];
}

function rowsOf(change: Change): readonly string[] {
  switch (change.type) {
    case 'idempotency-claimed':
      return [`claim ${change.claim.unit} ${change.claim.key}`];
    case 'request-opened':
      return [`request ${change.request.id}`];
    case 'request-moved':
    case 'request-reminded':
    case 'request-stop-told':
    case 'destruction-confirmed':
    case 'duty-followed':
      return [`request ${change.id}`];
    case 'answer-kept':
      return [`answers ${change.answer.request}`];
    case 'answer-taken':
      return [`request ${change.request}`];
    case 'message-kept':
      return [`request ${change.message.request}`];
    case 'emergency-opened':
      return [`emergency ${change.emergency.request}`];
    case 'emergency-seconded':
    case 'emergency-reviewed':
      return [`emergency ${change.id}`];
    case 'emergency-revoked':
      return [`emergency ${change.id}`, `request ${change.id}`];
    case 'event-emitted':
      return [`event ${change.event.id}`];
    case 'fact-attested':
      return [`fact ${change.fact.id}`];
    case 'fact-ended':
    case 'fact-corrected':
    case 'fact-disputed':
    case 'fact-confirmed':
      return [`fact ${change.id}`];
    case 'involvement-claimed':
      return [`involvement ${change.claim.id}`];
    case 'involvement-claim-moved':
      return [`involvement ${change.id}`];
    case 'timer-fired':
      return [`timer ${change.id}`];
    case 'consent-requested':
      return [`consent ${change.consent.id}`];
    case 'consent-moved':
      return [`consent ${change.id}`];
    case 'rights-request-made':
      return [`rights ${change.rights.request} ${change.rights.field} ${change.rights.wish}`];
    case 'rights-request-decided':
    case 'rights-request-followed':
    case 'rights-request-carried-out':
      return [`rights ${change.id}`];
    case 'informing-delayed':
      return [`request ${change.delay.request}`];
    case 'informing-followed':
      return [`request ${change.request}`];
    case 'correction-made':
      return [`correction ${change.correction.id}`];
    case 'correction-reached':
      return [`correction ${change.id} ${change.notice.recipient}`];
    case 'correction-confirmed':
    case 'correction-followed':
      return [`correction ${change.id} ${change.recipient}`];
    case 'subscription-added':
      // Two of one unit would take the same place.
      return [`subscriptions ${change.subscription.unit}`];
    case 'subscription-ended':
      return [`subscription ${change.id}`];
    case 'case-reference-given':
      return [`case ${change.unit} ${change.reference}`];
    default:
      return [];
  }
}
