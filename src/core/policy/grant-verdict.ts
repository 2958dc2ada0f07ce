import type { FieldId } from '../brand.ts';
import type { Catalogue } from '../category/catalogue.ts';
import type { Consent } from '../consent/consent.ts';
import { coveringConsent } from '../consent/consent-covers.ts';
import { restrictionType } from '../fact/restriction.ts';
import { involvement } from './condition/involved.ts';
import type { Condition } from './condition.ts';
import type { ConditionRecord, Question, Reason } from './decision.ts';
import { type Evaluation, type Evidence, evidenceOf, standing } from './evidence.ts';
import type { Grant, Policy } from './policy.ts';
import { conditionFailed, notAvailable } from './reason.ts';

/** What is on record, read once for every grant that a question touches. */
export interface Situation {
  readonly question: Question;
  readonly policy: Policy;
  readonly catalogue: Catalogue;
  readonly evidence: Evidence;
  /** The recipient stands on record as involved now, in whatever role: it may know why it is refused. */
  readonly involved: boolean;
  /** A restriction stands, or it cannot be told that none does. */
  readonly restriction: Evaluation;
}

/** One grant, evaluated for one person. */
export interface GrantVerdict {
  readonly grant: Grant;
  readonly records: readonly ConditionRecord[];
  /** The consent that a permit of this field rests on; null where none is needed. */
  readonly judge: (
    field: FieldId,
  ) =>
    | { readonly permits: true; readonly consent: Consent | null }
    | { readonly permits: false; readonly reasons: readonly Reason[] };
}

export function situationOf(question: Question, policy: Policy, catalogue: Catalogue): Situation {
  const { recipient } = question;
  const evidence = evidenceOf(question);
  return {
    question,
    policy,
    catalogue,
    evidence,
    involved: involvement(evidence, recipient).value === 'true',
    restriction: standing(evidence, (fact) => fact.type === restrictionType),
  };
}

/**
 * Evaluates every condition, also after one has failed and also for an unknown person: the work and
 * the record do not depend on what was found.
 */
export function evaluateGrant(grant: Grant, asked: readonly FieldId[], situation: Situation): GrantVerdict {
  const evaluated = grant.conditions.map((condition) => ({
    condition,
    ...condition.evaluate(situation.evidence),
  }));
  const consents = grant.consent === 'required' ? consentsByCategory(grant, asked, situation) : null;
  const failed = evaluated.filter(({ value }) => value !== 'true');
  const frozen = situation.restriction.value !== 'false';
  return {
    grant,
    records: [
      ...evaluated.map(({ condition, value, inputs }) => ({
        rule: grant.rule,
        condition: condition.key,
        value,
        inputs,
      })),
      {
        rule: grant.rule,
        condition: 'unrestricted',
        value: notFrozen(situation.restriction),
        inputs: situation.restriction.inputs,
      },
      ...consentRecords(grant, consents),
    ],
    judge: (field) => {
      const consent = consents?.get(situation.catalogue.fields.get(field)?.category ?? '') ?? null;
      const consented = grant.consent !== 'required' || consent !== null;
      if (failed.length === 0 && !frozen && consented) return { permits: true, consent };
      return { permits: false, reasons: reasonsOf(grant, failed, frozen, situation.involved) };
    },
  };
}

/**
 * INVARIANT: a rule that rests on consent never says what failed, or asking again after a change
 * would tell what the subject decided; nor does any rule to a recipient that is not involved.
 */
function reasonsOf(
  grant: Grant,
  failed: readonly ({ readonly condition: Condition } & Evaluation)[],
  frozen: boolean,
  involved: boolean,
): readonly Reason[] {
  if (grant.consent === 'required' || frozen || !involved) return [notAvailable(grant)];
  return failed.map(({ condition, value }) => conditionFailed(grant, condition, value));
}

function notFrozen(restriction: Evaluation): ConditionRecord['value'] {
  if (restriction.value === 'unknown') return 'unknown';
  return restriction.value === 'true' ? 'false' : 'true';
}

function consentsByCategory(
  grant: Grant,
  asked: readonly FieldId[],
  { question, policy, catalogue }: Situation,
): ReadonlyMap<string, Consent | null> {
  const { snapshot, source, recipient, purpose, now } = question;
  const categories = asked
    .filter((field) => grant.fields.has(field))
    .map((field) => catalogue.fields.get(field)?.category ?? '');
  const scope = {
    subject: snapshot.subject?.id ?? null,
    source: source.unit,
    recipient: recipient.unit,
    purpose,
    noticeVersion: policy.notice?.version ?? null,
  };
  const find = (category: string): Consent | null => {
    const { subject, noticeVersion } = scope;
    if (subject === null || noticeVersion === null) return null;
    return coveringConsent(snapshot.consents, { ...scope, subject, noticeVersion }, category, now);
  };
  return new Map(categories.map((category) => [category, find(category)]));
}

function consentRecords(grant: Grant, consents: ReadonlyMap<string, Consent | null> | null): ConditionRecord[] {
  return [...(consents ?? [])].map(([category, consent]) => ({
    rule: grant.rule,
    condition: `consent(${category})`,
    value: consent === null ? 'false' : 'true',
    inputs:
      consent === null
        ? {}
        : {
            given: (consent.decidedAt ?? '').slice(0, 10),
            until: consent.validUntil.slice(0, 10),
            notice: String(consent.noticeVersion),
          },
  }));
}
