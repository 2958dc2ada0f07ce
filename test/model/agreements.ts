import { housingAnswer, planFields } from '../world/personas.ts';
import type { Party } from './life-model.ts';

/**
 * What is given in these lives: by virtue of the law, of a consent and of people, and of an emergency; of its source's own
 * accord, where two people of it must agree or one; and what a doctor knows.
 */
export type Asked = 'plan' | 'housing' | 'medication' | 'risk' | 'incidents' | 'notes';

/** What can be said about the person, in the words of the law and not of the catalogue. */
export type Said =
  | ('detention' | 'phase' | 'prison' | 'municipality' | 'applicant' | 'treated' | 'restriction')
  | ('supervisor' | 'supervision' | 'risk' | 'treatedOutside' | 'joining');

/** Which of each row must stand, and whether the person must have said yes. */
interface Way {
  readonly stand: readonly (readonly Said[])[];
  readonly yes: boolean;
}

/** Who gives to whom, and on which grounds, each of which is enough. */
export interface Agreement {
  readonly purpose: string;
  readonly source: Party;
  readonly recipient: Party;
  readonly ways: readonly Way[];
  /** Whether its source begins. */
  readonly isOffered: boolean;
  /** Whether a restriction of processing holds it up. */
  readonly restrictable: boolean;
  /** Roles at its recipient in which somebody may have it; null: in any. */
  readonly roles: readonly string[] | null;
  /** Roles at its source in which somebody may agree to it; null: in any. */
  readonly approvers: readonly string[] | null;
  /** Days that its source has to agree, and its recipient to take it. */
  readonly days: { readonly toAgree: number; readonly toTake: number };
  readonly fields: readonly string[];
}

const asked = { isOffered: false, restrictable: true, roles: null, approvers: null } as const;
const offered = { ...asked, isOffered: true } as const;
const usual = { toAgree: 14, toTake: 14 } as const;

export const agreements = {
  // Pbw 18a, Pm 20d: the prison that detains and the municipality where somebody lives, while somebody is detained.
  plan: {
    ...asked,
    ...{ purpose: 'plan-basic-conditions', source: 'pi', recipient: 'gemeente' },
    ways: [{ stand: [['prison'], ['municipality'], ['detention', 'phase']], yes: false }],
    days: usual,
    fields: planFields,
  },
  // AVG 6(1)(a): no act gives the housing association anything.
  housing: {
    ...asked,
    ...{ purpose: 'housing-placement', source: 'gemeente', recipient: 'corporatie' },
    ways: [{ stand: [['municipality'], ['applicant']], yes: true }],
    days: usual,
    fields: Object.keys(housingAnswer),
  },
  // AVG 9(2)(c), 18(2): whoever treats the person gives what may save them, also while it is restricted.
  medication: {
    ...asked,
    ...{ purpose: 'vital-interests', source: 'medisch', recipient: 'ziekenhuis' },
    ways: [{ stand: [['treated']], yes: false }],
    restrictable: false,
    days: usual,
    fields: ['medical.medication'],
  },
  // Pbw 18b: whoever must protect others hears of a grave risk while it stands, each within its own task.
  risk: {
    ...offered,
    ...{ purpose: 'serious-violence-risk', source: 'pi', recipient: 'reclassering' },
    ways: [{ stand: [['prison'], ['supervisor'], ['risk']], yes: false }],
    days: { toAgree: 3, toTake: 2 },
    fields: ['identity.surname', 'riskAssessment.assessment'],
  },
  // Reclasseringsregeling 8, Wpg 8 and 13: who supervises hears from the police, for as long as they do.
  incidents: {
    ...offered,
    ...{ purpose: 'supervision', source: 'politie', recipient: 'reclassering' },
    ways: [{ stand: [['supervisor'], ['supervision']], yes: false }],
    // For whom it is offered in these lives.
    roles: ['probationOfficer'],
    days: usual,
    fields: ['policeContacts.incidents'],
  },
  // BW 7:457: a doctor is silent, unless the person lifts it (1), or to who joins in the treatment or takes over (2).
  notes: {
    ...asked,
    ...{ purpose: 'care-continuity', source: 'medisch', recipient: 'ziekenhuis' },
    ways: [
      { stand: [['treated'], ['treatedOutside']], yes: true },
      { stand: [['treated'], ['joining']], yes: false },
    ],
    roles: ['physician', 'treatingClinician'],
    approvers: ['physician'],
    days: { toAgree: 5, toTake: 5 },
    fields: ['medical.diagnosis', 'medical.medication'],
  },
} as const satisfies Readonly<Record<Asked, Agreement>>;

export function agreementOn(what: Asked): Agreement {
  return agreements[what];
}

/** Whether somebody in this role may have it. */
export function mayHave(what: Asked, role: string): boolean {
  return agreementOn(what).roles?.includes(role) ?? true;
}

/** Whether somebody in this role may agree to it. */
export function mayAgree(what: Asked, role: string): boolean {
  return agreementOn(what).approvers?.includes(role) ?? true;
}
