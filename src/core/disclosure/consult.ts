import type { FieldId, Instant, PurposeId, SubjectId, UnitId } from '../brand.ts';
import { Fault } from '../fault.ts';
import type { PartnerRegistry, Unit } from '../partner/partner.ts';
import type { Decision } from '../policy/decision.ts';
import { decideBound } from '../policy-set/decide-bound.ts';
import { agreedByThen } from './agreed-by-then.ts';
import type { Clock, PolicySets, Reading, Registry, Rests, Snapshots, SubjectLocator } from './ports.ts';
import type { RequestRecord } from './request.ts';

export interface ConsultPorts {
  readonly clock: Clock;
  readonly registry: Registry;
  readonly policies: PolicySets;
  readonly snapshots: Snapshots;
}

/** One reading of the record, the decision that follows from it, and what a write must find unchanged. */
export interface Consultation {
  readonly reading: Reading;
  readonly decision: Decision;
  readonly rests: Rests;
  /** As it was when the record was read: it says of what kind each attester is. */
  readonly registry: PartnerRegistry;
  readonly source: Unit;
  readonly recipient: Unit;
  readonly now: Instant;
}

type Trigger = RequestRecord['direction'];

export interface ConsultQuestion {
  readonly purpose: PurposeId;
  readonly source: UnitId;
  readonly recipient: UnitId;
  readonly fields: readonly FieldId[];
  /** Who began: the recipient that asks, or the source that offers. */
  readonly trigger: Trigger;
  /** Role of the user for whom is asked; left out: nobody said. */
  readonly userRole?: string | null;
  readonly subject: SubjectLocator;
  /** When the request came that is decided again: no later yes counts. null: it comes now, or nobody had to agree to it. */
  readonly agreedBy: Instant | null;
  readonly idempotency: { readonly unit: UnitId; readonly key: string } | null;
}

/** A request on record, to be decided again: on what the person had agreed to when it came. */
export function askedThen(request: RequestRecord, subject: SubjectId): Omit<ConsultQuestion, 'idempotency'> {
  return {
    purpose: request.purpose,
    source: request.source,
    recipient: request.recipient,
    fields: request.decision.permitted,
    trigger: request.direction,
    userRole: request.userRole,
    subject: { by: 'id', id: subject },
    agreedBy: request.receivedAt,
  };
}

/**
 * Steps 4 and 5 of the path: reads what is on record about the subject and decides, under the policies
 * that the source accepted. The versions are taken before the reading, so that whatever moves during it
 * is found by the commit.
 */
export async function consult(ports: ConsultPorts, question: ConsultQuestion): Promise<Consultation> {
  const registry = ports.registry.current();
  const source = registry.units.get(question.source);
  const recipient = registry.units.get(question.recipient);
  if (source === undefined || recipient?.state !== 'active') {
    throw new Fault('basis-changed', 'a party of the request is no longer an active partner');
  }
  const read = await ports.snapshots.read({
    subject: question.subject,
    source: source.id,
    recipient: recipient.id,
    idempotency: question.idempotency,
  });
  const reading = question.agreedBy === null ? read : agreedByThen(read, question.agreedBy);
  const now = ports.clock.now();
  const { purpose, fields, trigger, userRole = null } = question;
  const asked = { purpose, fields, trigger, userRole, source, recipient };
  const decision = decisionAt(ports.policies, registry, asked, reading, now);
  const rests: Rests = {
    subject: reading.snapshot.subject,
    registryVersion: registry.version,
    policySet: ports.policies.current().digest,
  };
  return { reading, decision, rests, registry, source, recipient, now };
}

/**
 * The same reading, decided at this moment. The epoch tells a commit whether the record has changed;
 * that a consent, a fact or a period has meanwhile come to its own end, only the clock tells.
 */
export function consultNow(
  ports: ConsultPorts,
  question: {
    readonly purpose: PurposeId;
    readonly fields: readonly FieldId[];
    readonly trigger: Trigger;
    readonly userRole: string | null;
  },
  consultation: Consultation,
): Consultation {
  const now = ports.clock.now();
  const { source, recipient, reading, registry } = consultation;
  const decision = decisionAt(ports.policies, registry, { ...question, source, recipient }, reading, now);
  return { ...consultation, decision, now };
}

function decisionAt(
  policies: PolicySets,
  registry: PartnerRegistry,
  asked: {
    readonly purpose: PurposeId;
    readonly fields: readonly FieldId[];
    readonly trigger: Trigger;
    readonly userRole: string | null;
    readonly source: Unit;
    readonly recipient: Unit;
  },
  { snapshot }: Reading,
  now: Instant,
): Decision {
  return decideBound(policies, registry, asked.source, {
    purpose: asked.purpose,
    trigger: asked.trigger,
    source: { unit: asked.source.id, kind: asked.source.kind },
    recipient: { unit: asked.recipient.id, kind: asked.recipient.kind },
    fields: asked.fields,
    userRole: asked.userRole,
    snapshot,
    now,
  });
}
