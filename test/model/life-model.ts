import type { ConsentId, FactId, RequestId } from '../../src/core/brand.ts';
import { type Asked, agreementOn, type Said } from './agreements.ts';
import type { KnownEmergency } from './emergency-model.ts';

export const parties = ['pi', 'gemeente', 'corporatie', 'medisch', 'ziekenhuis'] as const;
/** Who plays in lives in which sources offer. */
export const partiesToOffers = ['pi', 'politie', 'reclassering'] as const;
/** And in lives about what a doctor knows. */
export const partiesToSecrets = ['medisch', 'ziekenhuis'] as const;
export type Party = (typeof parties)[number] | (typeof partiesToOffers)[number];

/** People whose approval is needed under a set; null: the set permits no such thing. */
export type Rules = Readonly<Record<Asked, number | null>>;

const day = 86_400_000;

const afterPeople = ['awaiting-source', 'partly-answered', 'answered'];
/** Nothing was given yet, and somebody must do something. */
export const waits = ['awaiting-approval', 'permitted', ...afterPeople];

/** The one reason that nobody may hear. */
export const noYes = 'the person did not say yes, or took it back';

export interface StandingFact {
  readonly id: FactId;
  readonly said: Said;
  readonly from: number;
  until: number;
  disputed: boolean;
}

export interface KnownConsent {
  readonly id: ConsentId;
  /** For what it is asked. */
  readonly to: Asked;
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
  /** For whom it was asked, or who offered it. */
  readonly asker: string;
  /** The caller's own key of the question. */
  readonly key: string;
  /** When it was asked, by the clock of the gateway that it was asked at. */
  readonly since: number;
  state: string;
  /** When somebody began to be waited for, by the clock of whoever put that on record. */
  waitsSince: number;
  approvals: string[];
  /** Whether its recipient may know of it: of what is offered once enough people of its source agreed. */
  heard: boolean;
  permitted: boolean;
  /** Fields that people of its source struck out. */
  readonly struck: string[];
  /** Fields that people of its source answered, or offered. */
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
  /** What its source said that nobody may use for now. */
  readonly restrictions: { readonly asked: Asked; readonly from: number; until: number }[] = [];
  readonly suspended = new Set<Party>();
  readonly binding = new Map<Party, Rules | null>();
  /** What the set in force asks for, whoever accepted it. */
  inForce: Rules;
  /** Every clock told the same time so far, and none went back. */
  clocksAgree = true;
  happened = 0;

  constructor(inForce: Rules) {
    this.inForce = inForce;
    for (const party of [...parties, ...partiesToOffers]) this.binding.set(party, inForce);
  }

  /** Why nothing may be given now, whoever agreed; null: it may. `at`: by the clock of who gives. */
  whyNot(asked: Asked, since: number, at: number): string | null {
    const { source } = agreementOn(asked);
    return this.suspended.has(source) ? `${source} is suspended` : this.whyNotPermitted(asked, since, at);
  }

  /** The same without the question whether its source is there: what it is asked for is permitted all the same. */
  whyNotPermitted(asked: Asked, since: number, at: number): string | null {
    const { recipient } = agreementOn(asked);
    if (this.suspended.has(recipient)) return `${recipient} is suspended`;
    if (this.peopleNeeded(asked) === null) return 'no policies that the source accepted permit it';
    return this.whyNoGround(asked, since, at);
  }

  /** The same of what is on record about the person alone. */
  whyNoGround(asked: Asked, since: number, at: number): string | null {
    const { ways, restrictable } = agreementOn(asked);
    if (restrictable && this.stands('restriction', at)) return 'a restriction stands';
    const isHeldBack = this.restrictions.some((one) => one.asked === asked && one.from <= at && at < one.until);
    if (isHeldBack) return 'its source says that nobody may use it for now';
    const missing = ways.map(({ stand, yes }) => {
      const row = stand.find((some) => !some.some((said) => this.stands(said, at)));
      if (row !== undefined) return `${row.join(' or ')} does not stand`;
      return yes && !this.agreed(asked, since, at) ? noYes : null;
    });
    // Where one way lacks a yes alone, that is what nobody may hear.
    return missing.includes(null) ? null : (missing.find((why) => why === noYes) ?? missing[0] ?? null);
  }

  /** The same with the people of the source who must have agreed. */
  whyNotGiven(request: KnownRequest, at: number): string | null {
    const basis = this.whyNot(request.asked, request.since, at);
    if (basis !== null) return basis;
    // Whoever offers is the first of its people; who asks is not one of them.
    const { isOffered } = agreementOn(request.asked);
    const people = new Set(request.approvals.filter((person) => isOffered || person !== request.asker));
    const needed = this.peopleNeeded(request.asked) ?? Number.POSITIVE_INFINITY;
    return people.size < needed ? `${people.size} of ${needed} people agreed` : null;
  }

  /** Why it may not go on as it stands: once people agreed to it, they must have been enough. */
  objectionTo(request: KnownRequest, at: number): string | null {
    const { asked, since, state } = request;
    const hasPeople = afterPeople.includes(state) || state === 'delivered';
    return hasPeople ? this.whyNotGiven(request, at) : this.whyNot(asked, since, at);
  }

  /** Until when somebody is waited for; null: for nobody, or clocks tell different times. */
  waitsUntil({ asked, state, waitsSince }: KnownRequest): number | null {
    const { toAgree, toTake } = agreementOn(asked).days;
    if (!this.clocksAgree || !waits.includes(state)) return null;
    return waitsSince + (state === 'permitted' || state === 'answered' ? toTake : toAgree) * day;
  }

  peopleNeeded(asked: Asked): number | null {
    return this.binding.get(agreementOn(asked).source)?.[asked] ?? null;
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
  private agreed(asked: Asked, since: number, at: number): boolean {
    const said = this.consents.filter(({ to }) => to === asked);
    return said.some(
      (yes) =>
        yes.state === 'given' &&
        yes.decidedAt <= since &&
        at < yes.validUntil &&
        !said.some((no) => (no.state === 'refused' || no.state === 'withdrawn') && no.decided > yes.decided),
    );
  }
}
