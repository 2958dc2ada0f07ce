import type { Catalogue } from '../category/catalogue.ts';
import type { Consent } from '../consent/consent.ts';
import { displacedBy } from '../fact/exclusive.ts';
import type { Holdings, JoiningConflict } from './change-ports.ts';
import { type NumberScheme, numberSchemes } from './subject-change.ts';

/**
 * Everything that would contradict itself in one record, one by one. Case references cannot: a unit's
 * reference names one person at a time, and both references of a unit then name the same one.
 */
export function joiningConflicts(
  catalogue: Catalogue,
  stays: Holdings,
  goes: Holdings,
  withdrawn: readonly NumberScheme[],
): readonly JoiningConflict[] {
  const numbers = numberSchemes.filter(
    (scheme) =>
      stays.numbers[scheme] !== undefined && goes.numbers[scheme] !== undefined && !withdrawn.includes(scheme),
  );
  return [
    ...numbers.map((scheme) => ({ conflict: 'two-numbers', scheme }) as const),
    ...goes.facts.flatMap((fact) => {
      if (fact.state !== 'attested' && fact.state !== 'ended') return [];
      const { ended, corrected } = displacedBy(catalogue, stays.facts, fact);
      return [...ended, ...corrected].map(
        (other) => ({ conflict: 'exclusive-facts', facts: [other.id, fact.id] }) as const,
      );
    }),
    ...goes.consents.flatMap((consent) =>
      stays.consents
        .filter((other) => contradict(other, consent))
        .map((other) => ({ conflict: 'consents', consents: [other.id, consent.id] }) as const),
    ),
  ];
}

/** What was given in one record and refused or withdrawn in the other must not be in force for both. */
function contradict(one: Consent, other: Consent): boolean {
  const samePair = one.source === other.source && one.recipient === other.recipient;
  if (!samePair || one.purpose !== other.purpose || one.kind !== other.kind) return false;
  const counts = (consent: Consent) => consent.state === 'requested' || consent.state === 'given';
  const says = (consent: Consent) => consent.state !== 'expired';
  return (counts(one) && says(other)) || (counts(other) && says(one));
}
