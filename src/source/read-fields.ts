import type { HttpConnector } from '../core/partner/connector.ts';
import type { Conversion } from '../core/partner/conversion.ts';
import type { FieldRead } from '../core/partner/field-read.ts';
import { valueAt } from '../core/partner/pointer.ts';
import { choose } from './choose.ts';
import { convert, itemsOf } from './convert.ts';
import type { MappedField } from './mapping.ts';
import { wrongSubject } from './person.ts';

/**
 * What the source says of each field, over all parts of its answer that speak of the person. A list goes on from
 * page to page; anything else is the same wherever it stands. Throws `source-wrong-subject` where an item of a list names
 * somebody else.
 */
export function readFields(
  parts: readonly unknown[],
  mapped: readonly MappedField[],
  { connector, number }: { readonly connector: HttpConnector; readonly number: string | number },
): ReadonlyMap<string, FieldRead> {
  const loneItems = connector.loneItems === true;
  return new Map(
    mapped.map(({ field, how }) => {
      const { pointer, subject } = how;
      const values = parts.map((part) => valueAt(part, pointer));
      const items = subject === undefined ? [] : values.flatMap((value) => itemsOf(value, loneItems) ?? []);
      if (subject !== undefined && items.some((item) => valueAt(item, subject) !== number)) throw wrongSubject();
      return [field, chosen(parts, how, loneItems) ?? together(values.map((value) => convert(value, how, loneItems)))];
    }),
  );
}

/** What stands in the one member that fits, wherever in the answer it is; null: the field does not choose. */
function chosen(parts: readonly unknown[], how: Conversion, loneItems: boolean): FieldRead | null {
  if (how.choose === undefined) return null;
  const one = choose(parts, { pointer: how.pointer, choose: how.choose }, loneItems);
  // A list may have been chosen or one thing, and where a field is a list one thing is a list of one.
  return one.found === 'one' ? convert(one.value, how, true) : { found: one.found };
}

function together(reads: readonly FieldRead[]): FieldRead {
  const values: unknown[] = [];
  for (const read of reads) {
    if (read.found === 'value') values.push(read.value);
    else if (read.found !== 'nothing') return read;
  }
  const [first, ...others] = values;
  if (first === undefined) return { found: 'nothing' };
  if (others.length === 0) return { found: 'value', value: first };
  if (values.every((value) => Array.isArray(value))) return { found: 'value', value: values.flat() };
  const same = typeof first !== 'object' && others.every((value) => value === first);
  return same ? { found: 'value', value: first } : { found: 'contradicts' };
}
