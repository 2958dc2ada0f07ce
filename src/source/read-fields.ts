import type { ConnectorConfig } from '../core/partner/connector.ts';
import type { FieldRead } from '../core/partner/field-read.ts';
import { valueAt } from '../core/partner/pointer.ts';
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
  { connector, number }: { readonly connector: ConnectorConfig; readonly number: string | number },
): ReadonlyMap<string, FieldRead> {
  const loneItems = connector.loneItems === true;
  return new Map(
    mapped.map(({ field, how }) => {
      const reads = parts.map((part) => {
        const value = valueAt(part, how.pointer);
        const { subject } = how;
        const items = subject === undefined ? [] : (itemsOf(value, loneItems) ?? []);
        if (subject !== undefined && items.some((item) => valueAt(item, subject) !== number)) throw wrongSubject();
        return convert(value, how, loneItems);
      });
      return [field, together(reads)] as const;
    }),
  );
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
