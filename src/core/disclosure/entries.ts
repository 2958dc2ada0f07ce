import type { Digest, EntryId, Instant, SubjectId } from '../brand.ts';
import type { FaultCode } from '../fault.ts';
import { canonical } from '../ledger/canonical.ts';
import type { EntryDraft, JsonValue, Receipt } from '../ledger/entry.ts';
import { readLeaf } from '../ledger/leaf.ts';
import { openingsFor, type Reader } from '../ledger/reader.ts';
import type { User } from '../partner/partner.ts';
import type { ConditionRecord, Decision, Obligations } from '../policy/decision.ts';
import type { Answer, Call } from './operations.ts';
import type { Entropy } from './ports.ts';
import type { DisclosureRequest, RequestRecord } from './request.ts';

/** What every entry about a request shares. */
type About = Pick<RequestRecord, 'id' | 'trace' | 'purpose' | 'source' | 'recipient'>;

/** A decision also names the transaction of the call that brought it about, where there was one. */
type AboutDecision = About & Partial<Pick<Call, 'transaction'>>;

/**
 * A commitment to "which person" that looks the same whoever it is: an unknown person gets an id
 * that stands for nobody, made anew each time.
 */
export function subjectMark(entropy: Entropy, subject: SubjectId | null): SubjectId {
  return subject ?? (entropy.id() as SubjectId);
}

/** The permit or refusal of a request as it goes on record, step 6 of the path. */
export function decisionEntry(
  entropy: Entropy,
  about: AboutDecision,
  decision: Decision,
  subject: SubjectId | null,
  asked: Pick<DisclosureRequest, 'subject' | 'justification' | 'caseReference' | 'user'> | null,
): EntryDraft {
  const permit = decision.outcome === 'permit' ? decision : null;
  const said = asked && {
    reference: canonical({ type: asked.subject.type, value: asked.subject.value }),
    justification: asked.justification,
    caseReference: asked.caseReference,
    user: userOnRecord(asked.user),
  };
  return {
    ...frame(entropy, about, decision.decidedAt, decision.policySet),
    kind: permit ? 'permit' : 'refusal',
    body: {
      v: 2,
      request: about.id,
      ...(typeof about.transaction === 'string' ? { transaction: about.transaction } : {}),
      ...decidedJson(decision),
    },
    subject,
    personal: {
      subject: subjectMark(entropy, subject),
      conditions: canonical(decision.conditions.map(conditionJson)),
      ...said,
    },
    fleeting: {},
  };
}

/** Who somebody's people are is kept apart from what they did: here stand their role and the hash that finds them. */
export function userOnRecord({ role, token }: User): string {
  return canonical({ role, token });
}

/** What a decision says, version 2: what is not there is not named. */
function decidedJson(decision: Decision) {
  const { policyVersion, regimes, refused } = decision;
  return {
    ...(policyVersion === null ? {} : { policyVersion }),
    regimes: { source: regimes.source, recipient: regimes.recipient },
    refused: refused.map(({ field }) => field),
    ...(decision.outcome === 'permit'
      ? { permitted: [...decision.permitted], obligations: obligationsJson(decision.obligations) }
      : { class: decision.class }),
  };
}

function conditionJson({ rule, condition, value, inputs }: ConditionRecord): JsonValue {
  return { rule, condition, value, inputs: { ...inputs } };
}

function obligationsJson({ retain, approvers, informAfter, ...rest }: Obligations): JsonValue {
  const { until, plus, atLeast, status } = retain;
  return {
    ...rest,
    ...(informAfter === null ? {} : { informAfter }),
    approvers: [...approvers],
    retain: { until, ...(plus === null ? {} : { plus }), ...(atLeast === null ? {} : { atLeast }), status },
  };
}

/** That people of the source are asked, beside the permit by which they are. */
export function askedEntry(entropy: Entropy, request: RequestRecord): EntryDraft {
  return {
    ...frame(entropy, request, request.movedAt, request.decision.policySet),
    kind: 'source-asked',
    body: { request: request.id },
    subject: request.subject,
    personal: { subject: subjectMark(entropy, request.subject) },
    fleeting: {},
  };
}

/** What leaves, step 10: on record before it is a message. The payload is committed to, never kept. */
export function disclosureEntry(
  entropy: Entropy,
  about: About,
  disclosed: {
    readonly at: Instant;
    readonly policySet: Digest;
    readonly subject: SubjectId;
    readonly fields: readonly string[];
    readonly form: Answer['form'];
    /** Of those under which the source sealed it; none: the gateway saw it. */
    readonly permits: readonly Digest[];
    readonly payloadDigest: string;
  },
): EntryDraft {
  return {
    ...frame(entropy, about, disclosed.at, disclosed.policySet),
    kind: 'disclosure',
    body: {
      v: 2,
      request: about.id,
      fields: [...disclosed.fields],
      form: disclosed.form,
      ...(disclosed.permits.length === 0 ? {} : { permits: [...disclosed.permits] }),
    },
    subject: disclosed.subject,
    personal: { subject: disclosed.subject },
    fleeting: { payload: disclosed.payloadDigest },
  };
}

/** An answer that did not come, or not as it had to: nothing was disclosed. */
export function failedEntry(
  entropy: Entropy,
  about: About,
  failed: {
    readonly at: Instant;
    readonly policySet: Digest;
    readonly subject: SubjectId | null;
    readonly code: FaultCode | 'interrupted';
  },
): EntryDraft {
  return {
    ...frame(entropy, about, failed.at, failed.policySet),
    kind: 'failed-attempt',
    body: { request: about.id, code: failed.code },
    subject: failed.subject,
    personal: { subject: subjectMark(entropy, failed.subject) },
    fleeting: {},
  };
}

/** What every entry has, whatever it is about. */
export function frame(
  entropy: Entropy,
  about: Pick<EntryDraft, 'trace' | 'purpose' | 'source' | 'recipient'>,
  time: Instant,
  policySet: Digest | null,
) {
  return {
    id: entropy.id() as EntryId,
    time,
    trace: about.trace,
    policySet,
    purpose: about.purpose,
    source: about.source,
    recipient: about.recipient,
  };
}

/** A party of an entry that gets a receipt of it in an answer. */
export type Party = Exclude<Reader, 'subject'>;

/** With the openings that this party may have: what it said itself, and the answer it got, as the kind's form says. */
export function partnerReceipt(receipt: Receipt, party: Party): Receipt {
  const leaf = readLeaf(receipt.leaf);
  return { ...receipt, openings: leaf === null ? [] : openingsFor(leaf, party, receipt.openings) };
}

export function firstReceipt(receipts: readonly Receipt[], party: Party): Receipt {
  const receipt = receipts[0];
  if (receipt === undefined) throw new RangeError('a durable commit gives one receipt per entry');
  return partnerReceipt(receipt, party);
}
