import type { Consent, ConsentKind } from '../consent/consent.ts';
import { type ConsentScope, coveringConsent } from '../consent/consent-covers.ts';
import { restrictedFields } from '../fact/restriction.ts';
import type { Cell } from './cell.ts';
import { involvement } from './condition/involved.ts';
import type { Condition } from './condition.ts';
import type { Question, Reason } from './decision.ts';
import { broken, type Evaluation, type Evidence, evidenceOf } from './evidence.ts';
import type { FieldGroup, GroupedGrant } from './field-plan.ts';
import type { GrantPlan } from './grant-plan.ts';
import { type GroupVerdict, permitBy, refusalFor } from './group-verdict.ts';
import { isRepresented } from './representation.ts';
import { restrictionIn } from './restriction-in.ts';

/** One question, judged against its cell. Each condition is evaluated once, each group of fields judged once. */
export class Judgement {
  readonly evidence: Evidence;
  /** A restriction stands, or it cannot be told that none does. */
  readonly restriction: Evaluation;
  /** Fields that the source itself has restricted about this person. */
  readonly restricted: ReadonlySet<string>;
  readonly #cell: Cell;
  readonly #question: Question;
  /** The recipient stands on record as involved now, in whatever role: it may know why it is refused. */
  readonly #involved: boolean;
  readonly #evaluations: (Evaluation | undefined)[];
  /** What each grant says where it alone speaks. */
  readonly #states: (GroupVerdict | undefined)[];
  /** Of groups for which that is not enough. */
  #verdicts: (GroupVerdict | undefined)[] | null = null;
  /** Each verdict that permits a field that was asked, once. */
  readonly #permits: GroupVerdict[] = [];
  /** By place of the consent. */
  #covering: (Consent | null | undefined)[] | null = null;
  /** By place of the grant: places of the consents that were looked for. */
  #sought: (number[] | undefined)[] | null = null;
  #prohibitions: (true | undefined)[] | null = null;
  #represented: boolean | null = null;

  constructor(cell: Cell, question: Question) {
    this.#cell = cell;
    this.#question = question;
    this.#evaluations = new Array(cell.conditions.length);
    this.#states = new Array(cell.grants.length);
    this.evidence = evidenceOf(question);
    this.#involved = involvement(this.evidence).value === 'true';
    this.restriction = restrictionIn(this.evidence);
    this.restricted = restrictedFields(question.snapshot, question.source.unit, question.now);
  }

  /** `plain`: the place of its one grant, where nothing else decides. */
  verdictOf(group: FieldGroup, plain: number | null): GroupVerdict {
    const verdict = plain === null ? this.#joined(group) : this.#stateOf(plain);
    if (verdict.permits && !this.#permits.includes(verdict)) this.#permits.push(verdict);
    return verdict;
  }

  /** What is said of a field that its source restricted: the same as where the whole person is frozen. */
  frozen(group: FieldGroup): GroupVerdict {
    const reasons: Reason[] = [];
    for (const { place } of group.grants) {
      this.#stateOf(place);
      addAll(reasons, this.#cell.grants[place]?.notAvailable ?? nothing);
    }
    return refusalFor(reasons);
  }

  /** Whether the grant at this place was looked at for some field that was asked. */
  touched(place: number): boolean {
    return this.#states[place] !== undefined;
  }

  /** The value of the condition at this place of the cell. */
  evaluation(place: number): Evaluation {
    const known = this.#evaluations[place];
    if (known !== undefined) return known;
    const test = this.#cell.tests[place];
    const evaluation = test === undefined ? broken : evaluateSafely(test, this.evidence);
    this.#evaluations[place] = evaluation;
    return evaluation;
  }

  /** Places of the consents that the grant at this place looked for. */
  soughtBy(place: number): readonly number[] {
    return this.#sought?.[place] ?? [];
  }

  /** Whether the prohibition at this place may forbid a grant for some field that was asked. */
  weighed(place: number): boolean {
    return this.#prohibitions?.[place] === true;
  }

  /** Places of every grant that permits a field that was asked, in order. */
  permitting(): readonly number[] {
    const only = this.#permits[0];
    if (this.#permits.length === 1 && only !== undefined) return only.grants;
    const places: number[] = [];
    for (const { grants } of this.#permits) for (const place of grants) if (!places.includes(place)) places.push(place);
    return places.sort((a, b) => a - b);
  }

  /** Consents that the permits rest on, in the order of the fields that were asked. */
  consentsUsed(): readonly string[] {
    const ids: string[] = [];
    for (const { consents } of this.#permits) for (const id of consents) if (!ids.includes(id)) ids.push(id);
    return ids;
  }

  /** The consent that covers what is asked for at this place of the cell; null: none does. */
  covering(place: number): Consent | null {
    this.#covering ??= [];
    const known = this.#covering[place];
    if (known !== undefined) return known;
    const asked = this.#cell.consents[place];
    const scope = asked === undefined ? null : this.#consentScope(asked.kind);
    const { snapshot, now } = this.#question;
    const found =
      asked === undefined || scope === null ? null : coveringConsent(snapshot.consents, scope, asked.category, now);
    this.#covering[place] = found;
    return found;
  }

  #joined(group: FieldGroup): GroupVerdict {
    this.#verdicts ??= [];
    const known = this.#verdicts[group.place];
    if (known !== undefined) return known;
    const verdict = this.#judge(group);
    this.#verdicts[group.place] = verdict;
    return verdict;
  }

  #judge(group: FieldGroup): GroupVerdict {
    // Most groups are refused or rest on one grant: lists are made where there is something to put in them.
    let permitting: GroupedGrant[] | null = null;
    let consents = noConsents;
    for (let index = 0; index < group.grants.length; index++) {
      const grouped = group.grants[index];
      if (grouped === undefined) continue;
      const { permits: met } = this.#stateOf(grouped.place);
      if (grouped.watched) this.#weigh(grouped.liftable);
      const consent = grouped.consent === null ? null : this.#seek(grouped.place, grouped.consent);
      if (!met || (grouped.consent !== null && consent === null)) continue;
      if (permitting === null) permitting = [grouped];
      else permitting.push(grouped);
      if (consent === null) continue;
      if (consents === noConsents) consents = [consent.id];
      else consents.push(consent.id);
    }
    const first = permitting?.[0];
    if (permitting === null || first === undefined) return this.#refusal(group);
    // INVARIANT: a prohibition beats every permit, also one that a faulty set let through at load.
    if (group.watched) {
      const forbidding = permitting.flatMap((grouped) => this.#forbidding(grouped));
      if (forbidding.length > 0) return refusalFor([...new Set(forbidding)], 'prohibited');
    }
    if (permitting.length === 1) {
      const own = this.#stateOf(first.place);
      return consents === noConsents ? own : permitBy(own.grants, own.rules, consents);
    }
    const grants = permitting.map(({ place }) => place);
    return permitBy(
      grants,
      grants.flatMap((place) => this.#stateOf(place).rules),
      consents,
    );
  }

  #weigh(places: readonly number[]): void {
    this.#prohibitions ??= [];
    for (const place of places) this.#prohibitions[place] = true;
  }

  #seek(place: number, consent: number): Consent | null {
    this.#sought ??= [];
    const sought = this.#sought[place] ?? [];
    this.#sought[place] = sought;
    if (!sought.includes(consent)) sought.push(consent);
    return this.covering(consent);
  }

  #refusal(group: FieldGroup): GroupVerdict {
    const only = group.grants.length === 1 ? group.grants[0] : undefined;
    if (only !== undefined) return this.#refusalOf(only.place);
    const reasons: Reason[] = [];
    for (let index = 0; index < group.grants.length; index++)
      addAll(reasons, this.#refusalOf(group.grants[index]?.place ?? -1));
    return refusalFor(reasons);
  }

  /** What is met and still does not permit lacks a consent, and does not tell. */
  #refusalOf(place: number): GroupVerdict {
    const state = this.#stateOf(place);
    return state.permits ? (this.#cell.grants[place]?.notAvailable ?? nothing) : state;
  }

  #forbidding({ liftable, fixed }: GroupedGrant): readonly Reason[] {
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
  #stateOf(place: number): GroupVerdict {
    const known = this.#states[place];
    if (known !== undefined) return known;
    const plan = this.#cell.grants[place];
    const state = plan === undefined ? nothing : this.#read(plan);
    this.#states[place] = state;
    return state;
  }

  #read(plan: GrantPlan): GroupVerdict {
    const { conditions, failures } = plan;
    let failed: GroupVerdict | null = null;
    let reasons: Reason[] | null = null;
    for (let index = 0; index < conditions.length; index++) {
      const { value } = this.evaluation(conditions[index] ?? 0);
      if (value === 'true') continue;
      const failure = failures[value === 'false' ? 2 * index : 2 * index + 1];
      // A list is made where more than one fails; the others are shared by all questions.
      if (failed === null) failed = failure ?? nothing;
      else {
        if (reasons === null) {
          reasons = [];
          addAll(reasons, failed);
        }
        addAll(reasons, failure ?? nothing);
      }
    }
    const frozen = this.restriction.value !== 'false';
    if (failed === null && !frozen) return plan.permit;
    if (failed === null || plan.asks !== null || frozen || !this.#involved) return plan.notAvailable;
    return reasons === null ? failed : refusalFor(reasons);
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

const noConsents: string[] = [];
function addAll(sum: Reason[], { reasons }: GroupVerdict): void {
  for (let index = 0; index < reasons.length; index++) {
    const reason = reasons[index];
    if (reason !== undefined) sum.push(reason);
  }
}

/** Of a grant that the cell does not have. */
const nothing = refusalFor([]);

/**
 * INVARIANT: a condition that fails denies, as one that cannot be decided, and the record says that
 * it failed. No condition should; but a fault here must not become an answer that says less.
 */
function evaluateSafely(test: Condition['evaluate'], evidence: Evidence): Evaluation {
  try {
    return test(evidence);
  } catch {
    return broken;
  }
}
