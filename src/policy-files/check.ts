import { openPoints } from '../core/policy/open-points.ts';
import { loadPolicySet } from './load.ts';
import { runCases } from './run-cases.ts';
import type { PolicyFileError } from './yaml-file.ts';

export interface PolicyCheck {
  /** Loads, every case holds, and nothing is left untried. */
  readonly ok: boolean;
  /** What `policy check` prints, line by line. */
  readonly lines: readonly string[];
}

/** Everything that can be said about a policy folder without running a gateway. */
export function checkPolicies(dir: string): PolicyCheck {
  const loaded = loadPolicySet(dir);
  if (!loaded.ok) return { ok: false, lines: loaded.errors.map(errorLine) };
  const { set } = loaded;
  const { results, errors } = runCases(set, dir);
  const failed = results.filter((result) => result.differences.length > 0);
  const lines = [
    `${set.digest}`,
    `${set.policies.size} policies, ${set.prohibitions.length} prohibitions, ${set.catalogue.fields.size} fields`,
    ...failed.flatMap((result) =>
      result.differences.map((difference) => `${result.file}:${result.line} ${result.name}: ${difference}`),
    ),
    ...errors.map(errorLine),
    `${results.length - failed.length} cases hold, ${failed.length} do not`,
    ...openPoints(set).map((point) => `${point.status === 'unverified' ? '(U)' : '(D)'} ${point.where}: ${point.what}`),
  ];
  return { ok: failed.length === 0 && errors.length === 0, lines };
}

function errorLine(error: PolicyFileError): string {
  return `${error.file}:${error.line}:${error.column} ${error.message}`;
}
