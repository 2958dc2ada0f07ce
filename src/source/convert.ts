import type { Conversion } from '../core/partner/conversion.ts';
import type { FieldRead } from '../core/partner/field-read.ts';
import { valueAt } from '../core/partner/pointer.ts';
import { dayFrom } from './convert-date.ts';
import { isPartialDay } from './partial-day.ts';

const nothing: FieldRead = { found: 'nothing' };
const wrongType: FieldRead = { found: 'wrong-type' };

/**
 * What a place holds, in the words and forms of the catalogue. INVARIANT: nothing is guessed. Whatever the conversion
 * does not foresee is `wrong-type` or `unknown-code`, and a list with one such item is so as a whole.
 */
export function convert(value: unknown, how: Conversion, loneItems: boolean): FieldRead {
  if (value === undefined || value === null) return nothing;
  if (how.each === undefined) return convertOne(value, how);
  const items = itemsOf(value, loneItems);
  if (items === null) return wrongType;
  const read = items.map((item) => convertOne(valueAt(item, how.each ?? ''), how));
  const wrong = read.find(({ found }) => found === 'wrong-type' || found === 'unknown-code');
  return wrong ?? { found: 'value', value: read.flatMap((one) => (one.found === 'value' ? [one.value] : [])) };
}

/** `loneItems`: anything else than a list is a list of one, and nothing is an empty one; null: it is no list. */
export function itemsOf(value: unknown, loneItems: boolean): readonly unknown[] | null {
  if (Array.isArray(value)) return value;
  if (!loneItems) return null;
  return value === undefined || value === null ? [] : [value];
}

function convertOne(standing: unknown, how: Conversion): FieldRead {
  const value = Array.isArray(how.inside) ? joined(standing, how.inside, how) : inObject(standing, how.inside);
  if (value === undefined || value === null) return nothing;
  if (typeof value === 'string' && how.nothing?.includes(value)) return nothing;
  if (how.codes !== undefined) return fromCode(value, how.codes);
  if (how.date !== undefined) {
    if (how.partial === 'absent' && isPartialDay(value, how.date)) return nothing;
    return valueOr(dayFrom(value, how.date));
  }
  const type = Array.isArray(how.inside) ? 'text' : how.type;
  if (type !== undefined) return valueOr(ofType(value, type));
  return { found: 'value', value };
}

/** Where no object stands, what stands there is the text itself, as of an element that had no attributes. */
function inObject(standing: unknown, place: string | undefined): unknown {
  const isObject = typeof standing === 'object' && standing !== null && !Array.isArray(standing);
  return isObject && place !== undefined ? valueAt(standing, place) : standing;
}

/** A prefix without the name it belongs to is nothing; a part that is no text leaves the object, which is no text. */
function joined(standing: unknown, places: readonly string[], { nothing: empty = [] }: Conversion): unknown {
  const isEmpty = (text: unknown) => text === undefined || text === null || ['', ...empty].some((one) => one === text);
  if (typeof standing !== 'object' || standing === null || Array.isArray(standing)) return standing;
  const texts = places.map((place) => valueAt(standing, place));
  if (isEmpty(texts.at(-1))) return undefined;
  const parts = texts.filter((text) => !isEmpty(text));
  return parts.every((part) => typeof part === 'string') ? parts.join(' ') : standing;
}

function valueOr(value: unknown): FieldRead {
  return value === null ? wrongType : { found: 'value', value };
}

function fromCode(value: unknown, codes: NonNullable<Conversion['codes']>): FieldRead {
  if (typeof value !== 'string' && typeof value !== 'boolean' && !Number.isSafeInteger(value)) return wrongType;
  const code = String(value);
  if (!Object.hasOwn(codes, code)) return { found: 'unknown-code' };
  const word = codes[code] ?? null;
  return word === null ? nothing : { found: 'value', value: word };
}

function ofType(value: unknown, type: NonNullable<Conversion['type']>): string | number | boolean | null {
  switch (type) {
    case 'text':
      if (typeof value === 'string') return value;
      return Number.isSafeInteger(value) ? String(value) : null;
    case 'integer':
      return wholeNumber(value);
    case 'positive':
      return isPositive(wholeNumber(value));
    case 'boolean':
      if (typeof value === 'boolean') return value;
      return value === 'true' ? true : value === 'false' ? false : null;
  }
}

function isPositive(number: number | null): boolean | null {
  return number === null || number < 0 ? null : number > 0;
}

export function wholeNumber(value: unknown): number | null {
  const number = typeof value === 'string' && /^(?:0|-?[1-9]\d{0,15})$/.test(value) ? Number(value) : value;
  return typeof number === 'number' && Number.isSafeInteger(number) ? number : null;
}
