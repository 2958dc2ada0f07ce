import type { FieldId, RequestId, UnitId } from '../brand.ts';
import { secondsOf } from '../calendar.ts';
import type { Catalogue, Label } from '../category/catalogue.ts';
import type { Unit } from '../partner/partner.ts';
import { provenKeyInForce } from '../partner/registered-key.ts';
import { askedThen, type Consultation, consult } from './consult.ts';
import { decisionKept } from './decision-kept.ts';
import { type InboxQuery, type InboxView, type ReadInboxPorts, statesFor, taskOf } from './inbox.ts';
import { issuePermit, type Sealing, secondsAfter } from './issue-permit.ts';
import { ownSubject } from './own-subject.ts';
import type { RequestRecord } from './request.ts';
import type { Delegate, RequestMessage } from './said-on-request.ts';
import { isSealedBySource } from './seal-answer.ts';
import { coversOffer } from './sealed-as-a-whole.ts';
import { stepRead } from './step-read.ts';
import { keepRefused } from './strike.ts';
import { isOverdue } from './waiting.ts';
import { whatWasSaid } from './what-was-said.ts';
import { bothActive } from './why-stopped.ts';

/** Where it was not reckoned yet until when a request waits. */
const undatedSeconds = 3_600;

/** What waits for people of this source, the first to end first. */
export function listInbox(
  ports: Pick<ReadInboxPorts, 'inbox' | 'clock'>,
  source: UnitId,
  { task, after, limit }: InboxQuery,
): Promise<readonly RequestRecord[]> {
  return ports.inbox.page(source, { states: statesFor(task), after, limit }, ports.clock.now());
}

/**
 * One of them, whole. It is decided again: what would not be permitted at this moment waits for nobody, whether it was
 * stopped already or not. null: no such request, or not for this source.
 * Throws `Fault('database-unavailable')`.
 */
export async function readInbox(ports: ReadInboxPorts, source: UnitId, id: RequestId): Promise<InboxView | null> {
  const request = await ports.requests.find(id);
  const task = request && taskOf(request);
  if (request === null || !task || request.source !== source || request.subject === null) return null;
  if (!bothActive(ports.registry.current(), [request.source, request.recipient])) return null;
  const consultation = await consult(ports, { ...askedThen(request, request.subject), idempotency: null });
  const { decision, recipient } = consultation;
  if (isOverdue(request, consultation.now) || !coversOffer(request, decision)) return null;
  const catalogue = ports.policies.boundTo(consultation.source)?.catalogue;
  const purpose = catalogue?.purposes.get(request.purpose);
  if (decision.outcome === 'refusal' || catalogue === undefined || purpose === undefined) return null;
  const [subject, said, answers, messages] = await Promise.all([
    ownSubject(ports, catalogue, consultation.source, consultation.reading),
    saidToSource(ports, catalogue, request, request.direction === 'push' ? consultation.source : recipient),
    ports.answers.of(id),
    ports.messages.of(id),
  ]);
  if (subject === null) return null;
  const mustSeal = isSealedBySource(decision);
  const answered = answers.flatMap(({ fields }) => fields);
  return {
    request: { ...request, decision: keepRefused(request.decision, decisionKept(ports.policies, consultation)) },
    step: stepRead(request, decision),
    task,
    subject,
    purpose,
    fields: decision.permitted.map((field) => catalogue.fields.get(field)).filter((field) => field !== undefined),
    answered,
    delegatedTo: lastDelegate(messages),
    recipient,
    mustSeal,
    sealing:
      task === 'answer' && mustSeal
        ? sealingFor(ports, consultation, { request, permitted: decision.permitted, answered })
        : null,
    kind: catalogue.partnerKinds.get(recipient.kind)?.label ?? plain(recipient.kind),
    said,
  };
}

/** For what was not answered yet, until it must be; null: nothing is left, or the recipient has no key that it signed. */
function sealingFor(
  ports: ReadInboxPorts,
  { recipient, now }: Consultation,
  of: {
    readonly request: RequestRecord;
    readonly permitted: readonly FieldId[];
    readonly answered: readonly FieldId[];
  },
): Sealing | null {
  const { request, permitted, answered } = of;
  const recipientKey = provenKeyInForce(recipient.encryptionKeys ?? [], now);
  // What was sealed of a category is all of it that can be.
  const done = new Set(answered.map(categoryOf));
  const fields = permitted.filter((field) => !done.has(categoryOf(field)));
  if (recipientKey === null || fields.length === 0) return null;
  const until = request.dueAt ?? secondsAfter(now, undatedSeconds);
  // Its last second: no permit is that short.
  if (secondsOf(until) <= secondsOf(ports.clock.now()) + 1) return null;
  return issuePermit(ports, { request, recipient, fields, recipientKey, until });
}

function categoryOf(field: FieldId): string {
  return field.slice(0, field.indexOf('.'));
}

function lastDelegate(messages: readonly RequestMessage[]): Delegate | null {
  return messages.flatMap(({ said }) => (said.kind === 'delegation' ? [said.to] : [])).at(-1) ?? null;
}

/** In the own words of who asked, or offered, and who said them; never by what its people are numbered. */
async function saidToSource(
  ports: ReadInboxPorts,
  { partnerKinds }: Catalogue,
  request: RequestRecord,
  asker: Unit,
): Promise<InboxView['said']> {
  const said = await whatWasSaid(ports, request);
  if (said === null) return null;
  const { justification, caseReference, user } = said;
  if (user === null) return { justification, caseReference, asker: null };
  const kept = await ports.users.find(user.trace, user.token);
  const role = partnerKinds.get(asker.kind)?.roles.get(user.role) ?? plain(user.role);
  // A row that another unit's token led to says nothing about who asked.
  return { justification, caseReference, asker: { role, name: kept?.unit === asker.id ? kept.name : null } };
}

/** A word that the catalogue does not have stands as it is. */
function plain(word: string): Label {
  return { nl: word, en: word };
}
