import { z } from 'zod';
import {
  type Brand,
  type Digest,
  type EntryId,
  type FieldId,
  type Instant,
  mint,
  type PurposeId,
  type RequestId,
  type SubjectId,
  type TraceId,
  type UnitId,
} from '../brand.ts';
import type { Citation } from '../category/catalogue.ts';
import type { DestructionWay } from '../duty/destruction-ways.ts';
import type { Held } from '../duty/held.ts';
import type { User } from '../partner/partner.ts';
import type { FieldRefusal, Obligations, RefusalClass } from '../policy/decision.ts';
import { type SubjectReference, subjectReference } from '../subject/reference.ts';
import type { Approval } from './approvals-needed.ts';
import type { RequestState, StopCause } from './state.ts';

/** For whom a partner's system calls: a compact JWS by its unit, checked before anything is done with the call. */
export const userToken = z.string().min(1).max(4_096);

export const fieldName = z.string().regex(/^[a-zA-Z]+\.[a-zA-Z]+$/);
export const unitId = z.string().regex(/^[a-z0-9][a-z0-9-]{1,62}$/);
export const caseReference = z.string().regex(/^[A-Za-z0-9][A-Za-z0-9/-]{2,63}$/);

/** Why, in the words of whoever asks or offers. */
export const justification = z.string().trim().min(10).max(500);

/** Body of `POST /v1/requests`, parsed once at the border. */
export const requestBody = z.strictObject({
  purpose: z.string().regex(/^[a-z][a-z0-9-]{1,62}$/),
  source: unitId,
  subject: subjectReference,
  fields: z
    .array(fieldName)
    .min(1)
    .max(64)
    .refine((fields) => new Set(fields).size === fields.length, 'must not name a field twice'),
  justification,
  caseReference,
  onBehalfOf: userToken,
});

/** The same once it is known for whom. */
export type RequestBody = Omit<z.infer<typeof requestBody>, 'onBehalfOf'> & { readonly onBehalfOf: User };

/** One partner asks one source for fields about one subject for one purpose. Minted by `toDisclosureRequest`. */
export type DisclosureRequest = Brand<
  {
    readonly id: RequestId;
    readonly trace: TraceId;
    readonly recipient: UnitId;
    readonly source: UnitId;
    readonly purpose: PurposeId;
    readonly subject: SubjectReference;
    readonly fields: readonly FieldId[];
    readonly justification: string;
    readonly caseReference: string;
    readonly user: User;
    readonly receivedAt: Instant;
  },
  'DisclosureRequest'
>;

export function toDisclosureRequest(
  body: RequestBody,
  minted: { readonly id: RequestId; readonly trace: TraceId; readonly recipient: UnitId; readonly receivedAt: Instant },
): DisclosureRequest {
  return mint<DisclosureRequest>({
    id: minted.id,
    trace: minted.trace,
    recipient: minted.recipient,
    source: body.source as UnitId,
    purpose: body.purpose as PurposeId,
    subject: body.subject,
    fields: body.fields as FieldId[],
    justification: body.justification,
    caseReference: body.caseReference,
    user: body.onBehalfOf,
    receivedAt: minted.receivedAt,
  });
}

/** What of a decision is shown to its parties: nothing personal. */
export interface DecisionOutline {
  readonly outcome: 'permit' | 'refusal';
  readonly class: RefusalClass | null;
  readonly policyVersion: number | null;
  readonly policySet: Digest;
  readonly law: readonly Citation[];
  readonly regimes: { readonly source: string; readonly recipient: string };
  readonly permitted: readonly FieldId[];
  readonly refused: readonly FieldRefusal[];
  readonly obligations: Obligations | null;
  readonly decidedAt: Instant;
}

/** What came of a permit. */
export interface Given {
  readonly fields: readonly FieldId[];
  /** Whether the gateway saw that each of them was there; what its source sealed may hold fewer, and no others. */
  readonly seen: boolean;
}

/** The decision as it is kept with the request. */
export interface DecisionSummary extends DecisionOutline {
  /** Field → under which purposes its source may hold it: its own registration, or purposes. Permitted fields only. */
  readonly obtained: Readonly<Record<FieldId, readonly string[]>>;
  /** ISO 8601 duration for which the subject is not shown what came of it; null: none. */
  readonly informAfter: string | null;
  /** Whether it rests on a consent or a waiver that the subject gave; null: older decisions did not say. */
  readonly consented: boolean | null;
  /** null: nothing was given yet, or an older disclosure did not say what. */
  readonly given: Given | null;
  /** When the break-glass was revoked by which it was given. Left out: it was not. */
  readonly revokedAt?: Instant;
}

/** A request as it stands on record. */
export interface RequestRecord {
  readonly id: RequestId;
  readonly trace: TraceId;
  /** Who began: the recipient that asks, the source that offers, or the recipient in an emergency. */
  readonly direction: 'pull' | 'push' | 'break-glass';
  readonly recipient: UnitId;
  readonly source: UnitId;
  readonly purpose: PurposeId;
  /** null: no such person is known; nobody can tell from the outside. */
  readonly subject: SubjectId | null;
  readonly fields: readonly FieldId[];
  readonly state: RequestState;
  readonly decision: DecisionSummary;
  readonly receivedAt: Instant;
  readonly movedAt: Instant;
  /** Ledger entry of the latest step. */
  readonly entry: EntryId;
  /** Of the user for whom was asked, by which every later decision is made; null: not on record. */
  readonly userRole: string | null;
  /** `personMark` of that user; null: not on record. */
  readonly asker: string | null;
  /** Who agreed at the source, in order; all of them again where a later decision asks for more. */
  readonly approvals: readonly Approval[];
  /** When the recipient confirmed that it destroyed what it got. */
  readonly destructionConfirmedAt: Instant | null;
  /** null: it was not destroyed, or the recipient did not say how. */
  readonly destroyedHow: DestructionWay | null;
  /** What it gave and how long that may be kept; null: nothing was given. */
  readonly held: Held | null;
  /** Until when it waits, or waited last; null: it never did, or was not looked at yet. */
  readonly dueAt: Instant | null;
  /** For its source alone; null: it was not stopped. */
  readonly stoppedFor: StopCause | null;
  /** Ledger entry that opened it, in which stands what was said; null: not on record any more. */
  readonly openedBy: EntryId | null;
}
