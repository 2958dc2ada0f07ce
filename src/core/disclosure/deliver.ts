import { createHash } from 'node:crypto';
import canonicalize from 'canonicalize';
import { Fault, type FaultCode, isSourceFault } from '../fault.ts';
import type { JsonValue, Receipt } from '../ledger/entry.ts';
import type { Unit } from '../partner/partner.ts';
import type { Permit } from '../policy/decision.ts';
import { type Consultation, type ConsultPorts, consult, consultNow } from './consult.ts';
import { decisionEntry, disclosureEntry, failedEntry, partnerReceipt } from './entries.ts';
import { type Minimised, minimise } from './minimise.ts';
import type { Answer, AskOutcome } from './operations.ts';
import type { Entropy, Journal, Sealer, Sources } from './ports.ts';
import type { RequestRecord } from './request.ts';
import { settle, stale } from './settle.ts';
import type { RequestState } from './state.ts';
import { summarise } from './summary.ts';

export interface DeliverPorts extends ConsultPorts {
  readonly entropy: Entropy;
  readonly journal: Journal;
  readonly sources: Sources;
  readonly sealer: Sealer;
}

/** A request whose permit is durable and whose state on record is `fetching`. */
export interface Granted {
  readonly request: RequestRecord;
  readonly permit: Permit;
  readonly consultation: Consultation;
  /** Whether a human of the source approved it: a later decision may then ask for that approval again. */
  readonly approved: boolean;
  /** Where a source's fault leaves the request: an approved one can be collected again. */
  readonly afterFault: RequestState & ('failed' | 'permitted');
}

/**
 * Steps 7 to 11: fetch, minimise, seal, put on record, answer. The disclosure is written only if
 * everything that the decision read is unchanged at that moment; otherwise it is decided again, over
 * the answer that is already here, and an answer that is no longer permitted is dropped.
 * Throws `source-*` and `seal-impossible` faults after the failed attempt is on record.
 */
export async function deliver(ports: DeliverPorts, granted: Granted): Promise<AskOutcome> {
  try {
    const answer = await fetchPermitted(ports, granted);
    let current = consultNow(ports, granted.request, granted.consultation);
    return await settle(ports, async () => {
      const { decision } = current;
      const outcome =
        decision.outcome === 'permit'
          ? await disclose(ports, granted, current, decision, answer)
          : await refuseAfterAll(ports, granted, current);
      if (outcome === stale) {
        current = await consultAgain(ports, granted);
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

async function fetchPermitted(ports: DeliverPorts, granted: Granted): Promise<Readonly<Record<string, unknown>>> {
  const { source, reading } = granted.consultation;
  if (source.connector === null || source.state !== 'active') {
    throw new Fault('source-unavailable', 'the source has no connector in use');
  }
  return ports.sources.fetch({
    unit: source,
    identifiers: reading.identifiers,
    fields: granted.permit.permitted,
    purpose: granted.request.purpose,
    request: granted.request.id,
    trace: granted.request.trace,
  });
}

function minimised(ports: DeliverPorts, permit: Permit, answer: Readonly<Record<string, unknown>>): Minimised {
  const result = minimise(ports.policies.current().catalogue, permit, answer);
  if (!result.ok) throw new Fault('source-invalid', `the source's ${result.refusal.field} ${result.refusal.problem}`);
  return result.value;
}

async function sealed(ports: DeliverPorts, recipient: Unit, permit: Permit, content: Minimised): Promise<Answer> {
  if (permit.obligations.seal === 'end-to-end') {
    throw new Fault('seal-impossible', 'an answer sealed by its source cannot come through a connector in clear');
  }
  if (permit.obligations.seal === 'transport' && recipient.encryptionKey === null) {
    return { form: 'clear', data: content.data };
  }
  return { form: 'sealed', jwe: await ports.sealer.seal(content.data as JsonValue, recipient) };
}

async function disclose(
  ports: DeliverPorts,
  granted: Granted,
  consultation: Consultation,
  permit: Permit,
  raw: Readonly<Record<string, unknown>>,
): Promise<AskOutcome | typeof stale> {
  if (permit.obligations.approval !== 'none' && !granted.approved) {
    throw new Fault('basis-changed', 'the permit now asks for an approval that was not given');
  }
  const content = minimised(ports, permit, raw);
  const answer = await sealed(ports, consultation.recipient, permit, content);
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
  const decision = summarise(permit);
  const committed = await ports.journal.commit({
    rests: consultation.rests,
    moves: false,
    entries: [entry],
    changes: [
      {
        type: 'request-moved',
        id: granted.request.id,
        from: 'fetching',
        to: 'delivered',
        at,
        entry: entry.id,
        decision,
      },
    ],
  });
  if (committed.outcome === 'stale') return stale;
  if (committed.outcome === 'conflict') throw stopped();
  const request: RequestRecord = { ...granted.request, state: 'delivered', decision, movedAt: at, entry: entry.id };
  return { kind: 'delivered', request, answer, receipt: first(committed.receipts) };
}

/** The basis went away while the source answered: the answer is dropped, the refusal is on record. */
async function refuseAfterAll(
  ports: DeliverPorts,
  granted: Granted,
  consultation: Consultation,
): Promise<AskOutcome | typeof stale> {
  const { decision } = consultation;
  const at = consultation.now;
  const entry = decisionEntry(ports.entropy, granted.request, decision, consultation.rests.subject?.id ?? null, null);
  const summary = summarise(decision);
  const committed = await ports.journal.commit({
    rests: consultation.rests,
    moves: false,
    entries: [entry],
    changes: [
      {
        type: 'request-moved',
        id: granted.request.id,
        from: 'fetching',
        to: 'refused',
        at,
        entry: entry.id,
        decision: summary,
      },
    ],
  });
  if (committed.outcome === 'stale') return stale;
  if (committed.outcome === 'conflict') throw stopped();
  const request: RequestRecord = {
    ...granted.request,
    state: 'refused',
    decision: summary,
    movedAt: at,
    entry: entry.id,
  };
  return { kind: 'refused', request, receipt: first(committed.receipts) };
}

function stopped(): Fault {
  return new Fault('basis-changed', 'the request was stopped while its source answered');
}

async function recordFailure(ports: DeliverPorts, granted: Granted, code: FaultCode): Promise<void> {
  // A request that was stopped meanwhile keeps its state; the attempt goes on record all the same.
  let moves = true;
  const move = {
    type: 'request-moved',
    id: granted.request.id,
    from: 'fetching',
    to: granted.afterFault,
    decision: null,
  } as const;
  await settle(ports, async () => {
    const at = ports.clock.now();
    const policySet = ports.policies.current().digest;
    const subject = granted.consultation.rests.subject?.id ?? null;
    const entry = failedEntry(ports.entropy, granted.request, { at, policySet, subject, code });
    const committed = await ports.journal.commit({
      rests: { subject: null, registryVersion: ports.registry.current().version, policySet },
      moves: false,
      entries: [entry],
      changes: moves ? [{ ...move, at, entry: entry.id }] : [],
    });
    if (committed.outcome === 'conflict') moves = false;
    return committed.outcome === 'durable' ? undefined : stale;
  });
}

function consultAgain(ports: DeliverPorts, granted: Granted): Promise<Consultation> {
  const subject = granted.consultation.rests.subject;
  if (subject === null) throw new RangeError('a permit always rests on a person');
  return consult(ports, {
    purpose: granted.request.purpose,
    source: granted.request.source,
    recipient: granted.request.recipient,
    fields: granted.request.fields,
    subject: { by: 'id', id: subject.id },
    idempotency: null,
  });
}

/** SHA-256, base64url, over the canonical answer or the compact JWE: what the recipient holds. */
function payloadDigest(answer: Answer): string {
  const text = answer.form === 'clear' ? canonicalize(answer.data) : answer.jwe;
  if (text === undefined) throw new TypeError('an answer is always an object');
  return createHash('sha256').update(text, 'utf8').digest('base64url');
}

export function first(receipts: readonly Receipt[]): Receipt {
  const receipt = receipts[0];
  if (receipt === undefined) throw new RangeError('a durable commit gives one receipt per entry');
  return partnerReceipt(receipt);
}
