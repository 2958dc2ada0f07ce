import type { PurposeId } from '../brand.ts';
import type { Catalogue } from '../category/catalogue.ts';
import { involvementRole, involvementType, wordsOf } from './condition.ts';
import type { ConditionForm } from './condition-form.ts';
import type { RefusalClass } from './decision.ts';
import type { Grant } from './policy.ts';
import type { PolicySet } from './policy-set.ts';
import { looksAtGrant } from './prohibition.ts';
import { type Between, possibleRoles, rolesOf } from './static-checks/implies.ts';

/** A reason that some request can get. */
export interface PossibleReason {
  /** null: by a prohibition, whatever the purpose. */
  readonly purpose: PurposeId | null;
  readonly class: RefusalClass;
  /** Rule or prohibition; null where there is none. */
  readonly rule: string | null;
}

/**
 * Every reason that this set can give, so that none is left without a case that shows it. A rule
 * can always be not available; what else it says, it says to a recipient that is involved.
 */
export function possibleReasons(set: PolicySet): PossibleReason[] {
  const ofPolicies = [...set.policies.values()].flatMap(({ purpose, grants }) => {
    const rules = [...new Set(grants.map(({ rule }) => rule))];
    return [
      { purpose, class: 'not-permitted' as const, rule: null },
      ...rules.flatMap((rule) =>
        classesOf(
          grants.filter((grant) => grant.rule === rule),
          set.catalogue,
        ).map((found) => ({ purpose, class: found, rule })),
      ),
    ];
  });
  // One that looks at the grant forbids it when the set is loaded, and so no request ever meets it.
  const shown = set.prohibitions.filter((prohibition) => !looksAtGrant(prohibition));
  return [...ofPolicies, ...shown.map(({ id }) => ({ purpose: null, class: 'prohibited' as const, rule: id }))];
}

function classesOf(grants: readonly Grant[], catalogue: Catalogue): RefusalClass[] {
  const told = grants.filter(({ consent }) => consent !== 'required' && consent !== 'waiver');
  const can = (test: (form: ConditionForm, between: Between) => boolean): boolean =>
    told.some(({ source, recipient, conditions }) => {
      if (rolesOf(recipient, catalogue).length === 0) return false;
      return conditions.some(({ form }) => test(form, { catalogue, source, recipient }));
    });
  return [
    'not-available',
    ...(can(canFail) ? (['condition-not-met'] as const) : []),
    ...(can(canBeUnknown) ? (['undecidable'] as const) : []),
  ];
}

/** Whether it can be false while the recipient is involved in some role. */
function canFail(form: ConditionForm, between: Between): boolean {
  if (form.any !== undefined) return form.any.every((member) => canFail(member, between));
  if (form.all !== undefined) return form.all.some((member) => canFail(member, between));
  return form.involved?.who !== 'recipient' || otherRoles(form.involved, between);
}

/** Whether it can be unknown while the recipient is involved: a disputed fact, or a user that nobody named. */
function canBeUnknown(form: ConditionForm, between: Between): boolean {
  const members = form.any ?? form.all;
  if (members !== undefined) return members.some((member) => canBeUnknown(member, between));
  if (form.involved?.who !== 'recipient') return true;
  const words = wordsOf(between.catalogue, involvementType, involvementRole);
  const exclusive = possibleRoles(form.involved, between).some((role) => words.get(role)?.exclusive);
  return exclusive || otherRoles(form.involved, between);
}

function otherRoles(form: NonNullable<ConditionForm['involved']>, between: Between): boolean {
  return rolesOf(between.recipient, between.catalogue).some((role) => !form.as.includes(role));
}
