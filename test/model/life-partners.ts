import type { Digest, UnitId } from '../../src/core/brand.ts';
import type { Unit } from '../../src/core/partner/partner.ts';
import type { Obligations } from '../../src/core/policy/decision.ts';
import type { PolicySet } from '../../src/core/policy/policy-set.ts';
import { units as helpers, medication } from '../world/emergency-world.ts';
import { encryptionPair } from '../world/encryption-keys.ts';
import { units as chain, housingAnswer, planAnswer } from '../world/personas.ts';
import { shippedSet } from '../world/shipped-set.ts';
import { withObligations } from '../world/with-obligations.ts';
import { type Asked, agreementOn } from './agreements.ts';
import type { Rules } from './life-model.ts';
import { whoSeal } from './sealing-partners.ts';
import type { SetName } from './steps.ts';

/** Who gives: systems over their connectors, or people who look in their inbox; where the gateway may not see it, they seal. */
export type SourcesBy = 'connectors' | 'people' | 'connectors that seal' | 'people who seal';

const key = { jwk: encryptionPair().jwk, proof: null };
const answeredByPeople: readonly Unit[] = chain.map((unit) => ({
  ...unit,
  encryptionKeys: [key],
  connector: { type: 'inbox' },
}));
/** An emergency cannot wait for a desk: these answer over their connectors in every life. */
const inEmergencies = helpers.filter(({ id }) => id === 'medisch' || id === 'ziekenhuis');
const shipped = shippedSet();
const ofNobody: ReadonlySet<string> = new Set(
  ['housing', 'incidents', 'notes'].map((asked) => agreementOn(asked as Asked).purpose),
);

/** The same set, under which each of these asks its source for other people. */
function asking(people: Partial<Record<Asked, Obligations['approval']>>): PolicySet {
  const changed = Object.entries(people) as [Asked, Obligations['approval']][];
  return changed.reduce(
    (set, [asked, approval]) => withObligations(set, agreementOn(asked).purpose, { approval }),
    shipped,
  );
}

export const sets: Readonly<Record<SetName, PolicySet>> = {
  shipped,
  'two persons': asking({ housing: 'two-persons', incidents: 'two-persons', notes: 'two-persons' }),
  'people for the plan': asking({ plan: 'source-human', risk: 'source-human', incidents: 'none' }),
  'no housing': {
    ...shipped,
    digest: `${shipped.digest.slice(0, -4)}ffff` as Digest,
    policies: new Map([...shipped.policies].filter(([purpose]) => !ofNobody.has(purpose))),
    breakGlass: null,
  },
};

/** How many people each set asks for, as whoever wrote it would say. */
export const rulesOf: Readonly<Record<SetName, Rules>> = {
  shipped: { plan: 0, housing: 1, medication: 0, risk: 2, incidents: 1, notes: 1 },
  'two persons': { plan: 0, housing: 2, medication: 0, risk: 2, incidents: 2, notes: 2 },
  'people for the plan': { plan: 1, housing: 1, medication: 0, risk: 1, incidents: 0, notes: 1 },
  'no housing': { plan: 0, housing: null, medication: null, risk: 2, incidents: null, notes: null },
};

/** What every source holds: it gives what it is asked for, and what it is not asked for must not go on. */
export const held = { ...planAnswer, ...housingAnswer, ...medication };

export function partnersBy(sources: SourcesBy): readonly Unit[] {
  if (sources === 'connectors that seal' || sources === 'people who seal') return [...chain, ...whoSeal(sources)];
  return [...(sources === 'people' ? answeredByPeople : chain), ...inEmergencies];
}

/** Throws where there is no such unit. */
export function partnerOf(units: ReadonlyMap<UnitId, Unit>, party: string): Unit {
  const found = units.get(party as UnitId);
  if (found === undefined) throw new RangeError(party);
  return found;
}
