import { type OpenPoint, openPoints } from '../core/policy/open-points.ts';
import type { PolicySet } from '../core/policy/policy-set.ts';
import type { Finding } from '../core/policy/static-checks/finding.ts';
import { staticChecks } from '../core/policy/static-checks.ts';
import { loadPolicySet } from './load.ts';
import { placesIn } from './places.ts';
import type { PolicyFileError } from './yaml-file.ts';

/** A finding of the static checks, where its author can find it. */
export interface PlacedFinding extends PolicyFileError {
  readonly check: Finding['check'];
}

export type PolicyCheck =
  | { readonly loads: false; readonly errors: readonly PolicyFileError[] }
  | {
      readonly loads: true;
      readonly set: PolicySet;
      readonly errors: readonly PlacedFinding[];
      readonly warnings: readonly PlacedFinding[];
      /** What a jurist must still settle. */
      readonly open: readonly OpenPoint[];
    };

/** Everything that can be said about a policy folder without playing a case. Fine when it has no errors. */
export function checkPolicies(dir: string): PolicyCheck {
  const loaded = loadPolicySet(dir);
  if (!loaded.ok) return { loads: false, errors: loaded.errors };
  const { set } = loaded;
  const places = placesIn(dir);
  const found = (severity: Finding['severity']): PlacedFinding[] =>
    staticChecks(set)
      .filter((finding) => finding.severity === severity)
      .map(({ place, check, message }) => ({ ...places.at(place, message), check }));
  return { loads: true, set, errors: found('error'), warnings: found('warning'), open: openPoints(set) };
}
