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

const compiledBefore = new WeakMap<ConditionScope['catalogue'], Map<string, Condition>>();

/**
 * Compiles one condition of a file that has been parsed; mistakes in its words go to `scope.problems`.
 * The same form between the same kinds gives the same object, so that rules share its evaluation.
 */
export function compileCondition(form: ConditionForm, scope: ConditionScope): Condition {
  const known = compiledBefore.get(scope.catalogue) ?? new Map<string, Condition>();
  compiledBefore.set(scope.catalogue, known);
  const key = JSON.stringify([scope.source, scope.recipient, form]);
  const before = known.get(key);
  if (before !== undefined) return before;
  const mistakes = scope.problems.found.length;
  const condition = compileAnew(form, scope);
  // Where it was mistaken it is compiled again, so that each place in the files is told of.
  if (scope.problems.found.length === mistakes) known.set(key, condition);
  return condition;
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
