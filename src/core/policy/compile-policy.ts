import type { PurposeId } from '../brand.ts';
import type { Catalogue } from '../category/catalogue.ts';
import type { Problems } from '../category/file-problem.ts';
import { plainCitation } from '../category/plain-citation.ts';
import type { RetentionStart } from '../category/retention-start.ts';
import { compileRule } from './compile-rule.ts';
import type { Obligations } from './decision.ts';
import { joinObligations } from './obligation-lattice.ts';
import type { Grant, Policy } from './policy.ts';
import { type PolicyForm, policyFile, type RuleForm } from './policy-file.ts';
import type { Prohibition } from './prohibition.ts';

/** What a policy is checked and compiled against. */
export interface PolicyScope {
  readonly catalogue: Catalogue;
  readonly prohibitions: readonly Prohibition[];
  readonly retentionStarts: ReadonlyMap<string, RetentionStart>;
  /** Whose involvement each rule that rests on no consent must ask; left out: the recipient's. */
  readonly asks?: 'recipient' | 'source';
}

/** Parses, checks and compiles one policy file. Any problem found means that the set does not load. */
export function compilePolicy(content: unknown, scope: PolicyScope, problems: Problems): Policy | null {
  const form = problems.parse<PolicyForm>(policyFile, content);
  if (form === null) return null;
  checkPurpose(form, scope.catalogue, problems);
  checkNotice(form, problems);
  const ids = new Set<string>();
  const grants: Grant[] = [];
  for (const [index, rule] of form.rules.entries()) {
    if (ids.has(rule.id)) problems.add(['rules', index, 'id'], `"${rule.id}" is used twice`);
    ids.add(rule.id);
    grants.push(...compileRule(form, rule, ['rules', index], scope, problems));
  }
  checkJoins(form, grants, problems);
  return {
    purpose: form.purpose as PurposeId,
    version: form.version,
    title: form.title,
    trigger: form.trigger,
    law: form.law.map(plainCitation),
    open: form.open ?? [],
    notice: form.notice ?? null,
    grants,
  };
}

function checkPurpose({ purpose }: PolicyForm, catalogue: Catalogue, problems: Problems): void {
  if (catalogue.purposeGroups.has(purpose))
    problems.add(['purpose'], `"${purpose}" is a group of purposes: name one purpose of it`);
  else problems.known(['purpose'], 'purpose', purpose, catalogue.purposes);
}

/** Whether the subject is asked before a rule can permit. */
function restsOnSubject({ consent }: RuleForm): boolean {
  return consent === 'required' || consent === 'waiver';
}

function checkNotice(form: PolicyForm, problems: Problems): void {
  const resting = form.rules.findIndex(restsOnSubject);
  const rule = form.rules[resting];
  if (rule !== undefined && form.notice === undefined) {
    const what = rule.consent === 'waiver' ? 'a waiver is asked' : 'consent is required';
    problems.add(['rules', resting, 'consent'], `${what}, but the policy has no notice to show the subject`);
  }
  if (rule === undefined && form.notice !== undefined) {
    problems.add(['notice'], 'no rule rests on consent, so it may not be asked', 'key');
  }
}

/**
 * Rules that can permit together must have obligations that join, or nobody can say what comes with
 * the permit. Every pair is tried, so that the message names both; and all together, since three
 * roles of approvers join two by two and still ask for one person too many.
 */
function checkJoins(form: PolicyForm, grants: readonly Grant[], problems: Problems): void {
  const cells = Map.groupBy(grants, ({ source, recipient }) => `${source} → ${recipient}`);
  for (const [flow, together] of cells) {
    const before = problems.found.length;
    for (const [index, grant] of together.entries()) {
      for (const other of together.slice(0, index)) {
        if (joinObligations(grant.obligations, other.obligations) !== undefined) continue;
        noteUnjoined(form, grant, `with those of rule "${other.rule}"`, problems);
      }
    }
    const joined = together.reduce<Obligations | undefined>(
      (sum, { obligations }) => sum && joinObligations(sum, obligations),
      together[0]?.obligations,
    );
    const last = together.at(-1);
    if (joined === undefined && last !== undefined && problems.found.length === before)
      noteUnjoined(form, last, `with those of all rules from ${flow} together`, problems);
  }
}

function noteUnjoined(form: PolicyForm, { rule, recipient }: Grant, withWhat: string, problems: Problems): void {
  const at = form.rules.findIndex(({ id }) => id === rule);
  const message = `the obligations toward ${recipient} cannot be joined ${withWhat}`;
  problems.add(['rules', at, 'obligations'], message, 'key');
}
