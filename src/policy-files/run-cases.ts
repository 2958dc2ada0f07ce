import { Problems } from '../core/category/file-problem.ts';
import { type Coverage, caseCoverage, type Played } from '../core/policy/case-coverage.ts';
import type { PolicySet } from '../core/policy/policy-set.ts';
import { type CasesForm, casesFile } from './cases-file.ts';
import { readPolicyFolder } from './load.ts';
import { placesIn } from './places.ts';
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
  readonly coverage: Coverage;
}

/** Plays every `NAME.cases.yaml` of a folder against a set, and looks for what no case tries. `tick` counts files. */
export function runCases(
  set: PolicySet,
  dir: string,
  tick: (finished: number, total: number) => void = () => undefined,
): CasesReport {
  const results: CaseResult[] = [];
  const errors: PolicyFileError[] = [];
  const played: Played[] = [];
  const { files } = readPolicyFolder(dir);
  const written = files.filter(({ file }) => file.endsWith('.cases.yaml'));
  for (const [index, { file, bytes }] of written.entries()) {
    tick(index, written.length);
    const yaml = parseYaml(file, bytes);
    if (!yaml.ok) {
      errors.push(...yaml.errors);
      continue;
    }
    const notes = new Problems(file);
    const form = notes.parse<CasesForm>(casesFile, yaml.yaml.content);
    if (form !== null) notes.known(['purpose'], 'purpose', form.purpose, set.policies);
    errors.push(...notes.found.map(({ path, at, message }) => yaml.yaml.errorAt(path, at, message)));
    if (form !== null) runFile(set, form, yaml.yaml, { results, errors, played });
  }
  const coverage = caseCoverage(set, played);
  return { results, errors: [...errors, ...withoutCases(files), ...gaps(coverage, dir)], coverage };
}

interface Found {
  readonly results: CaseResult[];
  readonly errors: PolicyFileError[];
  readonly played: Played[];
}

function runFile(set: PolicySet, form: CasesForm, yaml: YamlFile, found: Found): void {
  const names = new Set<string>();
  for (const testCase of form.cases) {
    const { index, name } = testCase;
    if (names.has(name)) found.errors.push(yaml.errorAt(['cases', index, 'name'], 'value', `"${name}" is used twice`));
    names.add(name);
    const { line } = yaml.errorAt(['cases', index, 'name'], 'value', '');
    try {
      const { question, decision, differences } = playCase(set, form, testCase);
      found.played.push({ question, decision });
      found.results.push({ file: yaml.file, line, name, differences });
    } catch (error) {
      if (!(error instanceof RangeError)) throw error;
      found.errors.push(yaml.errorAt(['cases', index], 'value', error.message));
    }
  }
}

function withoutCases(files: readonly { readonly file: string }[]): PolicyFileError[] {
  const names = new Set(files.map(({ file }) => file));
  return files
    .filter(({ file }) => file.endsWith('.policy.yaml'))
    .map(({ file }) => ({ file, cases: file.replace(/\.policy\.yaml$/, '.cases.yaml') }))
    .filter(({ cases }) => !names.has(cases))
    .map(({ file, cases }) => ({ file, line: 1, column: 1, message: `has no cases: write ${cases} beside it` }));
}

function gaps({ items }: Coverage, dir: string): PolicyFileError[] {
  const places = placesIn(dir);
  return items
    .filter(({ covered }) => !covered)
    .map(({ purpose, rule, what }) =>
      purpose === null ? places.prohibition(rule ?? '', `no case ${what}`) : places.casesOf(purpose, `no case ${what}`),
    );
}
