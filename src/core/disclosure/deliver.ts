import type { FieldId, Instant, TraceId } from '../brand.ts';
import { heldFrom } from '../duty/held.ts';
import { Fault, type FaultCode, isSourceFault } from '../fault.ts';
import type { EntryDraft, Receipt } from '../ledger/entry.ts';
import type { User } from '../partner/partner.ts';
import type { Permit } from '../policy/decision.ts';
import { type Taken, takenBy } from './answer-taker.ts';
import { answerToGive, type GivePorts } from './answer-to-give.ts';
import { isApproved } from './approvals-needed.ts';
import { askedBy } from './asked-by.ts';
import { type Consultation, type ConsultPorts, consult, consultNow } from './consult.ts';
import { decideForTaker } from './decide-for-taker.ts';
import { decisionKept } from './decision-kept.ts';
import { decisionEntry, disclosureEntry, firstReceipt } from './entries.ts';
import { type Fetched, type FetchPorts, fetchAnswer } from './fetch-answer.ts';
import { isStillObtained, obtainedUnder } from './obtained-under.ts';
import type { AskOutcome } from './operations.ts';
import type { CaseReferences, Journal, Marks } from './ports.ts';
import { recordFailure } from './record-failure.ts';
import type { Given, RequestRecord } from './request.ts';
import { requestEvent } from './request-events.ts';
import { payloadDigest } from './seal-answer.ts';
import { settle, stale } from './settle.ts';
import { keepRefused, struckIn } from './strike.ts';
import { whyStopped } from './why-stopped.ts';

export interface DeliverPorts extends ConsultPorts, FetchPorts, GivePorts {
  readonly journal: Journal;
  readonly references: CaseReferences;
  readonly marks: Marks;
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
  /** From when on it is given no more, whatever is decided; left out: as long as it is permitted. */
  readonly until?: Instant;
  /** Who of the recipient gets it, and the call in which they do; null: whoever asked. */
  readonly taker: { readonly user: User; readonly trace: TraceId } | null;
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
    insistOnUnstruck(granted, granted.permit);
    const fetched = await fetchAnswer(ports, granted, identifiers);
    const { purpose, direction: trigger, userRole } = granted.request;
    let current = consultNow(ports, { purpose, fields: granted.fields, trigger, userRole }, granted.consultation);
    return await settle(ports, async () => {
      const { decision } = current;
      const outcome =
        decision.outcome === 'permit'
          ? await disclose(ports, granted, current, fetched)
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

async function disclose(
  ports: DeliverPorts,
  granted: Granted,
  asked: Consultation,
  fetched: Fetched,
): Promise<AskOutcome | typeof stale> {
  const { consultation, permit } = forTaker(ports, granted, asked);
  insistOnUnstruck(granted, permit);
  if (!isApproved(permit.obligations, granted.request.approvals)) {
    throw new Fault('basis-changed', 'the permit now asks for an approval that was not given');
  }
  // It answered; since then it may have been shut out.
  if (consultation.source.state !== 'active') {
    throw new Fault('basis-changed', 'the source is no longer an active partner');
  }
  const obtained = obtainedUnder(ports.policies, consultation, permit);
  if (!isStillObtained(granted.request.decision.obtained, obtained)) {
    throw new Fault('basis-changed', 'the source was asked for what it may no longer give');
  }
  const given = await answerToGive(ports, fetched, consultation, permit);
  const subject = consultation.rests.subject;
  if (subject === null) throw new RangeError('a permit always rests on a person');
  const at = ports.clock.now();
  if (granted.until !== undefined && at >= granted.until) {
    throw new Fault('basis-changed', 'the source answered after the time in which its answer could be given');
  }
  const entry = disclosureEntry(ports.entropy, granted.request, {
    at,
    policySet: permit.policySet,
    subject: subject.id,
    fields: given.fields,
    form: given.answer.form,
    permits: given.permits,
    payloadDigest: payloadDigest(given.answer),
  });
  const taken = takenBy(ports, granted.request, [], { user: null, at, trace: granted.request.trace, ...granted.taker });
  const told = { fields: given.fields, seen: given.permits.length === 0 };
  const concluded = await conclude(ports, granted, consultation, { entry, to: 'delivered', taken, given: told });
  return concluded === stale ? stale : { kind: 'delivered', answer: given.answer, ...concluded };
}

/** What is permitted to whoever asked, as it is to whoever gets it. */
function forTaker(ports: DeliverPorts, { request, taker }: Granted, asked: Consultation) {
  const consultation = decideForTaker(ports, request, asked, taker?.user ?? null);
  if (consultation === null || consultation.decision.outcome === 'refusal') {
    throw new Fault('basis-changed', 'whoever collects it may no longer have all of it in their role');
  }
  return { consultation, permit: consultation.decision };
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
  const taken = { entries: [], changes: [] };
  const concluded = await conclude(ports, granted, consultation, { entry, to: 'refused', taken, given: null });
  return concluded === stale ? stale : { kind: 'refused', ...concluded };
}

/** Puts the end of a request on record, if all that the decision read is unchanged at that moment. */
async function conclude(
  ports: DeliverPorts,
  { request }: Granted,
  consultation: Consultation,
  end: {
    readonly entry: EntryDraft;
    readonly to: 'delivered' | 'refused';
    readonly taken: Taken;
    readonly given: Given | null;
  },
): Promise<{ readonly request: RequestRecord; readonly receipt: Receipt } | typeof stale> {
  const { entry, to, taken, given } = end;
  const at = entry.time;
  const decision = { ...keepRefused(request.decision, decisionKept(ports.policies, consultation)), given };
  const { facts } = consultation.reading.snapshot;
  const held = to === 'delivered' ? heldFrom(ports.policies.current(), { ...request, decision }, facts, at) : null;
  const told = { ...request, movedAt: at };
  const committed = await ports.journal.commit({
    rests: consultation.rests,
    moves: false,
    entries: [entry, ...taken.entries],
    changes: [
      {
        ...({ type: 'request-moved', id: request.id, from: 'fetching', to, at, entry: entry.id, decision } as const),
        // Given up for another gateway's meanwhile, and fetched again: that answer is theirs to give.
        seen: request.entry,
        ...(held === null ? {} : { held }),
        ...(to === 'refused' ? { stoppedFor: whyStopped(ports, request, consultation) } : {}),
      },
      // Who answered learns whether its answer went on.
      requestEvent(ports, told, request.source, to === 'delivered' ? 'delivered' : 'stopped'),
      ...taken.changes,
    ],
  });
  if (committed.outcome === 'stale') return stale;
  if (committed.outcome === 'conflict') {
    throw new Fault('basis-changed', 'the request was stopped while its source answered');
  }
  const ended: RequestRecord = { ...request, state: to, decision, movedAt: at, entry: entry.id, held };
  return { request: ended, receipt: firstReceipt(committed.receipts, 'recipient') };
}

/** What people of the source struck out is neither asked for nor given, whatever was decided since. */
function insistOnUnstruck({ request }: Granted, { permitted }: Permit): void {
  if (struckIn(request.decision).some((field) => permitted.includes(field))) {
    throw new Fault('basis-changed', 'the permit now holds a field that the source struck out');
  }
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
    // Whoever approved it did so on the consents of then.
    agreedBy: granted.request.approvals.length === 0 ? null : granted.request.receivedAt,
    idempotency: null,
  });
}
