import type { Label } from '../../category/catalogue.ts';
import type { Fact } from '../../fact/fact.ts';
import {
  type Compiled,
  type ConditionScope,
  type FormOf,
  involvementRole,
  involvementType,
  type Words,
  wordsOf,
} from '../condition.ts';
import type { Side } from '../decision.ts';
import { type Evaluation, type Evidence, standing } from '../evidence.ts';
import { attributeOf } from './matching.ts';

/**
 * `involved: { who, as }`: the unit stands on record in one of these roles. Of roles that exclude
 * each other a person has one holder: where another unit holds one too, nobody can say whose it is.
 */
export function involved(form: FormOf<'involved'>, scope: ConditionScope): Compiled {
  const known = wordsOf(scope.catalogue, involvementType, involvementRole);
  const roles = rolesFor(form, known, scope);
  const or = (language: keyof Label): string[] => roles.map((role) => known.get(role)?.label[language] ?? role);
  const named = new Set(form.as);
  const rivals = rivalsOf(named, known);
  return {
    key: `involved(${form.who}: ${roles.join(' | ')})`,
    label: {
      nl: `de ${form.who === 'source' ? 'bron' : 'ontvanger'} is bij deze persoon betrokken als ${or('nl').join(' of ')}`,
      en: `the ${form.who} is involved with this person as ${or('en').join(' or ')}`,
    },
    evaluate: (evidence) => {
      const { unit } = evidence[form.who];
      const inRole = (fact: Fact): boolean => isRole(fact, unit) && named.has(attributeOf(fact, involvementRole));
      const plain = standing(evidence, inRole);
      if (plain.value !== 'true' || rivals.size === 0) return plain;
      const settled = standing(
        evidence,
        (fact) => inRole(fact) && !isContested(evidence, unit, rivals.get(attributeOf(fact, involvementRole))),
      );
      return settled.value === 'true' ? settled : { value: 'unknown', inputs: plain.inputs };
    },
  };
}

/** Whether this side stands on record as involved with the person, in whatever role. */
export function involvement(evidence: Evidence, side: Side): Evaluation {
  return standing(evidence, (fact) => isRole(fact, side.unit));
}

function isRole(fact: Fact, unit: Side['unit']): boolean {
  return fact.type === involvementType && fact.unit === unit;
}

/** Roles that can be held by the side's kind; a role that no unit of it can hold means nothing there. */
function rolesFor(form: FormOf<'involved'>, known: Words, scope: ConditionScope): string[] {
  const kind = form.who === 'source' ? scope.source : scope.recipient;
  const existing = form.as.filter((role, index) =>
    scope.problems.known([...scope.path, 'as', index], 'role', role, known),
  );
  const roles = existing.filter((role) => kind === null || (known.get(role)?.about?.includes(kind) ?? false));
  // A role that does not exist was told of already.
  if (existing.length > 0 && roles.length === 0 && kind !== null)
    scope.problems.add(scope.path, `none of these roles can be held by ${kind}`);
  return roles;
}

/** Exclusive role → every role of its group. */
function rivalsOf(named: ReadonlySet<string>, known: Words): ReadonlyMap<string, ReadonlySet<string>> {
  const rivals = new Map<string, ReadonlySet<string>>();
  for (const role of named) {
    const group = known.get(role)?.exclusive ?? null;
    if (group === null) continue;
    rivals.set(role, new Set([...known].flatMap(([word, { exclusive }]) => (exclusive === group ? [word] : []))));
  }
  return rivals;
}

function isContested(evidence: Evidence, unit: Side['unit'], group: ReadonlySet<string> | undefined): boolean {
  if (group === undefined) return false;
  return evidence.facts.some(
    ({ fact, reading }) =>
      (reading === 'stands' || reading === 'disputed' || reading === 'unreadable') &&
      fact.type === involvementType &&
      fact.unit !== null &&
      fact.unit !== unit &&
      group.has(attributeOf(fact, involvementRole)),
  );
}
