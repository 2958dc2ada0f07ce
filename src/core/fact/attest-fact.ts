import type { FactId, Instant, SubjectId, UnitId } from '../brand.ts';
import type { Label } from '../category/catalogue.ts';
import { mayIdentifyBy } from '../disclosure/ask.ts';
import type { Change, IdempotencyClaim } from '../disclosure/change.ts';
import type { ConsultPorts } from '../disclosure/consult.ts';
import { firstReceipt } from '../disclosure/entries.ts';
import type { Call, FactBody, FactOutcome, FactStatement } from '../disclosure/operations.ts';
import type { Entropy, Facts, Journal, Subjects } from '../disclosure/ports.ts';
import { keyProblem } from '../disclosure/replay.ts';
import { stale } from '../disclosure/settle.ts';
import { settleReference, taken } from '../disclosure/settle-reference.ts';
import type { Snapshot } from '../policy/decision.ts';
import { checkFact, involvementNeeded, mayAttestThis } from './attest.ts';
import type { Fact } from './fact.ts';
import { isInvolved } from './notices.ts';
import { putOnRecord } from './put-on-record.ts';

export interface FactPorts extends ConsultPorts {
  readonly entropy: Entropy;
  readonly journal: Journal;
  readonly subjects: Subjects;
  readonly facts: Facts;
}

/**
 * A unit states something dated about a subject. Only kinds that the catalogue names may, and only
 * they make a person known to the gateway. What the new fact permits is pushed in the same commit.
 */
export async function attestFact(ports: FactPorts, call: Call, body: FactBody): Promise<FactOutcome> {
  const { catalogue } = ports.policies.current();
  const objection = objectionTo(ports, call, body);
  if (objection !== null) return objection;
  if (!mayIdentifyBy(ports, call, body.subject)) return { kind: 'number-not-allowed' };
  const needed = involvementNeeded(catalogue, call.partner.unit.kind, body);
  if (needed !== null && !(await callerIsInvolved(ports, call, body, needed))) {
    return { kind: 'may-not-attest' };
  }
  const subject = await subjectOf(ports, call, body);
  if (subject === null)
    return {
      kind: 'invalid',
      member: 'subject.value',
      problem: {
        nl: 'is geen kenmerk van u, of een nummer dat hier aan niemand is gekoppeld',
        en: 'is not a reference of yours, or a number that is linked to nobody here',
      },
    };
  return settleReference(ports, body, (given) => recordFact(ports, call, given, subject));
}

/** What is wrong with a statement, or with this unit making it, whoever it is about; null: nothing. */
export function objectionTo(ports: FactPorts, call: Call, statement: FactStatement): FactOutcome | null {
  const { catalogue } = ports.policies.current();
  const invalid = checkFact(catalogue, statement) ?? checkPeriodAndUnit(ports, statement);
  if (invalid !== null) return { kind: 'invalid', ...invalid };
  const aboutKind = ports.registry.current().units.get(statement.unit as UnitId)?.kind ?? null;
  const { type, attributes } = statement;
  const may = mayAttestThis(catalogue, call.partner.unit.kind, { type, attributes, aboutKind });
  return may ? null : { kind: 'may-not-attest' };
}

function checkPeriodAndUnit(ports: FactPorts, body: FactStatement): { member: string; problem: Label } | null {
  if (body.until !== null && body.until <= body.from)
    return { member: 'until', problem: { nl: 'moet na het begin liggen', en: 'must be after `from`' } };
  if (body.unit !== null && !ports.registry.current().units.has(body.unit as UnitId)) {
    return { member: 'unit', problem: { nl: 'is geen geregistreerd onderdeel', en: 'is not a registered unit' } };
  }
  return null;
}

async function subjectOf(ports: FactPorts, call: Call, body: FactBody): Promise<SubjectId | null> {
  const reference = body.subject;
  // Only the citizen service number makes a person known: a criminal chain number that stands beside no
  // other would be a second person, and a restriction under it would freeze nothing.
  if (reference.type === 'bsn') return ports.subjects.ensure(reference);
  return (await lookUp(ports, call, body)).subject?.id ?? null;
}

/** Asked before a person is made known: whoever is involved with nobody makes nobody known. */
async function callerIsInvolved(
  ports: FactPorts,
  call: Call,
  body: FactBody,
  roles: readonly string[],
): Promise<boolean> {
  return isInvolved((await lookUp(ports, call, body)).facts, call.partner.unit.id, ports.clock.now(), roles);
}

async function lookUp(ports: FactPorts, call: Call, body: FactBody): Promise<Snapshot> {
  const unit = call.partner.unit.id;
  const { snapshot } = await ports.snapshots.read({
    subject: { by: 'reference', reference: body.subject, unit },
    source: unit,
    recipient: unit,
    idempotency: null,
  });
  return snapshot;
}

async function recordFact(
  ports: FactPorts,
  call: Call,
  body: FactBody,
  subject: SubjectId,
): Promise<FactOutcome | typeof stale | typeof taken> {
  const { version } = ports.registry.current();
  const { snapshot, claim } = await readFor(ports, call, subject);
  if (claim !== null) return keyProblem(call, claim, 'fact') ?? { kind: 'replayed', id: claim.resource.id };
  if (snapshot.subject === null) throw new RangeError('the subject was found or made a moment ago');
  const now = ports.clock.now();
  const set = ports.policies.current();
  // Again, on the reading that the commit rests on: an involvement may have ended since.
  const needed = involvementNeeded(set.catalogue, call.partner.unit.kind, body);
  if (needed !== null && !isInvolved(snapshot.facts, call.partner.unit.id, now, needed)) {
    return { kind: 'may-not-attest' };
  }
  // As it was read: whoever was joined to another since is that other.
  const { id } = snapshot.subject;
  const fact = newFact(ports, call, body, id);
  const before = await ports.facts.of(id);
  const recorded = putOnRecord(ports, call, fact, { subject: snapshot.subject, before, corrects: null }, now);
  const committed = await ports.journal.commit({
    rests: { subject: snapshot.subject, registryVersion: version, policySet: set.digest },
    moves: true,
    entries: recorded.entries,
    changes: [
      claimOf(call, { type: 'fact', id: fact.id }, now),
      ...recorded.changes,
      ...referenceGiven(fact, body.caseReference),
    ],
  });
  if (committed.outcome === 'conflict' && committed.what === 'unique') return taken;
  if (committed.outcome !== 'durable') return stale;
  return { kind: 'attested', fact, receipt: firstReceipt(committed.receipts, 'source') };
}

export function newFact(ports: FactPorts, call: Call, statement: FactStatement, subject: SubjectId): Fact {
  return {
    id: ports.entropy.id() as FactId,
    subject,
    type: statement.type,
    from: statement.from,
    until: statement.until,
    attestedBy: call.partner.unit.id,
    unit: statement.unit as UnitId | null,
    reference: statement.reference,
    state: 'attested',
    attributes: statement.attributes,
  };
}

/** The reference by which the unit that the fact is about will ask, where one was given. */
export function referenceGiven(fact: Fact, reference: string | null): readonly Change[] {
  if (reference === null || fact.unit === null) return [];
  return [{ type: 'case-reference-given', unit: fact.unit, reference, subject: fact.subject }];
}

/** The subject's record from the attesting unit's own side, with what its key was used for before. */
export function readFor(ports: FactPorts, call: Call, subject: SubjectId) {
  const unit = call.partner.unit.id;
  return ports.snapshots.read({
    subject: { by: 'id', id: subject },
    source: unit,
    recipient: unit,
    idempotency: { unit, key: call.idempotency.key },
  });
}

export function claimOf(call: Call, resource: IdempotencyClaim['resource'], claimedAt: Instant): Change {
  return {
    type: 'idempotency-claimed',
    claim: { unit: call.partner.unit.id, ...call.idempotency, resource, claimedAt },
  };
}
