import type { FieldId } from '../brand.ts';
import type { FieldRefusal, Reason, RefusalClass } from './decision.ts';
import type { Grant } from './policy.ts';
import { allowsGrant, concerns, type Prohibition } from './prohibition.ts';
import { classOf } from './refusal-class.ts';

/** A refusal that no question about a person can change: made once and shared. */
export interface FixedAnswer {
  readonly refusal: FieldRefusal;
  readonly class: RefusalClass;
}

/** Fields that are judged alike: the same grants name them, under the same consent and prohibitions. */
export interface FieldGroup {
  /** Its place among the groups of the cell. */
  readonly place: number;
  readonly grants: readonly GroupedGrant[];
  /** Whether a prohibition may forbid one of them. */
  readonly watched: boolean;
  /** Category that a consent must name; empty where no grant asks for one. */
  readonly category: string;
}

export interface GroupedGrant {
  /** Its place among the grants of the cell. */
  readonly place: number;
  /** Prohibitions that forbid it unless their conditions are so, by place in the cell. */
  readonly liftable: readonly number[];
  /** Prohibitions that forbid it whatever is on record, by place in the cell. */
  readonly fixed: readonly number[];
  /** Whether there is any such prohibition. */
  readonly watched: boolean;
  /** The consent that it rests on for these fields, by place in the cell; null: none. */
  readonly consent: number | null;
}

export interface FieldPlan {
  /** The catalogue's own text of it: that of a question is another string, and slower to look up. */
  readonly field: FieldId;
  /** Its number in the catalogue; null for a word that does not exist. */
  readonly number: number | null;
  /** Prohibited whoever the person is; null: not so. */
  readonly prohibited: FixedAnswer | null;
  /** The answer where no grant may speak. */
  readonly closed: FixedAnswer;
  /** Null where no grant names the field. */
  readonly group: FieldGroup | null;
  /** Place of the one grant that names it, where no consent and no prohibition has a say; else null. */
  readonly plain: number | null;
}

export function fixedAnswer(field: FieldId, reasons: readonly Reason[]): FixedAnswer {
  const frozen = Object.freeze(reasons.map((reason) => Object.freeze(reason)));
  return { refusal: Object.freeze({ field, reasons: frozen }), class: classOf(frozen) };
}

/** How grants and the prohibitions that look at them, or can be lifted, meet on one field. */
export function groupedGrants(
  grants: readonly Grant[],
  prohibitions: readonly Prohibition[],
  field: FieldId,
): readonly Omit<GroupedGrant, 'consent'>[] {
  const onField = prohibitions.map((one) => one.fields?.has(field) ?? true);
  return grants.flatMap((grant, place) => {
    if (!grant.fields.has(field)) return [];
    const against = prohibitions.flatMap((one, index) => (onField[index] && concerns(one, grant) ? [index] : []));
    const canLift = (index: number): boolean => {
      const exception = prohibitions[index]?.unless ?? null;
      return exception !== null && allowsGrant(exception, grant);
    };
    const [liftable, fixed] = [against.filter(canLift), against.filter((index) => !canLift(index))];
    return [{ place, liftable, fixed, watched: against.length > 0 }];
  });
}
