import type { MappedField } from './mapping.ts';

/**
 * Name at the source → under which purposes it may have got what stands there.
 * INVARIANT: a field of which nobody said so is asked for under nothing at all, and two fields of one
 * name under what both may be.
 */
export function provenance(
  obtained: Readonly<Record<string, readonly string[]>>,
  mapped: readonly Pick<MappedField, 'field' | 'name'>[],
): Readonly<Record<string, readonly string[]>> {
  const names = new Map<string, readonly string[]>();
  for (const { field, name } of mapped) {
    const words = Object.hasOwn(obtained, field) ? (obtained[field] ?? []) : [];
    const others = names.get(name);
    names.set(name, others === undefined ? words : words.filter((word) => others.includes(word)));
  }
  return Object.fromEntries(names);
}
