import type { Label } from '../../category/catalogue.ts';
import type { Compiled, ConditionScope, FormOf } from '../condition.ts';
import { type Evaluation, noFact } from '../evidence.ts';

const nothing = Object.freeze({});
const nobody: Evaluation = Object.freeze({ value: 'unknown', inputs: nothing });
const fitting: Evaluation = Object.freeze({ value: 'true', inputs: nothing });

/** `user: { role }`: the person for whom is asked has one of these roles at the recipient. */
export function user({ role: roles }: FormOf<'user'>, scope: ConditionScope): Compiled {
  const { partnerKinds } = scope.catalogue;
  const kinds = [...partnerKinds.values()];
  const known = new Map<string, Label>(kinds.flatMap((kind) => [...kind.roles]));
  for (const [index, role] of roles.entries())
    scope.problems.known([...scope.path, 'role', index], 'role of a user', role, known);
  const own = scope.recipient === null ? known : (partnerKinds.get(scope.recipient)?.roles ?? new Map<string, Label>());
  if (!roles.some((role) => own.has(role)))
    scope.problems.add(scope.path, `nobody at ${scope.recipient ?? 'any kind'} has one of these roles`);
  const or = (language: keyof Label): string[] =>
    roles.map((role) => own.get(role)?.[language] ?? known.get(role)?.[language] ?? role);
  const named = new Set(roles);
  return {
    key: `user(${roles.join(' | ')})`,
    label: {
      nl: `er wordt gevraagd voor een ${or('nl').join(' of ')}`,
      en: `it is asked for a ${or('en').join(' or ')}`,
    },
    evaluate: ({ userRole }) => (userRole === null ? nobody : named.has(userRole) ? fitting : noFact),
  };
}
