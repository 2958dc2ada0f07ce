import type { FieldId } from '../brand.ts';
import { heldFrom } from '../duty/held.ts';
import { Fault, type FaultCode, isSourceFault } from '../fault.ts';
import type { EntryDraft, Receipt } from '../ledger/entry.ts';
import type { Permit } from '../policy/decision.ts';
import type { SubjectIdentifiers } from '../subject/reference.ts';
import { approvalCovers, refusalOf } from './approval-covers.ts';
import { isApproved } from './approvals-needed.ts';
import { askedBy } from './asked-by.ts';
import { type Consultation, type ConsultPorts, consult, consultNow } from './consult.ts';
import { decisionKept } from './decision-kept.ts';
import { decisionEntry, disclosureEntry, firstReceipt } from './entries.ts';
import { type Minimised, minimise } from './minimise.ts';
import { isStillObtained, obtainedUnder } from './obtained-under.ts';
import type { AskOutcome } from './operations.ts';
import type { CaseReferences, Entropy, Journal, Sealer, Sources } from './ports.ts';
import { recordFailure } from './record-failure.ts';
import type { RequestRecord } from './request.ts';
import { requestEvent } from './request-events.ts';
import { keyToSealTo, payloadDigest, sealAnswer } from './seal-answer.ts';
import { settle, stale } from './settle.ts';
import { whyStopped } from './why-stopped.ts';

export interface DeliverPorts extends ConsultPorts {
  readonly entropy: Entropy;
  readonly journal: Journal;
  readonly sources: Sources;
  readonly references: CaseReferences;
  readonly sealer: Sealer;
}

/** A request whose permit is durable and whose state on record is `fetching`. */
export interface Granted {
  readonly request: RequestRecord;
  /** Of the call that it is delivered to; see `Call`. */
  readonly transaction: string | null;
  readonly permit: Permit;
  readonly consultation: Consultation;
  /** What may be decided again while the source answers: what was asked, or what a human approved. */
  readonly fields: readonly FieldId[];
  /** Where a source's fault leaves the request: an approved one can be collected again. */
  readonly afterFault: 'failed' | 'permitted';
}

/**
 * Steps 7 to 11: fetch, minimise, seal, put on record, answer. The disclosure is written only if
 * everything that the decision read is unchanged at that moment; otherwise it is decided again, over
 * the answer that is already here, and an answer that is no longer permitted is dropped.
 * Throws `source-*` and `seal-impossible` faults after the failed attempt is on record.
 */
export async function deliver(ports: DeliverPorts, granted: Granted): Promise<AskOutcome> {
  try {
    const identifiers = await askedBy(ports, granted.consultation);
    const answer = await fetchPermitted(ports, granted, identifiers);
    const { purpose, direction: trigger, userRole } = granted.request;
    let current = consultNow(ports, { purpose, fields: granted.fields, trigger, userRole }, granted.consultation);
    return await settle(ports, async () => {
      // Also what was decided again under way: another consent may stand there by now.
      const covered = granted.request.approvals.length === 0 || approvalCovers(granted.request, current);
      if (!covered) current = { ...current, decision: refusalOf(ports, granted.request, current.now) };
      const { decision } = current;
      const outcome =
        decision.outcome === 'permit'
          ? await disclose(ports, granted, current, decision, answer)
          : await refuseAfterAll(ports, granted, current);
      if (outcome === stale) {
        current = await consultAgain(ports, granted);
        insistOnSamePerson(granted.consultation, current);
        // The reference may by now be somebody else's too.
        const { caseReference } = await askedBy(ports, current);
        if (caseReference !== identifiers.caseReference) throw personChanged();
      }
      return outcome;
    });
  } catch (error) {
    if (isSourceFault(error) || (error instanceof Fault && recorded.has(error.code))) {
      await recordFailure(ports, granted, error.code);
    }
    throw error;
  }
}

/** Faults of this request alone, beside those of its source; a fault of the ledger cannot be put on record. */
const recorded: ReadonlySet<FaultCode> = new Set(['seal-impossible', 'basis-changed']);

async function fetchPermitted(
  ports: DeliverPorts,
  granted: Granted,
  identifiers: SubjectIdentifiers,
): Promise<Readonly<Record<string, unknown>>> {
  const { source, recipient } = granted.consultation;
  keyToSealTo(recipient, granted.permit, ports.clock.now());
  if (source.connector === null || source.state !== 'active') {
    throw new Fault('source-unavailable', 'the source has no connector in use');
  }
  return ports.sources.fetch({
    unit: source,
    identifiers,
    fields: granted.permit.permitted,
    purpose: granted.request.purpose,
    obtained: granted.request.decision.obtained,
    request: granted.request.id,
    trace: granted.request.trace,
  });
}

/** By the words of the set that permitted, which need not be the newest. */
function minimised(
  ports: DeliverPorts,
  source: Consultation['source'],
  permit: Permit,
  answer: Readonly<Record<string, unknown>>,
): Minimised {
  const set = ports.policies.boundTo(source);
  if (set?.digest !== permit.policySet) throw new Fault('basis-changed', 'the policies of the permit bind no more');
  const result = minimise(set.catalogue, permit, answer);
  if (!result.ok) throw new Fault('source-invalid', `the source's ${result.refusal.field} ${result.refusal.problem}`);
  return result.value;
}

async function disclose(
  ports: DeliverPorts,
  granted: Granted,
  consultation: Consultation,
  permit: Permit,
  raw: Readonly<Record<string, unknown>>,
): Promise<AskOutcome | typeof stale> {
  if (!isApproved(permit.obligations, granted.request.approvals)) {
    throw new Fault('basis-changed', 'the permit now asks for an approval that was not given');
  }
  const obtained = obtainedUnder(ports.policies, consultation, permit);
  if (!isStillObtained(granted.request.decision.obtained, obtained)) {
    throw new Fault('basis-changed', 'the source was asked for what it may no longer give');
  }
  const content = minimised(ports, consultation.source, permit, raw);
  const { recipient } = consultation;
  const answer = await sealAnswer(ports.sealer, content, { recipient, permit, now: ports.clock.now() });
  const subject = consultation.rests.subject;
  if (subject === null) throw new RangeError('a permit always rests on a person');
  const at = ports.clock.now();
  const entry = disclosureEntry(ports.entropy, granted.request, {
    at,
    policySet: permit.policySet,
    subject: subject.id,
    fields: Object.keys(content.data),
    form: answer.form,
    payloadDigest: payloadDigest(answer),
  });
  const concluded = await conclude(ports, granted, consultation, { entry, to: 'delivered' });
  return concluded === stale ? stale : { kind: 'delivered', answer, ...concluded };
}

/** The basis went away while the source answered: the answer is dropped, the refusal is on record. */
async function refuseAfterAll(
  ports: DeliverPorts,
  granted: Granted,
  consultation: Consultation,
): Promise<AskOutcome | typeof stale> {
  const { decision, rests } = consultation;
  const about = { ...granted.request, transaction: granted.transaction };
  const entry = decisionEntry(ports.entropy, about, decision, rests.subject?.id ?? null, null);
  const concluded = await conclude(ports, granted, consultation, { entry, to: 'refused' });
  return concluded === stale ? stale : { kind: 'refused', ...concluded };
}

/** Puts the end of a request on record, if all that the decision read is unchanged at that moment. */
async function conclude(
  ports: DeliverPorts,
  { request }: Granted,
  consultation: Consultation,
  end: { readonly entry: EntryDraft; readonly to: 'delivered' | 'refused' },
): Promise<{ readonly request: RequestRecord; readonly receipt: Receipt } | typeof stale> {
  const { entry, to } = end;
  const at = entry.time;
  const decision = decisionKept(ports.policies, consultation);
  const { facts } = consultation.reading.snapshot;
  const held = to === 'delivered' ? heldFrom(ports.policies.current(), { ...request, decision }, facts, at) : null;
  const told = { ...request, movedAt: at };
  const committed = await ports.journal.commit({
    rests: consultation.rests,
    moves: false,
    entries: [entry],
    changes: [
      {
        ...({ type: 'request-moved', id: request.id, from: 'fetching', to, at, entry: entry.id, decision } as const),
        ...(held === null ? {} : { held }),
        ...(to === 'refused' ? { stoppedFor: whyStopped(ports, request, consultation) } : {}),
      },
      // Who answered learns whether its answer went on.
      requestEvent(ports, told, request.source, to === 'delivered' ? 'delivered' : 'stopped'),
    ],
  });
  if (committed.outcome === 'stale') return stale;
  if (committed.outcome === 'conflict') {
    throw new Fault('basis-changed', 'the request was stopped while its source answered');
  }
  const ended: RequestRecord = { ...request, state: to, decision, movedAt: at, entry: entry.id, held };
  return { request: ended, receipt: firstReceipt(committed.receipts, 'recipient') };
}

/** The source was asked about these numbers: of whoever they are by now, its answer may not be. @law AVG 5(1)(d) */
function insistOnSamePerson(asked: Consultation, now: Consultation): void {
  const [before, after] = [asked.reading, now.reading];
  const sameNumbers =
    before.identifiers.bsn === after.identifiers.bsn && before.identifiers.skn === after.identifiers.skn;
  if (!sameNumbers || before.snapshot.subject?.id !== after.snapshot.subject?.id) {
    throw personChanged();
  }
}

function personChanged(): Fault {
  return new Fault('basis-changed', 'who the person is was changed while the source answered');
}

function consultAgain(ports: DeliverPorts, granted: Granted): Promise<Consultation> {
  const subject = granted.consultation.rests.subject;
  if (subject === null) throw new RangeError('a permit always rests on a person');
  return consult(ports, {
    purpose: granted.request.purpose,
    source: granted.request.source,
    recipient: granted.request.recipient,
    fields: granted.fields,
    trigger: granted.request.direction,
    userRole: granted.request.userRole,
    subject: { by: 'id', id: subject.id },
    idempotency: null,
  });
}
