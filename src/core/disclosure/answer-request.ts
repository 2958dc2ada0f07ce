import type { FieldId, RequestId } from '../brand.ts';
import { Fault } from '../fault.ts';
import type { EntryDraft, JsonValue } from '../ledger/entry.ts';
import { ok, type Result, refuse } from '../result.ts';
import { mayIdentifyBy } from './ask.ts';
import { type AtSource, consultAtSource, type InboxPorts } from './at-source.ts';
import { firstReceipt, frame, subjectMark, userOnRecord } from './entries.ts';
import type { AnswerOutcome, SourceAnswer } from './inbox-operations.ts';
import type { KeptAnswer } from './kept-answer.ts';
import { type Minimised, minimise } from './minimise.ts';
import type { Call } from './operations.ts';
import type { RequestRecord } from './request.ts';
import { requestEvent } from './request-events.ts';
import { isSealedBySource, keyForWaiting, partsDigest, sealedDigest } from './seal-answer.ts';
import { type InvalidMember, readSealedAnswer } from './sealed-answer.ts';
import { settle, stale } from './settle.ts';
import { dueAfter } from './waiting.ts';

/**
 * Somebody at the source answers, in whole or in part. What was not asked, is of another form, or is about another
 * person is refused whole, and nothing of it is kept; the rest is sealed at once to the recipient's key, and only that
 * is kept. Throws `Fault('seal-impossible')`.
 */
export function answerRequest(
  ports: InboxPorts,
  call: Call,
  id: RequestId,
  answer: SourceAnswer,
): Promise<AnswerOutcome> {
  return settle(ports, () => recordAnswer(ports, call, id, answer));
}

async function recordAnswer(
  ports: InboxPorts,
  call: Call,
  id: RequestId,
  answer: SourceAnswer,
): Promise<AnswerOutcome | typeof stale> {
  const standing = await consultAtSource(ports, call, id, 'answer');
  if (standing === stale || standing.kind !== 'stands') return standing;
  const person = await personProblem(ports, call, standing, answer);
  if (person !== null) return person;
  // Read after the request: who answers meanwhile moves its latest entry, and that is looked at when this is written.
  const before = await ports.answers.of(id);
  const taken = await takeAnswer(ports, standing, before, answer);
  if (!taken.ok) {
    // What was answered before may have been answered just now: then the request itself is looked at again.
    const moved = (await ports.requests.find(id))?.entry !== standing.request.entry;
    return moved ? stale : { kind: 'invalid', ...taken.refusal };
  }
  const { parts, digest } = taken.value;
  const fields = parts.flatMap((part) => part.fields);
  const given = new Set([...before.flatMap((each) => each.fields), ...fields]);
  const { request, consultation, permit, claimed } = standing;
  const isLast = answer.complete || permit.permitted.every((field) => given.has(field));
  const at = ports.clock.now();
  const entry: EntryDraft = {
    ...frame(ports.entropy, { ...request, trace: call.trace }, at, permit.policySet),
    kind: 'source-answered',
    body: { request: id, fields: [...fields], step: isLast ? 'last' : 'part' },
    subject: consultation.rests.subject?.id ?? null,
    personal: { subject: subjectMark(ports.entropy, request.subject), answerer: userOnRecord(answer.by) },
    fleeting: { answer: digest },
  };
  const to = isLast ? 'answered' : 'partly-answered';
  const dueAt = isLast ? dueAfter(ports, request, to, at) : request.dueAt;
  const moved: RequestRecord = { ...request, state: to, movedAt: at, entry: entry.id, dueAt };
  const kept = parts.map(
    (part): KeptAnswer => ({ ...part, id: ports.entropy.id(), request: id, receivedAt: at, entry: entry.id }),
  );
  const step = { type: 'request-moved', id, from: request.state, to, at, entry: entry.id, decision: null } as const;
  const committed = await ports.journal.commit({
    rests: consultation.rests,
    moves: false,
    entries: [entry],
    changes: [
      claimed,
      { ...step, seen: request.entry, ...(isLast && dueAt !== null ? { dueAt } : {}) },
      ...kept.map((each) => ({ type: 'answer-kept', answer: each }) as const),
      requestEvent(ports, moved, request.recipient, to),
    ],
  });
  if (committed.outcome !== 'durable') return stale;
  return { kind: 'recorded', request: moved, receipt: firstReceipt(committed.receipts, 'source') };
}

interface Taken {
  readonly parts: readonly Omit<KeptAnswer, 'id' | 'request' | 'receivedAt' | 'entry'>[];
  /** SHA-256, base64url, over all of them. */
  readonly digest: string;
}

/** As it is kept: as its source sealed it where the policy says so, and only then; otherwise sealed here and now. */
async function takeAnswer(
  ports: InboxPorts,
  standing: AtSource,
  before: readonly KeptAnswer[],
  answer: SourceAnswer,
): Promise<Result<Taken, InvalidMember>> {
  const { permit, consultation } = standing;
  if (isSealedBySource(permit)) {
    if (answer.sealed === undefined || Object.keys(answer.data).length > 0)
      return refuse({ member: 'data', ...mustSeal });
    const read = readSealedAnswer(ports, standing, before, answer.sealed);
    if (!read.ok) return read;
    const { parts, permit: by } = read.value;
    if (parts.length === 0 && !answer.complete) return refuse({ member: 'sealed', ...empty });
    return ok({ parts: parts.map((part) => ({ ...part, permit: by.jws })), digest: sealedDigest(parts) });
  }
  if (answer.sealed !== undefined) return refuse({ member: 'sealed', ...mustBeClear });
  const read = readAnswer(ports, standing, before, answer);
  if (!read.ok) return read;
  const { data } = read.value;
  const key = keyForWaiting(consultation.recipient, permit, ports.clock.now());
  if (key === null) throw new Fault('seal-impossible', 'no encryption key of the recipient is in force');
  const jwe = await ports.sealer.seal(data as JsonValue, key);
  const digest = partsDigest([jwe]);
  return ok({ parts: [{ category: null, fields: Object.keys(data) as FieldId[], jwe, permit: null, digest }], digest });
}

/** Whoever the source speaks of must be whom was asked about, as the gateway knows them now. @law AVG 5(1)(d) */
async function personProblem(
  ports: InboxPorts,
  call: Call,
  { request, consultation }: AtSource,
  { subject }: SourceAnswer,
): Promise<AnswerOutcome | null> {
  if (!mayIdentifyBy(ports, call, subject)) return { kind: 'number-not-allowed' };
  const { snapshot } = await ports.snapshots.read({
    subject: { by: 'reference', reference: subject, unit: request.source },
    source: request.source,
    recipient: request.recipient,
    idempotency: null,
  });
  const asked = consultation.reading.snapshot.subject;
  return asked !== null && snapshot.subject?.id === asked.id ? null : { kind: 'other-person' };
}

/** Only what was asked and permitted, once each, and by the words of the set that permits it. */
function readAnswer(
  ports: InboxPorts,
  { consultation, permit }: AtSource,
  before: readonly KeptAnswer[],
  { data, complete }: SourceAnswer,
): Result<Minimised, InvalidMember> {
  const given = new Set<string>(before.flatMap(({ fields }) => fields));
  const permitted = new Set<string>(permit.permitted);
  const set = ports.policies.boundTo(consultation.source);
  if (set?.digest !== permit.policySet) throw new Fault('basis-changed', 'the policies of the permit bind no more');
  const names = Object.keys(data);
  for (const name of names) {
    // What is no field may be a value: it is not repeated.
    const member = `data/${set.catalogue.fields.has(name as FieldId) ? name : '?'}`;
    if (!permitted.has(name)) return refuse({ member, ...notAsked });
    if (given.has(name)) return refuse({ member, ...answeredBefore });
  }
  if (names.length === 0 && !complete) return refuse({ member: 'data', ...empty });
  const content = minimise(set.catalogue, permit, data);
  if (content.ok) return ok(content.value);
  const { field, problem } = content.refusal;
  return refuse({ member: `data/${field}`, code: 'wrong-form', problem });
}

const notAsked = {
  code: 'not-permitted',
  problem: { nl: 'mag deze aanvraag niet geven', en: 'may not be given for this request' },
};
const answeredBefore = {
  code: 'answered-before',
  problem: { nl: 'is al beantwoord', en: 'was answered before' },
};
const empty = {
  code: 'nothing-said',
  problem: { nl: 'zegt niets, en dat is niet alles', en: 'says nothing, and that is not all' },
};
const mustSeal = {
  code: 'must-be-sealed',
  problem: {
    nl: 'geeft u niet leesbaar: doe het zelf op slot en geef sealed en permit',
    en: 'cannot be given in clear: seal it yourself, and give sealed and permit',
  },
};
const mustBeClear = {
  code: 'must-be-clear',
  problem: { nl: 'doet u hier niet zelf op slot: geef data', en: 'is not sealed by you here: give data' },
};
