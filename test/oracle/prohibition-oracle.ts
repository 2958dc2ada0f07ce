import { allOf, conditionValue } from './condition-oracle.ts';
import type { OracleGrant } from './grants.ts';
import { approvalOf } from './obligation-oracle.ts';
import type { PolicyContent, RawProhibition } from './policy-content.ts';
import type { OracleQuestion } from './question.ts';

/** Does the prohibition match this flow, with no grant to look at? */
export function matchesFlow(
  prohibition: RawProhibition,
  question: OracleQuestion,
  field: string,
  content: PolicyContent,
): boolean {
  const { obtained, bases, consent } = prohibition;
  if (obtained !== undefined || bases !== undefined || consent !== undefined) return false;
  return matchesFirstLines(prohibition, question, field, content);
}

/** Does the prohibition match this grant for this field? */
export function matchesGrant(
  prohibition: RawProhibition,
  grant: OracleGrant,
  question: OracleQuestion,
  field: string,
  content: PolicyContent,
): boolean {
  if (!matchesFirstLines(prohibition, question, field, content)) return false;
  const { obtained, bases, consent } = prohibition;
  const provenance = grant.source.obtained ?? 'own';
  if (obtained !== undefined) {
    if (provenance === 'own' || !provenance.some((purpose) => isNamed(purpose, obtained, content))) return false;
  }
  if (bases !== undefined) {
    const sides = [grant.source.basis, grant.recipient.basis].flat();
    if (!sides.some((basis) => bases.includes(basis))) return false;
  }
  return consent === undefined || consent.includes(grant.rule.consent);
}

/** Does a prohibition that matches this grant forbid it, or is all of its `unless` so? */
export function forbids(
  prohibition: RawProhibition,
  grant: OracleGrant,
  question: OracleQuestion,
  content: PolicyContent,
): boolean {
  const { unless } = prohibition;
  if (unless === undefined) return true;
  if (allOf((unless.when ?? []).map((condition) => conditionValue(condition, question, content))) !== 'true')
    return true;
  if (unless.consent !== undefined && !unless.consent.includes(grant.rule.consent)) return true;
  if (unless.approval === undefined) return false;
  const asked = approvalOf(unless.approval);
  const given = approvalOf(grant.rule.obligations.approval);
  const isEnough =
    Math.max(given.approvers, given.roles.length) >= Math.max(asked.approvers, asked.roles.length) &&
    asked.roles.every((role) => given.roles.includes(role));
  return !isEnough;
}

function matchesFirstLines(
  prohibition: RawProhibition,
  question: OracleQuestion,
  field: string,
  content: PolicyContent,
): boolean {
  const { recipients, sources, purposes, exceptPurposes } = prohibition;
  if (recipients !== undefined && !namesRecipient(recipients, question.recipient.kind, content)) return false;
  if (sources !== undefined && !sources.includes(question.source.kind)) return false;
  if (purposes !== undefined && !isNamed(question.purpose, purposes, content)) return false;
  if (exceptPurposes !== undefined && isNamed(question.purpose, exceptPurposes, content)) return false;
  return namesField(prohibition, field, content);
}

function namesRecipient(
  recipients: NonNullable<RawProhibition['recipients']>,
  kind: string,
  content: PolicyContent,
): boolean {
  if ('mayProcessBsn' in recipients) return content.kinds[kind]?.mayProcessBsn === false;
  return recipients.includes(kind);
}

function namesField(prohibition: RawProhibition, field: string, content: PolicyContent): boolean {
  const { categories, fields, classes, exceptFields } = prohibition;
  const namesNone = categories === undefined && fields === undefined && classes === undefined;
  const isUnheardOf = classesOf(field, content).length === 0;
  if (isUnheardOf) return namesNone && exceptFields === undefined;
  if (exceptFields?.includes(field) === true) return false;
  if (namesNone) return true;
  if (categories?.includes(categoryOf(field)) === true) return true;
  if (fields?.includes(field) === true) return true;
  return classesOf(field, content).some((one) => classes?.includes(one) === true);
}

export function categoryOf(field: string): string {
  return field.split('.')[0] ?? field;
}

export function classesOf(field: string, content: PolicyContent): readonly string[] {
  const [category, name] = field.split('.');
  const found = content.categories[category ?? '']?.fields[name ?? ''];
  return found === undefined ? [] : [found.class].flat();
}

/** A purpose is named by itself, or by a group that it or one of its groups stands in. */
function isNamed(purpose: string, named: readonly string[], content: PolicyContent): boolean {
  for (let word: string | undefined = purpose; word !== undefined; word = content.purposes[word]?.within) {
    if (named.includes(word)) return true;
  }
  return false;
}
