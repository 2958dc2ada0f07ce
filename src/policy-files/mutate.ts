import type { PurposeId } from '../core/brand.ts';
import type { KnownWorlds } from '../core/policy/compare-sets.ts';
import type { Policy } from '../core/policy/policy.ts';
import type { PolicySet } from '../core/policy/policy-set.ts';
import type { PolicyFolder } from './load.ts';
import { type CaseBook, readCaseBook } from './mutants/case-book.ts';
import { compileMutant, refusal } from './mutants/compile-mutant.ts';
import { judge, type Outcome, type Spoilt } from './mutants/judge.ts';
import type { Json, Making } from './mutants/mutant.ts';
import { negations } from './mutants/negations.ts';
import { policyMutants } from './mutants/policy-mutants.ts';
import { prohibitionMutants } from './mutants/prohibition-mutants.ts';
import { spoilProhibitions } from './mutants/spoil-prohibitions.ts';
import { type PolicyFileError, parseYaml, type YamlFile } from './yaml-file.ts';

/** One mutant and what became of it. */
export interface MutantResult {
  readonly operator: string;
  /** File, line and column in the policy, and what was done there. */
  readonly place: PolicyFileError;
  readonly purpose: PurposeId | null;
  readonly rule: string | null;
  readonly outcome: Outcome;
}

export interface MutationReport {
  readonly results: readonly MutantResult[];
  /** Cases that find nothing, because they do not hold. */
  readonly errors: readonly PolicyFileError[];
}

const prohibitionsFile = 'catalogue/prohibitions.yaml';

/**
 * Makes every small mistake of the list in `docs/mutation.md`, one at a time, and sees what finds it:
 * the load, a case, or nothing because it makes no difference in any situation. What is left
 * survives: a mistake that nobody would notice.
 */
export function mutate(
  set: PolicySet,
  folder: PolicyFolder,
  tick: (finished: number, total: number) => void = () => undefined,
): MutationReport {
  const book = readCaseBook(set, folder);
  const known: KnownWorlds = new Map();
  const making: Making = { catalogue: set.catalogue, starts: [...set.retentionStarts.keys()] };
  const works = folder.files.flatMap(({ file, bytes }) => {
    const parsed = parseYaml(file, bytes);
    if (!parsed.ok) return [];
    const content = parsed.yaml.content as Json;
    if (file === prohibitionsFile) return prohibitionWorks(set, parsed.yaml, content, making, book, known);
    return file.endsWith('.policy.yaml') ? policyWorks(set, parsed.yaml, content, making, book, known) : [];
  });
  const results = works.map((work, index) => {
    tick(index, works.length);
    return work();
  });
  return { results, errors: book.errors };
}

type Work = () => MutantResult;

function policyWorks(
  set: PolicySet,
  yaml: YamlFile,
  content: Json,
  making: Making,
  book: CaseBook,
  known: KnownWorlds,
): readonly Work[] {
  const policy = compileMutant(content, set);
  if (!policy.ok) return [];
  const { purpose } = policy.policy;
  const rules = ruleIds(content);
  const within = (changed: Policy, rule: string | null): Spoilt => ({
    set: { ...set, policies: new Map(set.policies).set(purpose, changed) },
    pairs: [...pairsOf(policy.policy, rule), ...pairsOf(changed, rule)],
    everywhere: false,
  });
  const written = policyMutants(content, making).map((mutant): Work => {
    const rule = mutant.rule === null ? null : (rules[mutant.rule] ?? null);
    return () => {
      const compiled = compileMutant(mutant.content, set);
      return {
        operator: mutant.operator,
        place: yaml.errorAt(mutant.path, 'value', mutant.text),
        purpose,
        rule,
        outcome: compiled.ok
          ? judge(set, within(compiled.policy, rule), book.cases, known)
          : refusal(compiled.problems),
      };
    };
  });
  const negated = rules.flatMap((id, index) =>
    negations(policy.policy, { id, index }).map(
      (one): Work =>
        () => ({
          operator: 'condition-negate',
          place: yaml.errorAt(one.path, 'value', one.text),
          purpose,
          rule: id,
          outcome: judge(set, within(one.policy, id), book.cases, known),
        }),
    ),
  );
  return [...written, ...negated];
}

function ruleIds(content: Json): readonly string[] {
  const { rules } = content as { readonly rules: readonly { readonly id: string }[] };
  return rules.map(({ id }) => id);
}

function pairsOf({ purpose, grants }: Policy, rule: string | null): Spoilt['pairs'] {
  return grants
    .filter((grant) => rule === null || grant.rule === rule)
    .map(({ source, recipient }) => ({ purpose, source, recipient }));
}

function prohibitionWorks(
  set: PolicySet,
  yaml: YamlFile,
  content: Json,
  making: Making,
  book: CaseBook,
  known: KnownWorlds,
): readonly Work[] {
  return prohibitionMutants(content, making).map((mutant): Work => {
    const [index] = mutant.path;
    const prohibition = set.prohibitions[Number(index)];
    return () => {
      const spoilt = spoilProhibitions(set, mutant.content, prohibition?.id ?? '');
      // A prohibition that says less changes only answers that name it; one that says more can change others too.
      const isLess = mutant.operator === 'prohibition-drop' || mutant.operator === 'prohibition-narrow';
      const named = book.cases.filter((one) => one.prohibitions.has(prohibition?.id ?? ''));
      const telling = isLess ? named : [...named, ...book.cases];
      return {
        operator: mutant.operator,
        place: yaml.errorAt(mutant.path, 'value', mutant.text),
        purpose: null,
        rule: prohibition?.id ?? null,
        outcome: spoilt.ok ? judge(set, spoilt.spoilt, telling, known) : refusal(spoilt.problems),
      };
    };
  });
}
