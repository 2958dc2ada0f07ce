import type { Digest, PurposeId, UnitId } from '../../src/core/brand.ts';
import type { Unit } from '../../src/core/partner/partner.ts';
import type { PolicySet } from '../../src/core/policy/policy-set.ts';
import { units as helpers, medication } from '../world/emergency-world.ts';
import { encryptionPair } from '../world/encryption-keys.ts';
import { units as chain, housingAnswer, planAnswer } from '../world/personas.ts';
import { shippedSet } from '../world/shipped-set.ts';
import { withObligations } from '../world/with-obligations.ts';
import type { Rules } from './life-model.ts';
import type { SetName } from './steps.ts';

/** Who gives: systems over their connectors, or people who look in their inbox. */
export type SourcesBy = 'connectors' | 'people';

const key = { jwk: encryptionPair().jwk, proof: null };
const answeredByPeople: readonly Unit[] = chain.map((unit) => ({
  ...unit,
  encryptionKeys: [key],
  connector: { type: 'inbox' },
}));
/** An emergency cannot wait for a desk: these answer over their connectors in every life. */
const inEmergencies = helpers.filter(({ id }) => id === 'medisch' || id === 'ziekenhuis');
const shipped = shippedSet();
const housing = 'housing-placement' as PurposeId;

export const sets: Readonly<Record<SetName, PolicySet>> = {
  shipped,
  'two persons': withObligations(shipped, housing, { approval: 'two-persons' }),
  'people for the plan': withObligations(shipped, 'plan-basic-conditions', { approval: 'source-human' }),
  'no housing': {
    ...shipped,
    digest: `${shipped.digest.slice(0, -4)}ffff` as Digest,
    policies: new Map([...shipped.policies].filter(([purpose]) => purpose !== housing)),
    breakGlass: null,
  },
};

/** How many people each set asks for, as whoever wrote it would say. */
export const rulesOf: Readonly<Record<SetName, Rules>> = {
  shipped: { plan: 0, housing: 1, medication: 0 },
  'two persons': { plan: 0, housing: 2, medication: 0 },
  'people for the plan': { plan: 1, housing: 1, medication: 0 },
  'no housing': { plan: 0, housing: null, medication: null },
};

/** What every source holds: it gives what it is asked for, and what it is not asked for must not go on. */
export const held = { ...planAnswer, ...housingAnswer, ...medication };

export function partnersBy(sources: SourcesBy): readonly Unit[] {
  return [...(sources === 'people' ? answeredByPeople : chain), ...inEmergencies];
}

/** Throws where there is no such unit. */
export function partnerOf(units: ReadonlyMap<UnitId, Unit>, party: string): Unit {
  const found = units.get(party as UnitId);
  if (found === undefined) throw new RangeError(party);
  return found;
}
