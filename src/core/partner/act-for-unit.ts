import { mint, type UnitId } from '../brand.ts';
import type { Partner, PartnerRegistry } from './partner.ts';

/**
 * The unit for which one of its people decides at the gateway's own pages, without a certificate of the unit. null: there is
 * no such active unit, or nobody agreed that its people may.
 */
export function actForUnit({ units }: PartnerRegistry, id: UnitId): Partner | null {
  const unit = units.get(id);
  if (unit?.state !== 'active' || !unit.staff) return null;
  return mint<Partner>({ unit, thumbprint: '' });
}
