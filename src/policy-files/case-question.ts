import type { ConsentId, FactId, FieldId, Instant, PurposeId, SubjectId, UnitId } from '../core/brand.ts';
import type { Consent } from '../core/consent/consent.ts';
import type { Fact } from '../core/fact/fact.ts';
import type { Question } from '../core/policy/decision.ts';
import type { PolicySet } from '../core/policy/policy-set.ts';
import type { AskedForm, ConsentForm, FactForm, SituationForm } from './cases-file.ts';

const subject = { id: '00000000-0000-7000-8000-000000000001' as SubjectId, epoch: 1 };

/** The question that a case asks the engine. Throws `RangeError` for a name the file does not define. */
export function caseQuestion(set: PolicySet, form: SituationForm, asked: AskedForm): Question {
  const side = (unit: string) => ({ unit: unit as UnitId, kind: defined(form.units, 'unit', unit) });
  const known = asked.person !== 'unknown';
  return {
    purpose: (asked.purpose ?? form.purpose) as PurposeId,
    trigger: asked.trigger ?? 'pull',
    source: side(asked.source),
    recipient: side(asked.recipient),
    fields: asked.fields === 'every' ? [...set.catalogue.fields.keys()] : (asked.fields as FieldId[]),
    userRole: asked.user ?? null,
    snapshot: {
      subject: known ? subject : null,
      facts: asked.facts.map((name) => factOf(name, defined(form.facts, 'fact', name), asked)),
      consents: (asked.consents ?? []).map((name) =>
        consentOf(name, defined(form.consents ?? {}, 'consent', name), form, asked),
      ),
    },
    now: (asked.now ?? form.now) as Instant,
  };
}

function defined<T>(named: Readonly<Record<string, T>>, what: string, name: string): T {
  const found = Object.hasOwn(named, name) ? named[name] : undefined;
  if (found === undefined) throw new RangeError(`the file defines no ${what} "${name}"`);
  return found;
}

function factOf(name: string, form: FactForm, asked: AskedForm): Fact {
  return {
    id: name as FactId,
    subject: subject.id,
    type: form.type,
    from: form.from as Instant,
    until: (form.until ?? null) as Instant | null,
    attestedBy: asked.source as UnitId,
    unit: (form.unit ?? null) as UnitId | null,
    reference: form.reference ?? null,
    state: form.state ?? 'attested',
    attributes: form.attributes ?? {},
  };
}

function consentOf(name: string, form: ConsentForm, file: SituationForm, asked: AskedForm): Consent {
  const undecided = form.state === 'requested' || form.state === 'expired';
  return {
    id: name as ConsentId,
    kind: form.kind ?? 'consent',
    subject: subject.id,
    source: (form.source ?? asked.source) as UnitId,
    recipient: (form.recipient ?? asked.recipient) as UnitId,
    purpose: (form.purpose ?? file.purpose) as PurposeId,
    categories: form.categories,
    state: form.state,
    requestedBy: asked.source as UnitId,
    requestedAt: (form.decided ?? file.now) as Instant,
    decidedAt: (form.decided ?? null) as Instant | null,
    decidedBy: form.decidedBy ?? (undecided ? null : 'subject'),
    validUntil: form.until as Instant,
    noticeVersion: form.notice ?? 1,
    language: 'nl',
  };
}
