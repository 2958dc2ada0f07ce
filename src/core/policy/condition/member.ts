import {
  type Compiled,
  type ConditionScope,
  type FormOf,
  involvementRole,
  involvementType,
  wordsOf,
} from '../condition.ts';
import type { Side } from '../decision.ts';
import { type Evaluation, type Evidence, noFact, type SeenFact } from '../evidence.ts';
import { attributeOf } from '../fact-pattern.ts';

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
  let sure: SeenFact | null = null;
  let possible: SeenFact | null = null;
  let unread = false;
  for (const theirs of evidence.facts) {
    if (!isPart(theirs, evidence.recipient, role)) continue;
    unread ||= theirs.reading === 'unreadable';
    const shared = sharedBy(evidence, theirs, role);
    if (shared === 'stands') sure = earlier(theirs, sure);
    if (shared === 'disputed') possible = earlier(theirs, possible);
  }
  if (sure !== null) return { value: 'true', inputs: sure.inputs };
  if (possible !== null) return { value: 'unknown', inputs: possible.inputs };
  unread ||= evidence.facts.some((seen) => seen.reading === 'unreadable' && isPart(seen, evidence.source, role));
  return unread ? unreadable : noFact;
}

const unreadable: Evaluation = Object.freeze({ value: 'unknown', inputs: Object.freeze({ state: 'unreadable' }) });

/** A fact without a reference never matches: it names no case to share. */
function isPart({ fact }: SeenFact, side: Side, role: string): boolean {
  return (
    fact.type === involvementType &&
    fact.unit === side.unit &&
    fact.reference !== null &&
    attributeOf(fact, involvementRole) === role
  );
}

/** Whether the source stands in the recipient's case, or would if disputed facts stood; null: neither. */
function sharedBy(evidence: Evidence, theirs: SeenFact, role: string): 'stands' | 'disputed' | null {
  if (theirs.reading !== 'stands' && theirs.reading !== 'disputed') return null;
  let best: 'stands' | 'disputed' | null = null;
  for (const ours of evidence.facts) {
    if (ours.fact.reference !== theirs.fact.reference || !isPart(ours, evidence.source, role)) continue;
    if (ours.reading === 'stands' && theirs.reading === 'stands') return 'stands';
    if (ours.reading === 'stands' || ours.reading === 'disputed') best = 'disputed';
  }
  return best;
}

/** Of several cases that both share the one that began first, so that the order on record does not matter. */
function earlier(seen: SeenFact, than: SeenFact | null): SeenFact {
  if (than === null || seen.fact.from < than.fact.from) return seen;
  return seen.fact.from === than.fact.from && seen.fact.id < than.fact.id ? seen : than;
}
