import type { Conversion } from '../core/partner/conversion.ts';
import type { FieldRead } from '../core/partner/field-read.ts';
import { valueAt } from '../core/partner/pointer.ts';
import { dayFrom } from './convert-date.ts';

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

function convertOne(value: unknown, how: Conversion): FieldRead {
  if (value === undefined || value === null) return nothing;
  if (typeof value === 'string' && how.nothing?.includes(value)) return nothing;
  if (how.codes !== undefined) return fromCode(value, how.codes);
  if (how.date !== undefined) return valueOr(dayFrom(value, how.date));
  if (how.type !== undefined) return valueOr(ofType(value, how.type));
  return { found: 'value', value };
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
    case 'boolean':
      if (typeof value === 'boolean') return value;
      return value === 'true' ? true : value === 'false' ? false : null;
  }
}

function wholeNumber(value: unknown): number | null {
  const number = typeof value === 'string' && /^(?:0|-?[1-9]\d{0,15})$/.test(value) ? Number(value) : value;
  return typeof number === 'number' && Number.isSafeInteger(number) ? number : null;
}
