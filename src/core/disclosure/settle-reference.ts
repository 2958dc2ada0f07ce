import type { Clock, Registry } from './ports.ts';
import { settle, stale } from './settle.ts';

/** What an attempt answers when the case reference that it was to give is another person's. */
export const taken: unique symbol = Symbol('taken');

/**
 * As `settle`, for a body that may give a case reference. Whoever is told that a reference is taken
 * learns that somebody is known; so the rest is put on record without it, and the reference stays with
 * whom it was given to first.
 */
export function settleReference<B extends { readonly caseReference: string | null }, T>(
  ports: { readonly clock: Clock; readonly registry: Registry },
  body: B,
  attempt: (body: B) => Promise<T | typeof stale | typeof taken>,
): Promise<T> {
  let given = body;
  return settle(ports, async () => {
    const outcome = await attempt(given);
    if (outcome !== taken) return outcome;
    given = { ...body, caseReference: null };
    return stale;
  });
}
