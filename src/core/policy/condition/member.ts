import {
  type Compiled,
  type ConditionScope,
  type FormOf,
  involvementRole,
  involvementType,
  wordsOf,
} from '../condition.ts';
import type { Side } from '../decision.ts';
import { dated, type Evaluation, type Evidence, type Reading, type SeenFact } from '../evidence.ts';
import { attributeOf } from './matching.ts';

/** `member: { of }`: source and recipient stand in this role in one same case or conference. */
export function member({ of: role }: FormOf<'member'>, scope: ConditionScope): Compiled {
  const known = wordsOf(scope.catalogue, involvementType, involvementRole);
  const exists = scope.problems.known([...scope.path, 'of'], 'role', role, known);
  const word = known.get(role);
  if (exists && word?.reference !== 'required')
    scope.problems.add([...scope.path, 'of'], `${role} names no reference, so nobody is known to share one`);
  for (const kind of [scope.source, scope.recipient]) {
    if (exists && kind !== null && !(word?.about?.includes(kind) ?? false))
      scope.problems.add(scope.path, `${kind} cannot be ${role}`);
  }
  return {
    key: `member(${role})`,
    label: {
      nl: `bron en ontvanger zijn in dezelfde zaak ${word?.label.nl ?? role}`,
      en: `source and recipient are in the same case ${word?.label.en ?? role}`,
    },
    evaluate: (evidence) => membership(evidence, role),
  };
}

function membership(evidence: Evidence, role: string): Evaluation {
  const source = seenOf(evidence, evidence.source, role);
  const recipient = seenOf(evidence, evidence.recipient, role);
  const sure = shared(source, recipient, ['stands']);
  if (sure !== null) return { value: 'true', inputs: sure };
  const possible = shared(source, recipient, ['stands', 'disputed']);
  if (possible !== null) return { value: 'unknown', inputs: possible };
  const unread = [...source, ...recipient].some(({ reading }) => reading === 'unreadable');
  return unread ? { value: 'unknown', inputs: { state: 'unreadable' } } : { value: 'false', inputs: {} };
}

/** A fact without a reference never matches: it names no case to share. */
function seenOf(evidence: Evidence, side: Side, role: string): SeenFact[] {
  return evidence.facts.filter(
    ({ fact }) =>
      fact.type === involvementType &&
      fact.unit === side.unit &&
      fact.reference !== null &&
      attributeOf(fact, involvementRole) === role,
  );
}

/** The recipient's part in a case that both share, chosen whatever the order on record; null: they share none. */
function shared(
  source: readonly SeenFact[],
  recipient: readonly SeenFact[],
  readings: readonly Reading[],
): Readonly<Record<string, string>> | null {
  const may = (seen: SeenFact): boolean => readings.includes(seen.reading);
  const cases = new Set(source.filter(may).map(({ fact }) => fact.reference));
  const found = recipient
    .filter((seen) => may(seen) && cases.has(seen.fact.reference))
    .sort((a, b) => (`${a.fact.from}${a.fact.id}` < `${b.fact.from}${b.fact.id}` ? -1 : 1))[0];
  return found === undefined ? null : dated(found);
}
