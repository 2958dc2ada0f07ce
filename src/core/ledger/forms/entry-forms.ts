import type { EntryKind } from '../entry.ts';
import * as consents from './consents.ts';
import * as corrections from './corrections.ts';
import * as decisions from './decisions.ts';
import * as disclosures from './disclosures.ts';
import * as emergencies from './emergencies.ts';
import type { EntryVersions } from './entry-form.ts';
import * as facts from './facts.ts';
import * as governance from './governance.ts';
import * as inbox from './inbox.ts';
import * as own from './ledgers-own.ts';
import * as officers from './officers.ts';
import * as people from './people.ts';
import * as rights from './rights.ts';
import * as waiting from './waiting.ts';

/** The form of each kind of entry, by version. The compiler holds that none is without. */
export const entryForms: Readonly<Record<EntryKind, EntryVersions>> = {
  permit: decisions.permit,
  refusal: decisions.refusal,
  evaluation: decisions.evaluation,
  disclosure: disclosures.disclosure,
  'failed-attempt': disclosures.failedAttempt,
  'destruction-confirmed': disclosures.destructionConfirmed,
  'destruction-reported': disclosures.destructionReported,
  'destruction-followed': disclosures.destructionFollowed,
  'informing-delayed': disclosures.informingDelayed,
  'informing-followed': disclosures.informingFollowed,
  'rights-request': rights.rightsRequest,
  'correction-made': corrections.correctionMade,
  'correction-told': corrections.correctionTold,
  'correction-confirmed': corrections.correctionConfirmed,
  'correction-followed': corrections.correctionFollowed,
  notice: disclosures.notice,
  'fact-attested': facts.factAttested,
  'fact-ended': facts.factEnded,
  'fact-corrected': facts.factCorrected,
  'fact-disputed': facts.factDisputed,
  'fact-confirmed': facts.factConfirmed,
  'involvement-claimed': facts.involvementClaimed,
  'involvement-confirmed': facts.involvementConfirmed,
  'involvement-rejected': facts.involvementRejected,
  'timer-fired': facts.timerFired,
  'retention-started': facts.retentionStarted,
  'representative-admitted': consents.representativeAdmitted,
  'consent-requested': consents.consentRequested,
  'consent-given': consents.consentMoved,
  'consent-refused': consents.consentMoved,
  'consent-withdrawn': consents.consentMoved,
  'consent-expired': consents.consentExpired,
  'waiver-given': consents.waiverGiven,
  'waiver-withdrawn': consents.waiverWithdrawn,
  approval: decisions.approval,
  'approval-declined': decisions.approvalDeclined,
  'request-stopped': waiting.requestStopped,
  'request-expired': waiting.requestExpired,
  'request-reminded': waiting.requestReminded,
  'source-asked': inbox.sourceAsked,
  'source-answered': inbox.sourceAnswered,
  'source-declined': inbox.sourceDeclined,
  'answer-closed': inbox.answerClosed,
  'request-questioned': inbox.requestQuestioned,
  'request-delegated': inbox.requestDelegated,
  'answer-taken': inbox.answerTaken,
  'collection-confirmed': inbox.collectionConfirmed,
  'source-offered': inbox.sourceOffered,
  'offer-accepted': inbox.offerAccepted,
  'offer-declined': inbox.offerDeclined,
  'excess-reported': disclosures.excessReported,
  'break-glass': emergencies.breakGlass,
  'break-glass-confirmed': emergencies.breakGlassConfirmed,
  'break-glass-revoked': emergencies.breakGlassRevoked,
  review: emergencies.review,
  objection: consents.objection,
  'restriction-placed': facts.restrictionPlaced,
  'restriction-lifted': facts.restrictionLifted,
  'legal-hold-placed': own.legalHold,
  'legal-hold-lifted': own.legalHold,
  erasure: own.erasure,
  'subject-identifier-corrected': people.subjectIdentifierCorrected,
  'subject-merged': people.subjectMerged,
  'subject-split': people.subjectSplit,
  'partner-changed': governance.partnerChanged,
  'subscription-changed': governance.subscriptionChanged,
  'policy-activated': governance.policyInForce,
  'policy-accepted': governance.policyAccepted,
  'policy-rolled-back': governance.policyInForce,
  'approver-added': governance.approver,
  'approver-revoked': governance.approver,
  'key-rotated': governance.keyRotated,
  'officer-looked': officers.officerLooked,
  'source-tried': officers.sourceTried,
  'bundles-read': officers.bundlesRead,
  void: own.voidEntry,
  heartbeat: own.heartbeat,
};

/** The form of a leaf or draft by its kind and version; null: there is none. */
export function formOf(entry: {
  readonly kind: string;
  readonly body: { readonly [key: string]: unknown };
}): EntryVersions[number] | null {
  if (!Object.hasOwn(entryForms, entry.kind)) return null;
  const version = Object.hasOwn(entry.body, 'v') ? entry.body.v : 1;
  return typeof version === 'number' ? (entryForms[entry.kind as EntryKind][version - 1] ?? null) : null;
}

/** Names of a kind's commitments, in any version, whose openings are kept until they are erased. */
export function storedNames(kind: EntryKind): ReadonlySet<string> {
  return new Set(
    entryForms[kind].flatMap(({ openings }) =>
      Object.entries(openings).flatMap(([name, { kept }]) => (kept === 'stored' ? [name] : [])),
    ),
  );
}
