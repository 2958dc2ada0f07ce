import type { FieldId, PurposeId } from '../brand.ts';
import type { Problems } from '../category/file-problem.ts';
import { compileCondition } from './compile-condition.ts';
import type { PolicyScope } from './compile-policy.ts';
import { obligationsOf, openObligations } from './obligations-of.ts';
import type { Grant, OpenNote } from './policy.ts';
import type { ConditionForm, PolicyForm, RecipientForm, RuleForm, SourceForm } from './policy-file.ts';
import { checkProhibitions, checkRecipient, checkRule, checkSource, type Path } from './rule-checks.ts';

/** One direction of a rule, with where its two sides stand in the file. */
export interface RuleFlow {
  readonly from: SourceForm;
  readonly fromPath: Path;
  readonly to: RecipientForm;
  readonly toPath: Path;
}

/** The grants of one rule: one for each pair of a source kind and a recipient kind. */
export function compileRule(
  form: PolicyForm,
  rule: RuleForm,
  path: Path,
  scope: PolicyScope,
  problems: Problems,
): Grant[] {
  checkRule(rule, path, scope, problems);
  return flowsOf(rule, path, problems).map((flow) => {
    checkSource(form, rule, flow, scope, problems);
    checkRecipient(rule, flow, scope, problems);
    const grant = compileGrant(rule, flow, path, scope, problems);
    checkProhibitions(form, rule, grant, path, scope, problems);
    return grant;
  });
}

/** `from` to each of `to`, or every ordered pair of two different members of `among`. */
function flowsOf(rule: RuleForm, path: Path, problems: Problems): RuleFlow[] {
  const { from, to, among } = rule;
  if (among === undefined && from !== undefined && to !== undefined) {
    noteDoubles(to, [...path, 'to'], problems);
    const fromPath = [...path, 'from'];
    return to.map((recipient, index) => ({ from, fromPath, to: recipient, toPath: [...path, 'to', index] }));
  }
  if (among !== undefined && from === undefined && to === undefined) {
    noteDoubles(among, [...path, 'among'], problems);
    return among.flatMap((source, s) =>
      among.flatMap((recipient, r) =>
        s === r
          ? []
          : [{ from: source, fromPath: [...path, 'among', s], to: recipient, toPath: [...path, 'among', r] }],
      ),
    );
  }
  problems.add([...path, 'id'], 'a rule has from and to, or among');
  return [];
}

function noteDoubles(sides: readonly { readonly kind: string }[], path: Path, problems: Problems): void {
  const seen = new Set<string>();
  for (const [index, { kind }] of sides.entries()) {
    if (seen.has(kind)) problems.add([...path, index, 'kind'], `"${kind}" is named twice`);
    seen.add(kind);
  }
}

function compileGrant(rule: RuleForm, flow: RuleFlow, path: Path, scope: PolicyScope, problems: Problems): Grant {
  const { from, to } = flow;
  const conditions = rule.when.map((form, index) =>
    compileCondition(form, {
      catalogue: scope.catalogue,
      source: scope.catalogue.partnerKinds.has(from.kind) ? from.kind : null,
      recipient: scope.catalogue.partnerKinds.has(to.kind) ? to.kind : null,
      problems,
      path: [...path, 'when', index],
    }),
  );
  const obtained = from.obtained ?? 'own';
  return {
    rule: rule.id,
    source: from.kind,
    recipient: to.kind,
    regimes: { source: from.regime, recipient: to.regime },
    bases: { source: [from.basis].flat(), recipient: [to.basis].flat() },
    grounds: {
      criminal: to['criminal-data'] ?? null,
      health: to['health-data'] ?? null,
      secrecy: to['secrecy-data'] ?? null,
    },
    obtained: obtained === 'own' ? [] : (obtained as PurposeId[]),
    fields: new Set(rule.fields as FieldId[]),
    conditions,
    consent: rule.consent,
    obligations: obligationsOf(rule.obligations, to.retain),
    open: [
      ...conditions.flatMap((condition, index) => openConditions(rule.when[index], condition.label.nl)),
      ...openObligations(rule.obligations),
    ],
  };
}

/** A condition that the legal catalogue does not settle, and those within it. */
function openConditions(form: ConditionForm | undefined, what: string): OpenNote[] {
  if (form === undefined) return [];
  const own = form.status === undefined ? [] : [{ status: form.status, what }];
  const members = [...(form.any ?? []), ...(form.all ?? [])];
  return [...own, ...members.flatMap((member) => openConditions(member, what))];
}
