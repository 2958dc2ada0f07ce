import type { FieldId, PurposeId } from '../brand.ts';
import { type Compared, compareSets, grantedPairs, type Pair, type Uncompared } from './compare-sets.ts';
import type { Decision, Permit } from './decision.ts';
import { lighterObligations } from './lighter-obligations.ts';
import { grantsBetween, type PolicySet } from './policy-set.ts';
import { type WiderWord, widerWords } from './wider-catalogue.ts';
import { describeRequest } from './worlds/describe.ts';

/** What one set does and the other does not, with a request that shows it. */
export interface Difference extends Pair {
  readonly trigger: 'pull' | 'push';
  readonly field: FieldId;
  /** Rules of the set that permits it. */
  readonly rules: readonly string[];
  /** A request that shows it, in words. */
  readonly example: string;
}

/** A field that both permit, of which the new set asks less. */
export interface Lighter extends Difference {
  readonly what: readonly string[];
}

/** Data of more purposes than before may be given under a rule. */
export interface Wider extends Pair {
  readonly rule: string;
  readonly obtained: readonly PurposeId[];
}

export interface SetDiff {
  /** Granted by the new set and not by the old one. Empty: the new set grants nothing more. */
  readonly more: readonly Difference[];
  readonly less: readonly Difference[];
  readonly lighter: readonly Lighter[];
  readonly wider: readonly Wider[];
  /** Words of the catalogue that let more happen though no rule changed: who may say what rules rest on. */
  readonly words: readonly WiderWord[];
  /** Too many conditions to compare: nothing may be concluded about these. */
  readonly uncompared: readonly Uncompared[];
}

/**
 * What a new set grants that an old one did not, and the other way round: exact, for every purpose,
 * trigger, pair of kinds and field. Consent counts as given under the notice that is in force in
 * each set: asking anew is not granting more.
 */
export function diffSets(
  before: PolicySet,
  after: PolicySet,
  tick: (finished: number, total: number) => void = () => undefined,
): SetDiff {
  const more: Difference[] = [];
  const less: Difference[] = [];
  const lighter: Lighter[] = [];
  const uncompared: Uncompared[] = [];
  const seen = new Set<string>();
  const add = <T extends Difference>(list: T[], kind: string, one: T): void => {
    const key = JSON.stringify([kind, one.purpose, one.source, one.recipient, one.trigger, one.field]);
    if (!seen.has(key)) list.push(one);
    seen.add(key);
  };
  const pairs = grantedPairs(before, after);
  for (const [index, pair] of pairs.entries()) {
    tick(index, pairs.length);
    for (const one of compareSets(before, after, [pair], false)) {
      if (one.trigger === null) {
        uncompared.push(one);
        continue;
      }
      const [old, now] = [permitOf(one.before), permitOf(one.after)];
      const what = old === null || now === null ? [] : lighterObligations(old.obligations, now.obligations);
      for (const field of one.fields) {
        if (now !== null && old === null) add(more, 'more', difference(one, field, now));
        if (now === null && old !== null) add(less, 'less', difference(one, field, old));
        if (now !== null && what.length > 0) add(lighter, what.join(), { ...difference(one, field, now), what });
      }
    }
  }
  return {
    more,
    less,
    lighter,
    wider: pairs.flatMap((pair) => widerBetween(before, after, pair)),
    words: widerWords(before.catalogue, after.catalogue),
    uncompared,
  };
}

function permitOf(decision: Decision): Permit | null {
  return decision.outcome === 'permit' ? decision : null;
}

function difference(one: Compared, field: FieldId, permit: Permit): Difference {
  const { purpose, source, recipient, trigger } = one;
  const rules = [...new Set(Object.values(permit.rules).flat())];
  return { purpose, source, recipient, trigger, field, rules, example: describeRequest(one.world, one, [field]) };
}

/** Rules of the new set that take data obtained under a purpose which no old rule for the pair took. */
function widerBetween(before: PolicySet, after: PolicySet, pair: Pair): readonly Wider[] {
  const taken = (set: PolicySet) => grantsBetween(set, pair.purpose, pair.source, pair.recipient);
  const known = new Set(taken(before).flatMap(({ obtained }) => obtained));
  return taken(after).flatMap(({ rule, obtained }) => {
    const added = obtained.filter((purpose) => !known.has(purpose));
    return added.length === 0 ? [] : [{ ...pair, rule, obtained: added }];
  });
}
