import { z } from 'zod';
import type { FieldId, PurposeId, RequestId, UnitId } from '../brand.ts';
import { type AskPorts, mayIdentifyBy, unknownWord } from '../disclosure/ask.ts';
import type { Change, IdempotencyClaim, OpenedRequest } from '../disclosure/change.ts';
import { type Consultation, consult } from '../disclosure/consult.ts';
import { decisionKept } from '../disclosure/decision-kept.ts';
import { deliver } from '../disclosure/deliver.ts';
import { decisionEntry, firstReceipt, frame, userOnRecord } from '../disclosure/entries.ts';
import type { AskOutcome, Call } from '../disclosure/operations.ts';
import { personMark } from '../disclosure/person-mark.ts';
import { replayRequest } from '../disclosure/replay.ts';
import { requestBody } from '../disclosure/request.ts';
import { settle, stale } from '../disclosure/settle.ts';
import { canonical } from '../ledger/canonical.ts';
import type { EntryDraft, Receipt } from '../ledger/entry.ts';
import { httpOf } from '../partner/connector.ts';
import type { User } from '../partner/partner.ts';
import type { BreakGlass } from '../policy/break-glass.ts';
import type { Permit } from '../policy/decision.ts';
import type { EmergencyPorts } from './confirm-emergency.ts';
import { type Emergency, emergencyFrom } from './emergency.ts';
import { emergencyEvent } from './emergency-events.ts';

/** Why nobody can ask the person: unconscious, for instance, or without anybody who may decide for them. */
const incapacities = ['physical', 'legal'] as const;

const { source, subject, fields, caseReference, onBehalfOf } = requestBody.shape;

/** Body of `POST /v1/break-glass`, parsed once at the border. */
export const breakGlassBody = z.strictObject({
  source,
  subject,
  fields,
  /** What threatens the person's life or limb, and why these data avert it. */
  ground: z.string().trim().min(30).max(500),
  unableToConsent: z.enum(incapacities),
  /** How that was established, and by whom. */
  establishedHow: z.string().trim().min(10).max(500),
  caseReference,
  onBehalfOf,
});

/** The same once it is known for whom. */
export type BreakGlassBody = Omit<z.infer<typeof breakGlassBody>, 'onBehalfOf'> & { readonly onBehalfOf: User };

export type BreakGlassOutcome =
  | Exclude<AskOutcome, { readonly kind: 'waiting' | 'delivered' | 'replayed' }>
  | (Extract<AskOutcome, { readonly kind: 'delivered' }> & { readonly emergency: Emergency })
  /** null: it was refused. */
  | (Extract<AskOutcome, { readonly kind: 'replayed' }> & { readonly emergency: Emergency | null })
  /** The policies in force say nothing of emergencies, or the source answers through people alone. */
  | { readonly kind: 'not-possible' };

/**
 * A partner asks for what may save somebody's life or limb who cannot be asked: on record before anything is fetched,
 * then fetched and delivered as every other request. Nobody is waited for; a second person stands behind it afterwards.
 * @law AVG 6(1)(d), 9(2)(c); UAVG 22(2)(b)
 */
export async function breakGlass(ports: EmergencyPorts, call: Call, body: BreakGlassBody): Promise<BreakGlassOutcome> {
  const asked = ports.registry.current().units.get(body.source as UnitId);
  const set = asked === undefined ? null : ports.policies.boundTo(asked);
  // Of the source alone, and so the same about everybody.
  const rules = set?.breakGlass ?? ports.policies.current().breakGlass;
  if (rules === null || (asked !== undefined && httpOf(asked.connector) === null)) return { kind: 'not-possible' };
  const { purpose } = rules.policy;
  const member = unknownWord(ports, { ...body, purpose });
  if (member !== null && member !== 'purpose') return { kind: 'unknown-word', member };
  if (!mayIdentifyBy(ports, call, body.subject)) return { kind: 'number-not-allowed' };
  const settled = await settle(ports, () => decideOnRecord(ports, call, rules, body));
  if (settled.kind !== 'decided') return settled;
  const { record, emergency, consultation, receipt } = settled;
  const { decision } = consultation;
  if (decision.outcome === 'refusal') return { kind: 'refused', request: record, receipt };
  const delivered = await deliver(ports, {
    request: record,
    transaction: call.transaction,
    permit: decision,
    consultation,
    fields: record.fields,
    // From then on it counts as revoked, unless somebody stands behind it; what is so late saves nobody.
    until: emergency.secondBefore,
    taker: null,
  });
  switch (delivered.kind) {
    case 'delivered':
      return { ...delivered, emergency };
    case 'waiting':
    case 'replayed':
      throw new RangeError('nobody is asked in an emergency, and it is delivered once');
    default:
      return delivered;
  }
}

interface Decided {
  readonly kind: 'decided';
  readonly record: OpenedRequest;
  readonly emergency: Emergency;
  readonly consultation: Consultation;
  readonly receipt: Receipt;
}

/** As `ask`: decided on one reading, and durable before anything else happens. */
async function decideOnRecord(
  ports: EmergencyPorts,
  call: Call,
  rules: BreakGlass,
  body: BreakGlassBody,
): Promise<Decided | BreakGlassOutcome | typeof stale> {
  const recipient = call.partner.unit.id;
  const consultation = await consult(ports, {
    purpose: rules.policy.purpose,
    source: body.source as UnitId,
    recipient,
    fields: body.fields as FieldId[],
    trigger: 'break-glass',
    userRole: body.onBehalfOf.role,
    subject: { by: 'reference', reference: body.subject, unit: recipient },
    agreedBy: null,
    idempotency: { unit: recipient, key: call.idempotency.key },
  });
  const { reading, decision, rests, now } = consultation;
  if (reading.claim !== null) {
    return replay(ports, call, reading.claim);
  }
  const opened = opening(ports, call, consultation, rules.policy.purpose, body);
  const emergency = emergencyFrom(rules.terms, opened.id, now);
  const entry =
    decision.outcome === 'permit'
      ? breakGlassEntry(ports, opened, { permit: decision, emergency, body })
      : decisionEntry(
          ports.entropy,
          { ...opened, transaction: call.transaction },
          decision,
          opened.subject,
          saidIn(body),
        );
  const record: OpenedRequest = { ...opened, entry: entry.id, openedBy: entry.id };
  const committed = await ports.journal.commit({
    // INVARIANT: as in `ask`, a refusal waits for nobody who changes the person's record.
    rests: decision.outcome === 'refusal' ? { ...rests, subject: null } : rests,
    moves: false,
    entries: [entry],
    changes: [
      claimOf(call, record),
      { type: 'request-opened', request: record },
      ...openedChanges(ports, record, emergency),
    ],
  });
  // A conflict is a twin that claimed the key first: the next reading finds its claim.
  if (committed.outcome !== 'durable') return stale;
  return { kind: 'decided', record, emergency, consultation, receipt: firstReceipt(committed.receipts, 'recipient') };
}

/** The state of now and the receipt, never data. */
async function replay(ports: EmergencyPorts, call: Call, claim: IdempotencyClaim): Promise<BreakGlassOutcome> {
  const replayed = await replayRequest(ports, call, claim, 'break-glass');
  if (replayed.kind === 'waiting' || replayed.kind === 'delivered') throw new RangeError('a replay is neither');
  if (replayed.kind !== 'replayed') return replayed;
  const found = await ports.emergencies.find(replayed.request.id);
  return { ...replayed, emergency: found?.emergency ?? null };
}

function claimOf(call: Call, { id, recipient, movedAt }: OpenedRequest): Change {
  const resource = { type: 'break-glass', id } as const;
  return { type: 'idempotency-claimed', claim: { unit: recipient, ...call.idempotency, resource, claimedAt: movedAt } };
}

/** What was refused gave nothing, and asks nothing of anybody afterwards. */
function openedChanges(ports: AskPorts, record: OpenedRequest, emergency: Emergency): readonly Change[] {
  if (record.state === 'refused') return [];
  const told = { unit: record.source, what: 'opened', at: record.movedAt } as const;
  return [{ type: 'emergency-opened', emergency }, emergencyEvent(ports, record, told)];
}

/** Without the entry that it comes on record with. */
type Opening = Omit<OpenedRequest, 'entry' | 'openedBy'>;

function opening(
  ports: AskPorts,
  call: Call,
  consultation: Consultation,
  purpose: PurposeId,
  body: BreakGlassBody,
): Opening {
  const { decision, rests, now, source: from, recipient } = consultation;
  const id = ports.entropy.id() as RequestId;
  return {
    id,
    trace: call.trace,
    direction: 'break-glass',
    recipient: recipient.id,
    source: from.id,
    purpose,
    subject: rests.subject?.id ?? null,
    fields: body.fields as FieldId[],
    state: decision.outcome === 'permit' ? 'fetching' : 'refused',
    decision: decisionKept(ports.policies, consultation),
    receivedAt: now,
    movedAt: now,
    userRole: body.onBehalfOf.role,
    asker: personMark(ports.marks, id, body.onBehalfOf.id),
    approvals: [],
    destructionConfirmedAt: null,
    destroyedHow: null,
    held: null,
    dueAt: null,
    stoppedFor: null,
  };
}

/** Of a refusal, in which the ground stands as what was said. */
function saidIn({ subject: reference, ground, caseReference: file, onBehalfOf: user }: BreakGlassBody) {
  return { subject: reference, justification: ground, caseReference: file, user };
}

function breakGlassEntry(
  ports: AskPorts,
  about: Opening,
  {
    permit,
    emergency,
    body,
  }: { readonly permit: Permit; readonly emergency: Emergency; readonly body: BreakGlassBody },
): EntryDraft {
  if (about.subject === null) throw new RangeError('a permit always rests on a person');
  const { until, reviewBefore } = emergency;
  const { type, value } = body.subject;
  return {
    ...frame(ports.entropy, about, permit.decidedAt, permit.policySet),
    kind: 'break-glass',
    body: { request: about.id, fields: [...permit.permitted], until, reviewBefore },
    subject: about.subject,
    personal: {
      subject: about.subject,
      reference: canonical({ type, value }),
      justification: body.ground,
      incapacity: canonical({ unable: body.unableToConsent, established: body.establishedHow }),
      user: userOnRecord(body.onBehalfOf),
      caseReference: body.caseReference,
    },
    fleeting: {},
  };
}
