import { mayAttestThis } from '../fact/attest.ts';
import type { Fact } from '../fact/fact.ts';
import { isFieldRestriction } from '../fact/restriction.ts';
import type { PartnerRegistry } from '../partner/partner.ts';
import type { PolicySet } from '../policy/policy-set.ts';

/**
 * The facts as a set may rely on them: what the kind of partner that attested it may not say under this
 * set counts as disputed. Who may say what is part of what a source accepted: a newer catalogue that it has
 * not accepted opens nothing for it.
 *
 * INVARIANT: disputing never permits more, so that neither does this.
 */
export function trustedFacts(facts: readonly Fact[], set: PolicySet, { units }: PartnerRegistry): readonly Fact[] {
  return facts.map((fact) => {
    // The source's own, of a correction: no catalogue says who may place it.
    if (isFieldRestriction(fact)) return fact;
    const attester = units.get(fact.attestedBy)?.kind ?? '';
    const aboutKind = fact.unit === null ? null : (units.get(fact.unit)?.kind ?? '');
    const { type, attributes } = fact;
    if (mayAttestThis(set.catalogue, attester, { type, attributes, aboutKind })) return fact;
    return fact.state === 'corrected' ? fact : { ...fact, state: 'disputed' };
  });
}
