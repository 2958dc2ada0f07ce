import type { PurposeId } from '../core/brand.ts';
import { Problems } from '../core/category/file-problem.ts';
import type { ConditionValue, Decision } from '../core/policy/decision.ts';
import type { PolicySet } from '../core/policy/policy-set.ts';
import { type CasesForm, casesFile } from './cases-file.ts';
import { readPolicyFolder } from './load.ts';
import { playCase } from './play-case.ts';
import { type PolicyFileError, parseYaml, type YamlFile } from './yaml-file.ts';

export interface CaseResult {
  readonly file: string;
  readonly line: number;
  readonly name: string;
  /** Empty when the case holds. */
  readonly differences: readonly string[];
}

export interface CasesReport {
  readonly results: readonly CaseResult[];
  /** Files that could not be read, cases that name what is not there, and what no case has tried. */
  readonly errors: readonly PolicyFileError[];
}

/** Plays every `NAME.cases.yaml` of a folder against a set, and looks for what no case tries. */
export function runCases(set: PolicySet, dir: string): CasesReport {
  const results: CaseResult[] = [];
  const errors: PolicyFileError[] = [];
  const { files } = readPolicyFolder(dir);
  for (const { file, bytes } of files.filter(({ file: name }) => name.endsWith('.cases.yaml'))) {
    const yaml = parseYaml(file, bytes);
    if (!yaml.ok) {
      errors.push(...yaml.errors);
      continue;
    }
    const notes = new Problems(file);
    const form = notes.parse<CasesForm>(casesFile, yaml.yaml.content);
    errors.push(...notes.found.map(({ path, at, message }) => yaml.yaml.errorAt(path, at, message)));
    if (form !== null) runFile(set, form, yaml.yaml, results, errors);
  }
  for (const { file } of files.filter(({ file: name }) => name.endsWith('.policy.yaml'))) {
    const cases = file.replace(/\.policy\.yaml$/, '.cases.yaml');
    if (files.some((found) => found.file === cases)) continue;
    errors.push({ file, line: 1, column: 1, message: `has no cases: write ${cases} beside it` });
  }
  return { results, errors };
}

function runFile(
  set: PolicySet,
  form: CasesForm,
  yaml: YamlFile,
  results: CaseResult[],
  errors: PolicyFileError[],
): void {
  const decisions: Decision[] = [];
  for (const testCase of form.cases) {
    const { index } = testCase;
    const { line } = yaml.errorAt(['cases', index, 'name'], 'value', '');
    try {
      const played = playCase(set, form, testCase);
      decisions.push(played.decision);
      results.push({ file: yaml.file, line, name: testCase.name, differences: played.differences });
    } catch (error) {
      if (!(error instanceof RangeError)) throw error;
      errors.push(yaml.errorAt(['cases', index], 'value', error.message));
    }
  }
  errors.push(...untried(set, form, decisions).map((message) => yaml.errorAt(['cases'], 'key', message)));
}

/** Each rule must permit once toward each kind, and each of its conditions must be seen both ways. */
function untried(set: PolicySet, form: CasesForm, decisions: readonly Decision[]): string[] {
  const policy = set.policies.get(form.purpose as PurposeId);
  if (policy === undefined) return [`no policy has the purpose "${form.purpose}"`];
  const permitting = new Set(
    decisions.flatMap((decision) => (decision.outcome === 'permit' ? Object.values(decision.rules).flat() : [])),
  );
  const seen = new Map<string, Set<ConditionValue>>();
  for (const { rule, condition, value } of decisions.flatMap((decision) => decision.conditions)) {
    const key = `${rule} ${condition}`;
    seen.set(key, (seen.get(key) ?? new Set()).add(value));
  }
  const rules = [...new Set(policy.grants.map((grant) => grant.rule))];
  const conditions = policy.grants.flatMap((grant) => grant.conditions.map(({ key }) => `${grant.rule} ${key}`));
  return [
    ...rules.filter((rule) => !permitting.has(rule)).map((rule) => `no case is permitted by rule "${rule}"`),
    ...[...new Set(conditions)].flatMap((key) =>
      (['true', 'false'] as const)
        .filter((value) => !seen.get(key)?.has(value))
        .map((value) => `no case finds ${value}: ${key}`),
    ),
  ];
}
