import type { FieldId } from '../brand.ts';
import type { Catalogue } from '../category/catalogue.ts';
import { type FieldPlan, fixedAnswer } from './field-plan.ts';
import { noRule } from './reason.ts';

/**
 * The fields of a catalogue by number. A cell keeps its plans by number: the one map from words to numbers is at hand for
 * every question, where a map in each cell would have to be fetched for each.
 */
export interface FieldTable {
  readonly numbers: ReadonlyMap<FieldId, number>;
  /** By number: the plan of a field that no grant and no prohibition of a cell speaks of, shared by all such cells. */
  readonly unnamed: readonly FieldPlan[];
  /** A bit for each field, none of them set. */
  readonly noBits: readonly number[];
}

const tables = new WeakMap<Catalogue, FieldTable>();

export function fieldTable(catalogue: Catalogue): FieldTable {
  const known = tables.get(catalogue);
  if (known !== undefined) return known;
  const fields = [...catalogue.fields.keys()];
  const table = {
    numbers: new Map(fields.map((field, number) => [field, number])),
    unnamed: fields.map((field, number) => unnamedPlan(field, number)),
    noBits: fields.flatMap((_, number) => (number % 32 === 0 ? [0] : [])),
  };
  tables.set(catalogue, table);
  return table;
}

function unnamedPlan(field: FieldId, number: number): FieldPlan {
  return { field, number, prohibited: null, closed: fixedAnswer(field, [noRule]), group: null, plain: null };
}
