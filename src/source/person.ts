import { Fault } from '../core/fault.ts';
import type { ConnectorConfig, Writing } from '../core/partner/connector.ts';
import { valueAt } from '../core/partner/pointer.ts';
import { itemsOf } from './convert.ts';

/**
 * A number as the source writes it. null: written so it could be somebody else's, as where two numbers differ
 * in a zero before them alone.
 */
export function writtenNumber(number: string, writing: Writing | undefined): string | number | null {
  if (writing === undefined || writing === 'text') return number;
  const isFixed = /^[0-9]{9}$/.test(number);
  if (!/^[0-9]{7,15}$/.test(number) || (number.startsWith('0') && !isFixed)) return null;
  if (writing === 'number') return Number(number);
  return number.length <= writing.padded ? number.padStart(writing.padded, '0') : null;
}

/**
 * What of one page speaks of the person: the page itself, or those of its records that name them. Throws
 * `source-wrong-subject` where the page is about somebody else, `source-invalid` where a record says of nobody.
 */
export function partsAbout(page: unknown, number: string | number, connector: ConnectorConfig): readonly unknown[] {
  const { subject, record } = connector;
  if (subject.pointer !== undefined && valueAt(page, subject.pointer) !== number) throw wrongSubject();
  if (record === undefined) return [page];
  const records = record.each.reduce<readonly unknown[]>(
    (within, pointer) => within.flatMap((outer) => itemsIn(outer, pointer, connector.loneItems === true)),
    [page],
  );
  const about = records.map((one) => valueAt(one, record.subject));
  if (about.some((one) => one === undefined || one === null)) {
    throw new Fault('source-invalid', 'a record in the answer of the source does not say whom it is about');
  }
  return records.filter((_, index) => about[index] === number);
}

function itemsIn(outer: unknown, pointer: string, loneItems: boolean): readonly unknown[] {
  const items = itemsOf(valueAt(outer, pointer), loneItems);
  if (items === null) throw new Fault('source-invalid', 'the answer of the source has no list where records stand');
  return items;
}

export function wrongSubject(): Fault {
  return new Fault('source-wrong-subject', 'the source did not answer about the person who was asked about');
}
