import { all, any } from './condition/combined.ts';
import { holds } from './condition/holds.ts';
import { involved } from './condition/involved.ts';
import { lasted } from './condition/lasted.ts';
import { member } from './condition/member.ts';
import { phase } from './condition/phase.ts';
import { user } from './condition/user.ts';
import { window } from './condition/window.ts';
import type { Compiled, Condition, ConditionScope, FormOf } from './condition.ts';
import type { ConditionForm, ConditionName } from './condition-form.ts';

type Compilers = { readonly [K in ConditionName]: (form: FormOf<K>, scope: ConditionScope) => Compiled };

/** INVARIANT: every member of the form has a compiler; the compiler of TypeScript insists. */
const compilers: Compilers = {
  involved,
  holds,
  phase,
  member,
  window,
  lasted,
  user,
  any: (forms, scope) => any(each(forms, scope)),
  all: (forms, scope) => all(each(forms, scope)),
};

const names = Object.keys(compilers) as readonly ConditionName[];

interface Known {
  readonly conditions: Map<string, Condition>;
  /** Values do not depend on kinds: rules between whatever kinds share one function, which is then at hand more often. */
  readonly evaluations: Map<string, Condition['evaluate']>;
}

const compiledBefore = new WeakMap<ConditionScope['catalogue'], Known>();

/**
 * Compiles one condition of a file that has been parsed; mistakes in its words go to `scope.problems`.
 * The same form between the same kinds gives the same object, so that rules share its evaluation.
 */
export function compileCondition(form: ConditionForm, scope: ConditionScope): Condition {
  const { conditions, evaluations } = compiledBefore.get(scope.catalogue) ?? noneKnown(scope.catalogue);
  const written = JSON.stringify(form);
  const key = `${scope.source ?? ''} ${scope.recipient ?? ''} ${written}`;
  const before = conditions.get(key);
  if (before !== undefined) return before;
  const mistakes = scope.problems.found.length;
  const compiled = compileAnew(form, scope);
  const condition = { ...compiled, evaluate: evaluations.get(written) ?? compiled.evaluate };
  // Where it was mistaken it is compiled again, so that each place in the files is told of.
  if (scope.problems.found.length > mistakes) return condition;
  conditions.set(key, condition);
  evaluations.set(written, condition.evaluate);
  return condition;
}

function noneKnown(catalogue: ConditionScope['catalogue']): Known {
  const known = { conditions: new Map<string, Condition>(), evaluations: new Map<string, Condition['evaluate']>() };
  compiledBefore.set(catalogue, known);
  return known;
}

function compileAnew(form: ConditionForm, scope: ConditionScope): Condition {
  const name = names.find((candidate) => form[candidate] !== undefined);
  if (name === undefined) throw new Error('a condition without a member passed the border');
  const compiled = compileAs(name, form, { ...scope, path: [...scope.path, name] });
  return { members: [], ...compiled, form };
}

function compileAs<K extends ConditionName>(name: K, form: ConditionForm, scope: ConditionScope): Compiled {
  const compiler: Compilers[K] = compilers[name];
  return compiler(form[name] as FormOf<K>, scope);
}

function each(forms: readonly ConditionForm[], scope: ConditionScope): Condition[] {
  return forms.map((form, index) => compileCondition(form, { ...scope, path: [...scope.path, index] }));
}
