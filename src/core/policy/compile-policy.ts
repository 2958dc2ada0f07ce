import type { FieldId, PurposeId } from '../brand.ts';
import type { Catalogue, FieldClass, Label } from '../category/catalogue.ts';
import type { Problems } from '../category/file-problem.ts';
import { plainCitation } from '../category/plain-citation.ts';
import { compileCondition } from './condition.ts';
import type { Obligations } from './decision.ts';
import { joinObligations } from './obligation-lattice.ts';
import type { Grant, Policy } from './policy.ts';
import { type PolicyForm, policyFile, type RecipientForm, type RuleForm } from './policy-file.ts';
import { forbids, type Prohibition } from './prohibition.ts';

type Path = readonly (string | number)[];

/** What a policy is checked and compiled against. */
export interface PolicyScope {
  readonly catalogue: Catalogue;
  readonly prohibitions: readonly Prohibition[];
  readonly retentionStarts: ReadonlyMap<string, Label>;
}

/** Parses, checks and compiles one policy file. Any problem found means that the set does not load. */
export function compilePolicy(content: unknown, scope: PolicyScope, problems: Problems): Policy | null {
  const form = problems.parse<PolicyForm>(policyFile, content);
  if (form === null) return null;
  problems.known(['purpose'], 'purpose', form.purpose, scope.catalogue.purposes);
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
    notice: form.notice ?? null,
    grants,
  };
}

function checkNotice(form: PolicyForm, problems: Problems): void {
  const resting = form.rules.findIndex((rule) => rule.consent === 'required');
  if (resting >= 0 && form.notice === undefined) {
    problems.add(
      ['rules', resting, 'consent'],
      'consent is required, but the policy has no notice to show the subject',
    );
  }
  if (resting < 0 && form.notice !== undefined) {
    problems.add(['notice'], 'no rule rests on consent, so it may not be asked', 'key');
  }
}

function compileRule(form: PolicyForm, rule: RuleForm, path: Path, scope: PolicyScope, problems: Problems): Grant[] {
  const { catalogue } = scope;
  checkSide(rule.from, [...path, 'from'], catalogue, problems);
  checkBasis(rule, rule.from, [...path, 'from'], problems);
  const seen = new Set<string>();
  for (const [index, field] of rule.fields.entries()) {
    problems.known([...path, 'fields', index], 'field', field, catalogue.fields);
    if (seen.has(field)) problems.add([...path, 'fields', index], `"${field}" is named twice`);
    seen.add(field);
  }
  if (rule.consent !== 'required' && !rule.when.some((when) => when.involved?.who === 'recipient')) {
    problems.add([...path, 'when'], 'must ask that the recipient is involved, or rest on consent', 'key');
  }
  return rule.to.map((to, index) => {
    const at = [...path, 'to', index];
    checkSide(to, at, catalogue, problems);
    checkBasis(rule, to, at, problems);
    checkGrounds(rule, to, at, catalogue, problems);
    problems.known([...at, 'retain', 'until'], 'start of retention', to.retain.until, scope.retentionStarts);
    checkProhibitions(form, rule, to, path, scope, problems);
    return compileGrant(rule, to, path, scope, problems);
  });
}

function compileGrant(rule: RuleForm, to: RecipientForm, path: Path, scope: PolicyScope, problems: Problems): Grant {
  const conditions = rule.when.map((form, index) =>
    compileCondition(form, {
      catalogue: scope.catalogue,
      source: rule.from.kind,
      recipient: to.kind,
      problems,
      path: [...path, 'when', index],
    }),
  );
  return {
    rule: rule.id,
    source: rule.from.kind,
    recipient: to.kind,
    regimes: { source: rule.from.regime, recipient: to.regime },
    bases: { source: rule.from.basis, recipient: to.basis },
    grounds: { criminal: to['criminal-data'] ?? null, health: to['health-data'] ?? null },
    fields: new Set(rule.fields as FieldId[]),
    conditions,
    consent: rule.consent,
    obligations: obligationsOf(rule, to),
  };
}

function obligationsOf(rule: RuleForm, to: RecipientForm): Obligations {
  const { until, plus, status } = to.retain;
  return {
    retain: { until, plus: plus ?? null, status: status ?? 'law' },
    informSubject: rule.obligations['inform-subject'],
    approval: rule.obligations.approval,
    seal: rule.obligations.seal,
  };
}

function checkSide(
  side: { readonly kind: string; readonly regime: string },
  path: Path,
  catalogue: Catalogue,
  problems: Problems,
): void {
  if (!problems.known([...path, 'kind'], 'partner kind', side.kind, catalogue.partnerKinds)) return;
  const regime = catalogue.partnerKinds.get(side.kind)?.regime;
  if (regime !== side.regime) problems.add([...path, 'regime'], `${side.kind} processes under ${regime}`);
}

/** A side cannot rest on consent where the rule does not ask for it. */
function checkBasis(rule: RuleForm, side: { readonly basis: string }, path: Path, problems: Problems): void {
  if (side.basis === 'consent' && rule.consent !== 'required') {
    problems.add([...path, 'basis'], 'basis consent needs consent: required');
  }
}

/** Special data need a ground of their own, named; a secrecy holder's waiver cannot be expressed yet. */
function checkGrounds(rule: RuleForm, to: RecipientForm, path: Path, catalogue: Catalogue, problems: Problems): void {
  const classes = new Set<FieldClass | undefined>(
    rule.fields.map((field) => catalogue.fields.get(field as FieldId)?.class),
  );
  if (classes.has('criminal') && to['criminal-data'] === undefined) {
    problems.add(path, 'the rule names criminal data: say under which ground (criminal-data)');
  }
  if (classes.has('health') && to['health-data'] === undefined) {
    problems.add(path, 'the rule names health data: say under which ground (health-data)');
  }
  if (classes.has('secrecy'))
    problems.add(path, 'the rule names data under professional secrecy, which needs a waiver');
}

/** The proof that no permit of this rule meets a prohibition: both are finite, so every pair is tried. */
function checkProhibitions(
  form: PolicyForm,
  rule: RuleForm,
  to: RecipientForm,
  path: Path,
  scope: PolicyScope,
  problems: Problems,
): void {
  for (const [index, field] of rule.fields.entries()) {
    const flow = {
      source: rule.from.kind,
      recipient: to.kind,
      purpose: form.purpose as PurposeId,
      field: field as FieldId,
    };
    for (const prohibition of scope.prohibitions.filter((candidate) => forbids(candidate, flow))) {
      problems.add([...path, 'fields', index], `prohibition "${prohibition.id}" forbids ${field} to ${to.kind}`);
    }
  }
}

/** Rules that can permit together must have obligations that join, or nobody can say what comes with the permit. */
function checkJoins(form: PolicyForm, grants: readonly Grant[], problems: Problems): void {
  for (const [index, grant] of grants.entries()) {
    for (const other of grants.slice(0, index)) {
      if (grant.source !== other.source || grant.recipient !== other.recipient) continue;
      if (joinObligations(grant.obligations, other.obligations) !== undefined) continue;
      const at = form.rules.findIndex((rule) => rule.id === grant.rule);
      const message = `the obligations toward ${grant.recipient} cannot be joined with those of rule "${other.rule}"`;
      problems.add(['rules', at, 'obligations'], message, 'key');
    }
  }
}
