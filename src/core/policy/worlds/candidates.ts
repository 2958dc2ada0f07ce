import type { FactId, Instant, UnitId } from '../../brand.ts';
import type { Catalogue } from '../../category/catalogue.ts';
import type { Fact, FactState } from '../../fact/fact.ts';
import { type Period, periodsAt } from './moments.ts';
import { exclusiveGroups, type Reading } from './reading.ts';
import { references, unreadable } from './traces.ts';
import { type Kinds, subject, units } from './world.ts';

/** What facts may be made of. */
export interface Making {
  readonly type: string;
  readonly readings: readonly Reading[];
  readonly catalogues: readonly Catalogue[];
  readonly kinds: Kinds;
  readonly now: Instant;
  /** Whether disputed and unreadable facts are asked for too. */
  readonly unknown: boolean;
}

/** Single facts of one type, among them one of each sort that the readings can tell apart. */
export function candidates(making: Making): readonly Fact[] {
  const { type, readings, now } = making;
  const periods = periodsAt(readings, now);
  const referring = readings.some((reading) => reading.byReference);
  const states: readonly FactState[] = making.unknown ? ['attested', 'disputed'] : ['attested'];
  const found: Fact[] = [];
  const add = (period: Period, unit: UnitId | null, words: Words, reference: string | null, state: FactState): void => {
    const id = `${type} ${found.length + 1}` as FactId;
    found.push({
      id,
      subject: subject.id,
      type,
      ...period,
      attestedBy: units.third,
      unit,
      state,
      attributes: words,
      reference,
    });
  };
  for (const unit of unitsOf(making)) {
    for (const words of wordings(making, unit)) {
      for (const reference of referring ? referencesOf(unit) : [null]) {
        for (const state of states) for (const period of periods) add(period, unit, words, reference, state);
        if (making.unknown) add({ from: unreadable, until: null }, unit, words, reference, 'attested');
      }
    }
  }
  return found;
}

function referencesOf(unit: UnitId | null): readonly string[] {
  return unit === units.source ? references.source : references.recipient;
}

type Words = Readonly<Record<string, string>>;

/** Units that facts of the type can be about, where that can matter. */
function unitsOf({ type, readings, catalogues }: Making): readonly (UnitId | null)[] {
  const speaks = catalogues.some((catalogue) => catalogue.factTypes.get(type)?.unit === 'required');
  if (!speaks) return [null];
  const anybody = readings.some((reading) => reading.about === 'anybody');
  const excluded = readings.some((reading) =>
    catalogues.some((catalogue) => exclusiveGroups(reading, catalogue).length > 0),
  );
  const sides = (['source', 'recipient'] as const).filter(
    (side) => anybody || excluded || readings.some((reading) => reading.about === side),
  );
  return [...sides.map((side) => units[side]), ...(anybody || excluded ? [units.third] : [])];
}

/** One combination of words for each that the readings can tell apart, of the words that may be said of this unit. */
function wordings(making: Making, unit: UnitId | null): readonly Words[] {
  const { type, catalogues } = making;
  const attributes = new Set(
    catalogues.flatMap((catalogue) => [...(catalogue.factTypes.get(type)?.attributes.keys() ?? [])]),
  );
  return [...attributes].reduce<readonly Words[]>(
    (sofar, attribute) => {
      const words = wordsOf(making, attribute, unit);
      return sofar.flatMap((wording) => words.map((word) => ({ ...wording, [attribute]: word })));
    },
    [{}],
  );
}

function wordsOf(
  { type, readings, catalogues, kinds }: Making,
  attribute: string,
  unit: UnitId | null,
): readonly string[] {
  const kind = unit === units.source ? kinds.source : unit === units.recipient ? kinds.recipient : null;
  const bySort = new Map<string, string>();
  for (const catalogue of catalogues) {
    for (const [word, { about, exclusive }] of catalogue.factTypes.get(type)?.words.get(attribute) ?? []) {
      if (kind !== null && about !== null && !about.includes(kind)) continue;
      const named = readings.map((reading) => reading.is[attribute]?.includes(word) ?? false);
      const excludes = readings.some((reading) => reading.byExclusion) ? exclusive : null;
      const sort = `${named.join()} ${excludes ?? ''}`;
      if (!bySort.has(sort)) bySort.set(sort, word);
    }
  }
  return [...bySort.values()];
}
