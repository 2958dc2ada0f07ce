import type { ConsentId, FactId, RequestId } from '../../src/core/brand.ts';
import { housingAnswer, planFields } from '../world/personas.ts';
import type { KnownEmergency } from './emergency-model.ts';

/** What is asked in these lives: by virtue of the law, of a consent and of people, and of an emergency. */
export type Asked = 'plan' | 'housing' | 'medication';

/** What can be said about the person, in the words of the law and not of the catalogue. */
export type Said = 'detention' | 'phase' | 'prison' | 'municipality' | 'applicant' | 'treated' | 'restriction';

export const parties = ['pi', 'gemeente', 'corporatie', 'medisch', 'ziekenhuis'] as const;
export type Party = (typeof parties)[number];

/** People whose approval is needed under a set; null: the set permits no such thing. */
export type Rules = Readonly<Record<Asked, number | null>>;

const afterPeople = ['awaiting-source', 'partly-answered', 'answered'];
/** Nothing was given yet, and somebody must do something. */
export const waits = ['awaiting-approval', 'permitted', ...afterPeople];

/** The one reason that nobody may hear. */
export const noYes = 'the person did not say yes, or took it back';

interface Agreement {
  readonly purpose: string;
  readonly source: Party;
  readonly recipient: Party;
  readonly stand: readonly (readonly Said[])[];
  readonly consent: boolean;
  /** Whether a restriction of processing holds it up. */
  readonly restrictable: boolean;
  readonly fields: readonly string[];
}

/** Who gives to whom, which of each row must stand, and whether the person must have said yes. */
export const agreements = {
  // Pbw 18a, Pm 20d: the prison that detains and the municipality where somebody lives, while somebody is detained.
  plan: {
    purpose: 'plan-basic-conditions',
    source: 'pi',
    recipient: 'gemeente',
    stand: [['prison'], ['municipality'], ['detention', 'phase']],
    consent: false,
    restrictable: true,
    fields: planFields,
  },
  // AVG 6(1)(a): no act gives the housing association anything.
  housing: {
    purpose: 'housing-placement',
    source: 'gemeente',
    recipient: 'corporatie',
    stand: [['municipality'], ['applicant']],
    consent: true,
    restrictable: true,
    fields: Object.keys(housingAnswer),
  },
  // AVG 9(2)(c), 18(2): whoever treats the person gives what may save them, also while it is restricted.
  medication: {
    purpose: 'vital-interests',
    source: 'medisch',
    recipient: 'ziekenhuis',
    stand: [['treated']],
    consent: false,
    restrictable: false,
    fields: ['medical.medication'],
  },
} as const satisfies Readonly<Record<Asked, Agreement>>;

export interface StandingFact {
  readonly id: FactId;
  readonly said: Said;
  readonly from: number;
  until: number;
  disputed: boolean;
}

export interface KnownConsent {
  readonly id: ConsentId;
  readonly validUntil: number;
  state: 'asked' | 'given' | 'refused' | 'withdrawn' | 'expired';
  /** Which of all that ever happened it was. */
  decided: number;
  /** By the clock of whoever wrote it down. */
  decidedAt: number;
}

export interface KnownRequest {
  readonly id: RequestId;
  readonly asked: Asked;
  /** false: about somebody whom nobody knows. */
  readonly known: boolean;
  readonly asker: string;
  /** The caller's own key of the question. */
  readonly key: string;
  /** When it was asked, by the clock of the gateway that it was asked at. */
  readonly since: number;
  state: string;
  approvals: string[];
  permitted: boolean;
  /** Fields that people of its source struck out. */
  readonly struck: string[];
  /** Fields that people of its source answered. */
  readonly answered: string[];
  /** Operations that asked its source. */
  readonly fetchedBy: Set<number>;
  /** The operation that gave it. */
  disclosedBy: number | null;
  /** Why it was refused, as far as the model can tell. */
  refusedFor: string | null;
  readonly kinds: string[];
}

/**
 * What a careful clerk would know who sees every entry as it becomes durable, and knows the law but not the program.
 * It decides nothing by the policies: `whyNot` says in its own words whether something may be given.
 */
export class LifeModel {
  readonly facts: StandingFact[] = [];
  readonly consents: KnownConsent[] = [];
  readonly requests = new Map<RequestId, KnownRequest>();
  readonly emergencies = new Map<RequestId, KnownEmergency>();
  readonly suspended = new Set<Party>();
  readonly binding = new Map<Party, Rules | null>();
  /** What the set in force asks for, whoever accepted it. */
  inForce: Rules;
  /** Every clock told the same time so far, and none went back. */
  clocksAgree = true;
  happened = 0;

  constructor(inForce: Rules) {
    this.inForce = inForce;
    for (const party of parties) this.binding.set(party, inForce);
  }

  /** Why nothing may be given now, whoever agreed; null: it may. `at`: by the clock of who gives. */
  whyNot(asked: Asked, since: number, at: number): string | null {
    const { source } = agreements[asked];
    return this.suspended.has(source) ? `${source} is suspended` : this.whyNotPermitted(asked, since, at);
  }

  /** The same without the question whether its source is there: what it is asked for is permitted all the same. */
  whyNotPermitted(asked: Asked, since: number, at: number): string | null {
    const { recipient, stand, consent, restrictable } = agreements[asked];
    if (this.suspended.has(recipient)) return `${recipient} is suspended`;
    if (this.peopleNeeded(asked) === null) return 'no policies that the source accepted permit it';
    if (restrictable && this.stands('restriction', at)) return 'a restriction stands';
    const missing = stand.find((some) => !some.some((said) => this.stands(said, at)));
    if (missing !== undefined) return `${missing.join(' or ')} does not stand`;
    return consent && !this.agreed(since, at) ? noYes : null;
  }

  /** The same with the people of the source who must have agreed. */
  whyNotGiven(request: KnownRequest, at: number): string | null {
    const basis = this.whyNot(request.asked, request.since, at);
    if (basis !== null) return basis;
    const people = new Set(request.approvals.filter((person) => person !== request.asker));
    const needed = this.peopleNeeded(request.asked) ?? Number.POSITIVE_INFINITY;
    return people.size < needed ? `${people.size} of ${needed} people agreed` : null;
  }

  /** Why it may not go on as it stands: once people agreed to it, they must have been enough. */
  objectionTo(request: KnownRequest, at: number): string | null {
    const { asked, since, state } = request;
    return afterPeople.includes(state) ? this.whyNotGiven(request, at) : this.whyNot(asked, since, at);
  }

  peopleNeeded(asked: Asked): number | null {
    return this.binding.get(agreements[asked].source)?.[asked] ?? null;
  }

  request(id: RequestId): KnownRequest {
    const found = this.requests.get(id);
    if (found === undefined) throw new Error(`nobody ever asked ${id}`);
    return found;
  }

  private stands(said: Said, at: number): boolean {
    // Who disputes a restriction does not lift it.
    const counts = (fact: StandingFact) => said === 'restriction' || !fact.disputed;
    return this.facts.some((fact) => fact.said === said && counts(fact) && fact.from <= at && at < fact.until);
  }

  /** A yes from before the request that is still valid, after which nobody said no. @law AVG 4(11), 7(3) */
  private agreed(since: number, at: number): boolean {
    return this.consents.some(
      (yes) =>
        yes.state === 'given' &&
        yes.decidedAt <= since &&
        at < yes.validUntil &&
        !this.consents.some((no) => (no.state === 'refused' || no.state === 'withdrawn') && no.decided > yes.decided),
    );
  }
}
