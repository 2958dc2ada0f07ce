import type { Label } from '../../category/catalogue.ts';
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
import { type Evaluation, type Evidence, type SeenFact, standing, tellsMore } from '../evidence.ts';
import { attributeOf, type FactPattern, fits, patternUnder } from '../fact-pattern.ts';

/**
 * `involved: { who, as }`: the unit stands on record in one of these roles. Of roles that exclude
 * each other a person has one holder: where another unit holds one too, nobody can say whose it is.
 */
export function involved(form: FormOf<'involved'>, scope: ConditionScope): Compiled {
  const known = wordsOf(scope.catalogue, involvementType, involvementRole);
  const roles = rolesFor(form, known, scope);
  const or = (language: keyof Label): string[] => roles.map((role) => known.get(role)?.label[language] ?? role);
  const pattern = patternUnder(scope.catalogue, {
    type: involvementType,
    about: form.who,
    narrowed: [{ attribute: involvementRole, words: [...form.as] }],
  });
  const rivals = rivalsOf(form.as, known);
  return {
    key: `involved(${form.who}: ${roles.join(' | ')})`,
    label: {
      nl: `de ${form.who === 'source' ? 'bron' : 'ontvanger'} is bij deze persoon betrokken als ${or('nl').join(' of ')}`,
      en: `the ${form.who} is involved with this person as ${or('en').join(' or ')}`,
    },
    evaluate: (evidence) => {
      const plain = standing(evidence, pattern);
      if (plain.value !== 'true' || rivals.size === 0) return plain;
      const settled = uncontested(evidence, pattern, rivals);
      return settled === null ? { value: 'unknown', inputs: plain.inputs } : settled.standing;
    },
  };
}

const asRecipient: FactPattern = { type: involvementType, about: 'recipient', narrowed: [] };

/** Whether the recipient stands on record as involved with the person, in whatever role. */
export function involvement(evidence: Evidence): Evaluation {
  return standing(evidence, asRecipient);
}

/** Of the facts that stand in a role which nobody else may hold, the one that tells most. */
function uncontested(evidence: Evidence, pattern: FactPattern, rivals: Rivals): SeenFact | null {
  const { unit } = pattern.about === 'source' ? evidence.source : evidence.recipient;
  let best: SeenFact | null = null;
  for (const seen of evidence.facts) {
    if (seen.reading !== 'stands' || !fits(seen.fact, pattern, evidence)) continue;
    if (isContested(evidence, unit, rivals.get(attributeOf(seen.fact, involvementRole)))) continue;
    if (best === null || tellsMore(seen, best)) best = seen;
  }
  return best;
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
type Rivals = ReadonlyMap<string, ReadonlySet<string>>;

function rivalsOf(named: readonly string[], known: Words): Rivals {
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
