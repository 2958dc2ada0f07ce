import type { Catalogue } from '../../category/catalogue.ts';
import { involvementRole, involvementType, wordsOf } from '../condition.ts';
import type { ConditionForm } from '../condition-form.ts';
import type { Grant } from '../policy.ts';
import type { PolicySet } from '../policy-set.ts';
import type { Finding } from './finding.ts';
import { possibleRoles } from './implies.ts';

/** More ways than this to meet a rule are not tried; it is said, for an untried rule may hide a fault. */
const maxWays = 20_000;

/** Rules whose conditions can never all be true, so that they permit nothing to anybody. */
export function contradictions(set: PolicySet): Finding[] {
  return [...set.policies.values()].flatMap(({ purpose, grants }) =>
    grants.flatMap((grant): Finding[] => {
      const message = whyNever(grant, set.catalogue);
      if (message === null) return [];
      const place = { in: 'policy', purpose, rule: grant.rule, member: ['when'] } as const;
      return [{ severity: 'error', check: 'contradiction', place, message }];
    }),
  );
}

function whyNever(grant: Grant, catalogue: Catalogue): string | null {
  const forms = grant.conditions.map(({ form }) => form);
  const many = forms.reduce((product, form) => product * countWays(form), 1);
  const toward = `from ${grant.source} to ${grant.recipient}`;
  if (many > maxWays) return `has too many alternatives to check (${many}) ${toward}: split the rule`;
  const reasons = ways({ all: forms }).map((way) => clash(way, grant, catalogue));
  const first = reasons[0];
  return first !== undefined && first !== null && reasons.every((reason) => reason !== null)
    ? `can never permit anything ${toward}: ${first}`
    : null;
}

function countWays(form: ConditionForm): number {
  if (form.any !== undefined) return form.any.reduce((sum, member) => sum + countWays(member), 0);
  if (form.all !== undefined) return form.all.reduce((product, member) => product * countWays(member), 1);
  return 1;
}

/** Each list of simple conditions that together make the form true. */
function ways(form: ConditionForm): (readonly ConditionForm[])[] {
  if (form.any !== undefined) return form.any.flatMap(ways);
  if (form.all === undefined) return [[form]];
  return form.all.reduce<(readonly ConditionForm[])[]>(
    (found, member) => found.flatMap((way) => ways(member).map((more) => [...way, ...more])),
    [[]],
  );
}

/** Facts are many, so two conditions on facts never exclude each other; one user and one holder of a role do. */
function clash(way: readonly ConditionForm[], grant: Grant, catalogue: Catalogue): string | null {
  const users = way.flatMap(({ user }) => (user === undefined ? [] : [user.role]));
  if (users[0]?.every((role) => users.some((roles) => !roles.includes(role)))) {
    return `no user has a role of ${users.map((roles) => roles.join(' or ')).join(' and of ')}`;
  }
  const involved = way.flatMap((form) => (form.involved === undefined ? [] : [form.involved]));
  for (const source of involved.filter(({ who }) => who === 'source')) {
    for (const recipient of involved.filter(({ who }) => who === 'recipient')) {
      const reason = excluded(source, recipient, grant, catalogue);
      if (reason !== null) return reason;
    }
  }
  return null;
}

type Involved = NonNullable<ConditionForm['involved']>;

/** Roles of one exclusive group have one holder: the source and the recipient cannot both be it. */
function excluded(source: Involved, recipient: Involved, grant: Grant, catalogue: Catalogue): string | null {
  const between = { catalogue, source: grant.source, recipient: grant.recipient };
  const given = possibleRoles(source, between);
  const asked = possibleRoles(recipient, between);
  const groupOf = (role: string): string | null =>
    wordsOf(catalogue, involvementType, involvementRole).get(role)?.exclusive ?? null;
  const together = given.some((one) => asked.some((other) => groupOf(one) === null || groupOf(one) !== groupOf(other)));
  if (together || given.length === 0 || asked.length === 0) return null;
  return `source (${given.join(', ')}) and recipient (${asked.join(', ')}) would both be the one ${groupOf(given[0] ?? '')}`;
}
