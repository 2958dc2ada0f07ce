import type { PurposeId } from '../brand.ts';
import { Cell } from './cell.ts';
import type { PolicySet } from './policy-set.ts';

type Cells = Map<PurposeId, Map<string, Map<string, Cell>>>;

const cellsOf = new WeakMap<PolicySet, Cells>();

/**
 * The cell for a purpose between two kinds, made when it is first asked for and kept with its set.
 * Words that do not exist get one that is not kept: what can be asked for is bounded by the catalogue.
 */
export function cellFor(set: PolicySet, purpose: PurposeId, source: string, recipient: string): Cell {
  const known = cellsOf.get(set)?.get(purpose)?.get(source)?.get(recipient);
  if (known !== undefined) return known;
  const cell = new Cell(set, purpose, source, recipient);
  const { purposes, partnerKinds } = set.catalogue;
  if (purposes.has(purpose) && partnerKinds.has(source) && partnerKinds.has(recipient)) {
    const cells: Cells = entry(cellsOf, set, () => new Map());
    const bySource = entry(cells, purpose, () => new Map<string, Map<string, Cell>>());
    entry(bySource, source, () => new Map<string, Cell>()).set(recipient, cell);
  }
  return cell;
}

interface Entries<K, V> {
  get(key: K): V | undefined;
  set(key: K, value: V): unknown;
}

function entry<K, V>(entries: Entries<K, V>, key: K, make: () => V): V {
  const known = entries.get(key);
  if (known !== undefined) return known;
  const made = make();
  entries.set(key, made);
  return made;
}
