/** Fields that are asked, each with its place in the answer of the source. */
export type Mapped = readonly (readonly [field: string, pointer: string])[];

/**
 * Place → under which purposes the source may have got what stands there.
 * INVARIANT: a field of which nobody said so is asked for under nothing at all, and two fields at one
 * place under what both may be.
 */
export function provenance(
  obtained: Readonly<Record<string, readonly string[]>>,
  mapped: Mapped,
): Readonly<Record<string, readonly string[]>> {
  const places = new Map<string, readonly string[]>();
  for (const [field, pointer] of mapped) {
    const words = Object.hasOwn(obtained, field) ? (obtained[field] ?? []) : [];
    const others = places.get(pointer);
    places.set(pointer, others === undefined ? words : words.filter((word) => others.includes(word)));
  }
  return Object.fromEntries(places);
}
