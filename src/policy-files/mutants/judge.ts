import { compareSets, type KnownWorlds, type Pair } from '../../core/policy/compare-sets.ts';
import type { Decision } from '../../core/policy/decision.ts';
import type { PolicySet } from '../../core/policy/policy-set.ts';
import { describeRequest } from '../../core/policy/worlds/describe.ts';
import type { BookedCase } from './case-book.ts';

/**
 * What became of a mutant.
 * - `load`: the set does not load, and why
 * - `case`: a case does not hold any more
 * - `equivalent`: in every situation it answers as before, so that it is no mistake
 * - `nothing`: it survives; the request in which it answers otherwise, and both answers
 */
export type Outcome =
  | { readonly by: 'load'; readonly check: string }
  | { readonly by: 'case'; readonly file: string; readonly line: number; readonly name: string }
  | { readonly by: 'equivalent' }
  | { readonly by: 'nothing'; readonly example: string };

/** A set with one mistake in it, and between whom the mistake can matter. */
export interface Spoilt {
  readonly set: PolicySet;
  readonly pairs: Iterable<Pair>;
  /** Whether cases between other pairs can notice too, because these stand for others. */
  readonly everywhere: boolean;
}

/** Plays the cases that can notice, and where none does, tries every situation. */
export function judge(set: PolicySet, spoilt: Spoilt, cases: readonly BookedCase[], known: KnownWorlds): Outcome {
  const pairs = new Map([...spoilt.pairs].map((pair) => [keyOf(pair), pair]));
  const killer = cases.find((one) => (spoilt.everywhere || touches(pairs, one)) && !one.holdsIn(spoilt.set));
  if (killer !== undefined) return { by: 'case', file: killer.file, line: killer.line, name: killer.name };
  for (const one of compareSets(set, spoilt.set, pairs.values(), true, known)) {
    if (one.trigger === null) {
      return { by: 'nothing', example: `too many conditions to compare ${one.fields.join(', ')} to ${one.recipient}` };
    }
    const [before, after] = [said(one.before), said(one.after)];
    if (before === after) continue;
    const request = describeRequest(one.world, one, one.fields.slice(0, 3));
    return {
      by: 'nothing',
      example: `${one.trigger === 'push' ? 'pushed: ' : ''}when ${request}: ${before} becomes ${after}`,
    };
  }
  return { by: 'equivalent' };
}

function keyOf({ purpose, source, recipient }: Pair): string {
  return `${purpose} ${source} ${recipient}`;
}

function touches(pairs: ReadonlyMap<string, Pair>, { question }: BookedCase): boolean {
  const { purpose, source, recipient } = question;
  return pairs.has(keyOf({ purpose, source: source.kind, recipient: recipient.kind }));
}

/** Everything by which two answers may be told apart: rules and obligations, or reasons. */
function said(decision: Decision): string {
  if (decision.outcome === 'permit') {
    const rules = [...new Set(Object.values(decision.rules).flat())].sort();
    return `permit by ${rules.join(' and ')} ${JSON.stringify(decision.obligations)}`;
  }
  const reasons = decision.refused.flatMap((refusal) => refusal.reasons);
  return [...new Set(reasons.map((reason) => [reason.class, reason.rule].filter(Boolean).join(' ')))].sort().join(', ');
}
