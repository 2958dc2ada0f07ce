import type { OpenPoint } from '../core/policy/open-points.ts';
import type { PolicySet } from '../core/policy/policy-set.ts';
import { checkPolicies } from '../policy-files/check.ts';
import {
  type Colours,
  coloursFor,
  exitCodes,
  placeLine,
  printJson,
  printLines,
  printLoadErrors,
  textTable,
} from './terminal.ts';

/** `policy check`: whether a folder loads, what its text alone shows to be wrong, and what a jurist must settle. */
export function policyCheck(dir: string, options: { readonly json: boolean }): void {
  const report = checkPolicies(dir);
  if (!report.loads) {
    printLoadErrors(report.errors, options.json);
    return;
  }
  const { set, errors, warnings, open } = report;
  const ok = errors.length === 0;
  const counts = countOpen(set, open);
  process.exitCode = ok ? exitCodes.fine : exitCodes.wrong;
  if (options.json) {
    printJson({ ok, set: set.digest, errors, warnings, open, counts });
    return;
  }
  const colours = coloursFor(process.stdout);
  printLines([
    ...errors.map((error) => placeLine(error, colours)),
    ...warnings.map((warning) =>
      placeLine({ ...warning, message: `${colours.warn('warning:')} ${warning.message}` }, colours),
    ),
    ...openLines(open, colours),
    '',
    ...textTable(
      ['purpose', 'rules', 'grants', '(D)', '(U)'],
      counts.map(({ where, rules, grants, designDefault, unverified }) => [
        where,
        rules,
        grants,
        designDefault,
        unverified,
      ]),
    ),
    '',
    `${set.policies.size} policies, ${set.prohibitions.length} prohibitions, ${set.catalogue.fields.size} fields`,
    colours.faint(set.digest),
    ok
      ? colours.good(`fine: no errors, ${warnings.length} warnings, ${open.length} points for a jurist`)
      : colours.bad(`${errors.length} errors, ${warnings.length} warnings, ${open.length} points for a jurist`),
  ]);
}

function openLines(open: readonly OpenPoint[], colours: Colours): string[] {
  return open.map(
    ({ status, where, what }) => `${colours.warn(status === 'unverified' ? '(U)' : '(D)')} ${where}: ${what}`,
  );
}

interface OpenCount {
  /** A purpose; or what the points stand on that are no purpose's. */
  readonly where: string;
  readonly rules: number;
  readonly grants: number;
  readonly designDefault: number;
  readonly unverified: number;
}

function countOpen(set: PolicySet, open: readonly OpenPoint[]): OpenCount[] {
  const count = (points: readonly OpenPoint[]) => ({
    designDefault: points.filter(({ status }) => status === 'design-default').length,
    unverified: points.filter(({ status }) => status === 'unverified').length,
  });
  const purposes = [...set.catalogue.purposes.keys()].map((purpose) => {
    const grants = set.policies.get(purpose)?.grants ?? [];
    const rules = new Set(grants.map(({ rule }) => rule)).size;
    return { where: purpose, rules, grants: grants.length, ...count(open.filter(({ where }) => where === purpose)) };
  });
  const named = new Set<string>(purposes.map(({ where }) => where));
  const rest = open.filter(({ where }) => !named.has(where));
  return [...purposes, { where: 'prohibitions and fields', rules: 0, grants: 0, ...count(rest) }];
}
