import type { Leaf, Opening } from './entry.ts';
import type { Reader } from './forms/entry-form.ts';
import { formOf } from './forms/entry-forms.ts';

export type { Reader } from './forms/entry-form.ts';

/**
 * Of the openings of a leaf those that a party of it may hold in a receipt, as its form says. What the form does
 * not name, and every opening of a leaf without a form, goes to nobody.
 */
export function openingsFor(leaf: Leaf, reader: Reader, openings: readonly Opening[]): readonly Opening[] {
  const form = formOf(leaf);
  if (form === null) return [];
  return openings.filter(
    ({ name }) => Object.hasOwn(form.openings, name) && form.openings[name]?.readers.includes(reader) === true,
  );
}
