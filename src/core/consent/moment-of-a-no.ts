import type { Instant } from '../brand.ts';
import type { Consent } from './consent.ts';

/**
 * When a refusal or a withdrawal was said, as it is kept with the consent: never before a yes that is on record already.
 * Clocks of gateways differ and go back, and of a yes and a no to the same the later counts: a no that was dated before
 * the yes that it takes back would take back nothing.
 * @law AVG 7(3)
 */
export function momentOfANo(consents: readonly Consent[], now: Instant): Instant {
  return consents.reduce(
    (latest, { decidedAt }) => (decidedAt !== null && decidedAt > latest ? decidedAt : latest),
    now,
  );
}
