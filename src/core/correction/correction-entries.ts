import type { Instant, RightsRequestId, SubjectId } from '../brand.ts';
import { frame, subjectMark, userOnRecord } from '../disclosure/entries.ts';
import type { Call } from '../disclosure/operations.ts';
import type { Entropy, PolicySets } from '../disclosure/ports.ts';
import { canonical } from '../ledger/canonical.ts';
import type { EntryDraft } from '../ledger/entry.ts';
import type { User } from '../partner/partner.ts';
import type { Correction, CorrectionNotice, CorrectionWay } from './correction.ts';
import type { CorrectionBody } from './ports.ts';

interface EntryPorts {
  readonly entropy: Entropy;
  readonly policies: PolicySets;
}

/** Looks the same whoever the person is, and whether anybody got anything. */
export function madeEntry(
  ports: EntryPorts,
  call: Call,
  correction: Omit<Correction, 'entry'>,
  { subject, body }: { readonly subject: SubjectId | null; readonly body: CorrectionBody },
): EntryDraft {
  const rights = body.rightsRequest === null ? {} : { rights: body.rightsRequest };
  const entry = entryOf(ports, call, correction, { by: 'source', ...rights }, subject);
  const personal = {
    ...entry.personal,
    reference: canonical({ type: body.subject.type, value: body.subject.value }),
    ground: body.ground,
    author: userOnRecord(body.by),
  };
  return { ...entry, personal };
}

/** What the gateway passes on in the place of who destroyed its copy: nobody there said anything. */
export function passedEntry(
  ports: EntryPorts,
  call: Pick<Call, 'trace'>,
  correction: Omit<Correction, 'entry'>,
  subject: SubjectId,
): EntryDraft {
  return entryOf(ports, call, correction, { by: 'gateway' }, subject);
}

/** What follows at once from an objection that its source upheld: what was said stands with that decision. */
export function objectedEntry(
  ports: EntryPorts,
  call: Pick<Call, 'trace'>,
  correction: Omit<Correction, 'entry'>,
  { subject, rights }: { readonly subject: SubjectId; readonly rights: RightsRequestId },
): EntryDraft {
  return entryOf(ports, call, correction, { by: 'gateway', rights }, subject);
}

function entryOf(
  ports: EntryPorts,
  call: Pick<Call, 'trace'>,
  { id, source, kind, fields, corrects, madeAt }: Omit<Correction, 'entry'>,
  more: { readonly by: 'source' | 'gateway'; readonly rights?: string },
  subject: SubjectId | null,
): EntryDraft {
  const about = { trace: call.trace, purpose: null, source, recipient: null };
  return {
    ...frame(ports.entropy, about, madeAt, ports.policies.current().digest),
    kind: 'correction-made',
    body: {
      ...{ v: 2, correction: id, what: kind, fields: [...fields] },
      ...(corrects === null ? {} : { corrects }),
      ...more,
    },
    subject,
    personal: { subject: subjectMark(ports.entropy, subject) },
    fleeting: {},
  };
}

export function toldEntry(
  ports: EntryPorts,
  call: Pick<Call, 'trace'>,
  { source, kind, madeAt }: Omit<Correction, 'entry'>,
  { correction, recipient, requests, fields }: CorrectionNotice,
  subject: SubjectId,
): EntryDraft {
  const about = { trace: call.trace, purpose: null, source, recipient };
  return {
    ...frame(ports.entropy, about, madeAt, ports.policies.current().digest),
    kind: 'correction-told',
    body: { correction, what: kind, fields: [...fields], requests: [...requests] },
    subject,
    personal: { subject },
    fleeting: {},
  };
}

export function confirmedEntry(
  ports: EntryPorts,
  call: Call,
  { id, source }: Correction,
  said: { readonly how: CorrectionWay; readonly by: User; readonly subject: SubjectId | null; readonly at: Instant },
): EntryDraft {
  const about = { trace: call.trace, purpose: null, source, recipient: call.partner.unit.id };
  return {
    ...frame(ports.entropy, about, said.at, ports.policies.current().digest),
    kind: 'correction-confirmed',
    body: { correction: id, how: said.how },
    subject: said.subject,
    personal: { subject: subjectMark(ports.entropy, said.subject), reporter: userOnRecord(said.by) },
    fleeting: {},
  };
}

export function followedEntry(
  ports: EntryPorts,
  { id, source }: Correction,
  recipient: CorrectionNotice['recipient'],
  seen: { readonly step: 'reminder' | 'due'; readonly subject: SubjectId | null; readonly at: Instant },
): EntryDraft {
  const about = { trace: ports.entropy.trace(), purpose: null, source, recipient };
  return {
    ...frame(ports.entropy, about, seen.at, ports.policies.current().digest),
    kind: 'correction-followed',
    body: { correction: id, step: seen.step },
    subject: seen.subject,
    personal: { subject: subjectMark(ports.entropy, seen.subject) },
    fleeting: {},
  };
}
