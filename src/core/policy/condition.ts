import type { Catalogue, FactWord, Label } from '../category/catalogue.ts';
import type { Problems } from '../category/file-problem.ts';
import type { ConditionForm, ConditionName } from './condition-form.ts';
import type { Evaluation, Evidence } from './evidence.ts';

/** A condition of a rule, compiled once: a pure function of the evidence, with words for people. */
export interface Condition {
  /** Stable and readable; the key under which its value is recorded. */
  readonly key: string;
  /** Completes "Voorwaarde: …". */
  readonly label: Label;
  /** As it was written. */
  readonly form: ConditionForm;
  /** Conditions of which `any` and `all` consist, each recorded on its own; else none. */
  readonly members: readonly Condition[];
  readonly evaluate: (evidence: Evidence) => Evaluation;
}

/** Where a condition is compiled: the kinds of the two sides decide which roles can mean anything. */
export interface ConditionScope {
  readonly catalogue: Catalogue;
  /** Partner kinds; null in a prohibition, which speaks of many. */
  readonly source: string | null;
  readonly recipient: string | null;
  readonly problems: Problems;
  readonly path: readonly (string | number)[];
}

export type FormOf<K extends ConditionName> = NonNullable<ConditionForm[K]>;

/** What a compiler of one kind of condition makes; the written form is added for all of them in one place. */
export type Compiled = Omit<Condition, 'form' | 'members'> & { readonly members?: readonly Condition[] };

export type Words = ReadonlyMap<string, FactWord>;

/** The fact by which a unit may know a person, and its attribute. */
export const involvementType = 'involvement';
export const involvementRole = 'role';

/** The words of an attribute; none where type or attribute do not exist. */
export function wordsOf(catalogue: Catalogue, type: string, attribute: string): Words {
  return catalogue.factTypes.get(type)?.words.get(attribute) ?? new Map<string, FactWord>();
}
