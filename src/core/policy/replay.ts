import type { EntryId, FieldId } from '../brand.ts';
import type { PolicySet } from './policy-set.ts';
import { type HistoryItem, type Loss, losses, type RecordedDecision } from './replay/recorded-decision.ts';
import type { ReplayedValue } from './replay/recorded-values.ts';
import { ReplayPair } from './replay/replay-pair.ts';

/** Decisions in which a field goes from one answer to another. */
export interface Changed {
  /** Kind of the recipient. */
  readonly recipient: string;
  readonly field: FieldId;
  readonly decisions: number;
  /** Of those, the ones in which a value that was not recorded decides. */
  readonly unrecorded: number;
  /** The first of them on record. */
  readonly example: EntryId;
}

export interface Unrecorded {
  readonly condition: string;
  /** Decisions in which the new set asks for it. */
  readonly decisions: number;
  readonly example: EntryId;
}

export interface Replayed {
  readonly decisions: number;
  /** Decisions in which at least one field changes so; the first that applies. */
  readonly toPermit: number;
  readonly mayPermit: number;
  readonly toRefusal: number;
  readonly unchanged: number;
  readonly permits: readonly Changed[];
  /** Refused before, and permitted if every value that was not recorded were true. */
  readonly perhaps: readonly Changed[];
  readonly refusals: readonly Changed[];
  readonly unrecorded: readonly Unrecorded[];
  readonly lost: Readonly<Record<Loss, number>>;
  /** Decided under another set than the old one, so that its answer is replayed as well. */
  readonly underOtherSet: number;
  /** Decided under the old set, and its replay says something else than the record: should be none. */
  readonly notReproduced: number;
}

type Change = 'permits' | 'perhaps' | 'refusals';

interface Outcome {
  readonly recipient: string;
  readonly changes: readonly { readonly change: Change; readonly field: FieldId; readonly unrecorded: boolean }[];
  readonly missing: ReadonlySet<string>;
  readonly example: EntryId;
  readonly underOtherSet: boolean;
  readonly reproduced: boolean;
  decisions: number;
}

/** Situations that are kept apart at once; beyond that they are added up, so that memory is bounded. */
const most = 50_000;

/**
 * What a new set would have said to the decisions on record, beside what the old one said, from the
 * values of conditions that were recorded. A condition that nothing on record tells of does not permit,
 * is named, and counted. Add every item once, then ask for the report.
 */
export class Replay {
  readonly #before: PolicySet;
  readonly #after: PolicySet;
  readonly #pairs = new Map<string, { readonly pair: ReplayPair; readonly outcomes: Map<string, Outcome> }>();
  readonly #lost = Object.fromEntries(losses.map((loss) => [loss, 0])) as Record<Loss, number>;
  readonly #changed: Readonly<Record<Change, Map<string, Changed>>> = {
    permits: new Map(),
    perhaps: new Map(),
    refusals: new Map(),
  };
  readonly #unrecorded = new Map<string, Unrecorded>();
  readonly #totals = {
    decisions: 0,
    toPermit: 0,
    mayPermit: 0,
    toRefusal: 0,
    unchanged: 0,
    underOtherSet: 0,
    notReproduced: 0,
  };
  #situations = 0;

  constructor(before: PolicySet, after: PolicySet) {
    this.#before = before;
    this.#after = after;
  }

  add(item: HistoryItem): void {
    if ('lost' in item) {
      this.#lost[item.lost] += 1;
      return;
    }
    const { pair, outcomes } = this.#pairFor(item);
    const records = new Map(item.conditions.map((record) => [record.condition, record]));
    const situation = pair.situationOf(item, records);
    let outcome = outcomes.get(situation);
    if (outcome === undefined) {
      if (this.#situations >= most) this.#addUp();
      outcome = this.#replay(item, pair, records);
      outcomes.set(situation, outcome);
      this.#situations += 1;
    }
    outcome.decisions += 1;
  }

  report(): Replayed {
    this.#addUp();
    const listed = <T extends { readonly decisions: number }>(rows: ReadonlyMap<string, T>) =>
      [...rows.values()].sort((a, b) => b.decisions - a.decisions);
    const { permits, perhaps, refusals } = this.#changed;
    return {
      ...this.#totals,
      permits: listed(permits),
      perhaps: listed(perhaps),
      refusals: listed(refusals),
      unrecorded: listed(this.#unrecorded),
      lost: { ...this.#lost },
    };
  }

  #pairFor({ purpose, source, recipient }: RecordedDecision) {
    const key = `${purpose} ${source} ${recipient}`;
    const known = this.#pairs.get(key);
    if (known !== undefined) return known;
    const pair = new ReplayPair(this.#before, this.#after, { purpose, source, recipient });
    const made = { pair, outcomes: new Map<string, Outcome>() };
    this.#pairs.set(key, made);
    return made;
  }

  #replay(
    item: RecordedDecision,
    pair: ReplayPair,
    records: ReadonlyMap<string, RecordedDecision['conditions'][number]>,
  ): Outcome {
    const own = item.policySet === this.#before.digest;
    const old = pair.reading('before', item, records);
    const now = pair.reading('after', item, records);
    const permitted = new Set(item.permitted);
    const changes: Outcome['changes'][number][] = [];
    let reproduced = true;
    for (const field of [...item.permitted, ...item.refused]) {
      const replayed = old.cell.verdictOf(field, item.trigger, old.values) === 'true';
      if (own && replayed !== permitted.has(field)) reproduced = false;
      const was = own ? permitted.has(field) : replayed;
      const is = now.cell.verdictOf(field, item.trigger, now.values);
      const change = changeOf(was, is);
      if (change !== null) changes.push({ change, field, unrecorded: is === 'unrecorded' });
    }
    const { recipient, entry: example } = item;
    return { recipient, changes, missing: now.values.missing, example, underOtherSet: !own, reproduced, decisions: 0 };
  }

  #addUp(): void {
    for (const { outcomes } of this.#pairs.values()) {
      for (const outcome of outcomes.values()) this.#addOutcome(outcome);
      outcomes.clear();
    }
    this.#situations = 0;
  }

  #addOutcome({ recipient, changes, missing, example, underOtherSet, reproduced, decisions }: Outcome): void {
    const totals = this.#totals;
    totals.decisions += decisions;
    if (underOtherSet) totals.underOtherSet += decisions;
    if (!reproduced) totals.notReproduced += decisions;
    const has = (change: Change): boolean => changes.some((one) => one.change === change);
    if (has('permits')) totals.toPermit += decisions;
    else if (has('perhaps')) totals.mayPermit += decisions;
    else if (has('refusals')) totals.toRefusal += decisions;
    else totals.unchanged += decisions;
    for (const { change, field, unrecorded } of changes) {
      const rows = this.#changed[change];
      const key = `${recipient} ${field}`;
      const row = rows.get(key) ?? { recipient, field, decisions: 0, unrecorded: 0, example };
      const open = row.unrecorded + (unrecorded ? decisions : 0);
      rows.set(key, { ...row, decisions: row.decisions + decisions, unrecorded: open });
    }
    for (const condition of missing) {
      const row = this.#unrecorded.get(condition) ?? { condition, decisions: 0, example };
      this.#unrecorded.set(condition, { ...row, decisions: row.decisions + decisions });
    }
  }
}

/** Null: the same answer. What was permitted and cannot be told counts as refused: absent means no. */
function changeOf(was: boolean, is: ReplayedValue): Change | null {
  if (was) return is === 'true' ? null : 'refusals';
  if (is === 'true') return 'permits';
  return is === 'unrecorded' ? 'perhaps' : null;
}
