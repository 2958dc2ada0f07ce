import { z } from 'zod';
import type { Label } from '../../core/category/catalogue.ts';
import { approvalsNeeded } from '../../core/disclosure/approvals-needed.ts';
import { type InboxView, type Task, tasks } from '../../core/disclosure/inbox.ts';
import type { RequestRecord } from '../../core/disclosure/request.ts';
import { delegate } from '../../core/disclosure/said-on-request.ts';
import { struckIn } from '../../core/disclosure/strike.ts';
import { inLanguage, type Language } from '../language.ts';
import { approvals, citation, obligations, viewLaw } from './request-view.ts';
import { named } from './schema-names.ts';
import { digest, instantOut } from './words.ts';

const waits = z.object({
  id: z.uuid(),
  waitsFor: z.enum(tasks),
  receivedAt: instantOut,
  /** Until when it waits; null where that is not reckoned yet. */
  dueAt: instantOut.nullable(),
  approvalsNeeded: approvals,
  escalatedTo: z.array(z.string()),
});

const inboxLine = named(
  'InboxLine',
  'A request that waits for people of your unit. `fields`: what is permitted and struck by nobody. `approvalsNeeded`: 0 ' +
    'where it waits for an answer. `escalatedTo`: roles to which you were told to turn.',
  waits.extend({ purpose: z.string(), recipient: z.string(), fields: z.array(z.string()) }),
);

export const inboxPage = named(
  'InboxPage',
  'What waits, the first to end first. Ask again with `after` set to `next`; null: this is the last page.',
  z.object({ items: z.array(inboxLine), next: z.string().nullable() }),
);

const ownSubject = named(
  'OwnSubject',
  'The person as your unit may know them: by its own pseudonym, by its own case references, and by the official numbers ' +
    'that a unit of your kind may process.',
  z.object({
    pseudonym: z.string(),
    caseReferences: z.array(z.string()),
    bsn: z.string().nullable(),
    skn: z.string().nullable(),
  }),
);

const field = z.object({
  field: z.string(),
  title: z.string(),
  classes: z.array(z.enum(['ordinary', 'health', 'criminal', 'number', 'secrecy'])),
});

const said = named(
  'WhatWasSaid',
  'Why it is asked, in the words of the recipient, its own case reference, and for whom of its people. `name` is null ' +
    'where it is not kept any more.',
  z.object({
    justification: z.string(),
    caseReference: z.string().nullable(),
    asker: z.object({ role: z.string(), name: z.string().nullable() }).nullable(),
  }),
);

export const inboxItem = named(
  'InboxItem',
  'A request as somebody who decides must see it, decided at this moment. `step` names what was read, with its fields and ' +
    'obligations: say it in `seen` of an approval. `said` is null where the reason is not on record any more; nobody may ' +
    'approve it then. `struck`: what people of yours struck out. `answered`: fields that were given already. `delegatedTo`: who of yours is to answer, as was said last. ' +
    '`approvedBy`: roles of who approved. `reminders`: what whoever approves must keep in mind. `mustSeal`: ' +
    'the gateway may not see the answer, so that only a system of yours that seals can give it (docs/sealed.md). `sealing`: ' +
    'the permit and the key by which it does, new each time; null where it need not, or cannot now.',
  waits.extend({
    step: digest,
    subject: ownSubject,
    purpose: z.object({ id: z.string(), title: z.string() }),
    law: z.array(citation),
    recipient: z.object({ id: z.string(), name: z.string(), organisation: z.string(), kind: z.string() }),
    fields: z.array(field),
    answered: z.array(z.string()),
    delegatedTo: delegate.nullable(),
    struck: z.array(z.string()),
    said: said.nullable(),
    approvedBy: z.array(z.string()),
    obligations: obligations.nullable(),
    reminders: z.array(z.string()),
    mustSeal: z.boolean(),
    sealing: z
      .object({ permit: z.string(), recipientKey: z.object({ jwk: z.unknown(), proof: z.string() }) })
      .nullable(),
  }),
);

/** What is the same of one that is listed and one that is read. */
function viewWaits(request: RequestRecord, task: Task, escalatedTo: readonly string[]): z.output<typeof waits> {
  const { id, receivedAt, dueAt, decision, approvals: given } = request;
  const asked = task === 'approval' ? decision.obligations : null;
  const { persons, roles } = asked === null ? { persons: 0, roles: [] } : approvalsNeeded(asked, given);
  const needed = { persons, roles: [...roles] };
  return { id, waitsFor: task, receivedAt, dueAt, approvalsNeeded: needed, escalatedTo: [...escalatedTo] };
}

export function viewItem(
  request: RequestRecord,
  task: Task,
  escalatedTo: readonly string[],
): z.output<typeof inboxLine> {
  const { purpose, recipient, decision } = request;
  return { ...viewWaits(request, task, escalatedTo), purpose, recipient, fields: [...decision.permitted] };
}

export function viewInbox(
  view: InboxView,
  shown: { readonly language: Language; readonly escalated: readonly string[]; readonly reminders: readonly Label[] },
): z.output<typeof inboxItem> {
  const { request, step, task, subject, purpose, recipient, said: words } = view;
  const text = (label: Label) => inLanguage(label, shown.language);
  const { pseudonym, caseReferences, numbers } = subject;
  const { law, obligations: asked } = request.decision;
  return {
    ...viewWaits(request, task, shown.escalated),
    step,
    subject: { pseudonym, caseReferences: [...caseReferences], bsn: numbers.bsn ?? null, skn: numbers.skn ?? null },
    purpose: { id: purpose.id, title: text(purpose.label) },
    law: viewLaw(law),
    recipient: {
      id: recipient.id,
      name: recipient.name,
      organisation: recipient.organisation.name,
      kind: text(view.kind),
    },
    fields: view.fields.map(({ id, label, classes }) => ({ field: id, title: text(label), classes: [...classes] })),
    answered: [...view.answered],
    delegatedTo: view.delegatedTo,
    struck: [...struckIn(request.decision)],
    said: words && {
      justification: words.justification,
      caseReference: words.caseReference,
      asker: words.asker && { role: text(words.asker.role), name: words.asker.name },
    },
    approvedBy: request.approvals.map(({ role }) => role),
    obligations: asked && { ...asked, approvers: [...asked.approvers] },
    reminders: task === 'approval' ? shown.reminders.map(text) : [],
    mustSeal: view.mustSeal,
    sealing: view.sealing && { permit: view.sealing.permit.jws, recipientKey: view.sealing.recipientKey },
  };
}
