/**
 * What was found where a connector says that a field stands. `unknown-code`: a code that it does not list;
 * `contradicts`: one page says one thing and the next another; `ambiguous`: more than one member of a list fits.
 */
export type FieldRead =
  | { readonly found: 'value'; readonly value: unknown }
  | { readonly found: 'nothing' | 'wrong-type' | 'unknown-code' | 'contradicts' | 'ambiguous' };
