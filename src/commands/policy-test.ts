import type { Coverage, Covered } from '../core/policy/case-coverage.ts';
import type { PolicySet } from '../core/policy/policy-set.ts';
import { type CaseResult, runCases } from '../policy-files/run-cases.ts';
import { loadPolicies } from './load-policies.ts';
import { coloursFor, exitCodes, placeLine, printJson, printLines, progress, textTable } from './terminal.ts';

/** `policy test`: plays every case, and says which rules, conditions and reasons no case shows. */
export function policyTest(dir: string, options: { readonly json: boolean }): void {
  const set = loadPolicies(dir, options.json);
  if (set === null) return;
  const shown = progress('cases');
  const { results, errors, coverage } = runCases(set, dir, shown.tick);
  shown.done();
  const failed = results.filter(({ differences }) => differences.length > 0);
  const ok = failed.length === 0 && errors.length === 0;
  process.exitCode = ok ? exitCodes.fine : exitCodes.wrong;
  const rows = coverageRows(set, coverage);
  if (options.json) {
    printJson({
      ok,
      set: set.digest,
      cases: results.length,
      failed,
      errors,
      coverage: rows,
      unknown: coverage.unknown,
    });
    return;
  }
  const colours = coloursFor(process.stdout);
  printLines([
    ...failed.flatMap((result) => failureLines(result, colours.bad)),
    ...errors.map((error) => placeLine(error, colours)),
    ...textTable(
      ['purpose', 'grants', 'conditions', 'reasons'],
      rows.map(({ purpose, grant, condition, reason }) => [purpose, part(grant), part(condition), part(reason)]),
    ),
    '',
    `${results.length - failed.length} cases hold, ${failed.length} do not; ${coverage.unknown.seen} of ${coverage.unknown.total} conditions are also seen unknown`,
    ok ? colours.good('fine: every rule, condition and reason has its case') : colours.bad(`${errors.length} errors`),
  ]);
}

interface Part {
  readonly covered: number;
  readonly total: number;
}

interface CoverageRow extends Readonly<Record<Covered['kind'], Part>> {
  readonly purpose: string;
}

function coverageRows(set: PolicySet, { items }: Coverage): CoverageRow[] {
  const row = (purpose: string, own: readonly Covered[]): CoverageRow => {
    const count = (kind: Covered['kind']): Part => {
      const all = own.filter((item) => item.kind === kind);
      return { covered: all.filter(({ covered }) => covered).length, total: all.length };
    };
    return { purpose, grant: count('grant'), condition: count('condition'), reason: count('reason') };
  };
  const purposes = [...set.policies.keys()].map((purpose) =>
    row(
      purpose,
      items.filter((item) => item.purpose === purpose),
    ),
  );
  const prohibitions = items.filter(({ purpose }) => purpose === null);
  return [...purposes, row('prohibitions', prohibitions), row('all', items)];
}

function part({ covered, total }: Part): string {
  return total === 0 ? '–' : `${covered}/${total} ${Math.floor((covered / total) * 100)}%`;
}

function failureLines(result: CaseResult, bad: (text: string) => string): string[] {
  return result.differences.map((difference) => `${result.file}:${result.line}:1 ${bad(result.name)}: ${difference}`);
}
