/**
 * Orders to forget, legal holds and the going of leaves stand in one line: none of them sees what another has not
 * committed yet. INVARIANT: no leaf goes of whom a hold on record is on.
 */
export const lockForgetting = {
  name: 'erasure-lock-forgetting',
  text: `SELECT pg_advisory_xact_lock(hashtext('sluis legal hold'))`,
};
