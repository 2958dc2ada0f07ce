/** @typedef {import('./client-types.d.mts').Permit} Permit */

const fewest = 1_024;
/** Gateway and id of each permit by which this process sealed → until when it could be used again, in seconds. */
/** @type {Map<string, number>} */
const used = new Map();
let sweepAt = fewest;

/**
 * Whether nothing was sealed by this permit before: by this process alone, since it started. What no clock lets through
 * any more is forgotten.
 * @param {Permit} permit @param {Date} now
 */
export function isFirstUse({ iss, jti, exp }, now) {
  const name = `${iss} ${jti}`;
  if (used.has(name)) return false;
  if (used.size >= sweepAt) {
    for (const [one, until] of used) if (until <= now.getTime() / 1_000) used.delete(one);
    sweepAt = Math.max(fewest, used.size * 2);
  }
  used.set(name, exp);
  return true;
}
