import type { Digest, EntryId, Instant, PurposeId, SubjectId, TraceId, UnitId } from '../brand.ts';

export const entryKinds = [
  'permit',
  'refusal',
  'evaluation',
  'disclosure',
  'failed-attempt',
  'destruction-confirmed',
  'destruction-reported',
  'destruction-followed',
  'informing-delayed',
  'informing-followed',
  'rights-request',
  'correction-made',
  'correction-told',
  'correction-confirmed',
  'correction-followed',
  'notice',
  'fact-attested',
  'fact-ended',
  'fact-corrected',
  'fact-disputed',
  'fact-confirmed',
  'involvement-claimed',
  'involvement-confirmed',
  'involvement-rejected',
  'timer-fired',
  'retention-started',
  'representative-admitted',
  'consent-requested',
  'consent-given',
  'consent-refused',
  'consent-withdrawn',
  'consent-expired',
  'waiver-given',
  'waiver-withdrawn',
  'approval',
  'approval-declined',
  'request-stopped',
  'request-expired',
  'request-reminded',
  'source-asked',
  'source-answered',
  'source-declined',
  'answer-closed',
  'request-questioned',
  'request-delegated',
  'answer-taken',
  'collection-confirmed',
  'source-offered',
  'offer-accepted',
  'offer-declined',
  'excess-reported',
  'break-glass',
  'break-glass-confirmed',
  'break-glass-revoked',
  'review',
  'objection',
  'restriction-placed',
  'restriction-lifted',
  'legal-hold-placed',
  'legal-hold-lifted',
  'erasure',
  'subject-identifier-corrected',
  'subject-merged',
  'subject-split',
  'partner-changed',
  'subscription-changed',
  'policy-activated',
  'policy-accepted',
  'policy-rolled-back',
  'approver-added',
  'approver-revoked',
  'key-rotated',
  'officer-looked',
  'source-tried',
  'bundles-read',
  'void',
  'heartbeat',
] as const;

export type EntryKind = (typeof entryKinds)[number];

export type JsonValue = string | number | boolean | null | readonly JsonValue[] | { readonly [key: string]: JsonValue };

/** What the domain wants on record. The journal numbers, commits to, hashes, signs and stores it. */
export interface EntryDraft {
  readonly id: EntryId;
  readonly kind: EntryKind;
  readonly time: Instant;
  readonly trace: TraceId;
  readonly policySet: Digest | null;
  readonly purpose: PurposeId | null;
  readonly source: UnitId | null;
  readonly recipient: UnitId | null;
  /** Nothing personal: safe integers, strings, arrays, objects. */
  readonly body: { readonly [key: string]: JsonValue };
  /** Whose key encrypts the openings; null uses the dummy key of unknown persons. */
  readonly subject: SubjectId | null;
  /**
   * Personal values by name; only salted commitments to them reach the leaf. The condition values of a
   * decision are among them (`conditions`, canonical JSON): the leaf travels in the asker's receipt, and
   * in clear it would tell an uninvolved asker whether the person exists.
   */
  readonly personal: Readonly<Record<string, string>>;
  /** As `personal`, but the opening goes into the receipt only and is never stored (payload digests). */
  readonly fleeting: Readonly<Record<string, string>>;
}

/**
 * Leaf envelope, version 1: final. Canonical JSON (RFC 8785) of this object is what is hashed.
 * `commitments` maps a name to base64url SHA-256 over salt, name and value (see docs/ledger.md).
 */
export interface Leaf {
  readonly v: 1;
  readonly kind: EntryKind;
  readonly id: EntryId;
  readonly instance: string;
  readonly sequence: number;
  readonly time: Instant;
  readonly trace: TraceId;
  readonly policySet: Digest | null;
  readonly purpose: PurposeId | null;
  readonly source: UnitId | null;
  readonly recipient: UnitId | null;
  readonly commitments: Readonly<Record<string, string>>;
  readonly body: { readonly [key: string]: JsonValue };
}

export interface Opening {
  readonly name: string;
  /** 16 random bytes, base64url. */
  readonly salt: string;
  readonly value: string;
}

/**
 * Receipt, version 1: final. Proves offline that an instance of the gateway put this leaf on record:
 * leaf → RFC 6962 root of its flush (`index`, `path`) → signed flush head.
 */
export interface Receipt {
  readonly v: 1;
  /** The exact canonical leaf text. */
  readonly leaf: string;
  readonly flush: {
    readonly instance: string;
    /** Number of the flush within its instance, from 1, without gaps. */
    readonly number: number;
    /** Sequence of the first leaf in the flush. */
    readonly first: number;
    readonly count: number;
    /** Position of this leaf in the flush, from 0. */
    readonly index: number;
    /** RFC 6962 inclusion path within the flush, base64url hashes. */
    readonly path: readonly string[];
    /** Previous head of this instance, base64url; 32 zero bytes for the first. */
    readonly previous: string;
    /** Key id in the gateway's JWKS. */
    readonly key: string;
    /** Ed25519 over the flush head text, base64url. */
    readonly signature: string;
  };
  readonly openings: readonly Opening[];
}
