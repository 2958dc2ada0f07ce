import { Fault } from '../core/fault.ts';
import type { HttpConnector } from '../core/partner/connector.ts';
import { valueAt } from '../core/partner/pointer.ts';
import { choose } from './choose.ts';
import { itemsOf } from './convert.ts';

/**
 * A number as the source writes it. null: written so it could be somebody else's, as where two numbers differ
 * in a zero before them alone. Of a citizen service number the length is known, and of others where `digits` says it.
 */
export function writtenNumber(
  number: string,
  { scheme, as = 'text' }: Pick<HttpConnector['subject'], 'scheme' | 'as'>,
): string | number | null {
  if (as === 'text') return number;
  if (!/^[0-9]{7,15}$/.test(number)) return null;
  const digits = (as === 'number' ? undefined : as.digits) ?? (scheme === 'bsn' ? 9 : null);
  if (digits === null ? number.startsWith('0') : number.length !== digits) return null;
  if (as === 'number') return Number(number);
  if (number.length > as.padded) return null;
  return `${number.padStart(as.padded, '0')}${checkLetter(number, as.checkLetters)}`;
}

function checkLetter(number: string, letters = ''): string {
  return letters === '' ? '' : letters.charAt(Number(number) % letters.length);
}

/**
 * What of one page speaks of the person: the page itself, or those of its records that name them. Throws
 * `source-wrong-subject` where the page is about somebody else, `source-invalid` where a record says of nobody.
 */
export function partsAbout(page: unknown, number: string | number, connector: HttpConnector): readonly unknown[] {
  const { subject, record } = connector;
  if (subject.pointer !== undefined && namedBy(page, subject.pointer, connector) !== number) throw wrongSubject();
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

/** A page that names two people where it should name one names nobody. */
function namedBy(page: unknown, pointer: string, { subject, loneItems }: HttpConnector): unknown {
  if (subject.choose === undefined) return valueAt(page, pointer);
  const chosen = choose([page], { pointer, choose: subject.choose }, loneItems === true);
  return chosen.found === 'one' ? chosen.value : undefined;
}

function itemsIn(outer: unknown, pointer: string, loneItems: boolean): readonly unknown[] {
  const items = itemsOf(valueAt(outer, pointer), loneItems);
  if (items === null) throw new Fault('source-invalid', 'the answer of the source has no list where records stand');
  return items;
}

export function wrongSubject(): Fault {
  return new Fault('source-wrong-subject', 'the source did not answer about the person who was asked about');
}
