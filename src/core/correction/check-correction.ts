import type { CorrectionId, FieldId, RightsRequestId } from '../brand.ts';
import type { Label } from '../category/catalogue.ts';
import type { Call } from '../disclosure/operations.ts';
import type { PolicySets, Requests } from '../disclosure/ports.ts';
import type { RightsRequests } from '../rights/rights-request.ts';
import type { Subject } from '../subject/reference.ts';
import { carriesOut } from './carries-out.ts';
import { personOf } from './confirm-correction.ts';
import type { CorrectionBody, Corrections } from './ports.ts';

interface CheckPorts {
  readonly policies: PolicySets;
  readonly rights: RightsRequests;
  readonly corrections: Corrections;
  readonly requests: Requests;
}

interface Objection {
  readonly member: string;
  readonly problem: Label;
}

/** What is wrong with a correction that was not made before; null: nothing. */
export async function objectionTo(
  ports: CheckPorts,
  call: Call,
  body: CorrectionBody,
  subject: Subject | null,
): Promise<Objection | null> {
  return (
    (await unknownField(ports, call, body)) ??
    (await isNoneToPassOn(ports, call, body, subject)) ??
    (await isNotUpheld(ports, call, body, subject))
  );
}

/**
 * A field is of the catalogue, or was when this source gave it to somebody: what was given stays correctable, whatever the
 * policies say by now. INVARIANT: to whom and about whom counts for nothing, or the answer would tell of a person.
 */
async function unknownField(
  { policies, corrections }: CheckPorts,
  call: Call,
  { fields }: CorrectionBody,
): Promise<Objection | null> {
  const { unit } = call.partner;
  const { catalogue } = policies.boundTo(unit) ?? policies.current();
  const strange = fields.filter((field) => !catalogue.fields.has(field as FieldId));
  if (strange.length === 0) return null;
  const gave = await corrections.everGave(unit.id, strange);
  const index = fields.findIndex((field) => strange.includes(field) && !gave.has(field));
  const problem: Label = {
    nl: 'is geen gegeven uit de catalogus, en u hebt het ook niet eerder verstrekt',
    en: 'is not a field of the catalogue, nor one that you gave before',
  };
  return index === -1 ? null : { member: `fields.${index}`, problem };
}

/**
 * Only what this unit was told of itself is passed on: of others it does not learn whether they are there. And only about
 * the person and the fields that it was told of, or the chain would show that something arrived which never did.
 */
async function isNoneToPassOn(
  ports: CheckPorts,
  call: Call,
  { corrects, fields }: CorrectionBody,
  subject: Subject | null,
): Promise<Objection | null> {
  if (corrects === null) return null;
  const first = await ports.corrections.find(corrects as CorrectionId);
  const notice = first?.notices.find(({ recipient }) => recipient === call.partner.unit.id);
  if (notice === undefined) return { member: 'corrects', problem: notTold };
  const about = await personOf(ports, notice);
  if (about === null || about !== subject?.id) return { member: 'corrects', problem: otherPerson };
  const told: ReadonlySet<string> = new Set(notice.fields);
  const index = fields.findIndex((field) => !told.has(field));
  return index === -1 ? null : { member: `fields.${index}`, problem: otherField };
}

const notTold: Label = {
  nl: 'is geen correctie waarvan u bericht kreeg',
  en: 'is not a correction that you were told of',
};

const otherPerson: Label = {
  nl: 'is een correctie over iemand anders dan `subject`: geef die persoon, of laat `corrects` weg',
  en: 'is a correction about somebody else than `subject`: name that person, or leave `corrects` out',
};

const otherField: Label = {
  nl: 'staat niet in de correctie die `corrects` noemt: meld dit gegeven in een correctie zonder `corrects`',
  en: 'is not of the correction that `corrects` names: report this field in a correction without `corrects`',
};

/** Only what was asked of this unit, by whoever it is about, and upheld by it, is carried out, and by doing what was asked. */
async function isNotUpheld(
  ports: CheckPorts,
  call: Call,
  { rightsRequest, fields, kind }: CorrectionBody,
  subject: Subject | null,
): Promise<Objection | null> {
  if (rightsRequest === null) return null;
  const asked = await ports.rights.find(rightsRequest as RightsRequestId);
  if (asked?.source !== call.partner.unit.id || asked.state !== 'upheld') return notUpheld;
  const about = await ports.requests.find(asked.request);
  const isOwn = subject !== null && about?.subject === subject.id && fields.includes(asked.field);
  if (!isOwn) return notUpheld;
  return carriesOut(kind, asked.wish) ? null : otherwise;
}

const notUpheld: Objection = {
  member: 'rightsRequest',
  problem: {
    nl: 'is geen verzoek van deze persoon over een van deze gegevens dat u hebt toegewezen',
    en: 'is not a request of this person about one of these fields that you upheld',
  },
};

const otherwise: Objection = {
  member: 'kind',
  problem: {
    nl: 'doet niet wat deze persoon vroeg en u hebt toegewezen: meld dit in een correctie zonder `rightsRequest`',
    en: 'does not do what this person asked and you upheld: report this in a correction without `rightsRequest`',
  },
};
