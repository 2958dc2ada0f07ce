import { cellFor } from '../cells.ts';
import type { Pair } from '../compare-sets.ts';
import { type Condition, involvementRole, involvementType, wordsOf } from '../condition.ts';
import type { ConditionForm } from '../condition-form.ts';
import { restrictedKey } from '../condition-records.ts';
import { consentKey } from '../judgement.ts';
import type { PolicySet } from '../policy-set.ts';
import { markedWords } from '../representation.ts';
import { implies } from '../static-checks/implies.ts';
import type { RecordedDecision } from './recorded-decision.ts';
import { type Derivation, isRead, RecordedValues, type Records } from './recorded-values.ts';
import { ReplayCell, unrestrictedKey } from './replay-cell.ts';
import { factsOf, mayShareFact, trueByFact } from './true-by-fact.ts';

/** The cells of two sets for one purpose between two kinds, and what their conditions tell of each other. */
export class ReplayPair {
  readonly #sets: { readonly before: PolicySet; readonly after: PolicySet };
  readonly #pair: Pair;
  readonly #cells: { readonly before: ReplayCell; readonly after: ReplayCell };
  /** Every condition of both, members too, by key. */
  readonly #conditions = new Map<string, Condition>();
  readonly #derivations = new Map<string, readonly Derivation[]>();
  readonly #keys: readonly string[];
  readonly #moved: ReadonlySet<string>;

  constructor(before: PolicySet, after: PolicySet, pair: Pair) {
    this.#sets = { before, after };
    this.#pair = pair;
    const cells = [before, after].map((set) => cellFor(set, pair.purpose, pair.source, pair.recipient));
    for (const { conditions } of cells) for (const condition of conditions) this.#collect(condition);
    const [old, now] = [before, after].map((set) => this.#cellOf(set));
    if (old === undefined || now === undefined) throw new Error('two sets have two cells');
    this.#cells = { before: old, after: now };
    const consents = cells.flatMap(({ grants }) =>
      grants.flatMap(({ asks }) =>
        asks === null
          ? []
          : [before, after].flatMap(({ catalogue }) =>
              [...catalogue.categories.keys()].map((word) => consentKey(asks, word)),
            ),
      ),
    );
    this.#keys = [...new Set([...this.#conditions.keys(), unrestrictedKey, ...consents])];
    this.#moved = movedRoles(before, after);
  }

  /**
   * Everything of a decision that its replay depends on: decisions with the same text have the same
   * outcome. Dates stand in it as what follows from them, so that it repeats.
   */
  situationOf({ trigger, permitted, refused, policySet, at }: RecordedDecision, records: Records): string {
    let text = `${trigger} ${permitted.join()} ${refused.join()} ${policySet === this.#sets.before.digest} `;
    for (const key of this.#keys) {
      const record = records.get(key);
      if (record === undefined) {
        text += '-';
        continue;
      }
      text += isRead(record) ? record.value.charAt(0) : 'x';
      if (record.inputs.notice !== undefined) text += record.inputs.notice;
      if (record.value === 'false' && Object.keys(record.inputs).length === 0) text += '0';
    }
    for (const field of refused) if (records.has(restrictedKey(field))) text += `!${field}`;
    for (const [key, condition] of this.#conditions) {
      if (records.has(key)) continue;
      const known = this.#derivationsOf(condition).some(({ from, fact }) => {
        const record = fact ? records.get(from) : undefined;
        return record !== undefined && isRead(record) && trueByFact(condition.form, record, at);
      });
      text += known ? 'T' : '-';
    }
    return text;
  }

  /** The cell of one of the two sets, and the values that a decision recorded, for that cell to read. */
  reading(which: 'before' | 'after', decision: RecordedDecision, records: Records) {
    const values = new RecordedValues(
      { records, now: decision.at, underBefore: decision.policySet === this.#sets.before.digest },
      (condition) => this.#derivationsOf(condition),
      (condition) => this.#isTrusted(condition),
    );
    return { cell: this.#cells[which], values };
  }

  #cellOf(set: PolicySet): ReplayCell {
    const { before } = this.#sets;
    const { purpose, source, recipient } = this.#pair;
    const noticeOf = ({ policies }: PolicySet) => policies.get(purpose)?.notice?.version;
    const sameMarks = marksOf(before) === marksOf(set);
    return new ReplayCell(cellFor(set, purpose, source, recipient), ({ value, inputs }, underBefore) => {
      if (!sameMarks) return false;
      if (value === 'true') return inputs.notice === String(noticeOf(set));
      // A consent on another text may have been there: only what looked for this text found none.
      return underBefore && noticeOf(before) === noticeOf(set);
    });
  }

  #collect(condition: Condition): void {
    if (!this.#conditions.has(condition.key)) this.#conditions.set(condition.key, condition);
    for (const member of condition.members) this.#collect(member);
  }

  /** A role that excludes others than it did is not what it was. */
  #isTrusted({ form, members }: Condition): boolean {
    if (this.#moved.size === 0) return true;
    return (
      !(form.involved?.as.some((role) => this.#moved.has(role)) ?? false) &&
      members.every((one) => this.#isTrusted(one))
    );
  }

  #derivationsOf(condition: Condition): readonly Derivation[] {
    const known = this.#derivations.get(condition.key);
    if (known !== undefined) return known;
    const { source, recipient } = this.#pair;
    const between = { catalogue: this.#sets.after.catalogue, source, recipient };
    const found = [...this.#conditions].flatMap(([from, other]): readonly Derivation[] => {
      if (from === condition.key || !this.#isTrusted(other)) return [];
      const fact = mayShareFact(condition.form, other.form);
      const up = implies(other.form, condition.form, between);
      const down = implies(condition.form, other.form, between);
      const absent = fact && implies(standing(condition.form), standing(other.form), between);
      return up || down || fact ? [{ from, up, down, fact, absent }] : [];
    });
    this.#derivations.set(condition.key, found);
    return found;
  }
}

/** That one of the facts stands which a condition looks at: compared, it tells whether they are the same facts. */
function standing(form: ConditionForm): ConditionForm {
  const facts = factsOf(form);
  return facts === null ? form : { holds: facts };
}

function marksOf({ catalogue }: PolicySet): string {
  const marks = [...markedWords(catalogue)].map(([type, marked]) =>
    marked.map(({ attribute, words }) => [type, attribute, ...[...words].sort()].join(' ')),
  );
  return marks.flat().sort().join('\n');
}

/** Roles whose group of exclusive roles is another one in the new set. */
function movedRoles(before: PolicySet, after: PolicySet): ReadonlySet<string> {
  const [old, now] = [before, after].map(({ catalogue }) => wordsOf(catalogue, involvementType, involvementRole));
  const groupIn = (words: typeof old, role: string): string => {
    const group = words?.get(role)?.exclusive ?? null;
    if (group === null) return '';
    return [...(words ?? [])]
      .flatMap(([word, { exclusive }]) => (exclusive === group ? [word] : []))
      .sort()
      .join();
  };
  const roles = new Set([...(old?.keys() ?? []), ...(now?.keys() ?? [])]);
  return new Set([...roles].filter((role) => groupIn(old, role) !== groupIn(now, role)));
}
