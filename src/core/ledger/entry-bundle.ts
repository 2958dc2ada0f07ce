/** Entries side by side as C2SP tlog-tiles serves them: each behind its length in two bytes, big-endian. */
export function entryBundle(leaves: readonly string[]): Buffer {
  return Buffer.concat(
    leaves.flatMap((leaf) => {
      const bytes = Buffer.from(leaf, 'utf8');
      const length = Buffer.alloc(2);
      // Throws RangeError beyond 65,535, which no leaf is.
      length.writeUInt16BE(bytes.length);
      return [length, bytes];
    }),
  );
}
