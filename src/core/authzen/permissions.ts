import type { Digest, PurposeId, UnitId } from '../brand.ts';
import type { Unit } from '../partner/partner.ts';
import { type MatrixRow, matrix } from '../policy/matrix.ts';
import type { PolicySet } from '../policy/policy-set.ts';

/** One rule by which a unit may ask, and of whom. */
export interface Permission extends MatrixRow {
  readonly policySet: Digest;
  /** Registered sources of this kind that disclose under this set now; none: nobody gives by this rule yet. */
  readonly sources: readonly UnitId[];
}

/** A set with the sources that it binds. */
export interface BoundSet {
  readonly set: PolicySet;
  readonly sources: readonly Unit[];
}

/** The set in force first, also where it binds nobody yet, then those that sources still disclose under. */
export function boundSets(
  inForce: PolicySet,
  units: Iterable<Unit>,
  boundTo: (source: Unit) => PolicySet | null,
): readonly BoundSet[] {
  const bySet = new Map<PolicySet, Unit[]>([[inForce, []]]);
  for (const unit of units) {
    const set = unit.state === 'active' ? boundTo(unit) : null;
    if (set === null) continue;
    const bound = bySet.get(set);
    if (bound === undefined) bySet.set(set, [unit]);
    else bound.push(unit);
  }
  return [...bySet].map(([set, sources]) => ({ set, sources }));
}

/**
 * What a unit may ask for a purpose, whoever the person is: rule by rule, under each set that binds a
 * source. What is only ever pushed may not be asked and is not among it.
 */
export function permissions(sets: readonly BoundSet[], asker: Unit, purpose: PurposeId): readonly Permission[] {
  return sets.flatMap(({ set, sources }, index) =>
    matrix(set, { field: null, kind: asker.kind, purpose })
      .filter(({ recipient, trigger }) => recipient === asker.kind && trigger !== 'push')
      .map((row) => ({
        ...row,
        policySet: set.digest,
        sources: sources.filter(({ id, kind }) => kind === row.source && id !== asker.id).map(({ id }) => id),
      }))
      .filter((permission) => index === 0 || permission.sources.length > 0),
  );
}
