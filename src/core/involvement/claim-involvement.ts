import type { ClaimId, Instant, SubjectId, UnitId } from '../brand.ts';
import type { Label } from '../category/catalogue.ts';
import { mayIdentifyBy } from '../disclosure/ask.ts';
import type { Change } from '../disclosure/change.ts';
import { frame, subjectMark, userOnRecord } from '../disclosure/entries.ts';
import type { Call, ClaimBody, ClaimOutcome } from '../disclosure/operations.ts';
import type { InvolvementClaims } from '../disclosure/ports.ts';
import { keyProblem } from '../disclosure/replay.ts';
import { settle, stale } from '../disclosure/settle.ts';
import { mayAttestThis } from '../fact/attest.ts';
import { claimOf, type FactPorts } from '../fact/attest-fact.ts';
import { canonical } from '../ledger/canonical.ts';
import type { EntryDraft } from '../ledger/entry.ts';
import { involvementRole, involvementType } from '../policy/condition.ts';
import type { InvolvementClaim } from './involvement-claim.ts';

export interface ClaimPorts extends FactPorts {
  readonly claims: InvolvementClaims;
}

/**
 * A unit says that it is involved with somebody. The answer is the same whoever the person is, and
 * the attesting unit is told of it in each case: what it may read of it is decided when it reads.
 */
export async function claimInvolvement(ports: ClaimPorts, call: Call, body: ClaimBody): Promise<ClaimOutcome> {
  const invalid = checkClaim(ports, call, body);
  if (invalid !== null) return { kind: 'invalid', ...invalid };
  if (!mayIdentifyBy(ports, call, body.subject)) return { kind: 'number-not-allowed' };
  return settle(ports, () => recordClaim(ports, call, body));
}

/** What is wrong with the words of a claim, whoever it is about. */
function checkClaim(ports: ClaimPorts, call: Call, body: ClaimBody): { member: string; problem: Label } | null {
  const roles = rolesOf(ports);
  if (roles.get(body.role)?.claimable !== true) {
    const all = [...roles].filter(([, role]) => role.claimable).map(([word]) => word);
    const [nl, en] = [`moet een van deze woorden zijn: ${all.join(', ')}`, `must be one of ${all.join(', ')}`];
    return { member: 'role', problem: { nl, en } };
  }
  if (body.attester === call.partner.unit.id || !ports.registry.current().units.has(body.attester as UnitId)) {
    const problem = { nl: 'is geen ander geregistreerd onderdeel', en: 'is not another registered unit' };
    return { member: 'attester', problem };
  }
  return null;
}

function rolesOf(ports: ClaimPorts) {
  const type = ports.policies.current().catalogue.factTypes.get(involvementType);
  return type?.words.get(involvementRole) ?? new Map<string, never>();
}

async function recordClaim(ports: ClaimPorts, call: Call, body: ClaimBody): Promise<ClaimOutcome | typeof stale> {
  const unit = call.partner.unit.id;
  const registryVersion = ports.registry.current().version;
  const { snapshot, claim: used } = await ports.snapshots.read({
    subject: { by: 'reference', reference: body.subject, unit },
    source: unit,
    recipient: unit,
    idempotency: { unit, key: call.idempotency.key },
  });
  if (used !== null) {
    return keyProblem(call, used, 'involvement-claim') ?? { kind: 'replayed', id: used.resource.id };
  }
  const now = ports.clock.now();
  const claim = newClaim(ports, call, body, snapshot.subject?.id ?? null, now);
  const said = {
    reference: canonical({ type: body.subject.type, value: body.subject.value }),
    justification: body.justification,
    user: body.onBehalfOf === null ? canonical(null) : userOnRecord(body.onBehalfOf),
  };
  const committed = await ports.journal.commit({
    // INVARIANT: a claim waits for nobody who changes the person's record, or it would tell that there is one.
    rests: { subject: null, registryVersion, policySet: ports.policies.current().digest },
    moves: false,
    entries: [claimEntry(ports, call, claim, 'involvement-claimed', now, said)],
    changes: [
      claimOf(call, { type: 'involvement-claim', id: claim.id }, now),
      { type: 'involvement-claimed', claim },
      ...toldToAttester(ports, claim),
    ],
  });
  return committed.outcome === 'durable' ? { kind: 'received', id: claim.id } : stale;
}

function newClaim(
  ports: ClaimPorts,
  call: Call,
  body: ClaimBody,
  subject: SubjectId | null,
  now: Instant,
): InvolvementClaim {
  return {
    id: ports.entropy.id() as ClaimId,
    claimant: call.partner.unit.id,
    attester: body.attester as UnitId,
    role: body.role,
    subject,
    justification: body.justification,
    userRole: body.onBehalfOf?.role ?? null,
    state: 'received',
    receivedAt: now,
    movedAt: now,
  };
}

/** Whether this attester could confirm this claim at all, whoever it is about. */
function mayConfirm(ports: ClaimPorts, claim: InvolvementClaim): boolean {
  const { units } = ports.registry.current();
  const [attester, claimant] = [units.get(claim.attester), units.get(claim.claimant)];
  if (attester === undefined || claimant === undefined) return false;
  const attributes = { [involvementRole]: claim.role };
  const attestation = { type: involvementType, attributes, aboutKind: claimant.kind };
  return mayAttestThis(ports.policies.current().catalogue, attester.kind, attestation);
}

function toldToAttester(ports: ClaimPorts, claim: InvolvementClaim): readonly Change[] {
  return mayConfirm(ports, claim) ? [claimEvent(ports, claim, claim.attester, 'received', claim.receivedAt)] : [];
}

/** A link for one of the two units; what stands behind it is decided when it is read. */
export function claimEvent(
  ports: Pick<ClaimPorts, 'entropy'>,
  claim: InvolvementClaim,
  unit: UnitId,
  what: 'received' | 'confirmed',
  time: Instant,
): Change {
  const type = `nl.sluis.involvement-claim.${what}`;
  return {
    type: 'event-emitted',
    // About nobody: an attester that keeps one answer back must not find out whom the next claim is about.
    event: { id: ports.entropy.id(), unit, type, time, dataref: `/v1/involvement-claims/${claim.id}`, about: null },
  };
}

export function claimEntry(
  ports: Pick<ClaimPorts, 'entropy' | 'policies'>,
  call: Call,
  claim: InvolvementClaim,
  kind: 'involvement-claimed' | 'involvement-confirmed' | 'involvement-rejected',
  at: Instant,
  said: Readonly<Record<string, string>>,
): EntryDraft {
  const about = { trace: call.trace, purpose: null, source: claim.attester, recipient: claim.claimant };
  return {
    ...frame(ports.entropy, about, at, ports.policies.current().digest),
    kind,
    body: { claim: claim.id, role: claim.role },
    subject: claim.subject,
    personal: { subject: subjectMark(ports.entropy, claim.subject), ...said },
    fleeting: {},
  };
}
