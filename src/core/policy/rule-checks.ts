import type { FieldId, PurposeId } from '../brand.ts';
import type { Catalogue, SpecialClass } from '../category/catalogue.ts';
import type { Problems } from '../category/file-problem.ts';
import type { PolicyScope } from './compile-policy.ts';
import type { RuleFlow } from './compile-rule.ts';
import { joinObligations } from './obligation-lattice.ts';
import { obligationsOf } from './obligations-of.ts';
import type { Grant } from './policy.ts';
import type { BasisWord, ConditionForm, PolicyForm, RuleForm, SourceForm } from './policy-file.ts';
import { proveProhibitions } from './prove-prohibitions.ts';

export type Path = readonly (string | number)[];

/** What holds for a rule whatever its sides are. */
export function checkRule(
  rule: RuleForm,
  path: Path,
  { catalogue, asks = 'recipient' }: PolicyScope,
  problems: Problems,
): void {
  checkUsers(rule, path, catalogue, problems);
  const seen = new Set<string>();
  for (const [index, field] of rule.fields.entries()) {
    problems.known([...path, 'fields', index], 'field', field, catalogue.fields);
    if (seen.has(field)) problems.add([...path, 'fields', index], `"${field}" is named twice`);
    seen.add(field);
  }
  const asksInvolvement = rule.when.some(
    ({ involved, member }) => involved?.who === asks || (asks === 'recipient' && member !== undefined),
  );
  if (rule.consent !== 'required' && rule.consent !== 'waiver' && !asksInvolvement)
    problems.add([...path, 'when'], `must ask that the ${asks} is involved, or rest on consent`, 'key');
}

export function checkSource(
  form: PolicyForm,
  rule: RuleForm,
  { from, fromPath }: RuleFlow,
  scope: PolicyScope,
  problems: Problems,
): void {
  checkSide(from, fromPath, scope.catalogue, problems);
  checkBasis(rule, from, fromPath, problems);
  checkObtained(form, from, fromPath, scope.catalogue, problems);
  const { approval } = rule.obligations;
  const roles = typeof approval === 'string' ? [] : approval.roles;
  const known = scope.catalogue.partnerKinds.get(from.kind)?.roles;
  for (const [index, role] of roles.entries()) {
    if (known === undefined) break;
    const at = [...fromPath.slice(0, 2), 'obligations', 'approval', 'roles', index];
    problems.known(at, `role of ${from.kind}`, role, known);
  }
}

export function checkRecipient(rule: RuleForm, flow: RuleFlow, scope: PolicyScope, problems: Problems): void {
  const { to, toPath } = flow;
  checkSide(to, toPath, scope.catalogue, problems);
  checkBasis(rule, to, toPath, problems);
  for (const special of specialClasses) checkGround(rule, flow, special, scope.catalogue, problems);
  problems.known([...toPath, 'retain', 'until'], 'start of retention', to.retain.until, scope.retentionStarts);
  const own = obligationsOf(rule.obligations, to.retain);
  if (joinObligations(own, own) === undefined)
    problems.add([...toPath, 'retain', 'atLeast'], 'must be no longer than plus, in units that compare');
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
function checkBasis(
  rule: RuleForm,
  side: { readonly basis: BasisWord | readonly BasisWord[] },
  path: Path,
  problems: Problems,
): void {
  const bases = [side.basis].flat();
  if (bases.includes('consent') && rule.consent !== 'required')
    problems.add([...path, 'basis'], 'basis consent needs consent: required');
  if (new Set(bases).size < bases.length) problems.add([...path, 'basis'], 'names a basis twice');
}

/** Data obtained for one purpose are used for another only where the catalogue says that the two are compatible. */
function checkObtained(form: PolicyForm, from: SourceForm, path: Path, catalogue: Catalogue, problems: Problems): void {
  if (from.obtained === undefined || from.obtained === 'own') return;
  const uses = catalogue.purposes.get(form.purpose as PurposeId)?.usesDataOf ?? [];
  for (const [index, purpose] of from.obtained.entries()) {
    const at = [...path, 'obtained', index];
    if (!problems.known(at, 'purpose', purpose, catalogue.purposes)) continue;
    if (purpose !== form.purpose && !uses.includes(purpose as PurposeId))
      problems.add(at, `${form.purpose} does not use data of ${purpose} (usesDataOf in the catalogue)`);
  }
}

const specialClasses: readonly SpecialClass[] = ['criminal', 'health', 'secrecy'];
const classWords: Readonly<Record<SpecialClass, string>> = {
  criminal: 'criminal data',
  health: 'health data',
  secrecy: 'data under professional secrecy',
};

/** Special data need a ground of their own, named by each recipient, and one that fits what the subject is asked. */
function checkGround(
  rule: RuleForm,
  { to, toPath }: RuleFlow,
  special: SpecialClass,
  catalogue: Catalogue,
  problems: Problems,
): void {
  const member = `${special}-data` as const;
  const cited = to[member];
  if (cited === undefined) {
    const needed = rule.fields.some((field) => catalogue.fields.get(field as FieldId)?.classes.includes(special));
    if (needed) problems.add(toPath, `the rule names ${classWords[special]}: say under which ground (${member})`);
    return;
  }
  const at = [...toPath, member];
  if (!problems.known(at, 'ground', cited, catalogue.grounds[special])) return;
  const ground = catalogue.grounds[special].get(cited);
  if (ground?.consent && rule.consent !== 'required') problems.add(at, `${cited} needs consent: required`);
  if (ground?.waiver && rule.consent !== 'waiver') problems.add(at, `${cited} needs consent: waiver`);
}

/** No permit of this rule may meet a prohibition. */
export function checkProhibitions(
  form: PolicyForm,
  rule: RuleForm,
  grant: Grant,
  path: Path,
  { prohibitions, catalogue }: PolicyScope,
  problems: Problems,
): void {
  const when = [...path, 'when'];
  // Conditions whose words are wrong have no situations to try: then the kinds alone must do.
  const broken = problems.found.some((problem) => when.every((step, index) => problem.path[index] === step));
  const tried = broken ? { ...grant, conditions: [] } : grant;
  for (const { field, message } of proveProhibitions(form.purpose as PurposeId, tried, prohibitions, catalogue))
    problems.add([...path, 'fields', rule.fields.indexOf(field)], message);
}

/** A role of a user that nobody at any recipient has would only wait for somebody to make it up. */
function checkUsers(rule: RuleForm, path: Path, { partnerKinds }: Catalogue, problems: Problems): void {
  const recipients = [...(rule.to ?? []), ...(rule.among ?? [])].map(({ kind }) => kind);
  const has = (kind: string, role: string): boolean => partnerKinds.get(kind)?.roles.has(role) ?? false;
  const check = (forms: readonly ConditionForm[], at: Path): void => {
    for (const [index, { user, any, all }] of forms.entries()) {
      for (const [place, role] of (user?.role ?? []).entries()) {
        if (recipients.some((kind) => has(kind, role))) continue;
        problems.add([...at, index, 'user', 'role', place], `no recipient of this rule has the role "${role}"`);
      }
      check(any ?? [], [...at, index, 'any']);
      check(all ?? [], [...at, index, 'all']);
    }
  };
  check(rule.when, [...path, 'when']);
}
