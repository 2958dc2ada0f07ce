import type { FieldId } from '../../brand.ts';
import type { Cell } from '../cell.ts';
import { restrictedKey } from '../condition-records.ts';
import type { FieldGroup, GroupedGrant } from '../field-plan.ts';
import type { GrantPlan } from '../grant-plan.ts';
import { consentKey } from '../judgement.ts';
import type { RecordedCondition } from './recorded-decision.ts';
import { least, most, type RecordedValues, type ReplayedValue } from './recorded-values.ts';

/** Under which key it is recorded that no restriction is in force. */
export const unrestrictedKey = 'unrestricted';

/** Whether the record of a consent says under this cell's policy what it said when it was made. */
type IsConsentCurrent = (record: RecordedCondition, underBefore: boolean) => boolean;

/**
 * What a cell says of one field by recorded values: `true` permits, `unrecorded` would if everything
 * that is missing had been true, the others refuse. Follows the judgement of a question step by step;
 * a test holds the two together.
 */
export class ReplayCell {
  readonly cell: Cell;
  readonly #isConsentCurrent: IsConsentCurrent;

  constructor(cell: Cell, isConsentCurrent: IsConsentCurrent) {
    this.cell = cell;
    this.#isConsentCurrent = isConsentCurrent;
  }

  verdictOf(field: FieldId, trigger: 'pull' | 'push', values: RecordedValues): ReplayedValue {
    const plan = this.cell.knownPlan(field) ?? this.cell.planOf(field);
    if (plan.prohibited !== null || plan.group === null || !this.cell.answers(trigger)) return 'false';
    if (values.recorded(restrictedKey(plan.field)) !== null) return 'false';
    const { group } = plan;
    const judged = group.grants.flatMap((grouped) => {
      const grant = this.cell.grants[grouped.place];
      if (grant === undefined) return [];
      return [{ value: this.#grant(grant, group, values), allowed: this.#allowed(grouped, values) }];
    });
    // A grant that permits and is forbidden forbids the field, whatever the others say.
    const forbidden = most(judged.map(({ value, allowed }) => (allowed === 'true' ? 'false' : value)));
    if (judged.some(({ value, allowed }) => value === 'true' && allowed !== 'true' && allowed !== 'unrecorded'))
      return 'false';
    const best = most(judged.map(({ value, allowed }) => least([value, allowed])));
    return best === 'true' && (forbidden === 'true' || forbidden === 'unrecorded') ? 'unrecorded' : best;
  }

  #grant({ grant, asks }: GrantPlan, { category }: FieldGroup, values: RecordedValues): ReplayedValue {
    const conditions = grant.conditions.map((condition) => values.of(condition));
    const restriction = this.#recorded(unrestrictedKey, values);
    const consent = asks === null ? 'true' : this.#consent(consentKey(asks, category), values);
    return least([...conditions, restriction, consent]);
  }

  #recorded(key: string, values: RecordedValues): ReplayedValue {
    const record = values.recorded(key);
    if (record === null) values.missing.add(key);
    return record?.value ?? 'unrecorded';
  }

  #consent(key: string, values: RecordedValues): ReplayedValue {
    const record = values.recorded(key);
    if (record !== null && this.#isConsentCurrent(record, values.underBefore)) return record.value;
    values.missing.add(key);
    return 'unrecorded';
  }

  #allowed({ fixed, liftable }: GroupedGrant, values: RecordedValues): ReplayedValue {
    if (fixed.length > 0) return 'false';
    const lifting = liftable.flatMap((place) => this.cell.prohibitions[place]?.prohibition.unless?.conditions ?? []);
    return least(lifting.map((condition) => values.of(condition)));
  }
}
