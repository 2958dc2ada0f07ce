import type { FactId } from '../brand.ts';
import type { Call, FactView } from '../disclosure/operations.ts';
import type { Facts } from '../disclosure/ports.ts';

/**
 * A fact, for the unit that attested it and the unit that it is about; to anybody else it does not
 * exist. Who disputes it is for the attesting unit to know, which has to settle it.
 */
export async function readFact(
  ports: { readonly facts: Facts },
  call: Pick<Call, 'partner'>,
  id: FactId,
): Promise<FactView | null> {
  const fact = await ports.facts.find(id);
  const unit = call.partner.unit.id;
  if (fact === null || (fact.attestedBy !== unit && fact.unit !== unit)) return null;
  return { fact, dispute: fact.attestedBy === unit ? await ports.facts.dispute(id) : null };
}
