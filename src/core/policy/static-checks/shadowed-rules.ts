import type { Catalogue } from '../../category/catalogue.ts';
import type { Obligations } from '../decision.ts';
import type { Grant } from '../policy.ts';
import { grantsBetween, type PolicySet } from '../policy-set.ts';
import type { Finding } from './finding.ts';
import { implies } from './implies.ts';

/**
 * Rules that never change an answer: whenever they permit, another rule permits the same under the
 * same obligations. Whoever tightens such a rule would believe to have tightened something.
 */
export function shadowedRules(set: PolicySet): Finding[] {
  return [...set.policies.values()].flatMap(({ purpose, grants }) =>
    grants.flatMap((grant, index): Finding[] => {
      const beside = grantsBetween(set, purpose, grant.source, grant.recipient);
      const wider = beside.find((other) => {
        if (other === grant || !covers(other, grant, set.catalogue)) return false;
        // Of two that say the same, the later one is too many.
        return !covers(grant, other, set.catalogue) || grants.indexOf(other) < index;
      });
      if (wider === undefined) return [];
      const message = `never changes an answer from ${grant.source} to ${grant.recipient}: wherever it permits, "${wider.rule}" permits the same`;
      return [
        {
          severity: 'error',
          check: 'shadowed',
          place: { in: 'policy', purpose, rule: grant.rule, member: ['id'] },
          message,
        },
      ];
    }),
  );
}

function covers(wide: Grant, narrow: Grant, catalogue: Catalogue): boolean {
  const between = { catalogue, source: narrow.source, recipient: narrow.recipient };
  return (
    [...narrow.fields].every((field) => wide.fields.has(field)) &&
    asksNoMore(wide, narrow) &&
    sameWords(wide.obtained, narrow.obtained) &&
    sameObligations(wide.obligations, narrow.obligations) &&
    wide.conditions.every((asked) => narrow.conditions.some(({ form }) => implies(form, asked.form, between)))
  );
}

function asksNoMore(wide: Grant, narrow: Grant): boolean {
  return wide.consent === narrow.consent || wide.consent === 'irrelevant' || wide.consent === 'invalid';
}

function sameObligations(a: Obligations, b: Obligations): boolean {
  const { retain: keptA, approvers: approversA, ...restA } = a;
  const { retain: keptB, approvers: approversB, ...restB } = b;
  return (
    sameWords(approversA, approversB) &&
    (Object.keys(keptA) as (keyof typeof keptA)[]).every((name) => keptA[name] === keptB[name]) &&
    (Object.keys(restA) as (keyof typeof restA)[]).every((name) => restA[name] === restB[name])
  );
}

function sameWords(a: readonly string[], b: readonly string[]): boolean {
  return a.length === b.length && a.every((word) => b.includes(word));
}
