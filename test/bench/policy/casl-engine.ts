import { createMongoAbility, type MongoAbility, type RawRuleOf, subject } from '@casl/ability';
import type { BenchEngine } from './bench-engine.ts';
import { type Digested, type DigestedQuestion, type DigestedRule, flowOf } from './digested.ts';

/** How rules and questions are put to CASL: it finds rules by action and type of subject, all else is conditions. */
interface CaslForm {
  readonly name: string;
  readonly type: (of: DigestedRule | DigestedQuestion) => string;
  /** Kinds that the type does not tell. */
  readonly kinds: (of: DigestedRule | DigestedQuestion) => Readonly<Record<string, string>>;
}

const plain: CaslForm = {
  name: 'CASL',
  type: () => 'Person',
  kinds: ({ source, recipient }) => ({ source, recipient }),
};

const byFlow: CaslForm = { name: 'CASL, flows as types', type: flowOf, kinds: () => ({}) };

type Rule = RawRuleOf<MongoAbility>;
type FoundRule = ReturnType<MongoAbility['rulesFor']>[number];

function rulesFor({ type, kinds }: CaslForm, rules: readonly DigestedRule[]): Rule[] {
  return rules.map((rule) => ({
    action: rule.purpose,
    subject: type(rule),
    fields: [...rule.fields],
    conditions: { ...kinds(rule), ...Object.fromEntries(rule.needs.map((word) => [word, true])) },
    reason: rule.id,
  }));
}

/** What CASL does not tell by itself: which conditions of a rule are not so. */
function failing({ reason, conditions }: FoundRule, person: Readonly<Record<string, unknown>>) {
  const failed: string[] = [];
  for (const word in conditions) if (person[word] !== conditions[word]) failed.push(`${reason} ${word}`);
  return failed;
}

/** CASL with all reasons: for each field every rule that permits it, and every condition by which one does not. */
function engineIn(form: CaslForm, { rules, questions }: Digested): BenchEngine {
  const ability = createMongoAbility(rulesFor(form, rules));
  const asked = questions.map((question) => ({
    purpose: question.purpose,
    type: form.type(question),
    fields: question.fields.map(({ field, holds }) => ({
      field,
      person: subject(form.type(question), {
        ...form.kinds(question),
        ...Object.fromEntries(holds.map((word) => [word, true])),
      }),
    })),
  }));
  return {
    name: form.name,
    permitted: (place) => {
      const one = asked[place];
      if (one === undefined) return [];
      const permitted: string[] = [];
      const reasons: Record<string, { readonly permits: string[]; readonly refuses: string[] }> = {};
      for (const { field, person } of one.fields) {
        const permits: string[] = [];
        const refuses: string[] = [];
        for (const rule of ability.rulesFor(one.purpose, one.type, field)) {
          if (rule.matchesConditions(person)) permits.push(rule.reason ?? '');
          else refuses.push(...failing(rule, person));
        }
        reasons[field] = { permits, refuses };
        if (permits.length > 0) permitted.push(field);
      }
      return permitted;
    },
  };
}

/** One type of subject; the kinds of both sides are conditions of each rule. */
export function caslEngine(set: Digested): BenchEngine {
  return engineIn(plain, set);
}

/** The type of subject is the whole flow: CASL's own index then does what ours does. */
export function caslByFlow(set: Digested): BenchEngine {
  return engineIn(byFlow, set);
}
