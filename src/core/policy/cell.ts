import type { FieldId, PurposeId } from '../brand.ts';
import type { Citation } from '../category/catalogue.ts';
import type { ConsentKind } from '../consent/consent.ts';
import type { Regime } from '../partner/partner.ts';
import type { Condition } from './condition.ts';
import type { Obligations, Reason } from './decision.ts';
import { type FieldGroup, type FieldPlan, fixedAnswer, groupedGrants } from './field-plan.ts';
import { type FieldTable, fieldTable } from './field-table.ts';
import { type GrantPlan, grantPlan } from './grant-plan.ts';
import { consentKey } from './judgement.ts';
import { joinObligations } from './obligation-lattice.ts';
import type { Policy } from './policy.ts';
import { grantsBetween, type PolicySet } from './policy-set.ts';
import { concerns, looksAtGrant, type Prohibition } from './prohibition.ts';
import { noRule, prohibitedBy } from './reason.ts';
import { type MarkedWords, markedWords } from './representation.ts';

/** A prohibition that can be lifted or looks at grants, with places of the conditions that lift it. */
export interface ProhibitionPlan {
  readonly prohibition: Prohibition;
  readonly conditions: readonly number[];
  readonly reason: Reason;
}

/** A consent that a grant may rest on. */
export interface AskedConsent {
  readonly kind: ConsentKind;
  readonly category: string;
  /** `consent(housing)`: under which it is recorded whether one covers. */
  readonly key: string;
}

/**
 * Everything about one purpose between two kinds that is known before anybody asks: compiled once,
 * so that a question costs the same whatever the size of the set.
 */
export class Cell {
  readonly policy: Policy | null;
  readonly law: readonly Citation[];
  readonly regimes: { readonly source: Regime; readonly recipient: Regime };
  readonly grants: readonly GrantPlan[];
  /** Each condition once, however many grants and prohibitions name it. */
  readonly conditions: readonly Condition[];
  /** Their functions, where a question finds them without going by the conditions. */
  readonly tests: readonly Condition['evaluate'][];
  readonly prohibitions: readonly ProhibitionPlan[];
  readonly represented: MarkedWords;
  /** Each consent that was asked about once, whichever grants rest on it. */
  readonly consents: AskedConsent[] = [];
  readonly #set: PolicySet;
  readonly #speaking: readonly Prohibition[];
  readonly #table: FieldTable;
  /** By number of the field. */
  readonly #plans: (FieldPlan | undefined)[];
  readonly #groups = new Map<string, FieldGroup>();
  readonly #joined = new Map<string, Obligations>();

  constructor(set: PolicySet, purpose: PurposeId, source: string, recipient: string) {
    this.#set = set;
    this.#table = fieldTable(set.catalogue);
    this.#plans = new Array(this.#table.unnamed.length);
    this.policy = set.policies.get(purpose) ?? null;
    this.law = this.policy?.law ?? set.catalogue.purposes.get(purpose)?.law ?? [];
    this.regimes = Object.freeze({ source: regimeOf(set, source), recipient: regimeOf(set, recipient) });
    this.represented = markedWords(set.catalogue);
    this.#speaking = set.prohibitions.filter(
      ({ recipients, sources, purposes }) =>
        (recipients?.has(recipient) ?? true) && (sources?.has(source) ?? true) && (purposes?.has(purpose) ?? true),
    );
    const grants = grantsBetween(set, purpose, source, recipient);
    const against = this.#speaking.filter(
      (one) => (one.unless !== null || looksAtGrant(one)) && grants.some((grant) => concerns(one, grant)),
    );
    const named = [...grants.map(({ conditions }) => conditions), ...against.map(liftingConditions)];
    this.conditions = [...new Set(named.flat())];
    const places = new Map(this.conditions.map((condition, place) => [condition, place]));
    const placesOf = (conditions: readonly Condition[]) => conditions.map((one) => places.get(one) ?? 0);
    this.tests = this.conditions.map(({ evaluate }) => evaluate);
    this.grants = grants.map((grant, place) => grantPlan(grant, place, placesOf(grant.conditions)));
    this.prohibitions = against.map((prohibition) => ({
      prohibition,
      conditions: placesOf(liftingConditions(prohibition)),
      reason: Object.freeze(prohibitedBy(prohibition)),
    }));
  }

  /** A bit for each field of the catalogue, none of them set: to tell what was asked before. */
  noBits(): number[] {
    return this.#table.noBits.slice();
  }

  /** Whether the policy answers questions of this kind at all. */
  answers(trigger: 'pull' | 'push'): boolean {
    return this.policy !== null && (this.policy.trigger === 'both' || this.policy.trigger === trigger);
  }

  /** Null for a word that the catalogue does not know: such words are not collected. */
  knownPlan(field: FieldId): FieldPlan | null {
    const number = this.#table.numbers.get(field);
    if (number === undefined) return null;
    const known = this.#plans[number];
    if (known !== undefined) return known;
    const plan = this.planOf(this.#set.catalogue.fields.get(field)?.id ?? field);
    this.#plans[number] = plan;
    return plan;
  }

  /** How the field is judged, made anew. */
  planOf(field: FieldId): FieldPlan {
    const matching = this.#speaking.filter((one) => !looksAtGrant(one) && (one.fields?.has(field) ?? true));
    const absolute = matching.filter(({ unless }) => unless === null);
    const number = this.#table.numbers.get(field) ?? null;
    const group = this.#groupOf(field);
    const unnamed = number === null || group !== null || matching.length > 0 ? undefined : this.#table.unnamed[number];
    if (unnamed !== undefined) return unnamed;
    return {
      field,
      number,
      prohibited: absolute.length === 0 ? null : fixedAnswer(field, absolute.map(prohibitedBy)),
      closed: fixedAnswer(field, matching.length === 0 ? [noRule] : matching.map(prohibitedBy)),
      group,
      plain: plainPlace(group),
    };
  }

  /** What comes with a permit that rests on the grants at these places, at least one. */
  obligationsOf(places: readonly number[]): Obligations | null {
    const only = places[0];
    if (places.length === 1 && only !== undefined) return this.grants[only]?.obligations ?? null;
    const key = places.join(' ');
    const known = this.#joined.get(key);
    if (known !== undefined) return known;
    const joined = joinAll(places.flatMap((place) => this.grants[place]?.obligations ?? []));
    if (joined !== null) this.#joined.set(key, joined);
    return joined;
  }

  #groupOf(field: FieldId): FieldGroup | null {
    const grants = groupedGrants(
      this.grants.map(({ grant }) => grant),
      this.prohibitions.map(({ prohibition }) => prohibition),
      field,
    );
    if (grants.length === 0) return null;
    const asks = grants.some(({ place }) => this.grants[place]?.asks != null);
    const category = asks ? (this.#set.catalogue.fields.get(field)?.category ?? '') : '';
    const key = JSON.stringify([grants, category]);
    const known = this.#groups.get(key);
    if (known !== undefined) return known;
    const resting = grants.map((grouped) => {
      const kind = this.grants[grouped.place]?.asks ?? null;
      return { ...grouped, consent: kind === null ? null : this.#consentPlace(kind, category) };
    });
    const watched = resting.some((grouped) => grouped.watched);
    const group = { place: this.#groups.size, grants: resting, watched, category };
    this.#groups.set(key, group);
    return group;
  }

  #consentPlace(kind: ConsentKind, category: string): number {
    const known = this.consents.findIndex((one) => one.kind === kind && one.category === category);
    return known >= 0 ? known : this.consents.push({ kind, category, key: consentKey(kind, category) }) - 1;
  }
}

/** The one grant of a group of which nothing else decides; null: not so. */
function plainPlace(group: FieldGroup | null): number | null {
  const [first, ...others] = group?.grants ?? [];
  if (first === undefined || others.length > 0) return null;
  return first.consent === null && !first.watched ? first.place : null;
}

function liftingConditions({ unless }: Prohibition): readonly Condition[] {
  return unless?.conditions ?? [];
}

/** A kind that the catalogue does not know has no rule either; it is shown under the general law. */
function regimeOf(set: PolicySet, kind: string): Regime {
  return set.catalogue.partnerKinds.get(kind)?.regime ?? 'avg';
}

/** Null where there are none. A join that is not defined does not load, so here it is a fault. */
function joinAll(obligations: readonly Obligations[]): Obligations | null {
  return obligations.reduce<Obligations | null>((joined, next) => {
    if (joined === null) return next;
    const both = joinObligations(joined, next);
    if (both === undefined) throw new Error('obligations that do not join passed the load of the policy set');
    return both;
  }, null);
}
