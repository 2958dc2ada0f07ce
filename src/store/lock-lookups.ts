/**
 * While keys are replaced, two gateways may write one number under two keys: whoever knows both waits for both, in one
 * order, until its transaction ends. null: there is one key, and the unique number does.
 */
export function lockLookups(
  lookups: readonly Buffer[],
): { readonly name: string; readonly text: string; readonly values: readonly unknown[] } | null {
  if (lookups.length === 1) return null;
  return { ...lock, values: [lookups.toSorted(Buffer.compare)] };
}

const lock = {
  name: 'subject_lookups_lock',
  text: `SELECT pg_advisory_xact_lock(hashtextextended(encode(lookup, 'hex'), 0)) FROM unnest($1::bytea[]) AS lookup`,
};
