import type { FieldId } from '../brand.ts';
import { givenFields } from '../disclosure/given-fields.ts';
import type { PolicySets, Registry } from '../disclosure/ports.ts';
import type { RequestRecord } from '../disclosure/request.ts';
import { grantsBetween } from '../policy/policy-set.ts';

/** AVG 6(1)(e) and (f), as policies call them. */
const opposable: ReadonlySet<string> = new Set(['public-task', 'legitimate-interest']);

/**
 * Of what a request gave, the fields to whose disclosure the person may object: those that its source gives as its public task or
 * for an interest of its own, by whatever rule. A consent is withdrawn, and a duty or somebody's life leaves no choice. Where no
 * rule gives a field any more nobody can tell: then it is for the source to decide, as of everything that is asked.
 * @law AVG 21(1)
 */
export function objectable(
  { policies, registry }: { readonly policies: PolicySets; readonly registry: Registry },
  { source, recipient, purpose, decision }: Pick<RequestRecord, 'source' | 'recipient' | 'purpose' | 'decision'>,
): readonly FieldId[] {
  const { units } = registry.current();
  const [from, to] = [units.get(source), units.get(recipient)];
  const set = (from === undefined ? null : policies.boundTo(from)) ?? policies.current();
  const rules = set.breakGlass?.policy.purpose === purpose ? set.breakGlass.rules : set;
  const grants = grantsBetween(rules, purpose, from?.kind ?? '', to?.kind ?? '');
  return givenFields({ decision }).filter((field) => {
    const bases = grants.filter(({ fields }) => fields.has(field)).flatMap((grant) => grant.bases.source);
    return bases.length === 0 || bases.some((basis) => opposable.has(basis));
  });
}
