import type { Label } from '../../category/catalogue.ts';
import type { Compiled, Condition } from '../condition.ts';
import type { ConditionValue } from '../decision.ts';

/** True when one is true; else unknown when one is unknown; else false. */
export function anyOf(values: readonly ConditionValue[]): ConditionValue {
  if (values.includes('true')) return 'true';
  return values.includes('unknown') ? 'unknown' : 'false';
}

/** False when one is false; else unknown when one is unknown; else true. */
export function allOf(values: readonly ConditionValue[]): ConditionValue {
  if (values.includes('false')) return 'false';
  return values.includes('unknown') ? 'unknown' : 'true';
}

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
  join: (values: readonly ConditionValue[]) => ConditionValue,
  key: string,
  [nl, en]: readonly [string, string],
): Compiled {
  const joined = (language: keyof Label, word: string): string =>
    members
      .map(({ label, members: below }) => (below.length === 0 ? label[language] : `(${label[language]})`))
      .join(word);
  return {
    key,
    label: { nl: joined('nl', nl), en: joined('en', en) },
    members,
    // What the members rest on is recorded with the members.
    evaluate: (evidence) => {
      const evaluated = members.map((one) => one.evaluate(evidence));
      return { value: join(evaluated.map(({ value }) => value)), inputs: {}, members: evaluated };
    },
  };
}

function keys(members: readonly Condition[]): string[] {
  return members.map((condition) => condition.key);
}
