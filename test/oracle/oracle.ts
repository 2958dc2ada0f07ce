import { allOf, conditionValue, isRecipientInvolved, isRestricted } from './condition-oracle.ts';
import { consentCovers } from './consent-oracle.ts';
import { grantsFor, type OracleGrant } from './grants.ts';
import { joinObligations, obligationsOf } from './obligation-oracle.ts';
import type { PolicyContent } from './policy-content.ts';
import { categoryOf, forbids, matchesFlow, matchesGrant } from './prohibition-oracle.ts';
import {
  type FieldAnswer,
  type JoinedObligations,
  type OracleAnswer,
  type OracleQuestion,
  refusalOrder,
} from './question.ts';

/**
 * What docs/policy-language.md says about a question, read sentence by sentence: everything is looked at for every
 * field, nothing is remembered. Slow, and meant to be.
 */
export function askOracle(content: PolicyContent, question: OracleQuestion): OracleAnswer {
  const fields: Record<string, FieldAnswer> = {};
  const permitting: OracleGrant[] = [];
  let proofBroken = false;
  for (const field of question.fields) {
    const grants = grantsFor(question, field, content);
    const open = grants.filter((grant) => grantPermits(grant, field, question, content));
    const forbidden = open.flatMap((grant) => forbiddenBy(grant, field, question, content));
    if (forbidden.length > 0) proofBroken = true;
    const answer = answerField(field, grants, open, forbidden, question, content);
    if (answer.permitted) permitting.push(...open);
    fields[field] = answer;
  }
  const permitted = permitting.length > 0;
  return {
    fields,
    permitted,
    refusal: permitted ? null : refusalOfWhole(Object.values(fields)),
    obligations: permitted ? joinAll(permitting) : null,
    proofBroken,
  };
}

function answerField(
  field: string,
  grants: readonly OracleGrant[],
  open: readonly OracleGrant[],
  forbidden: readonly string[],
  question: OracleQuestion,
  content: PolicyContent,
): FieldAnswer {
  const matching = content.prohibitions.filter((prohibition) => matchesFlow(prohibition, question, field, content));
  const absolute = matching.filter(({ unless }) => unless === undefined);
  if (absolute.length > 0) return refused(absolute.map(({ id }) => `prohibited ${id}`));
  if (grants.length === 0) {
    return refused(matching.length > 0 ? matching.map(({ id }) => `prohibited ${id}`) : ['not-permitted -']);
  }
  if (forbidden.length > 0) return refused(forbidden.map((id) => `prohibited ${id}`));
  if (open.length > 0) return { permitted: true, rules: distinct(open.map(({ rule }) => rule.id)) };
  return refused(grants.flatMap((grant) => reasonsOf(grant, question, content)));
}

function grantPermits(grant: OracleGrant, field: string, question: OracleQuestion, content: PolicyContent): boolean {
  const { rule, policy } = grant;
  if (isRestricted(question)) return false;
  if (allOf(rule.when.map((condition) => conditionValue(condition, question, content))) !== 'true') return false;
  if (rule.consent === 'irrelevant' || rule.consent === 'invalid') return true;
  const kind = rule.consent === 'required' ? 'consent' : 'waiver';
  return consentCovers(kind, categoryOf(field), policy.notice?.version, question, content);
}

function forbiddenBy(grant: OracleGrant, field: string, question: OracleQuestion, content: PolicyContent): string[] {
  return content.prohibitions
    .filter((prohibition) => matchesGrant(prohibition, grant, question, field, content))
    .filter((prohibition) => forbids(prohibition, grant, question, content))
    .map(({ id }) => id);
}

function reasonsOf({ rule }: OracleGrant, question: OracleQuestion, content: PolicyContent): string[] {
  const restsOnPerson = rule.consent === 'required' || rule.consent === 'waiver';
  if (restsOnPerson || isRestricted(question) || !isRecipientInvolved(question)) return [`not-available ${rule.id}`];
  return rule.when.flatMap((condition) => {
    const value = conditionValue(condition, question, content);
    if (value === 'true') return [];
    return [`${value === 'false' ? 'condition-not-met' : 'undecidable'} ${rule.id}`];
  });
}

function refused(reasons: readonly string[]): FieldAnswer {
  return { permitted: false, reasons: distinct(reasons) };
}

function distinct(words: readonly string[]): string[] {
  return [...new Set(words)].sort();
}

function refusalOfWhole(answers: readonly FieldAnswer[]): OracleAnswer['refusal'] {
  const reasons = answers.flatMap((answer) => (answer.permitted ? [] : answer.reasons));
  return refusalOrder.find((word) => reasons.some((reason) => reason.startsWith(`${word} `))) ?? null;
}

/** @throws where the obligations of two grants do not join: such a set must not have been loaded. */
function joinAll(grants: readonly OracleGrant[]): JoinedObligations {
  let joined: JoinedObligations | null = null;
  for (const { rule, recipient } of grants) {
    if (recipient.retain === undefined)
      throw new Error(`rule ${rule.id} says not how long ${recipient.kind} may retain`);
    const own = obligationsOf(rule.obligations, recipient.retain);
    const next: JoinedObligations | null = own === null || joined === null ? own : joinObligations(joined, own);
    if (next === null) throw new Error(`the obligations of rule ${rule.id} do not join with those before it`);
    joined = next;
  }
  if (joined === null) throw new Error('there is no grant to take obligations from');
  return joined;
}
