import type { FieldId } from '../brand.ts';
import { heldFrom } from '../duty/held.ts';
import type { User } from '../partner/partner.ts';
import type { Permit } from '../policy/decision.ts';
import { takenBy } from './answer-taker.ts';
import type { AskPorts } from './ask.ts';
import { askedThen, type Consultation, consult } from './consult.ts';
import { decideForTaker } from './decide-for-taker.ts';
import { decisionKept } from './decision-kept.ts';
import { stopRequest, type WaitingRequest } from './end-waiting.ts';
import { decisionEntry, disclosureEntry, partnerReceipt, subjectMark } from './entries.ts';
import { type Answers, clocksDifferByMs, givenAgainForMs, type HandedPart, type KeptAnswer } from './kept-answer.ts';
import type { Call, CollectOutcome } from './operations.ts';
import { permitDigest } from './permit-token.ts';
import { keyProblem, replayRequest } from './replay.ts';
import type { RequestRecord } from './request.ts';
import { requestEvent } from './request-events.ts';
import { partsDigest, sealedDigest } from './seal-answer.ts';
import { permitForParts } from './sealed-as-a-whole.ts';
import { stale } from './settle.ts';
import { isWaiting } from './state.ts';
import { keepRefused } from './strike.ts';
import { isOverdue } from './waiting.ts';
import { whyStopped } from './why-stopped.ts';

export interface CollectPorts extends AskPorts {
  readonly answers: Answers;
}

/** Whether what its recipient collects was answered before, or handed over already. */
export function isHandedOver({ state }: RequestRecord): boolean {
  return state === 'answered' || state === 'partly-answered' || state === 'delivered';
}

/**
 * The recipient gets what the source answered, as it was sealed. It is decided again, now: an answer does not outlive
 * what it rests on. The disclosure is durable before a part leaves, and stands on record once, however often the parts
 * are given again within `givenAgainForMs`; who of the recipient got them stands there once for each.
 */
export async function handOver(
  ports: CollectPorts,
  call: Call,
  request: RequestRecord,
  user: User | null,
): Promise<CollectOutcome | typeof stale> {
  const consultation = await consultOn(ports, call, request);
  // Read after the request: what came meanwhile moved its latest entry, and that is looked at when this is written.
  const parts = await ports.answers.of(request.id);
  if (!isWaiting(request.state)) return handAgain(ports, call, request, consultation, { parts, user });
  const waiting: WaitingRequest = { ...request, state: request.state };
  const { claim } = consultation.reading;
  if (claim !== null) return replayRequest(ports, call, claim, 'collection');
  const { rests, now } = consultation;
  if (isOverdue(request, now) && request.state !== 'partly-answered') return { kind: 'wrong-state', request };
  const permit = permitForParts(ports, request, consultation, parts);
  if (permit === null) {
    const because = whyStopped(ports, request, consultation);
    await stopRequest(ports, waiting, { because, rests, at: now });
    // Read again: it is answered as any other that was stopped, with a refusal of its own.
    return stale;
  }
  const theirs = decideForTaker(ports, request, consultation, user);
  const given = theirs && permitForParts(ports, request, theirs, parts);
  if (theirs === null || given === null) return { kind: 'other-role' };
  return disclose(ports, call, waiting, theirs, { permit: given, parts, user });
}

function consultOn(ports: CollectPorts, call: Call, request: RequestRecord): Promise<Consultation> {
  const unit = call.partner.unit.id;
  return consult(ports, {
    ...askedThen(request, subjectMark(ports.entropy, request.subject)),
    idempotency: { unit, key: call.idempotency.key },
  });
}

async function disclose(
  ports: CollectPorts,
  call: Call,
  request: WaitingRequest,
  consultation: Consultation,
  {
    permit,
    parts,
    user,
  }: { readonly permit: Permit; readonly parts: readonly KeptAnswer[]; readonly user: User | null },
): Promise<CollectOutcome | typeof stale> {
  const { rests, recipient, reading } = consultation;
  const { id, state } = request;
  if (rests.subject === null) throw new RangeError('a permit always rests on a person');
  if (state !== 'answered' && state !== 'partly-answered') throw new RangeError('nothing of it was answered');
  const about = { ...request, transaction: call.transaction };
  const decided = decisionEntry(ports.entropy, about, permit, rests.subject.id, null);
  const at = ports.clock.now();
  const given = { fields: fieldsOf(parts), seen: parts.every((part) => part.permit === null) };
  const entry = disclosureEntry(ports.entropy, request, {
    at,
    policySet: permit.policySet,
    subject: rests.subject.id,
    fields: given.fields,
    ...formOf(parts),
  });
  const decision = { ...keepRefused(request.decision, decisionKept(ports.policies, consultation)), given };
  const held = heldFrom(ports.policies.current(), { ...request, decision }, reading.snapshot.facts, at);
  const resource = { type: 'collection', id } as const;
  const claim = { unit: recipient.id, ...call.idempotency, resource, claimedAt: at };
  const step = { type: 'request-moved', id, at, entry: entry.id, decision, held, seen: request.entry } as const;
  const taken = takenBy(ports, request, [], { user, at, trace: call.trace });
  const committed = await ports.journal.commit({
    rests,
    moves: false,
    entries: [decided, ...taken.entries, entry],
    changes: [
      { type: 'idempotency-claimed', claim },
      state === 'answered'
        ? { ...step, from: 'answered', to: 'delivered' }
        : { ...step, from: 'partly-answered', to: 'delivered' },
      requestEvent(ports, { ...request, movedAt: at }, request.source, 'delivered'),
      ...taken.changes,
    ],
  });
  if (committed.outcome !== 'durable') return stale;
  const delivered: RequestRecord = { ...request, state: 'delivered', decision, movedAt: at, entry: entry.id, held };
  const receipt = committed.receipts.at(-1);
  if (receipt === undefined) throw new RangeError('a durable commit gives one receipt per entry');
  const handed = { request: delivered, parts: parts.map(asHanded), receipt: partnerReceipt(receipt, 'recipient') };
  return { kind: 'handed-over', again: false, ...handed };
}

/**
 * No disclosure of its own, and so only what was given before, only for a while, and only where it still may be. Who gets it
 * and did not before is on record before a part leaves.
 */
async function handAgain(
  ports: CollectPorts,
  call: Call,
  request: RequestRecord,
  consultation: Consultation,
  { parts, user }: { readonly parts: readonly KeptAnswer[]; readonly user: User | null },
): Promise<CollectOutcome | typeof stale> {
  const { claim } = consultation.reading;
  const problem = claim && keyProblem(call, claim, 'collection');
  if (problem !== null) return problem;
  const isDestroyed = request.destructionConfirmedAt !== null;
  const { movedAt } = request;
  const isOver = movedAt <= ports.clock.ago(givenAgainForMs) || movedAt > ports.clock.ago(-clocksDifferByMs);
  const isLate = isDestroyed || isOver;
  if (isLate || parts.length === 0 || permitForParts(ports, request, consultation, parts) === null) {
    return claim === null ? { kind: 'wrong-state', request } : replayRequest(ports, call, claim, 'collection');
  }
  const theirs = decideForTaker(ports, request, consultation, user);
  if (theirs === null || permitForParts(ports, request, theirs, parts) === null) return { kind: 'other-role' };
  const before = await ports.answers.takers(request.id);
  const taken = takenBy(ports, request, before, { user, at: ports.clock.now(), trace: call.trace });
  if (taken.entries.length > 0) {
    const work = { rests: consultation.rests, moves: false, entries: taken.entries, changes: taken.changes };
    // A conflict is the same person, who came twice at once: the next reading finds them.
    if ((await ports.journal.commit(work)).outcome !== 'durable') return stale;
  }
  const receipt = await ports.journal.receipt(request.entry);
  if (!(await isStillGiven(ports, call, request, { parts, user }))) return stale;
  const handed = { parts: parts.map(asHanded), receipt: receipt && partnerReceipt(receipt, 'recipient') };
  return { kind: 'handed-over', again: true, request, ...handed };
}

/**
 * INVARIANT: the last that is read before parts leave again, since no commit looks at what they rest on: whatever was withdrawn,
 * destroyed or collected before is seen here.
 */
async function isStillGiven(
  ports: CollectPorts,
  call: Call,
  { id, entry }: RequestRecord,
  { parts, user }: { readonly parts: readonly KeptAnswer[]; readonly user: User | null },
): Promise<boolean> {
  const request = await ports.requests.find(id);
  if (request === null || request.entry !== entry || request.destructionConfirmedAt !== null) return false;
  const theirs = decideForTaker(ports, request, await consultOn(ports, call, request), user);
  return theirs !== null && permitForParts(ports, request, theirs, parts) !== null;
}

function fieldsOf(parts: readonly KeptAnswer[]): readonly FieldId[] {
  return parts.flatMap(({ fields }) => fields);
}

function asHanded({ category, fields, jwe, permit }: KeptAnswer): HandedPart {
  return { category, fields, sealed: jwe, permit };
}

/** How the record speaks of the parts: by category where their source sealed them all. */
function formOf(parts: readonly KeptAnswer[]) {
  const sealed = parts.flatMap(({ category, permit, digest }) =>
    category === null || permit === null ? [] : [{ category, permit, digest }],
  );
  if (sealed.length === 0 || sealed.length < parts.length) {
    return { form: 'sealed', permits: [], payloadDigest: partsDigest(parts.map(({ jwe }) => jwe)) } as const;
  }
  const permits = [...new Set(sealed.map(({ permit }) => permitDigest(permit)))];
  return { form: 'sealed-by-source', permits, payloadDigest: sealedDigest(sealed) } as const;
}
