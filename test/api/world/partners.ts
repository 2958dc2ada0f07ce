import { mint, type UnitId } from '../../../src/core/brand.ts';
import type { Oin, Partner, Unit } from '../../../src/core/partner/partner.ts';

function unit(id: string, kind: string, oin: string): Unit {
  return {
    id: id as UnitId,
    organisation: { oin: oin as Oin, name: `Organisatie ${id}` },
    name: id,
    kind,
    state: 'active',
    selector: { thumbprints: [], subOin: null },
    connector: null,
    encryptionKeys: null,
    signingKeys: [],
    jwks: null,
    staff: false,
    webhooks: [],
    acceptedPolicySet: null,
  };
}

const units = [
  unit('municipality-a', 'municipality', '00000099000000000001'),
  unit('prison-a', 'prison', '00000099000000000002'),
  unit('stranger-a', 'police', '00000099000000000003'),
];

/** The partners of the API tests: a recipient, its source, and one that has nothing to do with either. */
export const partners: ReadonlyMap<string, Partner> = new Map(
  units.map((one) => [one.id as string, mint<Partner>({ unit: one, thumbprint: 'f'.repeat(64) })]),
);

export const recipient = 'municipality-a' as UnitId;
export const source = 'prison-a' as UnitId;
export const stranger = 'stranger-a' as UnitId;
