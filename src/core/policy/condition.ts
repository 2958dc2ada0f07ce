import type { Catalogue, Label } from '../category/catalogue.ts';
import type { Problems } from '../category/file-problem.ts';
import type { Fact } from '../fact/fact.ts';
import type { ConditionValue, Side } from './decision.ts';
import { type Evaluation, type Evidence, standing } from './evidence.ts';
import type { ConditionForm } from './policy-file.ts';

/** A condition of a rule, compiled once: a pure function of the evidence, with words for people. */
export interface Condition {
  /** Stable and readable; the key under which its value is recorded. */
  readonly key: string;
  /** Completes "Voorwaarde: …". */
  readonly label: Label;
  readonly evaluate: (evidence: Evidence) => Evaluation;
}

/** Where a condition is compiled: the kinds of the two sides decide which roles can mean anything. */
export interface ConditionScope {
  readonly catalogue: Catalogue;
  readonly source: string;
  readonly recipient: string;
  readonly problems: Problems;
  readonly path: readonly (string | number)[];
}

/** The fact by which a unit may know a person, and its attribute. */
export const involvementType = 'involvement';
export const involvementRole = 'role';
const phaseType = 'phase';
const phaseWord = 'phase';

type Form<K extends keyof ConditionForm> = NonNullable<ConditionForm[K]>;
type Compilers = { readonly [K in keyof Required<ConditionForm>]: (form: Form<K>, scope: ConditionScope) => Condition };

/** INVARIANT: every member of the form has a compiler; the compiler of TypeScript insists. */
const compilers: Compilers = { involved, holds, phase, any };

/** Compiles one condition of a file that has been parsed; mistakes in its words go to `scope.problems`. */
export function compileCondition(form: ConditionForm, scope: ConditionScope): Condition {
  const at = (member: string): ConditionScope => ({ ...scope, path: [...scope.path, member] });
  if (form.involved !== undefined) return compilers.involved(form.involved, at('involved'));
  if (form.holds !== undefined) return compilers.holds(form.holds, at('holds'));
  if (form.phase !== undefined) return compilers.phase(form.phase, at('phase'));
  if (form.any !== undefined) return compilers.any(form.any, at('any'));
  throw new Error('a condition without a member passed the border');
}

/** Whether this side stands on record as involved with the person, in one of these roles (null: in any). */
export function involvement(evidence: Evidence, side: Side, roles: readonly string[] | null): Evaluation {
  const about = (fact: Fact): boolean =>
    fact.type === involvementType &&
    fact.unit === side.unit &&
    (roles === null || roles.includes(attribute(fact, involvementRole) ?? ''));
  return standing(evidence.facts.filter(about), evidence.now);
}

function attribute(fact: Fact, name: string): string | null {
  return Object.hasOwn(fact.attributes, name) ? (fact.attributes[name] ?? null) : null;
}

function involved(form: Form<'involved'>, scope: ConditionScope): Condition {
  const known = scope.catalogue.factTypes.get(involvementType)?.words.get(involvementRole) ?? new Map();
  const kind = form.who === 'source' ? scope.source : scope.recipient;
  const roles = form.as.filter((role, index) => {
    if (!scope.problems.known([...scope.path, 'as', index], 'role', role, known)) return false;
    return known.get(role)?.about?.includes(kind) ?? false;
  });
  if (roles.length === 0) scope.problems.add(scope.path, `none of these roles can be held by ${kind}`);
  const or = (language: keyof Label): string[] => roles.map((role) => known.get(role)?.label[language] ?? role);
  return {
    key: `involved(${form.who}: ${roles.join(' | ')})`,
    label: {
      nl: `de ${form.who === 'source' ? 'bron' : 'ontvanger'} is bij deze persoon betrokken als ${or('nl').join(' of ')}`,
      en: `the ${form.who} is involved with this person as ${or('en').join(' or ')}`,
    },
    evaluate: (evidence) => involvement(evidence, evidence[form.who], roles),
  };
}

function holds(type: Form<'holds'>, scope: ConditionScope): Condition {
  scope.problems.known(scope.path, 'fact type', type, scope.catalogue.factTypes);
  const known = scope.catalogue.factTypes.get(type);
  if (known?.unit === 'required') scope.problems.add(scope.path, `${type} is about a unit: use the condition for it`);
  return {
    key: `holds(${type})`,
    label: {
      nl: `vastgesteld is: ${known?.label.nl ?? type}`,
      en: `on record is: ${known?.label.en ?? type}`,
    },
    evaluate: (evidence) =>
      standing(
        evidence.facts.filter((fact) => fact.type === type),
        evidence.now,
      ),
  };
}

function phase(words: Form<'phase'>, scope: ConditionScope): Condition {
  const known = scope.catalogue.factTypes.get(phaseType)?.words.get(phaseWord) ?? new Map();
  for (const [index, word] of words.entries()) scope.problems.known([...scope.path, index], 'phase', word, known);
  const or = (language: keyof Label): string[] => words.map((word) => known.get(word)?.label[language] ?? word);
  return {
    key: `phase(${words.join(' | ')})`,
    label: { nl: `de fase is ${or('nl').join(' of ')}`, en: `the phase is ${or('en').join(' or ')}` },
    evaluate: (evidence) => {
      const inPhase = (fact: Fact): boolean =>
        fact.type === phaseType && words.includes(attribute(fact, phaseWord) ?? '');
      return standing(evidence.facts.filter(inPhase), evidence.now);
    },
  };
}

function any(forms: Form<'any'>, scope: ConditionScope): Condition {
  const members = forms.map((form, index) => compileCondition(form, { ...scope, path: [...scope.path, index] }));
  return {
    key: `any(${members.map((member) => member.key).join(' | ')})`,
    label: {
      nl: members.map((member) => member.label.nl).join(', of '),
      en: members.map((member) => member.label.en).join(', or '),
    },
    evaluate: (evidence) => {
      const evaluations = members.map((member) => member.evaluate(evidence));
      const values = evaluations.map((evaluation) => evaluation.value);
      const value: ConditionValue = values.includes('true') ? 'true' : values.includes('unknown') ? 'unknown' : 'false';
      const inputs = evaluations.flatMap((evaluation, index) =>
        Object.entries(evaluation.inputs).map(([name, input]) => [`${members[index]?.key}.${name}`, input] as const),
      );
      return { value, inputs: Object.fromEntries(inputs) };
    },
  };
}
