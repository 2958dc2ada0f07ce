import type { Label } from '../../category/catalogue.ts';
import type { Compiled, Condition } from '../condition.ts';
import type { ConditionValue } from '../decision.ts';
import { type Evaluation, noFact } from '../evidence.ts';

/** True when one is true; else unknown when one is unknown; else false. */
function anyOf(evaluated: readonly Evaluation[]): ConditionValue {
  let best: ConditionValue = 'false';
  for (const { value } of evaluated) {
    if (value === 'true') return value;
    if (value === 'unknown') best = value;
  }
  return best;
}

/** False when one is false; else unknown when one is unknown; else true. */
function allOf(evaluated: readonly Evaluation[]): ConditionValue {
  let worst: ConditionValue = 'true';
  for (const { value } of evaluated) {
    if (value === 'false') return value;
    if (value === 'unknown') worst = value;
  }
  return worst;
}

const none = Object.freeze({});

/** `any`: one of its members is so. */
export function any(members: readonly Condition[]): Compiled {
  return combined(members, anyOf, `any(${keys(members).join(' | ')})`, [', of ', ', or ']);
}

/** `all`: each of its members is so. */
export function all(members: readonly Condition[]): Compiled {
  return combined(members, allOf, `all(${keys(members).join(' & ')})`, [' en ', ' and ']);
}

function combined(
  members: readonly Condition[],
  join: (evaluated: readonly Evaluation[]) => ConditionValue,
  key: string,
  [nl, en]: readonly [string, string],
): Compiled {
  const joined = (language: keyof Label, word: string): string =>
    members
      .map(({ label, members: below }) => (below.length === 0 ? label[language] : `(${label[language]})`))
      .join(word);
  const tests = members.map(({ evaluate }) => evaluate);
  return {
    key,
    label: { nl: joined('nl', nl), en: joined('en', en) },
    members,
    // What the members rest on is recorded with the members.
    evaluate: (evidence) => {
      const evaluated: Evaluation[] = new Array(tests.length);
      for (let index = 0; index < tests.length; index++) evaluated[index] = tests[index]?.(evidence) ?? noFact;
      return { value: join(evaluated), inputs: none, members: evaluated };
    },
  };
}

function keys(members: readonly Condition[]): string[] {
  return members.map((condition) => condition.key);
}
