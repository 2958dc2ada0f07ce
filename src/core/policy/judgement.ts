import type { Consent, ConsentKind } from '../consent/consent.ts';
import { type ConsentScope, coveringConsent } from '../consent/consent-covers.ts';
import { restrictionType } from '../fact/restriction.ts';
import type { Cell } from './cell.ts';
import { involvement } from './condition/involved.ts';
import type { Condition } from './condition.ts';
import type { Question, Reason, RefusalClass } from './decision.ts';
import { type Evaluation, type Evidence, evidenceOf, standing } from './evidence.ts';
import type { FieldGroup, GroupedGrant } from './field-plan.ts';
import type { GrantPlan } from './grant-plan.ts';
import { classOf } from './refusal-class.ts';
import { isRepresented } from './representation.ts';

/** What holds for every field of one group. */
export type GroupVerdict =
  | {
      readonly permits: true;
      /** Places of the grants that permit, and their rules. */
      readonly grants: readonly number[];
      readonly rules: readonly string[];
      readonly consents: readonly string[];
    }
  | { readonly permits: false; readonly reasons: readonly Reason[]; readonly class: RefusalClass };

interface GrantState {
  readonly met: boolean;
  readonly reasons: readonly Reason[];
}

/** One question, judged against its cell. Each condition is evaluated once, each group of fields judged once. */
export class Judgement {
  readonly evidence: Evidence;
  /** A restriction stands, or it cannot be told that none does. */
  readonly restriction: Evaluation;
  readonly #cell: Cell;
  readonly #question: Question;
  /** The recipient stands on record as involved now, in whatever role: it may know why it is refused. */
  readonly #involved: boolean;
  readonly #evaluations: (Evaluation | undefined)[] = [];
  readonly #states: (GrantState | undefined)[] = [];
  readonly #verdicts: (GroupVerdict | undefined)[] = [];
  #covering: Map<string, Consent | null> | null = null;
  /** By place of the grant: categories for which a consent was looked for. */
  readonly #categories: (string[] | undefined)[] = [];
  readonly #prohibitions: (true | undefined)[] = [];
  #represented: boolean | null = null;

  constructor(cell: Cell, question: Question) {
    this.#cell = cell;
    this.#question = question;
    this.evidence = evidenceOf(question);
    this.#involved = involvement(this.evidence, question.recipient).value === 'true';
    this.restriction = standing(this.evidence, (fact) => fact.type === restrictionType);
  }

  verdictOf(group: FieldGroup): GroupVerdict {
    const known = this.#verdicts[group.place];
    if (known !== undefined) return known;
    const verdict = this.#judge(group);
    this.#verdicts[group.place] = verdict;
    return verdict;
  }

  /** Whether the grant at this place was looked at for some field that was asked. */
  touched(place: number): boolean {
    return this.#states[place] !== undefined;
  }

  /** The value of the condition at this place of the cell. */
  evaluation(place: number): Evaluation {
    const known = this.#evaluations[place];
    if (known !== undefined) return known;
    const condition = this.#cell.conditions[place];
    const evaluation = condition === undefined ? undecided : evaluateSafely(condition, this.evidence);
    this.#evaluations[place] = evaluation;
    return evaluation;
  }

  /** Categories for which the grant at this place looked for a consent. */
  categoriesOf(place: number): readonly string[] {
    return this.#categories[place] ?? [];
  }

  /** Whether the prohibition at this place may forbid a grant for some field that was asked. */
  weighed(place: number): boolean {
    return this.#prohibitions[place] === true;
  }

  /** Places of every grant that permits a field that was asked, in order. */
  permitting(): readonly number[] {
    const places: number[] = [];
    for (const verdict of this.#verdicts) {
      if (!verdict?.permits) continue;
      for (const place of verdict.grants) if (!places.includes(place)) places.push(place);
    }
    return places.length < 2 ? places : places.sort((a, b) => a - b);
  }

  /** Consents that the permits rest on. */
  consentsUsed(): readonly string[] {
    const ids: string[] = [];
    for (const verdict of this.#verdicts) {
      if (!verdict?.permits) continue;
      for (const id of verdict.consents) if (!ids.includes(id)) ids.push(id);
    }
    return ids;
  }

  covering(kind: ConsentKind, category: string): Consent | null {
    this.#covering ??= new Map();
    const key = consentKey(kind, category);
    const known = this.#covering.get(key);
    if (known !== undefined) return known;
    const scope = this.#consentScope(kind);
    const { snapshot, now } = this.#question;
    const found = scope === null ? null : coveringConsent(snapshot.consents, scope, category, now);
    this.#covering.set(key, found);
    return found;
  }

  #judge(group: FieldGroup): GroupVerdict {
    const permitting: GroupedGrant[] = [];
    const consents: string[] = [];
    for (const grouped of group.grants) {
      const plan = this.#cell.grants[grouped.place];
      if (plan === undefined) continue;
      const { met } = this.#stateOf(grouped.place, plan);
      for (const place of grouped.liftable) this.#prohibitions[place] = true;
      const consent = plan.asks === null ? null : this.#look(grouped.place, plan.asks, group.category);
      if (!met || (plan.asks !== null && consent === null)) continue;
      permitting.push(grouped);
      if (consent !== null) consents.push(consent.id);
    }
    const [first] = permitting;
    if (first === undefined) return this.#refusal(group);
    // INVARIANT: a prohibition beats every permit, also one that a faulty set let through at load.
    const forbidding = permitting.flatMap((grouped) => this.#forbidding(grouped));
    if (forbidding.length > 0) return { permits: false, reasons: [...new Set(forbidding)], class: 'prohibited' };
    const only = permitting.length === 1 ? this.#cell.grants[first.place] : undefined;
    const grants = permitting.map(({ place }) => place);
    const rules = only?.rules ?? grants.flatMap((place) => this.#cell.grants[place]?.rules ?? []);
    return { permits: true, grants, rules, consents };
  }

  #look(place: number, kind: ConsentKind, category: string): Consent | null {
    const categories = this.#categories[place] ?? [];
    this.#categories[place] = categories;
    if (!categories.includes(category)) categories.push(category);
    return this.covering(kind, category);
  }

  #refusal(group: FieldGroup): GroupVerdict {
    const [only] = group.grants;
    const reasons =
      group.grants.length === 1 && only !== undefined
        ? (this.#states[only.place]?.reasons ?? [])
        : group.grants.flatMap(({ place }) => this.#states[place]?.reasons ?? []);
    return { permits: false, reasons, class: classOf(reasons) };
  }

  #forbidding({ liftable, fixed }: GroupedGrant): readonly Reason[] {
    if (liftable.length === 0 && fixed.length === 0) return none;
    const holds = (place: number): boolean =>
      this.#cell.prohibitions[place]?.conditions.every((at) => this.evaluation(at).value === 'true') ?? false;
    const all = [...fixed, ...liftable.filter((place) => !holds(place))].sort((a, b) => a - b);
    return all.flatMap((place) => this.#cell.prohibitions[place]?.reason ?? []);
  }

  /**
   * Evaluates every condition, also after one has failed and also for an unknown person: the work
   * and the record do not depend on what was found.
   *
   * INVARIANT: a rule that rests on consent never says what failed, or asking again after a change
   * would tell what the subject decided; nor does any rule to a recipient that is not involved.
   */
  #stateOf(place: number, plan: GrantPlan): GrantState {
    const known = this.#states[place];
    if (known !== undefined) return known;
    const failed: Reason[] = [];
    for (let index = 0; index < plan.conditions.length; index++) {
      const { value } = this.evaluation(plan.conditions[index] ?? 0);
      const failure = plan.failures[index];
      if (value !== 'true' && failure !== undefined) failed.push(failure[value]);
    }
    const frozen = this.restriction.value !== 'false';
    const silent = plan.asks !== null || frozen || !this.#involved;
    const state = { met: failed.length === 0 && !frozen, reasons: silent ? plan.notAvailable : failed };
    this.#states[place] = state;
    return state;
  }

  #consentScope(kind: ConsentKind): ConsentScope | null {
    const { snapshot, source, recipient, purpose } = this.#question;
    const noticeVersion = this.#cell.policy?.notice?.version;
    if (snapshot.subject === null || noticeVersion === undefined) return null;
    this.#represented ??= isRepresented(this.evidence, this.#cell.represented);
    return {
      kind,
      subject: snapshot.subject.id,
      source: source.unit,
      recipient: recipient.unit,
      purpose,
      noticeVersion,
      represented: this.#represented,
    };
  }
}

/** `consent(housing)`: the key under which it is recorded whether one covers. */
export function consentKey(kind: ConsentKind, category: string): string {
  return `${kind}(${category})`;
}

const none: readonly Reason[] = [];
const undecided: Evaluation = { value: 'unknown', inputs: { state: 'failed' } };

/**
 * INVARIANT: a condition that fails denies, as one that cannot be decided, and the record says that
 * it failed. No condition should; but a fault here must not become an answer that says less.
 */
function evaluateSafely(condition: Condition, evidence: Evidence): Evaluation {
  try {
    return condition.evaluate(evidence);
  } catch {
    return undecided;
  }
}
