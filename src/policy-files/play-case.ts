import type { ConsentId, FactId, FieldId, Instant, PurposeId, SubjectId, UnitId } from '../core/brand.ts';
import type { Consent } from '../core/consent/consent.ts';
import type { Fact } from '../core/fact/fact.ts';
import { decide } from '../core/policy/decide.ts';
import type { Decision, Question } from '../core/policy/decision.ts';
import type { PolicySet } from '../core/policy/policy-set.ts';
import type { CaseForm, CasesForm, ConsentForm, FactForm } from './cases-file.ts';

const subject = { id: '00000000-0000-7000-8000-000000000001' as SubjectId, epoch: 1 };

export interface PlayedCase {
  readonly decision: Decision;
  /** What was expected and did not happen; empty when the case holds. */
  readonly differences: readonly string[];
}

/** Asks the engine what the case asks, and compares. Throws `RangeError` for a name the file does not define. */
export function playCase(set: PolicySet, form: CasesForm, testCase: CaseForm): PlayedCase {
  const decision = decide(set, questionOf(set, form, testCase));
  return { decision, differences: differences(decision, testCase, fieldsAsked(set, testCase)) };
}

function fieldsAsked({ catalogue }: PolicySet, { fields }: CaseForm): FieldId[] {
  return fields === 'every' ? [...catalogue.fields.keys()] : (fields as FieldId[]);
}

function questionOf(set: PolicySet, form: CasesForm, testCase: CaseForm): Question {
  const side = (unit: string) => ({ unit: unit as UnitId, kind: defined(form.units, 'unit', unit) });
  const known = testCase.person !== 'unknown';
  return {
    purpose: (testCase.purpose ?? form.purpose) as PurposeId,
    trigger: testCase.trigger ?? 'pull',
    source: side(testCase.source),
    recipient: side(testCase.recipient),
    fields: fieldsAsked(set, testCase),
    snapshot: {
      subject: known ? subject : null,
      facts: testCase.facts.map((name) => factOf(name, defined(form.facts, 'fact', name), testCase)),
      consents: (testCase.consents ?? []).map((name) =>
        consentOf(name, defined(form.consents ?? {}, 'consent', name), form, testCase),
      ),
    },
    now: (testCase.now ?? form.now) as Instant,
  };
}

function defined<T>(named: Readonly<Record<string, T>>, what: string, name: string): T {
  const found = Object.hasOwn(named, name) ? named[name] : undefined;
  if (found === undefined) throw new RangeError(`the file defines no ${what} "${name}"`);
  return found;
}

function factOf(name: string, form: FactForm, testCase: CaseForm): Fact {
  return {
    id: name as FactId,
    subject: subject.id,
    type: form.type,
    from: form.from as Instant,
    until: (form.until ?? null) as Instant | null,
    attestedBy: testCase.source as UnitId,
    unit: (form.unit ?? null) as UnitId | null,
    state: form.state ?? 'attested',
    attributes: form.attributes ?? {},
  };
}

function consentOf(name: string, form: ConsentForm, file: CasesForm, testCase: CaseForm): Consent {
  return {
    id: name as ConsentId,
    subject: subject.id,
    source: (form.source ?? testCase.source) as UnitId,
    recipient: (form.recipient ?? testCase.recipient) as UnitId,
    purpose: file.purpose as PurposeId,
    categories: form.categories,
    state: form.state,
    requestedBy: testCase.source as UnitId,
    requestedAt: (form.decided ?? file.now) as Instant,
    decidedAt: (form.decided ?? null) as Instant | null,
    validUntil: form.until as Instant,
    noticeVersion: form.notice ?? 1,
    language: 'nl',
  };
}

function differences(decision: Decision, { expect }: CaseForm, fields: readonly FieldId[]): string[] {
  const found: string[] = [];
  const compare = (what: string, wanted: string, got: string): void => {
    if (wanted !== got) found.push(`${what}: expected ${wanted || 'nothing'}, got ${got || 'nothing'}`);
  };
  const list = (words: readonly string[]): string => [...new Set(words)].sort().join(', ');
  const permit = decision.outcome === 'permit' ? decision : null;
  compare('verdict', expect.verdict, decision.outcome === 'permit' ? 'permit' : decision.class);
  const permitted = expect.permitted ?? (expect.verdict === 'permit' ? fields : []);
  compare('permitted', permitted.join(', '), (permit?.permitted ?? []).join(', '));
  if (expect.rules) compare('rules', list(expect.rules), list(Object.values(permit?.rules ?? {}).flat()));
  if (expect.reasons) {
    const reasons = decision.refused.flatMap((refusal) => refusal.reasons);
    compare(
      'reasons',
      list(expect.reasons),
      list(reasons.map((reason) => [reason.class, reason.rule].filter(Boolean).join(' '))),
    );
  }
  if (expect.obligations) {
    const got = permit && {
      retain: [permit.obligations.retain.until, permit.obligations.retain.plus].filter(Boolean).join(' + '),
      inform: permit.obligations.informSubject,
      approval: permit.obligations.approval,
      seal: permit.obligations.seal,
    };
    for (const name of ['retain', 'inform', 'approval', 'seal'] as const) {
      if (expect.obligations[name] !== undefined) compare(name, expect.obligations[name], got?.[name] ?? '');
    }
  }
  return found;
}
